import type { Batch, ReadContext } from "../../core/source.ts";
import { parseAwsConnection } from "../aws/connection.ts";
import { wait } from "../backoff.ts";
import { createKnownItems } from "../known-items.ts";
import { type Bucket, openBucket } from "./bucket.ts";
import { type FoundObject, toSeen, type Updates } from "./found-object.ts";
import { createListings } from "./listings.ts";
import type { S3Place } from "./place.ts";
import type { S3Item } from "./s3.ts";
import { beginning, type S3Cursor, stockOf } from "./stock.ts";

export interface S3Reading {
  readonly place: S3Place;
  readonly connection?: string;
  readonly updates: Updates;
  readonly wanted: (object: FoundObject) => boolean;
  readonly toItem: (object: FoundObject) => S3Item;
  readonly recent?: { readonly folders: (now: number) => readonly string[]; readonly fullScan: number };
}

type S3Batch = Batch<S3Item, S3Cursor>;

/** Items of one batch: as many as one signal carries. */
const BATCH = 200;
/** After so many pages without news the place of a listing is kept all the same. */
const KEEP_PLACE_EVERY = 20;

/** Reads a bucket for ever: one listing after another, each page by itself. */
export async function* readS3(reading: S3Reading, context: ReadContext<S3Cursor>): AsyncGenerator<S3Batch> {
  const { place, connection } = reading;
  const bucket = await openBucket(place.bucket, connection === undefined ? {} : parseAwsConnection(connection, context.connection(connection)));
  try {
    yield* readBucket(reading, bucket, context);
  } finally {
    bucket.close();
  }
}

async function* readBucket(reading: S3Reading, bucket: Bucket, context: ReadContext<S3Cursor>): AsyncGenerator<S3Batch> {
  const { place, updates, recent } = reading;
  const { signal, log } = context;
  const known = createKnownItems<FoundObject>(context.seen, (object) => toSeen(object, updates));
  const listings = createListings(
    bucket,
    {
      prefix: place.prefix,
      ...(recent === undefined ? {} : { recent: () => recent.folders(bucket.clock()) }),
      fullEvery: recent?.fullScan ?? context.every,
      fullIn: nextFull(context.cursor, recent?.fullScan),
      recentEvery: context.every,
      versions: updates === "versions",
      resume: context.cursor?.listed,
    },
    signal,
  );
  let cursor: S3Cursor | undefined = context.cursor;
  let takenAsKnown = 0;
  let pagesSinceKept = 0;

  while (!signal.aborted) {
    await wait(listings.due(), signal);
    if (signal.aborted) return;
    const listed = await listings.next();
    if (cursor === undefined) {
      cursor = beginning(context, bucket.clock());
      yield { items: [], cursor };
    }
    const stock = stockOf(cursor);
    const unknown = await known.without(listed.objects.filter(reading.wanted));
    const existing = unknown.filter(stock.isKnown);
    if (existing.length > 0) yield* commit([], existing);
    takenAsKnown += existing.length;
    yield* publish(unknown.filter((object) => !stock.isKnown(object)));

    if (listed.next === undefined) {
      if (listed.full && stock.taking && takenAsKnown > 0) log.info(takenLine(takenAsKnown, place.uri));
      const ended: S3Cursor = listed.full ? afterFull(cursor, recent === undefined ? undefined : bucket.clock()) : cursor;
      const moved = ended !== cursor && (stock.taking || recent !== undefined || pagesSinceKept >= KEEP_PLACE_EVERY);
      cursor = ended;
      if (listed.full) pagesSinceKept = 0;
      yield moved ? { items: [], cursor } : { items: [] };
    } else if (listed.full) {
      pagesSinceKept += 1;
      cursor = { ...cursor, listed: listed.next };
      if (pagesSinceKept % KEEP_PLACE_EVERY === 0) yield { items: [], cursor };
    }
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
