/**
 * The pure machine that decides WHEN a DAG runs: no I/O, no clock, no randomness. Start reading at instant.ts.
 *
 * @module
 */

export { bringCatalogs, type CarriedState, carriedStateOf, catalogsToLoad } from "./carried-state.ts";
export { createDoubts } from "./doubts.ts";
export { type Explanation, explain } from "./explain.ts";
export { watchesFreshness } from "./freshness.ts";
export { wantsOf } from "./hand-over.ts";
export type { MarkedRun, OperatorInput, OperatorReply, RegisterReply, RegistryInput, StepResult, Wanted, WorkInput } from "./input.ts";
export { type Listeners, listenersIn } from "./listeners.ts";
export { needsCheck, nextWakeup, runsToVerify, type Summary, summarize, summarizeCarried } from "./look.ts";
export { openRegistry, planByHash, planOf, stateOf } from "./open.ts";
export type { Asked } from "./orders.ts";
export { checkQueue, countsOf, type DagState, dagState, heldBytes, type WatcherMark, watcherMark } from "./outlook.ts";
export { type PendingList, pendingOfDag } from "./pending.ts";
export { type DeployPreview, previewDeploy } from "./preview.ts";
export type { Registry } from "./registry.ts";
export type { RepairPlan } from "./repair-plan.ts";
export type { RoutedBatch, ShardBatch } from "./routes.ts";
export { isDoubtful } from "./run-claims.ts";
export { shardOf } from "./shard.ts";
export type { ScenarioResult } from "./simulate/result.ts";
export { simulate } from "./simulate/simulate.ts";
export { emptyState, type RegistryState, type WorkSummary } from "./state.ts";
export { step } from "./step.ts";
export type { KeptStretch, ParkingLimits, ParkOrder, StretchOrders } from "./traffic.ts";
export { listWork, showWork, type WorkDetails } from "./work.ts";
export { type BackfillPlan, type BackfillRequest, type RepairRequest, readBackfill, readRepair } from "./work-requests.ts";
