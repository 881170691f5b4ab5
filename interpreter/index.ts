export { advance, MAX_LOST, MAX_RUNNING, startRun } from "./advance.ts";
export { buildGraph, type Graph } from "./graph.ts";
export type { RunCommand, RunEvent, RunFacts, RunState } from "./state.ts";
export { decide } from "./trigger.ts";
