import type { ErrorCode } from "./error-codes.ts";
import type { AssetEvent, EventInput } from "./event.ts";

/** Signals of the registry workflow. Each takes one item or an array of items as its first argument. */
export const SIGNALS = {
  /** `EventInput`; a second argument `{ "checked": true }` says that the sender checked the data against the schemas. */
  assetUpdated: "assetUpdated",
  /** `WatcherBatch` */
  watcherBatch: "watcherBatch",
  /** `RunStarted` */
  runStarted: "runStarted",
  /** `RunEnded` */
  runEnded: "runEnded",
  /** No argument: continue as new soon, so that the next process starts from one event. */
  drain: "drain",
} as const;
export type SignalName = (typeof SIGNALS)[keyof typeof SIGNALS];

/** Updates of the registry workflow: what a person or a deploy wants an answer to. */
export const UPDATES = {
  registerCatalog: "registerCatalog",
  /** `{ dag, by?, why?, request? }`; answers with the DAG's state */
  pauseDag: "pauseDag",
  resumeDag: "resumeDag",
  /** `{ by?, why?, request? }`: nothing starts until `resumeRegistry` */
  pauseRegistry: "pauseRegistry",
  resumeRegistry: "resumeRegistry",
  /** `{ by?, why?, request? }`: notes that it was put back */
  noteRestore: "noteRestore",
  noteImport: "noteImport",
  /** No argument: it completes with all that it carries as its result, and senders wait. */
  closeRegistry: "closeRegistry",
  /** `{ dag, key?, by?, why?, request? }` */
  clearPending: "clearPending",
  /** `{ dag, key?, by?, why?, request? }`: starts a run with what has gathered */
  runPending: "runPending",
  /** `{ dag, events, by?, why?, request? }`: events as the store has them */
  redeliver: "redeliver",
  /** `{ dag, run, by?, why?, request? }`: a failed run, as the store has it, counts as succeeded from now on */
  markRun: "markRun",
  /** `{ dag, partitions, parallel?, params?, by?, why?, request? }`; `partitions` is `"a..b"`, `"a,b"`, a list or `{ from, to }` */
  backfill: "backfill",
  /** `{ asset, partitions?, downstream?, parallel?, params?, by?, why?, request? }` */
  repair: "repair",
  /** `{ id, by?, why? }`: of a backfill or repair; nothing more of it starts */
  cancelBackfill: "cancelBackfill",
  /** `HandOverPage` */
  handOver: "handOver",
} as const;

/** An answer of the registry to what it cannot do. */
export interface Refusal {
  readonly ok: false;
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint?: string;
  readonly where?: string;
}

/** Queries of the registry workflow. */
export const QUERIES = {
  state: "state",
  explain: "explain",
  plan: "plan",
  /** `Catalog`: what its deploy would do at once */
  previewDeploy: "previewDeploy",
  dag: "dag",
  watcher: "watcher",
  /** `PendingQuestion` */
  pending: "pending",
  /** Backfills and repairs: those under way, and the last ones that are over */
  backfills: "backfills",
  /** One of them, by its id */
  backfill: "backfill",
  /** What the updates of the same form would do */
  planBackfill: "planBackfill",
  planRepair: "planRepair",
} as const;

/** How a registry that has just continued as new, and is still without its catalogues, answers what it cannot answer yet. */
export const WAITS_FOR_CATALOG = "the registry waits for its catalogue";

/** Signals of the workflows that keep catalogues: a slice with its number and bytes; nobody refers to the catalogue any more. */
export const CATALOG_SIGNALS = { slice: "slice", end: "end" } as const;

/** Signal of the workflow that keeps pending events of a registry: nobody refers to them any more. */
export const STRETCH_END = "end";

/** One numbered batch of a managed source. */
export interface WatcherBatch {
  readonly watcher: string;
  readonly generation: number;
  readonly seq: number;
  readonly events: readonly EventInput[];
}

/** Recorded events that a new consumer waits for: a page of them, in the order of their numbers, and whether it is the last one. */
export interface HandOverPage {
  readonly dag: string;
  readonly events: readonly AssetEvent[];
  readonly last: boolean;
}

/** What `explain` is asked about. */
export type ExplainQuestion = { readonly dag: string } | { readonly event: { readonly source?: string; readonly id: string } } | { readonly run: string };

/** Which pending events of a DAG are asked for. */
export interface PendingQuestion {
  readonly dag: string;
  readonly key?: string;
  /** Events at most, over all keys. @default 1,000 */
  readonly limit?: number;
}

/** Memo key of a run; its value is the `Decision` that started it with the hash of the events that it was given. */
export const DECISION_MEMO = "headgate";

/** Consumers that any machine opens within the shorter time. */
const FEW_CONSUMERS = 2_000;

/**
 * How long one workflow task of the registry may take, in milliseconds. Short, since the registry stands still for as long when a worker
 * dies in the middle of one; but each of its runs opens its whole state in one task, and thousands of DAGs take seconds on a busy machine.
 */
export function registryTaskTime(consumers: number): number {
  return consumers <= FEW_CONSUMERS ? 20_000 : 60_000;
}
