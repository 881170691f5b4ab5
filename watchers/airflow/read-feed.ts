import { HeadgateError } from "../../core/errors.ts";
import type { Batch, ReadContext } from "../../core/source.ts";
import { wait } from "../backoff.ts";
import type { Feed, FeedEntry } from "./feed.ts";
import { fromMicros, toMicros } from "./micros.ts";

/** Where a reader of Airflow stands. Instants are ISO 8601. */
export interface AirflowCursor {
  /** The newest that was read. */
  readonly after: string;
  /** Nothing of this instant or before is ever read: where it began. @default `after`, for a position that a person gave */
  readonly since?: string;
  /** The last entry that was read: if it is gone, Airflow was cleaned. */
  readonly last?: string;
  /** When there was last nothing left to read. */
  readonly looked?: string;
}

/** What Airflow gives at most, unless it is set otherwise. */
const PAGE = 100;
/** So often a reader that finds nothing keeps that it has looked. */
const KEEP_LOOKED = 10 * 60_000;
/** Airflow is cleaned of what is days old: who was away for less has missed nothing. */
const AWAY = 86_400_000;

interface Position {
  readonly after: number;
  readonly since: number;
  readonly last?: string;
  readonly looked: number;
}

/**
 * Reads a list of Airflow for ever. Entries get their instants before they are committed, so one may appear with an instant behind the position: with
 * each poll what is younger than the position less `margin` (milliseconds) is read again, and told apart by its id. Throws `E_WATCHER_GAP` if Airflow
 * was cleaned of what was not read.
 */
export async function* readFeed<Item>(feed: Feed<Item>, margin: number, context: ReadContext<AirflowCursor>): AsyncGenerator<Batch<Item, AirflowCursor>> {
  const { signal, every } = context;
  /** What is behind the position and was read, with its instant. */
  const known = new Map<string, number>();
  let position: Position;
  if (context.cursor === undefined) {
    position = await begin(feed, context);
    yield { items: [], cursor: toCursor(position) };
  } else {
    position = parse(context.cursor);
    await checkGap(feed, position);
  }

  while (!signal.aborted) {
    let from = Math.max(position.since + 1, position.after - margin * 1000);
    let skip = 0;
    for (;;) {
      const page = await feed.page({ from, skip, limit: PAGE });
      const news = page.entries.filter(({ at, id }) => at > position.since && !known.has(id));
      const newest = page.entries.at(-1);
      const next = advance(position, page.isLast ? page.at : undefined, newest);
      const keep = news.length > 0 || next.looked - position.looked >= KEEP_LOOKED;
      yield {
        items: news.flatMap(({ item }) => (item === undefined ? [] : [item])),
        ...(news.some(({ poison }) => poison !== undefined) ? { poison: news.flatMap(({ poison }) => poison ?? []) } : {}),
        ...(keep ? { cursor: toCursor(next) } : {}),
      };
      for (const { id, at } of news) known.set(id, at);
      // What was not kept counts from when it was kept last.
      position = keep ? next : { ...next, looked: position.looked };
      if (page.isLast || newest === undefined || signal.aborted) break;
      skip = newest.at === from ? skip + page.entries.length : 0;
      from = newest.at;
    }
    for (const [id, at] of known) if (at < position.after - margin * 1000) known.delete(id);
    await wait(every, signal);
  }
}

function advance(position: Position, looked: number | undefined, newest: FeedEntry<unknown> | undefined): Position {
  const moved = newest !== undefined && newest.at > position.after ? { after: newest.at, last: newest.id } : {};
  return { ...position, ...moved, ...(looked === undefined ? {} : { looked }) };
}

async function begin<Item>(feed: Feed<Item>, { startAt, log }: ReadContext<AirflowCursor>): Promise<Position> {
  const { entries, at } = await feed.page({ first: "newest", limit: 1 });
  if (startAt === "beginning") return { after: 0, since: 0, looked: at };
  if (startAt !== "now") return { ...parse(startAt), looked: at };
  const [newest] = entries;
  const after = newest?.at ?? 0;
  log.info(
    newest === undefined
      ? `Airflow has no ${feed.name} yet; all that come are published`
      : `${feed.name} of Airflow up to ${fromMicros(after)} are taken as known; startAt: "beginning" publishes them`,
  );
  return { after, since: after, looked: at, ...(newest === undefined ? {} : { last: newest.id }) };
}

/** Away for longer than a day, what was read last is gone, and so is all that may have come soon after. */
async function checkGap<Item>(feed: Feed<Item>, { last, after, looked }: Position): Promise<void> {
  const oldest = await feed.page({ limit: 1, everything: true });
  const [first] = oldest.entries;
  if (last === undefined || first === undefined || oldest.at - looked < AWAY || first.at <= looked * 1000) return;
  const { entries } = await feed.page({ from: after, limit: PAGE });
  if (entries.some(({ id }) => id === last)) return;
  throw new HeadgateError("E_WATCHER_GAP", `Airflow has no ${feed.name} of before ${fromMicros(first.at)} any more, and was last read at ${iso(looked)}`, {
    hint: "it was cleaned, or its database was made anew: reset the watcher to the beginning of what is left, and publish by hand what is missing",
  });
}

function parse({ after, since = after, last, looked }: AirflowCursor): Position {
  try {
    return { after: toMicros(after), since: toMicros(since), looked: looked === undefined ? 0 : Date.parse(looked), ...(last === undefined ? {} : { last }) };
  } catch (cause) {
    throw new HeadgateError("E_CONFIG", `the position ${JSON.stringify(after)} is no instant`, {
      hint: 'write startAt: { after: "2026-11-23T00:00:00Z" }, "now" or "beginning"',
      cause,
    });
  }
}

function toCursor({ after, since, last, looked }: Position): AirflowCursor {
  return { after: fromMicros(after), since: fromMicros(since), looked: iso(looked), ...(last === undefined ? {} : { last }) };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
