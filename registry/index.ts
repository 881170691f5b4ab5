/**
 * The pure machine that decides WHEN a DAG runs: no I/O, no clock, no randomness. Start reading at instant.ts.
 *
 * @module
 */
export { emptyState, type RegistryState, SCHEMA_VERSION } from "./state.ts";
export { openRegistry, planByHash, planOf, stateOf } from "./open.ts";
export type { BatchReply, RegisterReply, RegistryInput, StepResult } from "./input.ts";
export type { Registry } from "./registry.ts";
export { step } from "./step.ts";
export { needsCheck, nextWakeup, runsToVerify, summarize } from "./look.ts";
