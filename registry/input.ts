import type { Catalog } from "../core/catalog.ts";
import type { ErrorCode } from "../core/error-codes.ts";
import type { AssetEvent } from "../core/event.ts";
import type { Fact } from "../core/fact.ts";
import type { JsonObject } from "../core/json.ts";
import type { Refusal } from "../core/registry-protocol.ts";
import type { DecidedStart, RunEnded, RunStart, RunStarted, UnstartedRun } from "../core/run.ts";
import type { EventAnswer } from "../core/run-protocol.ts";
import type { Asked, BackfillOrder, RepairOrder } from "./orders.ts";
import type { RoutedBatch, ShardBatch } from "./routes.ts";
import type { StretchKeeper } from "./state.ts";
import type { StretchOrders } from "./traffic.ts";

/** What can reach the registry. Inputs of one instant are applied in their order and then evaluated once. */
export type RegistryInput =
  /** Events by a raw signal: any JSON. `checked` says that a worker looked at the data of assets that have a schema. */
  | { readonly kind: "publish"; readonly events: readonly unknown[]; readonly checked?: boolean }
  /** One numbered batch of a managed source: taken if it follows the last one, dropped if it repeats, refused if it leaves a gap. */
  | { readonly kind: "batch"; readonly watcher: string; readonly generation: number; readonly seq: number; readonly events: readonly unknown[] }
  | RunClaim
  /** What a signal said of a run that Temporal does not have. */
  | { readonly kind: "runUnknown"; readonly claim: RunClaim; readonly why: string }
  /** `after`: to a shard, the last event before it. */
  | { readonly kind: "register"; readonly project: string; readonly revision: number; readonly catalog: Catalog; readonly after?: number }
  /** To a shard, from the router. */
  | ({ readonly kind: "routed" } & ShardBatch)
  /** In a batch of the router: events that it accepted; `early` are those that runs published with their ends. */
  | { readonly kind: "accepted"; readonly events: readonly AssetEvent[]; readonly early: boolean }
  /** In a batch of the router: an asset that no catalogue knows, or that an event put into a group. */
  | { readonly kind: "noted"; readonly asset: string; readonly group: string | null; readonly at: number }
  | OperatorInput
  /** Starts one run now that consumes nothing; it counts, and is never held back. */
  | { readonly kind: "start"; readonly dag: string; readonly partition?: string | null; readonly params?: JsonObject; readonly by?: string }
  | WorkInput
  /** A page of the recorded events that a new consumer waits for, by their numbers; nothing of it starts before the last page. */
  | { readonly kind: "handOver"; readonly dag: string; readonly events: readonly AssetEvent[]; readonly last: boolean }
  /**
   * What a former life of this registry decided and a reset undid, in order: it holds. `events` are the numbers that events had been
   * accepted under, by identity (see core/event-identity.ts); `unstarted` are runs that only the store may know of; `facts` is the
   * highest number of a fact that the store may have.
   */
  | {
      readonly kind: "adopt";
      readonly starts: readonly DecidedStart[];
      readonly events: readonly (readonly [identity: string, seq: number])[];
      readonly unstarted: readonly UnstartedRun[];
      readonly facts: number;
    }
  /** Events that a step wanted to be kept outside the state are kept. */
  | { readonly kind: "parked"; readonly no: number; readonly name: string; readonly kept: StretchKeeper }
  /** The events of a stretch that a step asked for, in their order; as text, why they cannot be had. */
  | { readonly kind: "read"; readonly no: number; readonly events: readonly AssetEvent[] | string }
  /** Something that could not be decoded or checked: it goes to the rejected list. */
  | { readonly kind: "reject"; readonly event: unknown; readonly code: string; readonly why: string };

/** What is said of a run. `claimed`: by a signal, which anybody can send; see run-claims.ts. */
export type RunClaim =
  | ({ readonly kind: "runStarted"; readonly claimed?: true } & RunStarted)
  | ({ readonly kind: "runEnded"; readonly claimed?: true } & RunEnded);

export type WorkInput =
  /** Runs for a list of partitions, `parallel` at a time: they wait for their key, and not for `total`. */
  | ({ readonly kind: "backfill"; readonly dag: string } & BackfillOrder)
  /** Steps that make slices of an asset anew, and what is made from them: each once, in this order. */
  | ({ readonly kind: "repair" } & RepairOrder)
  /** Starts nothing more of a backfill or repair. */
  | ({ readonly kind: "cancel"; readonly work: string } & Asked);

/** What a person does to the registry or to one consumer. Each that changes something leaves an `operation` fact. */
export type OperatorInput = Asked &
  (
    | { readonly kind: "pause"; readonly dag: string }
    | { readonly kind: "resume"; readonly dag: string }
    /** Holds the whole registry: gathering goes on, nothing starts. */
    | { readonly kind: "hold" }
    | { readonly kind: "release" }
    /** Says that the registry was put back; it looks at everything anew. */
    | { readonly kind: "restore" }
    | { readonly kind: "import" }
    /** Lets go of what is pending in a consumer, or in one key of it. */
    | { readonly kind: "clear"; readonly dag: string; readonly key?: string }
    /** Starts a run with what has gathered, due or not, for each key or for one of them. */
    | { readonly kind: "fire"; readonly dag: string; readonly key?: string }
    /** Gives recorded events to one consumer again, as new to it. Those of one request come in the order of their acceptance. */
    | { readonly kind: "redeliver"; readonly dag: string; readonly events: readonly AssetEvent[] }
    /** Lets a run that has ended count as succeeded. It publishes nothing. */
    | { readonly kind: "mark"; readonly dag: string; readonly run: MarkedRun }
  );

/** A run that has ended, as the store has it: the registry forgets runs with their end. */
export type MarkedRun = Pick<
  Extract<Fact, { kind: "run" }>,
  "run" | "partition" | "key" | "plan" | "cause" | "startedAt" | "events" | "temporalRunId" | "endedAt"
>;

export type OperatorReply =
  | {
      readonly ok: true;
      /** False if it was so already, or if the request was answered before. */
      readonly did: boolean;
      /** Events that it touched. */
      readonly events: number;
      /** Runs that it started. */
      readonly runs: readonly string[];
    }
  | Refusal;

/** What one step decided. */
export interface StepResult {
  readonly starts: readonly RunStart[];
  readonly facts: readonly Fact[];
  /** Events that tasks of runs wait for. */
  readonly answers: readonly EventAnswer[];
  /** What is to be kept outside the state, read back and let go of. */
  readonly stretches: StretchOrders;
  /** For each input that opens or cancels a backfill or repair, in order: its id; null if its DAG is gone, or if none has the id. */
  readonly work: readonly { readonly input: WorkInput; readonly id: string | null }[];
  /** For each `register`, in order. */
  readonly registered: readonly RegisterReply[];
  /** For each `batch`, in order. */
  readonly batches: readonly BatchReply[];
  /** What is for other shards. */
  readonly routed: readonly RoutedBatch[];
  /** For each operation, in order. */
  readonly operated: readonly { readonly input: OperatorInput; readonly reply: OperatorReply }[];
}

export type RegisterReply =
  | {
      readonly ok: true;
      readonly project: string;
      readonly revision: number;
      readonly hash: string /** Consumers see events from this sequence on. */;
      readonly fromSeq: number;
      readonly dropped: number /** New consumers that wait for recorded events: see `handOver`. */;
      readonly wants?: readonly Wanted[];
    }
  | {
      readonly ok: false;
      readonly code: ErrorCode;
      readonly message: string /** The place in the catalogue: `dag mart.on.all[1]`. */;
      readonly where?: string;
    };

export type BatchReply = "taken" | "repeated" | "gap" | "stale";

/** Recorded events that a new consumer waits for, as its `startAt` says. They are in the store, which the registry never reads. */
export interface Wanted {
  readonly dag: string;
  /** Accepted at this instant or later, in milliseconds. */
  readonly since: number;
  /** With a greater number than this: what was handed over before. */
  readonly after: number;
  /** With a smaller number than this: from there on the consumer sees them by itself. */
  readonly before: number;
}
