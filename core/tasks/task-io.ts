import type { Json, JsonObject } from "../json.ts";
import type { Cause, DataInterval, RunEnded } from "../run.ts";

/** The input of the activity behind every task; its name is `<dag>.<task>`. */
export interface TaskInput {
  readonly run: { readonly id: string; readonly temporalRunId: string; readonly dag: string; readonly cause: Cause };
  /** Hash of the run's plan. */
  readonly plan: string;
  readonly task: string;
  /** Counts how often the interpreter scheduled the task: 1, and more after a lost worker. */
  readonly round: number;
  /** Attempts that earlier rounds began: `ctx.attempt` is this plus Temporal's own count. */
  readonly attemptsBefore: number;
  readonly partition: string | null;
  /** Of a run that only a clock started. */
  readonly interval?: DataInterval;
  readonly params: JsonObject;
  /** Hops of what the task publishes: one more than the largest of the events that the run consumed. */
  readonly hops: number;
  /** One field for each name in `needs`: the value of a task, an `Outcome`, or the consumed events. */
  readonly input: JsonObject;
  /** When the task was first scheduled, in milliseconds; of tasks that take from a source. */
  readonly begunAt?: number;
  /** Of one item of a map: its place in the list, from 0, and what it is. */
  readonly item?: { readonly index: number; readonly value: Json };
}

/** What a task's activity returns. */
export interface TaskOutput {
  readonly value: Json;
  /** Events to publish once the completion is in history: ids are complete. */
  readonly outlets: RunEnded["outlets"];
  /** Paths that a branch chose. */
  readonly paths?: readonly string[];
  /** Assets that it published on its way, besides `outlets`: those of the items of a map. */
  readonly published?: readonly string[];
  /** Set when a short circuit stops all that comes after it: why. */
  readonly stopped?: string;
  /** Set when the handler skipped itself. */
  readonly skipped?: string;
}

/** Type of the failure by which a stopping worker hands a task back; its first detail is the attempt (Temporal's count). It is nobody's error. */
export const WORKER_STOPPED = "headgate:worker-stopped";

/** What a running task's heartbeats carry: how many attempts the round had begun, which the failure of a lost worker does not say. */
export interface HeartbeatDetails {
  readonly attempt: number;
}
