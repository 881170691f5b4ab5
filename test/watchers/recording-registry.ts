export { createRecordingRegistry, type RecordingRegistry } from "../../testing/source-contract/recording-registry.ts";
