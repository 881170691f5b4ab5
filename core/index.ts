/**
 * Headgate: DAGs that run when the data they need is there.
 *
 * | word | meaning |
 * | --- | --- |
 * | asset | a piece of data with an identity: a normalised URI (`s3://lake/raw/orders`) |
 * | partition | a key that names a slice of an asset (`2026-11-23`, `eu`, `2026-11-23|eu`) |
 * | event | "this asset changed": one immutable record, unique by (source, id) |
 * | publish | to hand an event to the registry; the only verb for it |
 * | watcher | notices changes outside and publishes events |
 * | source | the technology that a watcher, a trigger task or a consume task reads (S3, Kafka, ...) |
 * | condition | an expression over assets and time that says when a DAG is due |
 * | consumer | a DAG seen from the registry: its condition, its policy, its pending events |
 * | dag, task, run, attempt | a run has one status and each task has one |
 * | outlet | an asset that a DAG or a task declares it updates |
 * | registry | the workflow that owns conditions and pending events, and decides what starts |
 * | ledger | the record of what became of each event for each consumer |
 * | store | Postgres: history, lineage, search; what people read. Never needed to decide |
 *
 * Statuses of runs and tasks: `queued running succeeded failed cancelled skipped`, and `waiting` for a task whose trigger has not fired.
 *
 * @module
 */

export type { AirflowRun } from "./authoring/airflow-task.ts";
export { type AllEvents, allEvents } from "./authoring/all-events.ts";
export { type AnyAsset, type Asset, type AssetOptions, asset } from "./authoring/asset.ts";
export type { AnyCondition, Condition, LeafCondition } from "./authoring/condition-builder.ts";
export { absent, all, any, atLeast, cron, every, group, pattern, sequence } from "./authoring/conditions.ts";
export { defineConfig, type HeadgateConfig } from "./authoring/config.ts";
export { type Dag, dag } from "./authoring/dag.ts";
export type { DagOptions } from "./authoring/dag-options.ts";
export { defineSource, type SourceOptions } from "./authoring/define-source.ts";
export type { Jsonify, NotJson } from "./authoring/json-types.ts";
export { dimensions, everySlice, fanOut, latestSlice, mapKeys, offset, rollup, same, window } from "./authoring/mapping-builders.ts";
export { daily, dynamic, hourly, keys, minutely, monthly, type Partitions, product, quarterly, weekly, yearly } from "./authoring/partitions.ts";
export type { SubRun } from "./authoring/sub-run.ts";
export type { Backoff, ItemOutcome, Outcome, PathRef, Scope, TaskRef } from "./authoring/task.ts";
export type { AfterRef, GroupRef } from "./authoring/task-kinds.ts";
export type { Approval } from "./authoring/wait.ts";
export { type Watcher, type WatchOptions, watch } from "./authoring/watch.ts";
export type { Where } from "./authoring/where.ts";
export type { ConditionNode, Duration, Filter, Grain, Mapping, PartitionDefinition, Wait } from "./condition.ts";
export { type Contract, type ContractOptions, contractFile } from "./contract.ts";
export { ERROR_CODES, type ErrorCode } from "./error-codes.ts";
export { HeadgateError } from "./errors.ts";
export type { ConsumedEvent, EventInput } from "./event.ts";
export type { FreshnessPolicy, FreshnessState } from "./freshness.ts";
export { type FreshnessData, type FreshnessEvents, freshness } from "./freshness-events.ts";
export type { Json, JsonObject } from "./json.ts";
export type { NotifyChannel, NotifyConfig, NotifyRule, ProblemKind } from "./notify.ts";
export type { Policy } from "./policy.ts";
export type { Cause } from "./run.ts";
export { type RunEndData, type RunEnds, runEnds } from "./run-ends.ts";
export type { Batch, ItemIdentity, PoisonItem, ReadContext, SeenItem, SeenSet, Source, SourceAsset, SourceLog } from "./source.ts";
export type { SqlAnswer, SqlConnector, SqlSession, SqlValue } from "./sql/sql-session.ts";
export type { SqlResult } from "./sql/sql-task.ts";
export type { Connector } from "./tasks/connection.ts";
export type { Interval, ItemContext, RunContext, TaskContext } from "./tasks/context.ts";
export type { Log } from "./tasks/log.ts";
export type { EventOf, Observation, Publication } from "./tasks/publication.ts";
export { NonRetryableError, RetryAfterError } from "./tasks/retry-errors.ts";
export type { RunFailure, RunSuccess } from "./tasks/run-end.ts";
