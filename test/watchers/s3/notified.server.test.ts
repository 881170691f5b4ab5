import { afterEach, beforeEach, expect, it } from "vitest";
import { asset } from "../../../core/authoring/asset.ts";
import { daily } from "../../../core/authoring/partitions.ts";
import { s3Server } from "../../../scripts/servers/s3.ts";
import { sqsServer } from "../../../scripts/servers/sqs.ts";
import { type S3Cursor, type S3Item, type S3Options, s3 } from "../../../watchers/s3/index.ts";
import { describeWithServers } from "../../support/servers.ts";
import { until } from "../session-run.ts";
import { type SourceWorld, sourceContract } from "../source-contract.ts";
import { type Kept, readSource, type SourceReading } from "../source-reading.ts";
import { createQueueWorld, type QueueWorld } from "../sqs/queue-world.ts";
import { type BucketWorld, createBucketWorld } from "./bucket-world.ts";
import { eventBridgeBody, s3Body, snsBody, TEST_EVENT } from "./notification-bodies.ts";

const BODIES = [
  ["S3", s3Body],
  ["SNS", snsBody],
  ["EventBridge", eventBridgeBody],
] as const;

await describeWithServers("on real servers of S3 and SQS", { s3: s3Server, sqs: sqsServer }, (servers) => {
  // Every second object is never notified of: the listing finds it.
  sourceContract("the S3 source with notifications", async (): Promise<SourceWorld> => {
    const bucket = await createBucketWorld(servers().s3);
    const queue = await createQueueWorld(servers().sqs);
    const raw = asset(`s3://${bucket.bucket}/raw/date={ds}/`, { partitions: daily() });
    const source = s3({
      connection: bucket.connection,
      pattern: "**/*.csv",
      notifications: { queue: queue.queue, connection: queue.connection },
      fullScan: "100ms",
    });
    let count = 0;
    const put = async (key: string, name: string): Promise<void> => {
      await bucket.put(key, name);
      count += 1;
      const body = BODIES[count % BODIES.length]?.[1] ?? s3Body;
      if (count % 2 === 0) await queue.send(body({ bucket: bucket.bucket, key }));
    };
    return {
      watcher: (startAt) => ({ kind: "watcher", id: "raw", source, publishes: raw, every: 30, startAt }),
      put: (name) => put(`raw/date=2026-11-23/${name}.csv`, name),
      putPoison: (name) => put(`raw/date=someday/${name}.csv`, name),
      nameOf: (event) => String(event.data?.path).replace(/^.*\/(.*)\.csv$/, "$1"),
      dispose: async () => {
        await bucket.dispose();
        await queue.dispose();
      },
    };
  });

  let bucket: BucketWorld;
  let queue: QueueWorld;
  const readings: SourceReading<S3Item, S3Cursor>[] = [];
  beforeEach(async () => {
    bucket = await createBucketWorld(servers().s3, { versions: true });
    queue = await createQueueWorld(servers().sqs);
  });
  afterEach(async () => {
    await Promise.all(readings.splice(0).map((reading) => reading.stop().catch(() => undefined)));
    await bucket.dispose();
    await queue.dispose();
  });

  /** With one listing at the beginning, and no other. */
  async function read(options: S3Options = {}, kept: Kept<S3Cursor> = { seen: new Map() }): Promise<SourceReading<S3Item, S3Cursor>> {
    const source = s3({
      connection: bucket.connection,
      bucket: bucket.bucket,
      prefix: "in",
      notifications: { queue: queue.queue, connection: queue.connection },
      ...options,
    });
    const reading = readSource(source, {}, kept);
    readings.push(reading);
    await until("the first listing is over", () => reading.cursor()?.fullAt !== undefined);
    return reading;
  }
  const isEmpty = async (): Promise<boolean> => JSON.stringify(await queue.counts()) === '{"waiting":0,"received":0}';

  it.each(BODIES)("finds what %s notifies of, long before the next listing", async (_, body) => {
    const reading = await read();
    await bucket.put("in/a b+ü.csv", "12345");
    await queue.send(body({ bucket: bucket.bucket, key: "in/a b+ü.csv" }));
    await until("the object", () => reading.items.length === 1);
    expect(reading.items[0]).toMatchObject({ key: "in/a b+ü.csv", size: 5 });
    await until("the message is removed", isEmpty);
  });

  it.each([
    ["content", {}],
    ["write", { updates: "write" }],
    ["versions", { updates: "versions" }],
  ] as const)("gives the same item as a listing does, by %s", async (updates, options) => {
    const reading = await read(options);
    await bucket.put("in/a.csv", "one");
    const listed = readSource(s3({ connection: bucket.connection, bucket: bucket.bucket, prefix: "in", ...options }));
    readings.push(listed);
    await until("the listing finds it", () => listed.items.length === 1);
    const { versionId } = listed.items[0] ?? {};
    await queue.send(s3Body({ bucket: bucket.bucket, key: "in/a.csv", ...(updates === "versions" && versionId !== undefined ? { versionId } : {}) }));
    await until("the notification finds it", () => reading.items.length === 1);
    expect(reading.items).toEqual(listed.items);
    expect(s3({ bucket: "b" }).identify(reading.items[0] as S3Item)).toEqual(s3({ bucket: "b" }).identify(listed.items[0] as S3Item));
  });

  it("counts notifications that come doubled and late once", async () => {
    const reading = await read();
    await bucket.put("in/a.csv", "one");
    await bucket.put("in/a.csv", "two");
    for (let k = 0; k < 5; k += 1) await queue.send(s3Body({ bucket: bucket.bucket, key: "in/a.csv" }));
    await until("the object", () => reading.items.length >= 1);
    await until("all messages are removed", isEmpty);
    expect(reading.items).toHaveLength(1);
    expect(reading.items[0]?.size).toBe(3);
  });

  it("publishes a deletion on request, and the object when it is made again", async () => {
    const reading = await read({ deletions: true });
    await bucket.put("in/a.csv", "one");
    await queue.send(s3Body({ bucket: bucket.bucket, key: "in/a.csv" }));
    await until("the object", () => reading.items.length === 1);
    await bucket.remove("in/a.csv");
    for (let k = 0; k < 2; k += 1) await queue.send(s3Body({ bucket: bucket.bucket, key: "in/a.csv", deleted: true }));
    await until("the deletion", () => reading.items.length === 2);
    expect(reading.items[1]).toMatchObject({ key: "in/a.csv", deleted: true });
    await until("all messages are removed", isEmpty);
    expect(reading.items).toHaveLength(2);
    await bucket.put("in/a.csv", "one");
    await queue.send(s3Body({ bucket: bucket.bucket, key: "in/a.csv" }));
    await until("the object again", () => reading.items.length === 3);
  });

  it("removes the test message and what tells of other places, and goes on", async () => {
    const reading = await read();
    await queue.send(TEST_EVENT);
    await queue.send(s3Body({ bucket: "another-bucket", key: "in/a.csv" }));
    await queue.send(s3Body({ bucket: bucket.bucket, key: "out/a.csv" }));
    await queue.send(s3Body({ bucket: bucket.bucket, key: "in/gone.csv" }));
    await until("all messages are removed", isEmpty);
    expect(reading.items).toEqual([]);
    expect(reading.lines).toEqual([expect.stringContaining("other buckets")]);
  });

  it("puts a message that is no notification with the dead letters", async () => {
    const reading = await read();
    await queue.send({ hello: "world" });
    await until("the dead letter", () => reading.batches.some((batch) => (batch.poison ?? []).length > 0));
    await until("it is removed", isEmpty);
  });

  it("finds by the rare listing what was never notified of, and does not begin each session with one", async () => {
    // A reader that ended a moment ago had listed everything. (One that really ends leaves a long poll behind, which may take the message.)
    const kept: Kept<S3Cursor> = { seen: new Map(), cursor: { after: new Date(0).toISOString(), stock: "taken", fullAt: new Date().toISOString() } };
    await bucket.put("in/a.csv");
    const second = readSource(
      s3({ connection: bucket.connection, bucket: bucket.bucket, prefix: "in", notifications: { queue: queue.queue, connection: queue.connection } }),
      {},
      kept,
    );
    readings.push(second);
    await queue.send(TEST_EVENT);
    await until("it reads the queue", isEmpty);
    expect(second.items).toEqual([]);
    await second.stop();
    const third = readSource(
      s3({
        connection: bucket.connection,
        bucket: bucket.bucket,
        prefix: "in",
        notifications: { queue: queue.queue, connection: queue.connection },
        fullScan: "50ms",
      }),
      {},
      kept,
    );
    readings.push(third);
    await until("the listing finds it", () => third.items.length === 1);
  });
});
