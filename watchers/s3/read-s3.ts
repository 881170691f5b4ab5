import { LIMITS } from "../../core/limits.ts";
import type { Batch, ReadContext } from "../../core/source.ts";
import { type AwsAccess, parseAwsConnection } from "../aws/connection.ts";
import { createKnownItems } from "../known-items.ts";
import { openQueue, type Queue } from "../sqs/queue.ts";
import { type Bucket, openBucket } from "./bucket.ts";
import { type FoundObject, toSeen, type Updates } from "./found-object.ts";
import { createListings } from "./listings.ts";
import { createNotifications } from "./notified.ts";
import type { S3Place } from "./place.ts";
import type { S3Item } from "./s3.ts";
import { beginning, type S3Cursor, stockOf } from "./stock.ts";
import { createTurns } from "./turns.ts";

export interface S3Reading {
  readonly place: S3Place;
  readonly connection?: string;
  readonly updates: Updates;
  readonly wanted: (object: FoundObject) => boolean;
  readonly toItem: (object: FoundObject) => S3Item;
  /** Milliseconds between two listings of everything, if they are not what finds news. */
  readonly fullScan?: number;
  /** Folders that are listed at each poll, at an instant of the server's clock. */
  readonly recent?: (now: number) => readonly string[];
  readonly notifications?: { readonly queue: string; readonly connection?: string };
}

type S3Batch = Batch<S3Item, S3Cursor>;

/** Items of one batch: as many as one signal carries. */
const BATCH = LIMITS.batchEvents;
/** After so many pages without news the place of a listing is kept all the same. */
const KEEP_PLACE_EVERY = 20;
/** Milliseconds that a notification stays invisible to others; renewed while it is worked on. */
const VISIBILITY = 60_000;

/** Reads a bucket for ever: one listing after another, each page by itself, and between them what notifications tell of. */
export async function* readS3(reading: S3Reading, context: ReadContext<S3Cursor>): AsyncGenerator<S3Batch> {
  const { place, connection, notifications } = reading;
  const bucket = await openBucket(place.bucket, accessOf(connection, context));
  let queue: Queue | undefined;
  try {
    if (notifications !== undefined) {
      queue = await openNotifications(notifications.queue, notifications.connection ?? connection, context);
    }
    yield* readBucket(reading, bucket, queue, context);
  } finally {
    bucket.close();
    await queue?.close();
  }
}

type Opening = Pick<ReadContext<unknown>, "connection" | "log">;

function accessOf(connection: string | undefined, context: Opening): AwsAccess {
  return connection === undefined ? {} : parseAwsConnection(connection, context.connection(connection));
}

/** The queue that the bucket's notifications go to. Throws `E_SOURCE`, `E_CONNECTION`, `E_PACKAGE_MISSING`. */
export function openNotifications(queue: string, connection: string | undefined, context: Opening): Promise<Queue> {
  return openQueue({ queue, access: accessOf(connection, context), visibility: VISIBILITY, log: context.log, user: "s3({ notifications })" });
}

async function* readBucket(reading: S3Reading, bucket: Bucket, queue: Queue | undefined, context: ReadContext<S3Cursor>): AsyncGenerator<S3Batch> {
  const { place, updates, recent, fullScan } = reading;
  const { signal, log } = context;
  const versions = updates === "versions";
  const known = createKnownItems<FoundObject>(context.seen, (object) => toSeen(object, updates));
  const listings = createListings(
    bucket,
    {
      prefix: place.prefix,
      ...(recent === undefined ? {} : { recent: () => recent(bucket.clock()) }),
      fullEvery: fullScan ?? context.every,
      fullIn: nextFull(context.cursor, fullScan),
      recentEvery: context.every,
      versions,
      resume: context.cursor?.listed,
    },
    signal,
  );
  const concerns = (key: string): boolean => place.pathOf(key) !== undefined;
  const notifications = queue && createNotifications({ queue, bucket, name: place.bucket, concerns, versions, log, signal });
  const nextTurn = createTurns(listings, notifications, signal);
  /** Looked at while a listing runs: its pages may be older. */
  const lookedAt = new Set<string>();
  let cursor = context.cursor;
  let takenAsKnown = 0;
  let pages = 0;

  for (let turn = await nextTurn(); turn.kind !== "ended"; turn = await nextTurn()) {
    if (cursor === undefined) {
      cursor = beginning(context, bucket.clock());
      yield { items: [], cursor };
    }
    const stock = stockOf(cursor);
    if (turn.kind === "notified") {
      const { objects, poison, ack } = turn.notified;
      const happened = new Map(objects.map(({ object, at }) => [object, Date.parse(at)]));
      const unknown = await known.without([...happened.keys()].filter(reading.wanted));
      for (const { key } of unknown) lookedAt.add(key);
      const isOld = (object: FoundObject): boolean => stock.isKnown(object) && (happened.get(object) ?? 0) < stock.after;
      const news = unknown.filter((object) => !isOld(object));
      yield { items: news.map(reading.toItem), poison, seen: unknown.map((object) => toSeen(object, updates)), ack };
      known.add(unknown);
      continue;
    }

    const { listed } = turn;
    const unknown = await known.without(listed.objects.filter((object) => reading.wanted(object) && !lookedAt.has(object.key)));
    const existing = unknown.filter(stock.isKnown);
    if (existing.length > 0) yield* commit([], existing);
    takenAsKnown += existing.length;
    yield* publish(unknown.filter((object) => !stock.isKnown(object)));

    if (listed.next !== undefined) {
      if (!listed.full) continue;
      pages += 1;
      cursor = { ...cursor, listed: listed.next };
      if (pages % KEEP_PLACE_EVERY === 0) yield { items: [], cursor };
      continue;
    }
    lookedAt.clear();
    if (!listed.full) {
      yield { items: [] };
      continue;
    }
    if (stock.taking && takenAsKnown > 0) log.info(takenLine(takenAsKnown, place.uri));
    const isWorthKeeping = stock.taking || fullScan !== undefined || pages >= KEEP_PLACE_EVERY;
    cursor = afterFull(cursor, fullScan === undefined ? undefined : bucket.clock());
    pages = 0;
    yield isWorthKeeping ? { items: [], cursor } : { items: [] };
  }

  async function* publish(objects: readonly FoundObject[]): AsyncGenerator<S3Batch> {
    // In the order in which they were written, so that the events of a batch are in the order of their times.
    const sorted = [...objects].sort((a, b) => (a.modifiedAt < b.modifiedAt ? -1 : a.modifiedAt > b.modifiedAt ? 1 : a.key < b.key ? -1 : 1));
    for (let start = 0; start < sorted.length; start += BATCH) {
      const part = sorted.slice(start, start + BATCH);
      yield* commit(part.map(reading.toItem), part);
    }
  }

  async function* commit(items: readonly S3Item[], objects: readonly FoundObject[]): AsyncGenerator<S3Batch> {
    yield { items, seen: objects.map((object) => toSeen(object, updates)) };
    // The next batch is asked for, so this one is committed.
    known.add(objects);
  }
}

/** The position after a listing of everything: the next one begins at the beginning. */
function afterFull({ after }: S3Cursor, at: number | undefined): S3Cursor {
  return { after, stock: "taken", ...(at === undefined ? {} : { fullAt: new Date(at).toISOString() }) };
}

/** Milliseconds until everything is listed again: a new session does not begin with it. */
function nextFull(cursor: S3Cursor | undefined, every: number | undefined): number {
  if (every === undefined || cursor?.fullAt === undefined || cursor.listed !== undefined) return 0;
  return Math.max(0, Math.min(every, Date.parse(cursor.fullAt) + every - Date.now()));
}

function takenLine(count: number, uri: string): string {
  return `${count.toLocaleString("en")} objects in ${uri} taken as known; a reset to the beginning publishes them`;
}
