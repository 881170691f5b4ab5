import type { Catalog } from "./catalog.ts";
import type { AssetEvent } from "./event.ts";
import type { Json } from "./json.ts";
import type { Cause, RunStatus } from "./run.ts";

/** What became of an event for a consumer and key: exactly one of these. SEMANTICS section 4. */
export const FATES = ["pending", "consumed", "referenced", "superseded", "expired", "filtered", "dropped", "returned"] as const;
export type Fate = (typeof FATES)[number];

/** What operators do. */
export const OPERATIONS = [
  "hold",
  "release",
  "pause",
  "resume",
  "clear",
  "fire",
  "redeliver",
  "restore",
  "import",
  "backfill",
  "repair",
  "cancel",
  "mark",
] as const;
export type OperationName = (typeof OPERATIONS)[number];

/** An event as it would have been accepted, before it has a number of its own. */
export type QuarantinedEvent = Omit<AssetEvent, "seq">;

/** Each shard of a registry, in each life of it, numbers its facts in a block of its own of so many. See registry/shards.ts. */
export const FACTS_OF_A_SHARD = 2 ** 36;

interface Base {
  /** Order of the facts of one registry: a row keeps the highest `n` that wrote it. */
  readonly n: number;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** Something the registry did that the store remembers. Facts are written in any order, any number of times. */
export type Fact =
  | (Base & { readonly kind: "event"; readonly event: AssetEvent; readonly watcher?: string })
  | (Base & {
      readonly kind: "fate";
      readonly dag: string;
      readonly key: string;
      readonly seq: number;
      readonly fate: Fate;
      readonly why?: string;
      readonly run?: string;
    })
  | (Base & { readonly kind: "duplicate"; readonly source: string; readonly id: string; readonly asset: string; readonly differed: boolean })
  | (Base & { readonly kind: "rejected"; readonly code: string; readonly why: string; readonly event: Json })
  | (Base & {
      /** An event that was put aside: no condition hears of it until somebody releases it. */
      readonly kind: "quarantined";
      readonly event: QuarantinedEvent;
      readonly why: string;
      readonly watcher?: string;
    })
  | (Base & { readonly kind: "warning"; readonly code: string; readonly text: string; readonly dag?: string })
  | (Base & {
      readonly kind: "run";
      readonly run: string;
      readonly dag: string;
      readonly status: RunStatus;
      readonly partition: string | null;
      readonly key: string;
      readonly plan: string | null;
      readonly cause: Cause;
      readonly startedAt: number;
      readonly temporalRunId?: string;
      readonly endedAt?: number;
      readonly error?: string;
      /** How many events it consumed. */
      readonly events: number;
    })
  | (Base & {
      /** Something that a person did to the registry or to one of its consumers. */
      readonly kind: "operation";
      readonly operation: OperationName;
      readonly dag: string | null;
      readonly key: string | null;
      readonly by: string | null;
      readonly why: string | null;
      /** Id under which it was asked for. */
      readonly request: string | null;
      /** How many events it touched. */
      readonly events: number;
    })
  | (Base & {
      readonly kind: "catalog";
      readonly project: string;
      readonly revision: number;
      readonly hash: string;
      /** Put in on the way to the store: the registry does not carry it. */
      readonly catalog?: Catalog;
    })
  | (Base & { readonly kind: "consumer"; readonly dag: string; readonly project: string; readonly paused: boolean; readonly faulted: string | null });
