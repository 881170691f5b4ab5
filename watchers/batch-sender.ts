import type { OutboxBatch } from "./outbox.ts";

/** How numbered batches reach the registry. */
export interface BatchSender {
  /**
   * Resolves once Temporal has accepted the signal `watcherBatch`. A rejection means that it may or may not have been
   * accepted: the session sends the batch again unchanged. `E_WATCHER_GAP` is final and stops the watcher.
   */
  send(batch: OutboxBatch): Promise<void>;
  /** The newest batch of the watcher that the registry took; undefined if it took none. Rejects when the registry does not answer. */
  mark?(watcher: string): Promise<{ readonly generation: number; readonly seq: number } | undefined>;
}
