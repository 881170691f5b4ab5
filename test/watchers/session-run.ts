export { type RunningSession, startSession, until } from "../../testing/source-contract/session-run.ts";
