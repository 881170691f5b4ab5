import type { AssetEvent, EventInput } from "./event.ts";
import type { Json, JsonObject } from "./json.ts";
import type { HashedPlan } from "./plan.ts";

/** A run has one status; so has each task. `waiting` is for a task whose trigger has not fired. */
export const RUN_STATUSES = ["queued", "running", "succeeded", "failed", "cancelled", "skipped"] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];
export type TaskStatus = RunStatus | "waiting";
export const END_STATUSES = ["succeeded", "failed", "cancelled"] as const;
export type EndStatus = (typeof END_STATUSES)[number];

/** Why a run exists. */
export type Cause =
  | { readonly kind: "condition"; readonly text: string }
  | { readonly kind: "person"; readonly text: string }
  | { readonly kind: "schedule"; readonly text: string }
  /** The text is the id of the backfill or repair. */
  | { readonly kind: "backfill" | "repair"; readonly text: string }
  /** A task of another run; the text names both. */
  | { readonly kind: "run"; readonly text: string }
  /** The text is the workflow id of the run that it repeats. */
  | { readonly kind: "rerun"; readonly text: string };

/** The span of time that a run of a schedule is about: from the tick before to its own one. Instants are milliseconds since 1970. */
export interface DataInterval {
  readonly start: number;
  readonly end: number;
  /** Zone in which its day is read. */
  readonly tz: string;
}

/** How a task of an earlier run ended well: a rerun goes on from there. */
export interface KeptTask {
  readonly status: "succeeded" | "skipped";
  readonly value?: Json;
  /** Paths that a branch chose. */
  readonly paths?: readonly string[];
  readonly why?: string;
  /** Assets that it published. They are not published again. */
  readonly published?: readonly string[];
}

/** What a rerun takes over. A task stays as it was unless it runs again itself, or something before it does. */
export interface KeptRun {
  /** Workflow id of the earlier run. */
  readonly run: string;
  /** Tasks that ended well, by id; all others run again. */
  readonly tasks: Readonly<Record<string, KeptTask>>;
  /** Tasks that run again although they ended well. */
  readonly from?: readonly string[];
}

/** A run as the store recorded it, with what it consumed. Instants are milliseconds since 1970. */
export interface RecordedRun {
  readonly run: string;
  readonly at: number;
  /** Null while it runs. */
  readonly endedAt: number | null;
  readonly status: RunStatus;
  readonly key: string;
  readonly partition: string | null;
  readonly cause: Cause;
  readonly plan: string | null;
  readonly events: readonly AssetEvent[];
}

/** What names the registry's decision behind a run; a repeated start is harmless only if this is equal. */
export interface Decision {
  readonly epoch: string;
  readonly sequence: number;
  /** Of a registry in shards: the one that decided, unless that is the router. Its runs tell the router more with their end. */
  readonly shard?: number;
}

/**
 * The input of a run's workflow. A person gives any part of it:
 * `temporal workflow start --type orders-clean --input '{"params":{}}'`.
 */
export interface RunInput {
  readonly params?: JsonObject;
  readonly partition?: string | null;
  /** Hash of the plan; without it the deployed plan is taken. */
  readonly plan?: string;
  readonly key?: string;
  readonly events?: readonly AssetEvent[];
  /** Newest events of `keep` leaves, not used up. */
  readonly references?: readonly AssetEvent[];
  readonly cause?: Cause;
  readonly decision?: Decision;
  /** Largest hops of the consumed events. */
  readonly hops?: number;
  /** What a rerun takes over. */
  readonly kept?: KeptRun;
  /** Of a run that only a clock started. */
  readonly interval?: DataInterval;
  /** What the run would load first, from a starter that has it at hand. */
  readonly loaded?: LoadedPlan;
}

/** What a run needs before its first task. */
export interface LoadedPlan {
  readonly plan: HashedPlan;
  /** Checked and completed by the DAG's schema. */
  readonly params: JsonObject;
  /** True if the namespace has Headgate's search attributes: an upsert of one that it lacks would fail the run's workflow task for ever. */
  readonly searchAttributes: boolean;
  /** True if the workers of the run take its end by a sink. @default false, as in the histories of earlier releases: by a local activity */
  readonly endBySink?: boolean;
}

/** A start that the registry decided. */
export interface RunStart {
  /** The workflow id: `<dag>/<epoch>-<sequence>`. */
  readonly id: string;
  readonly dag: string;
  readonly taskQueue: string;
  readonly input: RunInput & { readonly plan: string; readonly decision: Decision; readonly cause: Cause };
}

/** A start, and when it was decided, in milliseconds since 1970. */
export interface DecidedStart {
  readonly start: RunStart;
  readonly at: number;
}

/** A run that was decided, and undone before anybody was asked to start it. */
export interface UnstartedRun {
  readonly run: string;
  readonly dag: string;
  readonly partition: string | null;
  readonly key: string;
  readonly plan: string | null;
  readonly cause: Cause;
  readonly startedAt: number;
}

/** A run that the registry did not start announces itself. */
export interface RunStarted {
  readonly run: string;
  readonly temporalRunId: string;
  readonly dag: string;
  readonly partition: string | null;
  readonly cause: Cause;
  /** Of a rerun: the key of the first run, and how many events it carries. */
  readonly key?: string;
  readonly events?: number;
}

/** The end of a run, with the outlets that go with it. Idempotent by (run, temporalRunId). */
export interface RunEnded {
  readonly run: string;
  readonly temporalRunId: string;
  readonly dag: string;
  readonly status: EndStatus;
  readonly partition?: string | null;
  readonly outlets: readonly EventInput[];
  readonly error?: string;
  /** Temporal has no such run: it was deleted, its retention is over, or there never was one. */
  readonly missing?: true;
  /** What only the shard knows that the run belongs to, for the router, which publishes its outlets. */
  readonly began?: { readonly at: number; readonly hops: number; readonly claimed?: true };
}
