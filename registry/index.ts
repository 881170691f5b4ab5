/**
 * The pure machine that decides WHEN a DAG runs: no I/O, no clock, no randomness. Start reading at instant.ts.
 *
 * @module
 */

export {
  type ConsumerExplanation,
  type EventExplanation,
  type Explanation,
  explain,
  explainConsumer,
  explainEvent,
  explainRun,
  type GroupExplanation,
  type RunExplanation,
} from "./explain.ts";
export type { BatchReply, RegisterReply, RegistryInput, StepResult } from "./input.ts";
export { needsCheck, nextWakeup, runsToVerify, type Summary, summarize } from "./look.ts";
export { openRegistry, planByHash, planOf, stateOf } from "./open.ts";
export type { Registry } from "./registry.ts";
export type { ScenarioResult } from "./simulate/result.ts";
export { simulate } from "./simulate/simulate.ts";
export { emptyState, type RegistryState, SCHEMA_VERSION } from "./state.ts";
export { step } from "./step.ts";
