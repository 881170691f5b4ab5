import type { AssetEvent, EventInput } from "../core/event.ts";
import type { Json, JsonObject } from "../core/json.ts";
import type { EndStatus, KeptRun, TaskStatus } from "../core/run.ts";
import type { TaskOutput } from "../core/tasks/task-io.ts";
import type { Rounds } from "./lost-worker.ts";
import type { BegunWait } from "./wait.ts";

/** What does not change during a run. */
export interface RunFacts {
  /** The workflow id. */
  readonly id: string;
  readonly temporalRunId: string;
  readonly partition: string | null;
  /** What the run consumed, and what it was shown without using it up. */
  readonly events: readonly AssetEvent[];
  readonly references: readonly AssetEvent[];
  /** Largest hops of the consumed events; what the run publishes has one more. */
  readonly hops: number;
  /** Of a rerun: what it takes over. */
  readonly kept?: KeptRun;
}

/** One task of a run. Instants are milliseconds since 1970. */
export interface TaskState extends Rounds {
  readonly status: TaskStatus;
  readonly startedAt?: number;
  /** Of a wait that has begun: what a person reads meanwhile. */
  readonly waitsFor?: string;
  readonly endedAt?: number;
  /** Of a succeeded task. */
  readonly value?: Json;
  /** Paths that a succeeded branch chose. */
  readonly paths?: readonly string[];
  /** Assets that a succeeded task published. */
  readonly published?: readonly string[];
  /** Why it is skipped, failed or cancelled, as a person reads it. */
  readonly why?: string;
  /** The code of a failure. */
  readonly code?: string;
  /** True for a task that failed without running, because one that it waits for failed (Airflow's `upstream_failed`). */
  readonly upstream?: true;
}

/** All that a run has become. JSON, so it can be carried, stored and compared. */
export interface RunState {
  readonly tasks: Readonly<Record<string, TaskState>>;
  /** Tasks whose trigger fired and that wait for a place, first come first served. */
  readonly queue: readonly string[];
  /** How many tasks are running, waits among them. */
  readonly running: number;
  /** How many of them wait: they need no place. */
  readonly waits: number;
  /** Set once the run is asked to stop: nothing more starts. */
  readonly cancelling: boolean;
  readonly status: "running" | EndStatus;
  /** Assets that tasks of the run published. */
  readonly published: readonly string[];
  /** Bytes of results that the store keeps for the run; absent if there are none. */
  readonly kept?: number;
  /** The task whose own failure came first. */
  readonly firstFailure?: string;
  /** True if it is cancelling because its deadline passed. */
  readonly expired?: true;
  /** How it ends, while tasks run that wanted to know. */
  readonly ending?: EndStatus;
}

/** What can happen to a run. */
export type RunEvent =
  | { readonly kind: "completed"; readonly task: string; readonly output: TaskOutput }
  /** Out of retries, or not worth one. Items of a map may have published before it failed. */
  | { readonly kind: "failed"; readonly task: string; readonly error: string; readonly code?: string; readonly published?: readonly string[] }
  /** The worker went away; `attempts` had begun in this round, the lost one included. */
  | { readonly kind: "lost"; readonly task: string; readonly attempts: number }
  | { readonly kind: "cancelled"; readonly task: string }
  /** Someone wants the run to stop. The shell stops the running tasks; each then ends by its own event. */
  | { readonly kind: "cancel" }
  /** The run took too long: as a cancellation, but it fails. */
  | { readonly kind: "deadline" };

/** What the shell must do. */
export type RunCommand =
  | {
      readonly kind: "schedule";
      readonly task: string;
      readonly round: number;
      readonly attemptsBefore: number;
      readonly retries: number;
      readonly input: JsonObject;
      /** When it was scheduled first. */
      readonly startedAt: number;
    }
  /** Needs no worker: a timer, or an answer. */
  | { readonly kind: "wait"; readonly task: string; readonly wait: BegunWait }
  | { readonly kind: "publish"; readonly task: string; readonly outlets: readonly EventInput[] }
  /** The last command of a run. `outlets` are those of the last task and of the DAG. */
  | {
      readonly kind: "end";
      readonly status: EndStatus;
      readonly outlets: readonly EventInput[];
      readonly error?: string;
      readonly code?: string;
      readonly failedTask?: string;
    };

export interface RunStep {
  readonly state: RunState;
  readonly commands: readonly RunCommand[];
}
