import type { EventInput } from "../core/event.ts";
import type { PoisonItem, SeenItem, SeenSet } from "../core/source.ts";

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
  readonly seen: SeenSet;
  /** Batches that were appended and not marked sent, oldest first. */
  unsent(): Promise<readonly OutboxBatch[]>;
  /**
   * One transaction: check the fence, then keep the batch (if it has events), the cursor, the seen items and the dead letters.
   * Events whose (source, id) this watcher already appended in this generation are left out.
   * Returns the batch to send, or undefined if nothing is left of it. Throws `E_WATCHER_FENCED`.
   */
  append(input: { readonly events: readonly EventInput[]; readonly cursor: unknown; readonly seen: readonly SeenItem[]; readonly poison: readonly PoisonItem[] }): Promise<OutboxBatch | undefined>;
  markSent(seq: number): Promise<void>;
  /** What a person sees of the watcher. */
  report(health: { readonly status: "running" | "backing-off" | "stopped"; readonly error?: string; readonly code?: string }): Promise<void>;
}

/** Where watchers keep their positions and what they have not yet sent. */
export interface Outbox {
  /** Takes the watcher over: sessions opened before are fenced from here on. */
  open(watcher: { readonly id: string; readonly source: string; readonly fingerprint: string }): Promise<OutboxSession>;
}
