export { advance, MAX_LOST, MAX_RUNNING, startRun } from "./advance.ts";
export { DAG_LEVEL, outletId } from "./dag-outlets.ts";
export { buildGraph, type Graph, type GraphNode, type Upstream } from "./graph.ts";
export type { RunCommand, RunEvent, RunFacts, RunState, RunStep, TaskState } from "./state.ts";
export { decide, type Verdict } from "./trigger.ts";
