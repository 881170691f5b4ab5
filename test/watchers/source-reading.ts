import type { Batch, ReadContext, SeenItem, Source } from "../../core/source.ts";

/** A source that is read as a session reads it, and what came. */
export interface SourceReading<Item, Cursor> {
  readonly batches: readonly Batch<Item, Cursor>[];
  readonly items: readonly Item[];
  readonly lines: readonly string[];
  /** Polls that found nothing. */
  polls(): number;
  /** The position after the newest batch. */
  cursor(): Cursor | undefined;
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

/** What stands for the outbox from one reading of a test to the next. */
export interface Kept<Cursor> {
  readonly seen: Map<string, string>;
  cursor?: Cursor;
}

/** Reads as a session does: what a batch makes known is kept before the next is asked for, then the source is told. */
export function readSource<Item, Cursor>(
  source: Source<Item, Cursor>,
  context: Partial<ReadContext<Cursor>> = {},
  kept: Kept<Cursor> = { seen: new Map() },
): SourceReading<Item, Cursor> {
  const stop = new AbortController();
  const batches: Batch<Item, Cursor>[] = [];
  const items: Item[] = [];
  const lines: string[] = [];
  const log = (message: string): void => void lines.push(message);
  const unseen = async (asked: readonly SeenItem[]): Promise<SeenItem[]> => asked.filter((one) => kept.seen.get(one.item) !== one.version);

  async function run(): Promise<void> {
    const reading = source.read({
      startAt: "beginning",
      every: 20,
      signal: stop.signal,
      seen: { unseen },
      log: { info: log, warn: log },
      connection: (name) => name,
      ...(kept.cursor === undefined ? {} : { cursor: kept.cursor }),
      ...context,
    });
    for await (const batch of reading) {
      for (const { item, version } of batch.seen ?? []) kept.seen.set(item, version);
      if (batch.cursor !== undefined) kept.cursor = batch.cursor;
      batches.push(batch);
      items.push(...batch.items);
      await batch.ack?.();
      if (stop.signal.aborted) return;
    }
  }
  const ended = run().catch((error: unknown) => {
    if (!stop.signal.aborted) throw error;
  });
  // A test that fails before it waits for the end must not end in an unhandled rejection as well.
  ended.catch(() => undefined);
  return {
    batches,
    items,
    lines,
    polls: () =>
      batches.filter((batch) => batch.items.length === 0 && batch.seen === undefined && batch.poison === undefined && batch.joining === undefined).length,
    cursor: () => kept.cursor,
    ended,
    stop: async () => {
      stop.abort();
      await ended;
    },
  };
}
