export { advance, MAX_RUNNING, startRun } from "./advance.ts";
export { buildGraph, type Graph } from "./graph.ts";
export { MAX_LOST } from "./lost-worker.ts";
export { advanceMap, startMap } from "./map.ts";
export type { MapCarry, MapCommand, MapEvent, MapState } from "./map-state.ts";
export type { RunCommand, RunEvent, RunFacts, RunState, TaskState } from "./state.ts";
export { tasksToKeep } from "./take-over.ts";
export { decide } from "./trigger.ts";
export { type BegunWait, endByAnswer, endByEvent, endByTimeout, type WaitEnd } from "./wait.ts";
