// Beside the tests of sources, other tests use these parts of the kit alone.
export { CRASH_POINTS, type CrashPoint, createDoomedProcess, type DoomedProcess } from "../../testing/source-contract/crash.ts";
