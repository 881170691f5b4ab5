import { expect, it } from "vitest";
import { z } from "zod";
import { type AssetOptions, asset } from "../../core/authoring/asset.ts";
import { daily, dynamic } from "../../core/authoring/partitions.ts";
import type { Source } from "../../core/source.ts";
import { type ItemMapping, mapItems } from "../../watchers/map-items.ts";

interface Item {
  readonly name: string;
  readonly day?: string;
  readonly value?: unknown;
}

const source: Source<Item> = {
  kind: "list",
  describe: () => "list://orders",
  identify: (item) => {
    if (item.name === "nameless") throw new Error("the item has no name");
    return { id: `${item.name}@1`, time: "2026-11-23T08:00:00Z", ...(item.day === undefined ? {} : { partition: item.day }) };
  },
  read: async function* () {
    yield { items: [] };
  },
};

const watcher = (map?: (item: Item) => unknown, options: AssetOptions<never, never> | object = {}, uri = "s3://lake/raw"): ItemMapping => ({
  source: source as unknown as Source,
  publishes: asset(uri, options),
  ...(map === undefined ? {} : { map: map as NonNullable<ItemMapping["map"]> }),
});

it("makes the item itself the data when there is no map", async () => {
  expect(await mapItems(watcher(), [{ name: "a", value: 1 }])).toEqual({
    events: [{ asset: "s3://lake/raw", source: "list://orders", id: "a@1", time: "2026-11-23T08:00:00Z", data: { name: "a", value: 1 } }],
    ignored: 0,
    poison: [],
  });
});

it("counts what map skips", async () => {
  expect(
    await mapItems(
      watcher((item) => (item.name === "b" ? undefined : { data: {} })),
      [{ name: "a" }, { name: "b" }],
    ),
  ).toMatchObject({ events: [{ id: "a@1" }], ignored: 1, poison: [] });
});

it("numbers the events of an item that fans out", async () => {
  const { events } = await mapItems(
    watcher(() => [{ data: { k: 0 } }, { data: { k: 1 } }]),
    [{ name: "a" }],
  );
  expect(events.map((event) => event.id)).toEqual(["a@1#0", "a@1#1"]);
});

it("gives no event for an item that fans out to nothing", async () => {
  expect(
    await mapItems(
      watcher(() => []),
      [{ name: "a" }],
    ),
  ).toEqual({ events: [], ignored: 0, poison: [] });
});

it("takes id, time, partition and groups from map where it gives them", async () => {
  const { events } = await mapItems(
    watcher(
      () => ({ id: "own", time: "2026-11-24T00:00:00+01:00", partition: "2026-11-24", groups: ["sales"], data: { a: 1 } }),
      { partitions: daily() },
      "s3://lake/raw/{ds}/",
    ),
    [{ name: "a", day: "2026-11-23" }],
  );
  expect(events).toEqual([
    {
      asset: "s3://lake/raw",
      source: "list://orders",
      id: "own",
      time: "2026-11-24T00:00:00+01:00",
      partition: "2026-11-24",
      groups: ["sales"],
      data: { a: 1 },
    },
  ]);
});

it("takes the partition of the item, and that of a concrete URI before it", async () => {
  const mapping = watcher(
    (item) => (item.name === "b" ? { asset: "s3://lake/raw/2026-11-25/", data: {} } : { data: {} }),
    { partitions: daily() },
    "s3://lake/raw/{ds}/",
  );
  const { events } = await mapItems(mapping, [
    { name: "a", day: "2026-11-23" },
    { name: "b", day: "2026-11-23" },
  ]);
  expect(events.map((event) => event.partition)).toEqual(["2026-11-23", "2026-11-25"]);
});

it("keeps what the schema made of the data", async () => {
  const { events, poison } = await mapItems(
    watcher((item) => ({ data: { rows: item.value } }), { schema: z.object({ rows: z.number(), unit: z.string().default("rows") }) }),
    [
      { name: "a", value: 3 },
      { name: "b", value: "three" },
    ],
  );
  expect(events.map((event) => event.data)).toEqual([{ rows: 3, unit: "rows" }]);
  expect(poison).toEqual([{ id: "b@1", reason: expect.stringMatching(/^E_EVENT_DATA: .*rows/), raw: '{"name":"b","value":"three"}' }]);
});

it("turns what is no JSON into JSON before it is numbered", async () => {
  const { events } = await mapItems(
    watcher(() => ({ data: { at: new Date("2026-11-23T00:00:00Z"), gone: undefined } })),
    [{ name: "a" }],
  );
  expect(events[0]?.data).toEqual({ at: "2026-11-23T00:00:00.000Z" });
});

it.each([
  {
    what: "a map that throws",
    map: () => {
      throw new TypeError("no such field");
    },
    reason: "map threw TypeError: no such field",
  },
  {
    what: "a map that throws no error",
    map: () => {
      throw "oops";
    },
    reason: 'map threw "oops"',
  },
  { what: "a map that is async", map: async () => ({ data: {} }), reason: "a promise" },
  { what: "a map that returns a text", map: () => "a", reason: 'map returned "a"' },
  { what: "null among the events", map: () => [null], reason: "map returned null" },
  { what: "data that is a list", map: () => ({ data: [1] }), reason: "an array, not an object" },
  { what: "data that JSON cannot hold", map: () => ({ data: { n: 1n } }), reason: "BigInt" },
  { what: "a time without a zone", map: () => ({ time: "2026-11-23T08:00:00", data: {} }), reason: "ISO 8601 with a zone" },
  { what: "another asset", map: () => ({ asset: "s3://lake/other", data: {} }), reason: 'publishes "s3://lake/raw"' },
  { what: "an id that is no text", map: () => ({ id: 7, data: {} }), reason: "the id 7" },
  { what: "a partition for an asset without", map: () => ({ partition: "eu", data: {} }), reason: "has no partitions" },
  { what: "an event that is too large", map: () => ({ data: { text: "x".repeat(200_000) } }), reason: "E_EVENT_SIZE" },
])("puts an item with the dead letters for $what, and goes on", async ({ map, reason }) => {
  let calls = 0;
  const { events, poison } = await mapItems(
    watcher((item) => (calls++ === 0 ? map() : { data: { name: item.name } })),
    [{ name: "bad" }, { name: "good" }],
  );
  expect(events.map((event) => event.id)).toEqual(["good@1"]);
  expect(poison).toEqual([{ id: "bad@1", reason: expect.stringContaining(reason), raw: '{"name":"bad"}' }]);
});

it.each([
  { what: "that is missing", day: undefined, reason: "needs one" },
  { what: "of another grain", day: "2026-11", reason: '"2026-11"' },
])("puts an item with the dead letters for a partition $what", async ({ day, reason }) => {
  const { poison } = await mapItems(watcher(undefined, { partitions: daily() }), [{ name: "a", ...(day === undefined ? {} : { day }) }]);
  expect(poison).toMatchObject([{ id: "a@1", reason: expect.stringMatching(new RegExp(`^E_EVENT_PARTITION: .*${reason}`)) }]);
});

it("lets an event of dynamic partitions have none", async () => {
  expect((await mapItems(watcher(undefined, { partitions: dynamic() }), [{ name: "a" }])).events).toHaveLength(1);
});

it("names a dead letter whose item has no identity by its content", async () => {
  const one = await mapItems(watcher(), [{ name: "nameless", value: 1 }]);
  const again = await mapItems(watcher(), [{ name: "nameless", value: 1 }]);
  expect(one.poison).toMatchObject([{ id: expect.stringMatching(/^unidentified:[0-9a-f]{32}$/), reason: expect.stringContaining("no name") }]);
  expect(again.poison).toEqual(one.poison);
});

it("keeps at most 64 KiB of what a dead letter was, cut between characters", async () => {
  const { poison } = await mapItems(
    watcher(() => "no event"),
    [{ name: "ü".repeat(50_000) }],
  );
  expect(Buffer.byteLength(poison[0]?.raw ?? "")).toBeLessThanOrEqual(64 * 1024);
  expect(poison[0]?.raw.endsWith("ü")).toBe(true);
});

it("gives an event to the asset that it names, also where it lies below another one's template", async () => {
  const refunds = asset("s3://lake/raw/refunds");
  const several: ItemMapping = {
    ...watcher(() => ({ asset: refunds, data: {} }), { partitions: dynamic() }, "s3://lake/raw/{kind}"),
    alsoPublishes: [refunds],
  };
  const { events } = await mapItems(several, [{ name: "a" }]);
  expect(events.map(({ asset: uri, partition }) => [uri, partition])).toEqual([["s3://lake/raw/refunds", undefined]]);
});

it("gives each event to the asset that it names, of several", async () => {
  const refunds = asset("s3://lake/refunds", { schema: z.object({ name: z.string(), amount: z.number() }) });
  const days = asset("s3://lake/days/{ds}", { partitions: daily() });
  const several: ItemMapping = {
    ...watcher((item) => {
      if (item.name === "nobody's") return { data: {} };
      if (item.name === "a stranger's") return { asset: "s3://lake/strange", data: {} };
      if (item.day !== undefined) return { asset: `s3://lake/days/${item.day}`, data: { name: item.name } };
      return { asset: item.name.startsWith("refund") ? refunds : several.publishes, data: { name: item.name, amount: item.value } };
    }),
    alsoPublishes: [refunds, days],
  };
  const names = ["order-1", "refund-1", "refund-without-amount", "nobody's", "a stranger's"];
  const { events, poison } = await mapItems(several, [
    ...names.map((name) => ({ name, ...(name.endsWith("amount") ? {} : { value: 7 }) })),
    { name: "dated", day: "2026-11-23" },
  ]);
  expect(events.map(({ asset: uri, partition, data }) => [uri, partition, data])).toEqual([
    ["s3://lake/raw", undefined, { name: "order-1", amount: 7 }],
    ["s3://lake/refunds", undefined, { name: "refund-1", amount: 7 }],
    ["s3://lake/days", "2026-11-23", { name: "dated" }],
  ]);
  expect(poison.map(({ id, reason }) => [id, reason])).toEqual([
    ["refund-without-amount@1", expect.stringContaining('E_EVENT_DATA: the data breaks the schema of "s3://lake/refunds"')],
    ["nobody's@1", expect.stringContaining("E_EVENT: map returned an event without an asset")],
    ["a stranger's@1", expect.stringContaining('map returned an event of "s3://lake/strange", but the watcher publishes "s3://lake/raw", "s3://lake/refunds"')],
  ]);
});
