import { afterEach, beforeEach, expect, it } from "vitest";
import { LIMITS } from "../../../core/limits.ts";
import type { ReadContext } from "../../../core/source.ts";
import { s3Server } from "../../../scripts/servers/s3.ts";
import { type S3Cursor, type S3Item, type S3Options, s3 } from "../../../watchers/s3/index.ts";
import { describeWithServer } from "../../support/servers.ts";
import { until } from "../session-run.ts";
import { type Kept, readSource, type SourceReading } from "../source-reading.ts";
import { type BucketWorld, createBucketWorld } from "./bucket-world.ts";

await describeWithServer("the S3 source", s3Server, (server) => {
  let world: BucketWorld;
  const readings: SourceReading<S3Item, S3Cursor>[] = [];
  beforeEach(async () => {
    world = await createBucketWorld(server(), { versions: true });
  });
  afterEach(async () => {
    await Promise.all(readings.splice(0).map((reading) => reading.stop().catch(() => undefined)));
    await world.dispose();
  });

  function read(options: S3Options = {}, context: Partial<ReadContext<S3Cursor>> = {}, kept?: Kept<S3Cursor>): SourceReading<S3Item, S3Cursor> {
    const reading = readSource(s3({ connection: world.connection, bucket: world.bucket, ...options }), context, kept);
    readings.push(reading);
    return reading;
  }
  const paths = (reading: SourceReading<S3Item, S3Cursor>) => reading.items.map((item) => item.path);
  const morePolls = async (reading: SourceReading<S3Item, S3Cursor>, count = 3): Promise<void> => {
    const target = reading.polls() + count;
    await until(`${count} more polls`, () => reading.polls() >= target);
  };

  it("gives an item what opens the object and what tells its versions apart", async () => {
    await world.put("in/a b.csv", "12345");
    const reading = read({ prefix: "in" });
    await until("the object", () => reading.items.length === 1);
    const [item] = reading.items;
    expect(item).toMatchObject({
      bucket: world.bucket,
      key: "in/a b.csv",
      path: "a b.csv",
      size: 5,
      storageClass: "STANDARD",
      uri: `s3://${world.bucket}/in/a b.csv`,
    });
    expect(item?.modifiedAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(item?.version).toBe(`${item?.etag}.${Date.parse(item?.modifiedAt ?? "") / 1000}`);
  });

  it("reads keys with every sign that a person types", async () => {
    const keys = ["in/ä b.csv", "in/a+b.csv", "in/a%20b.csv", "in/a#b?c.csv", "in/a&b<c>.csv", "in/x=1/日本.csv", "in/it's.csv"];
    for (const key of keys) await world.put(key);
    const reading = read({ prefix: "in" });
    await until("the objects", () => reading.items.length >= keys.length);
    expect(reading.items.map((item) => item.key).sort()).toEqual([...keys].sort());
  });

  it("passes over folders, temporary names and what lies beside the place", async () => {
    for (const key of ["in/", "in/_temporary/0/a.csv", "in/a.csv.tmp", "in/.b.csv", "in-old/c.csv", "in/d.json", "in/e.csv"]) await world.put(key, "");
    const reading = read({ prefix: "in", pattern: "**/*.csv" });
    await morePolls(reading);
    expect(paths(reading)).toEqual(["e.csv"]);
  });

  it("finds what is written behind the last key and before the first", async () => {
    await world.put("in/m.csv");
    const reading = read({ prefix: "in" });
    await until("the first", () => reading.items.length === 1);
    await world.put("in/z.csv");
    await world.put("in/a.csv");
    await until("both", () => reading.items.length === 3);
    expect(paths(reading).sort()).toEqual(["a.csv", "m.csv", "z.csv"]);
  });

  it("takes an overwrite as new by its content, and the same bytes as known", async () => {
    await world.put("in/a.csv", "one");
    const reading = read({ prefix: "in" });
    await until("the first", () => reading.items.length === 1);
    // A write of the same bytes in another second.
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    await world.put("in/a.csv", "one");
    await morePolls(reading);
    expect(reading.items).toHaveLength(1);
    await world.put("in/a.csv", "two");
    await until("the overwrite", () => reading.items.length === 2);
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    await world.put("in/a.csv", "one");
    await until("the first content again", () => reading.items.length === 3);
    expect(new Set(reading.items.map((item) => item.version)).size).toBe(3);
  });

  it("takes each write as new, on request", async () => {
    await world.put("in/a.csv", "one");
    const reading = read({ prefix: "in", updates: "write" });
    await until("the first", () => reading.items.length === 1);
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    await world.put("in/a.csv", "one");
    await until("the second write", () => reading.items.length === 2);
  });

  it("gives one item for each time that a set was completed, where a marker ends it", async () => {
    const reading = read({ prefix: "in", pattern: "**/_SUCCESS", updates: "write" });
    for (let k = 0; k < 3; k += 1) await world.put(`in/date=2026-11-23/part-${k}.csv`);
    await morePolls(reading);
    expect(reading.items).toEqual([]);
    await world.put("in/date=2026-11-23/_SUCCESS", "");
    await until("the set", () => reading.items.length === 1);
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    await world.put("in/date=2026-11-23/_SUCCESS", "");
    await until("the set again", () => reading.items.length === 2);
  });

  it("gives each version and each deletion, on request", async () => {
    await world.put("in/a.csv", "one");
    await world.put("in/a.csv", "two");
    const kept: Kept<S3Cursor> = { seen: new Map() };
    const reading = read({ prefix: "in", updates: "versions", deletions: true }, {}, kept);
    await until("two versions", () => reading.items.length === 2);
    await world.remove("in/a.csv");
    await until("the deletion", () => reading.items.length === 3);
    expect(reading.items.at(-1)).toMatchObject({ key: "in/a.csv", deleted: true, size: 0 });
    await world.put("in/a.csv", "two");
    await until("it is made again", () => reading.items.length === 4);
    expect(new Set(reading.items.map((item) => item.version)).size).toBe(4);
    await reading.stop();
    const again = read({ prefix: "in", updates: "versions", deletions: true }, {}, kept);
    await morePolls(again);
    expect(again.items).toEqual([]);
  });

  it("takes as known what was there, says how many, and keeps where it began first", async () => {
    for (let k = 0; k < 5; k += 1) await world.put(`in/${k}.csv`);
    const reading = read({ prefix: "in" }, { startAt: "now" });
    await until("the stock is taken", () => reading.cursor()?.stock === "taken");
    expect(reading.batches[0]).toEqual({ items: [], cursor: { after: expect.any(String), stock: "taking" } });
    expect(reading.lines).toEqual([expect.stringContaining("5 objects")]);
    await world.put("in/new.csv");
    await until("the new object", () => reading.items.length === 1);
    expect(paths(reading)).toEqual(["new.csv"]);
  });

  it("publishes what came while it was taking stock and died", async () => {
    await world.put("in/old.csv");
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    const after = new Date(Math.floor(Date.now() / 1000) * 1000).toISOString();
    await world.put("in/new.csv");
    const reading = read({ prefix: "in" }, { cursor: { after, stock: "taking" } });
    await until("the new object", () => reading.items.length === 1);
    expect(paths(reading)).toEqual(["new.csv"]);
  });

  it("reads page by page, and takes a listing up where it was cut off", { timeout: 120_000 }, async () => {
    const keys = Array.from({ length: 1_200 }, (_, k) => `in/${String(k).padStart(5, "0")}.csv`);
    for (let start = 0; start < keys.length; start += 100) await Promise.all(keys.slice(start, start + 100).map((key) => world.put(key, "x")));
    const reading = read({ prefix: "in" });
    await until("all objects", () => reading.items.length >= keys.length, 60_000);
    await morePolls(reading, 2);
    expect(reading.items.map((item) => item.key).sort()).toEqual(keys);
    expect(Math.max(...reading.batches.map((batch) => batch.items.length))).toBeLessThanOrEqual(LIMITS.batchEvents);
    await reading.stop();
    const resumed = read({ prefix: "in" }, { cursor: { after: new Date(0).toISOString(), stock: "taken", listed: { key: "in/00899.csv" } } });
    await until("the rest", () => resumed.items.length >= 300, 30_000);
    expect(resumed.items[0]?.key).toBe("in/00900.csv");
    await until("then the beginning", () => resumed.items.length >= keys.length, 30_000);
  });

  it("lists the newest days often and everything rarely", async () => {
    const today = new Date().toISOString().slice(0, 10);
    const asset = { uri: `s3://${world.bucket}/in`, template: `s3://${world.bucket}/in/date={ds}`, partitions: { grain: "day", tz: "UTC" } } as const;
    await world.put(`in/date=${today}/a.csv`);
    await world.put("in/date=2020-01-01/old.csv");
    const reading = read({ recent: 2 }, { asset });
    await until("both at first", () => reading.items.length === 2);
    await world.put("in/date=2020-01-01/late.csv");
    await world.put(`in/date=${today}/b.csv`);
    await until("the new one of today", () => reading.items.length === 3);
    await morePolls(reading);
    expect(paths(reading)).not.toContain("date=2020-01-01/late.csv");
    await reading.stop();
    const soon = read({ recent: 2, fullScan: "100ms" }, { asset, cursor: reading.cursor() as S3Cursor });
    await until("the late one with everything", () => soon.items.some((item) => item.path === "date=2020-01-01/late.csv"));
  });

  it("says which bucket is missing and what to do", async () => {
    const reading = read({ bucket: "no-such-bucket" });
    await expect(reading.ended).rejects.toMatchObject({
      code: "E_SOURCE",
      message: expect.stringContaining("no-such-bucket"),
      hint: expect.stringContaining("create"),
    });
  });
});
