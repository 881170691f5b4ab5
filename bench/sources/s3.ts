import { S3 } from "@aws-sdk/client-s3";
import type { Batch } from "../../core/source.ts";
import type { S3Server } from "../../scripts/servers/s3.ts";
import type { OutboxSession } from "../../watchers/outbox.ts";
import { type S3Cursor, type S3Item, s3 } from "../../watchers/s3/index.ts";
import type { OurSide } from "../our-side.ts";
import { type Figure, median } from "../statistics.ts";

const AT_ONCE = 48;
const SCANS = 3;
const BUCKET = "bench";

/**
 * Scans of a bucket of objects that are all known, beside the SDK's listing, in turns; then how many scans it takes to find a new one. The
 * source is read as a session reads it, with what is known in Postgres.
 */
export async function measureS3(side: OurSide, server: S3Server, objects: number, progress: (line: string) => void): Promise<readonly Figure[]> {
  const { url, accessKeyId, secretAccessKey, region } = server;
  const client = new S3({ endpoint: url, region, credentials: { accessKeyId, secretAccessKey }, forcePathStyle: true });
  await client.createBucket({ Bucket: BUCKET });
  progress(`putting ${objects} objects`);
  await putAll(client, objects);

  const stop = new AbortController();
  const session = await side.store.outbox.open({ id: "bench-s3", source: `s3://${BUCKET}/in`, fingerprint: "s3 bench" });
  const reading = s3({ connection: "lake", bucket: BUCKET, prefix: "in" })
    .read({
      startAt: "now",
      every: 1,
      signal: stop.signal,
      seen: session.seen,
      log: { info: progress, warn: progress },
      connection: () => server.env.HEADGATE_CONN_LAKE ?? "",
    })
    [Symbol.asyncIterator]();
  const ours: number[] = [];
  const bare: number[] = [];
  try {
    // The first scan takes what is there as known.
    await scan(reading, session);
    for (let turn = 0; turn < SCANS; turn += 1) {
      bare.push(await timed(() => listAll(client)));
      ours.push(await timed(() => scan(reading, session)));
    }
    await client.putObject({ Bucket: BUCKET, Key: "in/new", Body: "new" });
    const found = await scan(reading, session);
    return [
      {
        name: `S3, scan of ${objects.toLocaleString("en-US")} known objects`,
        unit: "ms",
        ours: median(ours),
        bare: median(bare),
        value: median(ours) / median(bare),
        target: { kind: "at most", value: 1.5 },
      },
      { name: "S3, new objects that the next scan found", unit: "of 1", ours: found, value: found, target: { kind: "at least", value: 1 } },
    ];
  } finally {
    stop.abort();
    await reading.return?.(undefined);
    client.destroy();
  }
}

/** Reads until a listing has ended; how many items it gave. */
async function scan(reading: AsyncIterator<Batch<S3Item, S3Cursor>>, session: OutboxSession): Promise<number> {
  let items = 0;
  for (;;) {
    const { value: batch, done } = await reading.next();
    if (done === true) throw new Error("the source ended");
    items += batch.items.length;
    await session.append({ events: [], cursor: batch.cursor, seen: batch.seen ?? [], poison: [] });
    // Pages give what they found, or keep the place in a long listing; the end of a listing gives nothing, and has no place.
    if (batch.items.length === 0 && batch.seen === undefined && batch.cursor?.listed === undefined) return items;
  }
}

async function putAll(client: S3, count: number): Promise<void> {
  let next = 0;
  const work = async (): Promise<void> => {
    for (let n = next; n < count; n = next) {
      next += 1;
      await client.putObject({ Bucket: BUCKET, Key: `in/${String(n % 100).padStart(2, "0")}/${n}.json`, Body: "{}" });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

async function listAll(client: S3): Promise<void> {
  for (let token: string | undefined; ; ) {
    const page = await client.listObjectsV2({ Bucket: BUCKET, Prefix: "in/", ContinuationToken: token });
    token = page.NextContinuationToken;
    if (token === undefined) return;
  }
}

async function timed(act: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await act();
  return performance.now() - start;
}
