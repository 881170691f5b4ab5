import fc from "fast-check";
import { sql } from "kysely";
import { expect, it } from "vitest";
import type { Fact } from "../../core/fact.ts";
import { DAY_TABLES, openDatabase } from "../../store/database.ts";
import { asset, catalog, catalogFact, DAY, DAY_ONE, event, eventFact, fateFact, plan, runFact } from "./facts.ts";
import { createStoreWorld, type StoreWorld } from "./store-world.ts";

/** Every row of every table that facts are written to. */
async function rowsOf(world: StoreWorld): Promise<Readonly<Record<string, readonly unknown[]>>> {
  const db = openDatabase({ url: world.url, schema: "headgate", size: 1, connectTimeout: 3_000, queryTimeout: 15_000 });
  try {
    const tables = [
      ...DAY_TABLES,
      "assets",
      "slices",
      "definitions",
      "catalogs",
      "plans",
      "deploys",
      "edges",
      "consumers",
      "registries",
      "counters",
      "freshness",
      "last_ends",
    ] as const;
    const found: Record<string, readonly unknown[]> = {};
    for (const table of tables)
      found[table] = (await sql<{ row: unknown }>`select row_to_json(t)::text as row from ${db.tables[table]} t order by 1`.execute(db.kysely)).rows;
    return found;
  } finally {
    await db.kysely.destroy();
  }
}

/** What a small registry did over two days: with repeats, several fates of one event, runs that end, two deploys. */
function manyFacts(): readonly Fact[] {
  const facts: Fact[] = [];
  let n = 0;
  const next = (): number => (n += 1);
  for (let seq = 1; seq <= 60; seq += 1) {
    const at = DAY_ONE + seq * (DAY / 40);
    const partition = seq % 3 === 0 ? null : `2026-11-2${seq % 4}`;
    facts.push(eventFact(next(), event(seq, { at, partition, asset: seq % 2 === 0 ? "s3://lake/raw/orders" : "s3://lake/clean/orders" })));
    facts.push(fateFact(next(), seq, { at, key: partition ?? "" }));
    facts.push(runFact(next(), `orders-clean/e-${seq}`, { startedAt: at }));
    facts.push(fateFact(next(), seq, { at: at + DAY / 2, key: partition ?? "", fate: "consumed", run: `orders-clean/e-${seq}` }));
    facts.push(runFact(next(), `orders-clean/e-${seq}`, { startedAt: at, endedAt: at + 10, status: seq % 5 === 0 ? "failed" : "succeeded" }));
    facts.push(fateFact(next(), seq, { at, dag: "other", fate: "filtered", why: "unchanged" }));
    facts.push(fateFact(next(), seq, { at, dag: "cleared" }), fateFact(next(), seq, { at: at + 1, dag: "cleared", fate: "filtered", why: "reset" }));
    facts.push({ kind: "duplicate", n: next(), at, source: "files:///landing", id: `file-${seq}`, asset: "s3://lake/raw/orders", differed: seq % 2 === 0 });
  }
  facts.push({ kind: "rejected", n: next(), at: DAY_ONE, code: "E_EVENT", why: "no asset", event: { id: "x" } });
  facts.push({ kind: "warning", n: next(), at: DAY_ONE, code: "E_EVENT", text: "unknown asset" });
  facts.push(
    catalogFact(next(), 1, catalog("h1", { assets: [asset("s3://lake/raw/orders")], dags: [plan("orders-clean", { asset: "s3://lake/raw/orders" })] })),
  );
  facts.push(
    catalogFact(
      next(),
      2,
      catalog("h2", { assets: [asset("s3://lake/raw/orders", { owner: "data" })], dags: [plan("orders-clean", { asset: "s3://lake/raw/orders" })] }),
    ),
  );
  facts.push(
    catalogFact(next(), 3, catalog("h1", { assets: [asset("s3://lake/raw/orders")], dags: [plan("orders-clean", { asset: "s3://lake/raw/orders" })] })),
  );
  facts.push({ kind: "consumer", n: next(), at: DAY_ONE, dag: "orders-clean", project: "headgate", paused: false, faulted: null });
  facts.push({ kind: "consumer", n: next(), at: DAY_ONE + 1, dag: "orders-clean", project: "headgate", paused: true, faulted: null });
  return facts;
}

it("gives the same tables whatever the order, the repeats and the size of the calls", async () => {
  await using inOrder = await createStoreWorld({ samples: 7 });
  const facts = manyFacts();
  await inOrder.store.project("r1", facts);
  const expected = await rowsOf(inOrder);
  expect(expected.events).toHaveLength(60);
  expect(expected.ledger?.length).toBe(60 * 4 + expected.duplicates!.length);

  const order = fc.record({
    shuffled: fc.shuffledSubarray([...facts], { minLength: facts.length }),
    repeated: fc.subarray([...facts], { maxLength: 60 }),
    sizes: fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 6 }),
    again: fc.nat({ max: 40 }),
  });
  await fc.assert(
    fc.asyncProperty(order, async ({ shuffled, repeated, sizes, again }) => {
      await using world = await createStoreWorld({ samples: 7 });
      const all = [...shuffled.slice(0, again), ...shuffled, ...repeated];
      for (let from = 0, turn = 0; from < all.length; turn += 1) {
        const size = sizes[turn % sizes.length] ?? 1;
        await world.store.project("r1", all.slice(from, from + size));
        from += size;
      }
      expect(await rowsOf(world)).toEqual(expected);
    }),
    { numRuns: 5 },
  );
}, 180_000);

it("counts each event once when the same call runs twice at the same time", async () => {
  await using world = await createStoreWorld();
  const facts = manyFacts();
  await Promise.all([world.store.project("r1", facts), world.another().project("r1", facts), world.another().project("r1", [...facts].reverse())]);
  const [clean, raw] = await world.store.listAssets();
  expect([clean?.version, raw?.version]).toEqual([30, 30]);
  expect(await world.store.countersOf({ dag: "other" })).toEqual(expect.arrayContaining([expect.objectContaining({ kind: "filtered", dag: "other" })]));
  const counted = (await world.store.countersOf()).filter((row) => row.kind === "filtered").reduce((sum, row) => sum + row.count, 0);
  expect(counted).toBe(60);
});

it("never shows an event as pending that a reset filtered, however many there are", async () => {
  await using world = await createStoreWorld({ samples: 5 });
  await world.store.project("r1", [...manyFacts()].reverse());
  const ids = Array.from({ length: 60 }, (_, i) => `file-${i + 1}`);
  expect(await world.store.tally({ dag: "cleared", ids })).toMatchObject({ in: 60, pending: 0, other: 60, lost: 0 });
});

it("keeps the facts of two registries with the same numbers apart", async () => {
  await using world = await createStoreWorld();
  await world.store.project("r1", [eventFact(1, event(1, { id: "a" })), fateFact(2, 1, { fate: "consumed", run: "orders-clean/r1-1" })]);
  await world.store.project("r2", [eventFact(1, event(1, { id: "b" })), fateFact(2, 1, { fate: "dropped", why: "paused" })]);
  expect((await world.store.ledgerOf({ id: "a" })).map((entry) => entry.fate)).toEqual(["consumed"]);
  expect((await world.store.ledgerOf({ id: "b" })).map((entry) => entry.fate)).toEqual(["dropped"]);
  expect((await world.store.listAssets())[0]?.version).toBe(2);
});

it("numbers versions by acceptance for each partition, also when older events come later", async () => {
  await using world = await createStoreWorld();
  const facts = [1, 2, 3, 4, 5].map((seq) => eventFact(seq, event(seq, { partition: seq === 3 ? "eu" : "us" })));
  await world.store.project("r1", [facts[4]!, facts[1]!]);
  await world.store.project("r1", [facts[0]!, facts[2]!, facts[3]!, facts[4]!]);
  const versions = await world.store.listVersions("s3://lake/raw/orders");
  expect(versions.map((version) => [version.seq, version.partition, version.version])).toEqual([
    [5, "us", 4],
    [4, "us", 3],
    [3, "eu", 1],
    [2, "us", 2],
    [1, "us", 1],
  ]);
});

it("keeps the highest fact of a run and of a consumer, whichever comes last", async () => {
  await using world = await createStoreWorld();
  await world.store.project("r1", [runFact(9, "orders-clean/e-1", { status: "failed", endedAt: DAY_ONE + 900, error: "boom" })]);
  await world.store.project("r1", [runFact(3, "orders-clean/e-1")]);
  expect(await world.store.showRun("orders-clean/e-1")).toMatchObject({ status: "failed", endedAt: DAY_ONE + 900, error: "boom" });
});

it("keeps all filtered fates when the ledger is full, and the first of each day when it is sampled", async () => {
  const facts = Array.from({ length: 50 }, (_, i) => [
    eventFact(2 * i + 1, event(i + 1)),
    fateFact(2 * i + 2, i + 1, { fate: "filtered", why: "unchanged" }),
  ]).flat();
  await using full = await createStoreWorld({ ledger: "full", samples: 10 });
  await using sampled = await createStoreWorld({ samples: 10 });
  for (const world of [full, sampled]) {
    await world.store.project("r1", facts.slice(40).reverse());
    await world.store.project("r1", facts);
    expect(await world.store.countersOf()).toEqual([{ kind: "filtered", dag: "orders-clean", day: "2026-11-23", count: 50 }]);
  }
  expect(await full.store.ledgerOf({ id: "file-50" })).toHaveLength(1);
  expect(await sampled.store.ledgerOf({ id: "file-10" })).toHaveLength(1);
  expect(await sampled.store.ledgerOf({ id: "file-11" })).toHaveLength(0);
});

it.each([
  ["a NUL in every text", event(1, { id: "a\0b", asset: "s3://lake/\0", partition: "e\0u", source: "s\0", data: { "k\0": "v\0" } })],
  ["a lone surrogate", event(1, { id: "a\ud800", data: { text: "\udc00" } })],
  ["an id and a URI of 20 kB", event(1, { id: "x".repeat(20_000), asset: `s3://lake/${"y".repeat(20_000)}` })],
  ["an event time beyond all calendars", event(1, { time: 8.64e15 })],
  ["an instant that is no number", event(1, { time: Number.NaN })],
])("stores an event with %s", async (_, odd) => {
  await using world = await createStoreWorld();
  await world.store.project("r1", [eventFact(1, odd), eventFact(2, event(2)), fateFact(3, 2, { key: "k\0".repeat(2_000), why: "\0" })]);
  const [found] = await world.store.findEvents({ id: odd.id });
  expect(found).toMatchObject({ seq: 1, data: odd.data });
  expect(await world.store.ledgerOf({ id: "file-2" })).toHaveLength(1);
  expect((await world.store.listProjections())[0]).toMatchObject({ covered: [[1, 3]], unprojected: 0 });
});

it("puts a fact aside that Postgres refuses, and writes the others", async () => {
  await using world = await createStoreWorld();
  const impossible = fateFact(2, 2 ** 70);
  await world.store.project("r1", [eventFact(1, event(1)), impossible, eventFact(3, event(3)), fateFact(4, 3)]);
  await world.store.project("r1", [impossible]);
  expect(await world.store.ledgerOf({ id: "file-3" })).toHaveLength(1);
  expect((await world.store.listProjections())[0]).toMatchObject({
    covered: [
      [1, 1],
      [3, 4],
    ],
    unprojected: 1,
  });
});

it("says which facts are still missing", async () => {
  await using world = await createStoreWorld();
  await world.store.project(
    "r1",
    [1, 2, 3, 7, 8].map((n) => eventFact(n, event(n))),
  );
  expect((await world.store.listProjections())[0]?.covered).toEqual([
    [1, 3],
    [7, 8],
  ]);
  await world.store.project(
    "r1",
    [4, 5, 6].map((n) => eventFact(n, event(n))),
  );
  expect((await world.store.listProjections())[0]?.covered).toEqual([[1, 8]]);
});

it("shows a rejected event as it was sent, and of a huge one the beginning", async () => {
  await using world = await createStoreWorld();
  const rejected = (n: number, sent: Fact & { kind: "rejected" } extends { event: infer E } ? E : never): Fact => ({
    kind: "rejected",
    n,
    at: DAY_ONE + n,
    code: "E_EVENT",
    why: "no asset",
    event: sent,
  });
  await world.store.project("r1", [rejected(1, { a: [1, "\0"] }), rejected(2, "z".repeat(300_000))]);
  const [huge, small] = await world.store.listRejected();
  expect(small).toMatchObject({ code: "E_EVENT", why: "no asset", event: { a: [1, "\0"] } });
  expect(String(huge?.event).length).toBeLessThan(70_000);
});
