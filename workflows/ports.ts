import type { Fact } from "../core/fact.ts";
import type { Json, JsonObject } from "../core/json.ts";
import type { HashedPlan } from "../core/plan.ts";
import type { Cause, RunEnded, RunStart, RunStarted } from "../core/run.ts";

/** Regular activities of the registry, on the system queue. The registry never uses a local one: it would run before its decision is durable. */
export interface RegistryActivities {
  /** Checks the data of raw events against the schemas of their assets. Order is kept in each list. */
  checkEvents(input: { readonly events: readonly unknown[] }): Promise<{ readonly good: readonly unknown[]; readonly rejected: readonly RejectedEvent[] }>;
  /** Starts decided runs by client. A repeat with the same decisions is harmless. Returns those that can never start. */
  dispatch(input: { readonly starts: readonly RunStart[] }): Promise<{ readonly refused: readonly RunEnded[] }>;
  /** Writes facts to the store. */
  project(input: { readonly registry: string; readonly facts: readonly Fact[] }): Promise<void>;
  /** Looks at runs that were not heard of for long and reports those that are closed, missing or reset. */
  reconcile(input: { readonly runs: readonly { readonly run: string; readonly dag: string; readonly partition: string | null; readonly temporalRunId?: string }[] }): Promise<{ readonly ended: readonly RunEnded[] }>;
}

export interface RejectedEvent {
  readonly event: unknown;
  readonly code: string;
  readonly why: string;
}

/** Local activities of a run. */
export interface RunActivities {
  /** The plan by hash, or the deployed one; parameters checked and completed by the DAG's schema where this worker has it. Throws E_PLAN_GONE, E_DAG_UNKNOWN, E_PARAMS. */
  loadPlan(input: { readonly dag: string; readonly hash?: string; readonly params: JsonObject }): Promise<{ readonly plan: HashedPlan; readonly params: JsonObject }>;
  /** Tells the registry of a run that it did not start. Never fails the run: an unreachable registry is logged. */
  announceRun(input: RunStarted): Promise<void>;
  /** Hands the outlets of a task that is not the last one to the registry. */
  publishOutlets(input: { readonly events: RunEnded["outlets"] }): Promise<void>;
  /** Hands the last outlets and the end of the run to the registry, in one signal. */
  reportEnd(input: RunEnded): Promise<void>;
}

/** The input of the activity behind every task; its name is `<dag>.<task>`. */
export interface TaskInput {
  readonly run: { readonly id: string; readonly temporalRunId: string; readonly dag: string; readonly cause: Cause };
  readonly plan: string;
  readonly task: string;
  /** Counts how often the interpreter scheduled the task: 1, and more after a lost worker. */
  readonly round: number;
  readonly partition: string | null;
  readonly params: JsonObject;
  /** One field for each name in `needs`: the value of a task, an `Outcome`, or the consumed events. */
  readonly input: JsonObject;
}

/** What a task's activity returns. */
export interface TaskOutput {
  readonly value: Json;
  /** Events to publish once the completion is in history: ids are complete. */
  readonly outlets: RunEnded["outlets"];
  /** Paths that a branch chose. */
  readonly paths?: readonly string[];
  /** Set when the handler skipped itself. */
  readonly skipped?: string;
}

/** Activities of a watcher, on the project's queue. */
export interface WatcherActivities {
  /** One long heartbeating session; it ends when it is cancelled or when its time is up. */
  watchSession(input: { readonly watcher: string; readonly from?: "beginning" | "now" }): Promise<{ readonly reason: "time-up" | "cancelled" }>;
}
