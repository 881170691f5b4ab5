import type { EventInput } from "../core/event.ts";
import type { PoisonItem, SeenItem, SeenSet } from "../core/source.ts";
import type { KeptValues } from "../core/tasks/resolve-kept.ts";
import type { WatcherPosition, WatcherReset } from "../core/watcher-protocol.ts";

/** A numbered batch of events, sent to the registry byte for byte until it is accepted. */
export interface OutboxBatch {
  readonly watcher: string;
  readonly generation: number;
  /** 1, 2, 3, ... within the generation. */
  readonly seq: number;
  readonly events: readonly EventInput[];
}

/** One session's hold on a watcher: every write carries its fencing token. */
export interface OutboxSession {
  readonly generation: number;
  /** Position after the last appended batch; undefined if there never was one. */
  readonly cursor: unknown;
  /** Where the last reset wants reading to begin. Counts as long as there is no cursor; absent if there never was a reset. */
  readonly startAt?: WatcherPosition;
  /** Number of the newest batch of this generation that is marked sent; 0 if there is none. */
  readonly sent?: number;
  readonly seen: SeenSet;
  /** Batches that were appended and not marked sent, oldest first; after a reset also those of the generation before. */
  unsent(): Promise<readonly OutboxBatch[]>;
  /**
   * One transaction: check the fence, then keep the batch (if it has events), the cursor, the seen items and the dead letters.
   * A cursor of `undefined` leaves the position where it is. A dead letter of the same id replaces the one before.
   * Events whose (source, id) this watcher already appended in this generation are left out.
   * Returns the batch to send, or undefined if nothing is left of it. Throws `E_WATCHER_FENCED`.
   */
  append(input: {
    readonly events: readonly EventInput[];
    readonly cursor: unknown;
    readonly seen: readonly SeenItem[];
    readonly poison: readonly PoisonItem[];
    /** Items for tasks to take, instead of events; those whose id this reader already kept in this generation are left out. */
    readonly keep?: readonly KeptItem[];
  }): Promise<OutboxBatch | undefined>;
  /** Marks a batch of this generation, or of the given one. Throws `E_WATCHER_FENCED`: a batch that another session holds is that session's to mark. */
  markSent(seq: number, generation?: number): Promise<void>;
  /** What a person sees of the watcher. */
  report(health: { readonly status: "running" | "backing-off" | "stopped"; readonly error?: string; readonly code?: string }): Promise<void>;
}

export type OutboxReset = WatcherReset;

/** Where watchers keep their positions and what they have not yet sent. */
export interface Outbox {
  /**
   * Takes the watcher over: sessions opened before are fenced from here on.
   * `fingerprint` names the thing that the position belongs to; another one than before is refused with `E_WATCHER_CHANGED`
   * until a reset, because a position means nothing in another place.
   */
  open(watcher: { readonly id: string; readonly source: string; readonly fingerprint: string }): Promise<OutboxSession>;
  /**
   * One transaction: fence open sessions, forget cursor, seen items and fingerprint, keep `to` for the next session, write an
   * audit entry. `redeliver` begins the next generation at batch 1, so what was published before is new; `skip` stays in the
   * generation, so it is left out. Either way unsent batches are kept and sent first.
   */
  reset(request: OutboxReset): Promise<{ readonly generation: number }>;
}

/** An item as it is kept: the id tells repeats apart. */
export interface KeptItem {
  readonly id: string;
  readonly item: unknown;
}

/** Items that were kept with a position (`OutboxSession.append`), for tasks to take. Owners are readers, then the tasks that took. */
export interface KeptItems extends KeptValues {
  /** Keeps the JSON texts of items for an owner, in place of those that it has. */
  keep(owner: string, items: readonly string[]): Promise<void>;
  count(owner: string): Promise<number>;
  /**
   * Gives the oldest items of a reader, `max` at most, to a task. A task that has some already keeps those and gets no others, so a
   * repeat gives the same. Returns how many the task has.
   */
  take(reader: string, task: string, max: number): Promise<number>;
}
