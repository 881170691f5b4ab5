import type { EventInput } from "../../core/event.ts";
import type { BatchSender } from "../../watchers/batch-sender.ts";
import type { OutboxBatch } from "../../watchers/outbox.ts";

/** The registry's rule for numbered batches, and what it took. */
export interface RecordingRegistry extends BatchSender {
  /** Events of the batches that were taken, in order. */
  readonly taken: readonly EventInput[];
  /** Every batch that arrived, as the text that crossed. */
  readonly arrived: readonly string[];
  readonly refused: readonly OutboxBatch[];
  mark(watcher: string): Promise<{ readonly generation: number; readonly seq: number } | undefined>;
}

export function createRecordingRegistry(): RecordingRegistry {
  const taken: EventInput[] = [];
  const arrived: string[] = [];
  const refused: OutboxBatch[] = [];
  const marks = new Map<string, { generation: number; seq: number }>();

  return {
    taken,
    arrived,
    refused,
    send: async (batch) => {
      arrived.push(JSON.stringify(batch));
      const mark = marks.get(batch.watcher) ?? { generation: 0, seq: 0 };
      const last = mark.generation === batch.generation ? mark.seq : 0;
      if (batch.generation < mark.generation || batch.seq > last + 1) refused.push(batch);
      if (batch.generation < mark.generation || batch.seq !== last + 1) return;
      marks.set(batch.watcher, { generation: batch.generation, seq: batch.seq });
      taken.push(...batch.events);
    },
    mark: async (watcher) => marks.get(watcher),
  };
}
