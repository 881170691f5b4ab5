import type { PartitionDefinition } from "./condition.ts";

/** One batch that a source read. */
export interface Batch<Item, Cursor> {
  readonly items: readonly Item[];
  /** The position after this batch; kept with the batch's outbox rows in one transaction. */
  readonly cursor?: Cursor;
  /** Items that could not be decoded: they go to the dead letters, and never stop the watcher. */
  readonly poison?: readonly PoisonItem[];
  /** Versions of items that from now on are known; kept in the same transaction as the cursor. */
  readonly seen?: readonly SeenItem[];
  /** Tells the source that the batch is safe. Called after the registry accepted it. */
  readonly ack?: () => Promise<void>;
  /**
   * Nothing can be found yet, since readers are still being given their shares: no sign of life, and the `wait` of a task that consumes begins behind
   * it. Only with no items.
   */
  readonly joining?: true;
}

/** One item of a source with what tells its versions apart: `{ item: "a/b.csv", version: "812:1732608000000" }`. */
export interface SeenItem {
  readonly item: string;
  readonly version: string;
}

/** The versions of items that earlier batches made known: what a listing source keeps instead of a watermark. */
export interface SeenSet {
  /** Of these, the ones that are new or have another version than the known one, in the given order. */
  unseen(items: readonly SeenItem[]): Promise<readonly SeenItem[]>;
}

export interface PoisonItem {
  readonly id: string;
  readonly reason: string;
  /** At most 64 KiB of what was read, as text. */
  readonly raw: string;
}

export interface SourceLog {
  info(message: string, fields?: object): void;
  warn(message: string, fields?: object): void;
}

/** The asset that a watcher publishes, as its source sees it. */
export interface SourceAsset {
  /** Normalised identity. */
  readonly uri: string;
  /** The URI with its placeholders, when it holds any. */
  readonly template?: string;
  readonly partitions?: PartitionDefinition;
}

/** What a source is given to read from. */
export interface ReadContext<Cursor> {
  /** Where the last committed batch ended; absent on the very first read. */
  readonly cursor?: Cursor;
  /** Where to begin without a cursor. @default "now" */
  readonly startAt: "now" | "beginning" | Cursor;
  readonly seen: SeenSet;
  /** Wait between two polls, in milliseconds. */
  readonly every: number;
  readonly signal: AbortSignal;
  readonly log: SourceLog;
  /** Who reads, where a source must say so to a broker: `watcher/orders-arrive`, with the prefix of the environment. */
  readonly reader?: string;
  /** The URI behind a named connection. Throws `E_CONNECTION`. */
  connection(name: string): string;
  /** The asset that the reader publishes, if it is a watcher: sources take bucket, prefix and partition from it. */
  readonly asset?: SourceAsset;
}

/** An observed item's identity and time, from which the event's own are made: the same item gives the same id for ever. */
export interface ItemIdentity {
  /** Deterministic from where the item comes from. */
  readonly id: string;
  /** ISO 8601. */
  readonly time?: string;
  readonly partition?: string | null;
}

/**
 * The technology that a watcher, a trigger task or a consume task reads. `read` goes on until `signal` aborts: it yields
 * a batch when there is something and waits otherwise. A batch is asked for only after the one before it is committed.
 * A batch of nothing (`{ items: [] }`) is a sign of life: yield one after each poll that found nothing new.
 */
export interface Source<Item = unknown, Cursor = unknown> {
  readonly kind: string;
  /** Stable name of the watched thing, the `source` of its events: `files:///landing`, `kafka://cluster/topic`. */
  describe(asset?: SourceAsset): string;
  /**
   * Name of the queue from which reading takes messages away, as `sqs://eu/orders`: two watchers of one queue would each get a part
   * of them, so a project that has two is refused. Left out where every reader gets everything.
   */
  takesFrom?(asset?: SourceAsset): string | undefined;
  identify(item: Item, asset?: SourceAsset): ItemIdentity;
  read(context: ReadContext<Cursor>): AsyncIterable<Batch<Item, Cursor>>;
  /** Why another reader must not even look, where reading leaves something behind: `headgate watchers test` refuses with it. */
  readonly leavesBehind?: string;
  /**
   * About how much waits, counted without taking any: what `headgate watchers test` asks where reading would take it away. Undefined if it can be read and
   * does not say how much waits. Throws if it cannot be read.
   */
  waiting?(context: Pick<ReadContext<Cursor>, "asset" | "connection" | "log" | "signal">): Promise<number | undefined>;
}
