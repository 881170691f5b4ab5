import type { TaskSource } from "../core/definition.ts";
import { HeadgateError, messageOf } from "../core/errors.ts";
import type { Batch, SourceLog } from "../core/source.ts";
import { type Backoff, backoffWait, DEFAULT_BACKOFF, wait } from "./backoff.ts";
import type { KeptItems, Outbox } from "./outbox.ts";
import { createPatience, type Patience } from "./patience.ts";
import { isFinal } from "./send-batch.ts";

export interface TakeItemsDeps {
  readonly outbox: Outbox;
  readonly kept: KeptItems;
  readonly connection: (name: string) => string;
  readonly log: SourceLog;
  /** @default 500 ms, doubled up to 30 s */
  readonly backoff?: Backoff;
}

export interface TakeItemsRequest {
  readonly reads: TaskSource;
  /** Whose position it is, and whose items wait to be taken. */
  readonly reader: string;
  /** Who takes. The same again gets the same items. */
  readonly task: string;
  /** Items that are enough. */
  readonly max: number;
  /** Milliseconds until it goes on with what there is; undefined waits for ever. */
  readonly patience: number | undefined;
  /** Whether that counts from the start, or only once its source has given it its share (`Batch.joining`), 30 s later at most. @default "start" */
  readonly patienceFrom?: "start" | "joined";
  /** Whether an item is wanted; the others are passed over. @default all are */
  readonly isWanted?: (item: unknown) => boolean;
  readonly signal: AbortSignal;
}

/** A group of readers may take so long to give out their shares, in milliseconds. */
const LONGEST_JOIN = 30_000;

/**
 * Takes items from a source for a task, and returns how many it has. The order of one batch never changes: read -> items and
 * position kept in one transaction -> source told. So what is cut off anywhere comes again, and is known by its id; what was kept and
 * not taken waits for the next task of the reader. Failures are tried again as long as there is time; with nothing to show for it the
 * last one is thrown. Rejects with the signal's reason when it aborts.
 */
export async function takeItems(request: TakeItemsRequest, deps: TakeItemsDeps): Promise<number> {
  const { reader, task, max, patience, signal } = request;
  const { kept, log, backoff = DEFAULT_BACKOFF } = deps;
  const has = await kept.count(task);
  if (has > 0) return has;
  const time = createPatience(patience, request.patienceFrom === "joined" ? LONGEST_JOIN : 0);
  const stop = AbortSignal.any([signal, time.over]);
  let failures = 0;
  let failure: unknown;
  try {
    for (;;) {
      if (stop.aborted) break;
      if ((await kept.count(reader)) >= max) {
        // Another task of the reader may have been quicker: then there is still time for what comes next.
        const taken = await kept.take(reader, task, max);
        if (taken > 0) return taken;
        continue;
      }
      try {
        await readOnce(request, deps, stop, time, () => {
          failures = 0;
          failure = undefined;
        });
        // A source that stops by itself is read again after the poll interval.
        if (!stop.aborted && (await kept.count(reader)) < max) await wait(request.reads.every, stop);
      } catch (error) {
        if (isFinal(error) || isOfMatch(error)) throw error;
        time.run();
        if (stop.aborted) break;
        failures += 1;
        failure = error;
        log.warn(`${reader}: ${messageOf(error)}`, { failures });
        await wait(backoffWait(backoff, failures, Math.random()), stop);
      }
    }
  } finally {
    time.stop();
  }
  signal.throwIfAborted();
  const taken = await kept.take(reader, task, max);
  if (taken === 0 && failure !== undefined) throw failure;
  return taken;
}

async function readOnce(request: TakeItemsRequest, deps: TakeItemsDeps, stop: AbortSignal, time: Patience, onRead: () => void): Promise<void> {
  const { reads, reader, max } = request;
  const { source, every, startAt } = reads;
  const name = source.describe(undefined);
  const session = await deps.outbox.open({ id: reader, source: name, fingerprint: `${source.kind} ${name}` });
  const reading = new AbortController();
  const { connection, log } = deps;
  const context = {
    ...(session.cursor === undefined ? {} : { cursor: session.cursor }),
    ...{ startAt: startAt ?? "now", seen: session.seen, every, signal: AbortSignal.any([stop, reading.signal]), log, reader, connection },
  };
  try {
    for await (const batch of source.read(context)) {
      if (batch.joining === true) {
        time.hold();
        if (stop.aborted) return;
        continue;
      }
      time.run();
      const keep = wantedOf(request, batch);
      if (keep.length > 0 || batch.cursor !== undefined || batch.seen !== undefined || batch.poison !== undefined) {
        await session.append({ events: [], cursor: batch.cursor, seen: batch.seen ?? [], poison: batch.poison ?? [], keep });
      }
      await batch.ack?.();
      onRead();
      if (stop.aborted || (keep.length > 0 && (await deps.kept.count(reader)) >= max)) return;
    }
  } finally {
    reading.abort();
  }
}

function wantedOf({ reads, isWanted }: TakeItemsRequest, batch: Batch<unknown, unknown>): readonly { readonly id: string; readonly item: unknown }[] {
  const items = isWanted === undefined ? batch.items : batch.items.filter(isWanted);
  return items.map((item) => ({ id: reads.source.identify(item).id, item }));
}

/** A mistake in `match` does not go away by reading again. */
function isOfMatch(error: unknown): boolean {
  return HeadgateError.is(error) && error.code === "E_TASK_FAILED";
}

/** What `match` says of an item. Throws `E_TASK_FAILED` with the item's id if it throws: the wait would pass over what it waits for. */
export function matcherOf({ source, match }: TaskSource, run: unknown): ((item: unknown) => boolean) | undefined {
  if (match === undefined) return undefined;
  return (item) => {
    try {
      return match(item as never, run as never) === true;
    } catch (cause) {
      throw new HeadgateError("E_TASK_FAILED", `"match" threw for item ${source.identify(item).id}: ${messageOf(cause)}`, { cause });
    }
  };
}
