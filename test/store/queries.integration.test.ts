import { expect, it } from "vitest";
import type { Fact } from "../../core/fact.ts";
import { freshnessUri } from "../../core/freshness-events.ts";
import { asset, catalog, catalogFact, DAY_ONE, event, eventFact, type FactOf, fateFact, HOUR, plan, runFact } from "./facts.ts";
import { createStoreWorld } from "./store-world.ts";

const RAW = "s3://lake/raw/orders";
const CLEAN = "s3://lake/clean/orders";
const GOLD = "s3://lake/gold/mart";

/** landing -> raw -> clean -> gold, watched, with a group and a pattern beside. */
const LAKE = catalog("lake", {
  assets: [asset(RAW, { owner: "data", tags: ["raw"], groups: ["sales"] }), asset(CLEAN, { groups: ["sales"] }), asset(GOLD), asset("s3://lake/other")],
  watchers: [{ id: "orders-arrive", source: "files", publishes: RAW, every: 1_000 }],
  dags: [
    plan("orders-clean", { all: [{ asset: RAW }, { absent: { asset: "s3://lake/stop" }, for: "1h" }] }, [CLEAN]),
    plan("mart", { any: [{ asset: CLEAN, keep: true }, { sequence: [{ asset: RAW }, { cron: "@daily" }] }], unless: { asset: "s3://lake/reset" } }, [GOLD]),
    plan("report", { group: "sales" }),
    plan("audit", { pattern: "s3://lake/**" }, ["s3://lake/audit"]),
    plan("alarm", { asset: "headgate://runs/mart", where: { status: "failed" } }),
  ],
});

async function toArray<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

/** One event of raw, the run of orders-clean that took it, and the run of mart that took what that published. */
function chain(): readonly Fact[] {
  const clean = event(2, { asset: CLEAN, partition: "eu", source: "run:orders-clean", id: "orders-clean/e-1/t/publish/1", run: "orders-clean/e-1", hops: 1 });
  const gold = event(3, { asset: GOLD, source: "run:mart", id: "mart/e-2/t/publish/1", run: "mart/e-2", hops: 2 });
  return [
    eventFact(1, event(1, { partition: "eu" })),
    fateFact(2, 1, { key: "eu" }),
    fateFact(3, 1, { key: "eu", fate: "consumed", run: "orders-clean/e-1" }),
    runFact(4, "orders-clean/e-1", { partition: "eu", status: "succeeded", endedAt: DAY_ONE + 2_000 }),
    eventFact(5, clean),
    fateFact(6, 2, { dag: "mart", fate: "consumed", run: "mart/e-2" }),
    fateFact(7, 1, { dag: "mart", fate: "referenced", run: "mart/e-2" }),
    runFact(8, "mart/e-2", { startedAt: DAY_ONE + 5_000, events: 1 }),
    eventFact(9, gold),
  ];
}

it("lists assets with their version, partitions, last event and definition, also those that never had an event", async () => {
  await using world = await createStoreWorld();
  await world.store.project("r1", [catalogFact(100, 1, LAKE), ...chain()]);
  const assets = await world.store.listAssets();
  expect(assets.map((one) => [one.asset, one.version, one.partitions])).toEqual([
    ["headgate://runs/mart", 0, 0],
    ["s3://lake/audit", 0, 0],
    [CLEAN, 1, 1],
    [GOLD, 1, 0],
    ["s3://lake/other", 0, 0],
    [RAW, 1, 1],
    ["s3://lake/reset", 0, 0],
    ["s3://lake/stop", 0, 0],
  ]);
  expect(assets[2]?.last).toEqual({
    source: "run:orders-clean",
    id: "orders-clean/e-1/t/publish/1",
    at: DAY_ONE + 2_000,
    time: DAY_ONE + 2_000,
    partition: "eu",
    run: "orders-clean/e-1",
  });
  expect((await world.store.listAssets({ owner: "data" })).map((one) => one.asset)).toEqual([RAW]);
  expect((await world.store.listAssets({ tag: "raw" })).map((one) => one.asset)).toEqual([RAW]);
  expect((await world.store.listAssets({ group: "sales" })).map((one) => one.asset)).toEqual([CLEAN, RAW]);
  expect((await world.store.listAssets({ search: "lake/", after: GOLD, limit: 2 })).map((one) => one.asset)).toEqual(["s3://lake/other", RAW]);
});

it("says how fresh an asset is, whatever the order of what the registry said", async () => {
  await using world = await createStoreWorld();
  const policy = { freshness: { within: "1h" } } as const;
  const assets = [asset(RAW, policy), asset(CLEAN, policy), asset(GOLD, policy), asset("s3://lake/other")];
  const said = (seq: number, of: string, state: string, fields = {}): ReturnType<typeof event> =>
    event(seq, {
      ...{ asset: freshnessUri(of), source: `freshness:${of}`, id: `${seq}` },
      data: { asset: of, state, was: "fresh", since: new Date(DAY_ONE + seq * 1_000).toISOString(), updatedAt: null, expected: "within 1h" },
      ...fields,
    });
  const events = [event(2), said(3, RAW, "fresh"), said(4, CLEAN, "fresh"), said(5, CLEAN, "stale"), said(6, GOLD, "stale", { source: "somebody" })];
  await world.store.project("r1", [catalogFact(1, 1, catalog("watched", { assets })), ...events.reverse().map((one) => eventFact(one.seq, one))]);
  const of = async (uri: string) => (await world.store.findAsset(uri))?.freshness;
  expect(await of(RAW)).toEqual({ state: "fresh", since: DAY_ONE + 3_000, expected: "within 1h", until: DAY_ONE + 2_000 + 3_600_000 });
  expect(await of(CLEAN)).toEqual({ state: "stale", since: DAY_ONE + 5_000, expected: "within 1h", until: null });
  expect(await of(GOLD)).toEqual({ state: "unknown", since: null, expected: "within 1h", until: null });
  expect(await of("s3://lake/other")).toBeNull();
  expect((await world.store.listAssets({ freshness: "stale" })).map((one) => one.asset)).toEqual([CLEAN]);
  expect((await world.store.listAssets({ freshness: "unknown" })).map((one) => one.asset)).toEqual([GOLD]);
});

it("shows an asset with the history of its definition in the order of deploys, whatever the order of facts", async () => {
  await using world = await createStoreWorld();
  const owned = (owner: string) => catalog(`by-${owner}`, { assets: [asset(RAW, { owner })] });
  await world.store.project("r1", [catalogFact(9, 3, owned("ana")), catalogFact(5, 2, owned("bo"))]);
  await world.store.project("r1", [
    catalogFact(1, 1, owned("ana")),
    eventFact(10, event(1, { partition: "eu" })),
    eventFact(11, event(2, { partition: "us" })),
  ]);
  const shown = await world.store.showAsset(RAW);
  expect(shown?.definitions.map((one) => [one.version, one.definition.owner, one.firstAt, one.lastAt])).toEqual([
    [1, "ana", DAY_ONE + 1_000, DAY_ONE + 9_000],
    [2, "bo", DAY_ONE + 5_000, DAY_ONE + 5_000],
  ]);
  expect(shown).toMatchObject({ definitionVersion: 1, definition: { owner: "ana" }, project: "headgate" });
  expect(shown?.slices.map((slice) => slice.partition)).toEqual(["us", "eu"]);
  expect(await world.store.showAsset("s3://nowhere")).toBeUndefined();
});

it("gives a catalogue and a plan back as they were deployed", async () => {
  await using world = await createStoreWorld();
  await world.store.project("r1", [catalogFact(1, 1, LAKE), catalogFact(2, 2, catalog("small", { dags: [LAKE.dags[1]!.plan] }))]);
  expect(await world.store.catalogByHash("lake")).toEqual(LAKE);
  expect(await world.store.planByHash(LAKE.dags[1]!.hash)).toEqual(LAKE.dags[1]);
  expect(await world.store.listDeploys()).toMatchObject([{ project: "headgate", revision: 2, catalog: "small" }]);
  expect(await world.store.catalogByHash("none")).toBeUndefined();
});

it("walks the lineage down and up, through groups, patterns and run ends", async () => {
  await using world = await createStoreWorld();
  await world.store.project("r1", [catalogFact(1, 1, LAKE)]);
  const down = await world.store.lineage(RAW, { direction: "down" });
  const names = (graph: typeof down): string[] => graph.nodes.map((node) => `${node.depth} ${node.kind} ${node.id}`).sort();
  expect(names(down)).toEqual([
    "0 asset s3://lake/raw/orders",
    "1 dag audit",
    "1 dag mart",
    "1 dag orders-clean",
    "1 dag report",
    "2 asset headgate://runs/mart",
    "2 asset s3://lake/audit",
    "2 asset s3://lake/clean/orders",
    "2 asset s3://lake/gold/mart",
    "3 dag alarm",
  ]);
  const up = await world.store.lineage(GOLD, { direction: "up" });
  expect(names(up)).toEqual([
    "0 asset s3://lake/gold/mart",
    "1 dag mart",
    "2 asset s3://lake/clean/orders",
    "2 asset s3://lake/raw/orders",
    "2 asset s3://lake/reset",
    "3 dag orders-clean",
    "3 watcher orders-arrive",
    "4 asset s3://lake/stop",
  ]);
  expect(up.edges).toContainEqual({ from: { kind: "asset", id: CLEAN }, to: { kind: "dag", id: "mart" }, how: "keep", task: null });
  expect(up.edges).toContainEqual({ from: { kind: "asset", id: "s3://lake/reset" }, to: { kind: "dag", id: "mart" }, how: "unless", task: null });
  expect(up.edges).toContainEqual({ from: { kind: "asset", id: "s3://lake/stop" }, to: { kind: "dag", id: "orders-clean" }, how: "absent", task: null });
  expect(up.edges).toContainEqual({ from: { kind: "dag", id: "mart" }, to: { kind: "asset", id: GOLD }, how: "outlet", task: "publish" });
  expect(names(await world.store.lineage(RAW, { direction: "down", depth: 1 }))).toHaveLength(5);
  expect((await world.store.lineage("s3://nowhere")).nodes).toEqual([{ kind: "asset", id: "s3://nowhere", depth: 0 }]);
});

it("follows a chain of 100 DAGs, and ends in a cycle", async () => {
  await using world = await createStoreWorld();
  const dags = Array.from({ length: 100 }, (_, i) => plan(`d${i}`, { asset: `s3://a/${i}` }, [`s3://a/${(i + 1) % 100}`]));
  await world.store.project("r1", [catalogFact(1, 1, catalog("ring", { dags }))]);
  const down = await world.store.lineage("s3://a/0", { direction: "down" });
  expect(down.nodes).toHaveLength(200);
  expect(down.edges).toHaveLength(200);
});

it("shows the lineage of what is deployed now, over all projects", async () => {
  await using world = await createStoreWorld();
  await world.store.project("r1", [
    catalogFact(1, 1, catalog("a1", { dags: [plan("old", { asset: RAW })] })),
    catalogFact(2, 2, catalog("a2", { dags: [plan("orders-clean", { asset: RAW }, [CLEAN])] })),
    catalogFact(3, 1, catalog("b1", { project: "marts", dags: [plan("mart", { asset: CLEAN })] })),
  ]);
  const { nodes } = await world.store.lineage(RAW, { direction: "down" });
  expect(nodes.filter((node) => node.kind === "dag").map((node) => node.id)).toEqual(["orders-clean", "mart"]);
});

it("names the events that made a version of a partition, back to the outside", async () => {
  await using world = await createStoreWorld();
  await world.store.project("r1", [...chain(), eventFact(20, event(9, { asset: GOLD, id: "newer" }))]);
  const made = await world.store.provenance({ asset: GOLD, version: 1 });
  expect(made?.events.map((one) => [one.depth, one.asset, one.partition, one.version])).toEqual([
    [0, GOLD, null, 1],
    [1, RAW, "eu", 1],
    [1, CLEAN, "eu", 1],
  ]);
  expect(made?.edges.map((edge) => [edge.seq, edge.run, edge.fate])).toEqual([
    [1, "mart/e-2", "referenced"],
    [2, "mart/e-2", "consumed"],
    [1, "orders-clean/e-1", "consumed"],
  ]);
  expect((await world.store.provenance({ asset: GOLD }))?.events.map((one) => one.id)).toEqual(["newer"]);
  expect(await world.store.provenance({ asset: GOLD, partition: "eu" })).toBeUndefined();
});

it("shows a run with its tasks, attempts, logs, and the events that it consumed and published", async () => {
  await using world = await createStoreWorld();
  await world.store.project("r1", chain());
  const of = { run: "mart/e-2", temporalRunId: "t", task: "publish" };
  const attempt = { ...of, dag: "mart", round: 1, status: "failed" as const, startedAt: DAY_ONE + 1, worker: "w1" };
  await world.store.record([
    { kind: "attempt", stamp: 5, attempt: { ...attempt, attempt: 1, endedAt: DAY_ONE + 9, error: "Error: boom\n  at x", code: "E_TASK_FAILED" } },
    { kind: "attempt", stamp: 2, attempt: { ...attempt, attempt: 1, status: "running" } },
    { kind: "attempt", stamp: 7, attempt: { ...attempt, attempt: 2, status: "running", startedAt: DAY_ONE + 20 } },
    { kind: "task", stamp: 8, task: { ...of, dag: "mart", status: "running", at: DAY_ONE + 20 } },
    { kind: "task", stamp: 3, task: { ...of, dag: "mart", status: "queued", at: DAY_ONE } },
    { kind: "log", stamp: 1, line: { ...of, attempt: 1, at: DAY_ONE + 3, line: 2, level: "info", text: "two", fields: { rows: 3 } } },
    { kind: "log", stamp: 1, line: { ...of, attempt: 1, at: DAY_ONE + 2, line: 1, level: "warn", text: "one", fields: {} } },
  ]);
  const shown = await world.store.showRun("mart/e-2");
  expect(shown).toMatchObject({ dag: "mart", status: "running", cause: { kind: "condition" }, events: 1, registry: "r1" });
  expect(shown?.tasks).toEqual([{ temporalRunId: "t", task: "publish", status: "running", at: DAY_ONE + 20, why: null }]);
  expect(shown?.attempts.map((one) => [one.attempt, one.status, one.endedAt, one.code])).toEqual([
    [1, "failed", DAY_ONE + 9, "E_TASK_FAILED"],
    [2, "running", null, null],
  ]);
  expect(shown?.consumed.map((one) => [one.asset, one.fate])).toEqual([
    [RAW, "referenced"],
    [CLEAN, "consumed"],
  ]);
  expect(shown?.published.map((one) => one.asset)).toEqual([GOLD]);
  expect((await world.store.listLogs({ run: "mart/e-2" })).map((line) => line.text)).toEqual(["one", "two"]);
  expect(await world.store.listLogs({ run: "mart/e-2", attempt: 2 })).toEqual([]);
  expect(await world.store.showRun("none")).toBeUndefined();
});

it("lists runs by DAG, status, partition and time, newest first", async () => {
  await using world = await createStoreWorld();
  const runs = Array.from({ length: 6 }, (_, i) =>
    runFact(i + 1, `${i % 2 === 0 ? "a" : "b"}/e-${i}`, {
      startedAt: DAY_ONE + i * 9 * HOUR,
      status: i === 4 ? "failed" : "succeeded",
      partition: i === 2 ? "eu" : null,
    }),
  );
  await world.store.project("r1", runs);
  const ids = async (filter: Parameters<typeof world.store.listRuns>[0]): Promise<string[]> => (await world.store.listRuns(filter)).map((run) => run.run);
  expect(await ids({})).toEqual(["b/e-5", "a/e-4", "b/e-3", "a/e-2", "b/e-1", "a/e-0"]);
  expect(await ids({ dag: "a", status: ["failed", "running"] })).toEqual(["a/e-4"]);
  expect(await ids({ partition: "eu" })).toEqual(["a/e-2"]);
  expect(await ids({ since: DAY_ONE + 27 * HOUR })).toEqual(["b/e-5", "a/e-4", "b/e-3"]);
  expect(await ids({ before: DAY_ONE + 27 * HOUR, limit: 2 })).toEqual(["a/e-2", "b/e-1"]);
});

it("lists DAGs with what runs, what ran last and what failed runs hold", async () => {
  await using world = await createStoreWorld();
  await world.store.project("r1", [
    { kind: "consumer", n: 1, at: DAY_ONE, dag: "a", project: "headgate", paused: true, faulted: "TypeError: x" },
    { kind: "consumer", n: 2, at: DAY_ONE, dag: "b", project: "headgate", paused: false, faulted: null },
    runFact(3, "a/e-1", { status: "failed", events: 4 }),
    runFact(4, "a/e-2", { startedAt: DAY_ONE + HOUR }),
  ]);
  expect(await world.store.listDags()).toMatchObject([
    {
      dag: "a",
      paused: true,
      faulted: "TypeError: x",
      running: 1,
      failedRuns: 1,
      heldEvents: 4,
      lastRun: { run: "a/e-2", status: "running", startedAt: DAY_ONE + HOUR, endedAt: null },
    },
    { dag: "b", paused: false, running: 0, failedRuns: 0, heldEvents: 0, lastRun: null },
  ]);
});

it("tells the fate of an event for each consumer and key, with what it was before", async () => {
  await using world = await createStoreWorld();
  await world.store.project("r1", [
    ...chain(),
    { kind: "duplicate", n: 50, at: DAY_ONE, source: "files:///landing", id: "file-1", asset: RAW, differed: true },
  ]);
  const entries = await world.store.ledgerOf({ id: "file-1", source: "files:///landing" });
  expect(entries.map((entry) => [entry.dag, entry.key, entry.fate, entry.run])).toEqual([
    ["mart", "", "referenced", "mart/e-2"],
    ["orders-clean", "eu", "consumed", "orders-clean/e-1"],
  ]);
  expect(entries[1]?.history.map((one) => [one.fate, one.at])).toEqual([
    ["pending", DAY_ONE + 2_000],
    ["consumed", DAY_ONE + 3_000],
  ]);
  expect(await world.store.duplicatesOf({ id: "file-1" })).toMatchObject([{ asset: RAW, differed: true }]);
  expect(await world.store.ledgerOf({ id: "file-1", source: "other" })).toEqual([]);
});

it("counts what became of a set of ids: none is lost or doubled unseen", async () => {
  await using world = await createStoreWorld();
  const consumed = (n: number, seq: number, run: string): Fact => fateFact(n, seq, { fate: "consumed", run });
  await world.store.project("r1", [
    ...[1, 2, 3, 4, 5, 6, 7].map((seq) => eventFact(seq, event(seq))),
    eventFact(8, event(8, { id: "file-7" })),
    consumed(11, 1, "orders-clean/e-1"),
    ...[consumed(12, 2, "orders-clean/e-1"), fateFact(13, 2, { fate: "returned", run: "orders-clean/e-1" }), consumed(14, 2, "orders-clean/e-2")],
    ...[consumed(15, 3, "orders-clean/e-2"), consumed(16, 3, "orders-clean/e-3")],
    fateFact(17, 4),
    fateFact(18, 5, { fate: "dropped", why: "paused" }),
    ...[consumed(19, 7, "orders-clean/e-4"), consumed(20, 8, "orders-clean/e-5")],
  ]);
  const ids = [1, 2, 3, 4, 5, 6, 7, 99].map((i) => `file-${i}`);
  expect(await world.store.tally({ dag: "orders-clean", ids: [...ids, "file-1"] })).toEqual({
    in: 8,
    accepted: 7,
    consumed: 4,
    pending: 1,
    other: 1,
    lost: 2,
    doubled: 2,
  });
  expect(await world.store.tally({ dag: "orders-clean", ids: ["file-1"], source: "other" })).toMatchObject({ in: 1, accepted: 0, lost: 1 });
  expect(await world.store.tally({ dag: "orders-clean", ids: [] })).toEqual({ in: 0, accepted: 0, consumed: 0, pending: 0, other: 0, lost: 0, doubled: 0 });
});

it("replays recorded events in the order of acceptance, page by page", async () => {
  await using world = await createStoreWorld();
  const events = Array.from({ length: 25 }, (_, i) =>
    event(i + 1, { at: DAY_ONE + Math.floor(i / 3) * 20 * HOUR, asset: i % 5 === 0 ? CLEAN : RAW, ...(i === 3 ? { groups: ["g"], run: "x", hops: 2 } : {}) }),
  );
  await world.store.project("r1", events.map((one, i) => eventFact(i + 1, one)).reverse());
  const all = await toArray(world.store.recordedEvents({ since: 0, pageSize: 4 }));
  expect(all.map(({ registry, watcher, ...rest }) => rest)).toEqual(events);
  const some = await toArray(world.store.recordedEvents({ assets: [CLEAN], since: DAY_ONE + 20 * HOUR, until: DAY_ONE + 100 * HOUR }));
  expect(some.map((one) => one.seq)).toEqual([6, 11]);
});

it("gives what a registry accepted by its numbers, and counts what is not there yet", async () => {
  await using world = await createStoreWorld();
  const { store } = world;
  const events = [1, 2, 3, 4, 6].map((seq) => event(seq, { at: DAY_ONE + seq * 10 * HOUR, asset: seq === 3 ? CLEAN : RAW }));
  await store.project("r1", events.map((one) => eventFact(one.seq, one)).reverse());
  await store.project("r2", [eventFact(1, event(5, { at: DAY_ONE + 50 * HOUR }))]);
  const of = (more: { after?: number; before?: number; since?: number; assets?: readonly string[] } = {}) => ({
    ...{ registry: "r1", since: DAY_ONE + 20 * HOUR, after: 0, before: 7 },
    ...more,
  });
  const seqs = async (filter: ReturnType<typeof of>) => (await toArray(store.acceptedEvents({ ...filter, pageSize: 2 }))).map(({ seq }) => seq);
  expect(await seqs(of())).toEqual([2, 3, 4, 6]);
  expect(await seqs(of({ after: 2, before: 6 }))).toEqual([3, 4]);
  expect(await seqs(of({ assets: [CLEAN] }))).toEqual([3]);
  expect(await store.missingEvents(of())).toBe(1);
  expect(await store.missingEvents(of({ before: 5 }))).toBe(0);
  expect(await store.missingEvents(of({ before: 9 }))).toBe(3);
  // None of that time is there: the newest of all tells whether one can be.
  expect(await store.missingEvents(of({ since: DAY_ONE + 90 * HOUR }))).toBe(0);
  expect(await store.missingEvents(of({ since: DAY_ONE + 90 * HOUR, before: 8 }))).toBe(1);
});

it("gives the history of a DAG: what it held, its runs with what they took, its first deploy", async () => {
  await using world = await createStoreWorld();
  const { store } = world;
  const at = (hours: number): number => DAY_ONE + hours * HOUR;
  const fate = (n: number, seq: number, hours: number, more: Partial<FactOf<"fate">>) => fateFact(n, seq, { at: at(hours), dag: "mart", ...more });
  await store.project("r1", [
    ...[1, 2, 3].map((seq) => eventFact(seq, event(seq, { at: at(seq) }))),
    fate(4, 1, 1, {}),
    fate(5, 1, 5, { fate: "consumed", run: "mart/1" }),
    fate(6, 2, 2, { fate: "consumed", run: "mart/0" }),
    fate(7, 2, 4, { fate: "returned" }),
    fate(8, 3, 3, { fate: "dropped", why: "paused" }),
    runFact(9, "mart/0", { startedAt: at(2), endedAt: at(4), status: "failed" }),
    runFact(10, "mart/1", { startedAt: at(5) }),
    runFact(11, "mart/old", { startedAt: at(0), endedAt: at(1), status: "succeeded" }),
  ]);
  const seqs = async (hours: number) => (await store.pendingAt({ dag: "mart", at: at(hours) })).map(({ seq }) => seq);
  expect([await seqs(1.5), await seqs(4.5), await seqs(6), (await store.pendingAt({ dag: "other", at: at(6) })).length]).toEqual([[1], [1, 2], [2], 0]);
  const runs = await store.runsWithEvents({ dag: "mart", since: at(1.5), until: at(9) });
  expect(runs.map(({ run, endedAt, events }) => [run, endedAt, events.map(({ seq }) => seq)])).toEqual([
    ["mart/0", at(4), [2]],
    ["mart/1", null, [1]],
  ]);
  expect(await store.firstDeployOf("mart")).toBeNull();
  await store.project(
    "r1",
    [2, 1].map((revision) => catalogFact(11 + revision, revision, catalog("c1", { dags: [plan("mart", { asset: RAW })] }))),
  );
  expect(await store.firstDeployOf("mart")).toBe(DAY_ONE + 12_000);
});

it("lists rejected events and warnings by code and time", async () => {
  await using world = await createStoreWorld();
  await world.store.project("r1", [
    { kind: "rejected", n: 1, at: DAY_ONE, code: "E_EVENT", why: "no asset", event: {} },
    { kind: "rejected", n: 2, at: DAY_ONE + 5, code: "E_EVENT_DATA", why: "rows", event: { asset: RAW } },
    { kind: "warning", n: 3, at: DAY_ONE, code: "E_LOOP", text: "round and round", dag: "a" },
  ]);
  expect((await world.store.listRejected()).map((one) => one.n)).toEqual([2, 1]);
  expect((await world.store.listRejected({ code: "E_EVENT" })).map((one) => one.n)).toEqual([1]);
  expect((await world.store.listRejected({ since: DAY_ONE + 1 })).map((one) => one.n)).toEqual([2]);
  expect(await world.store.listWarnings()).toMatchObject([{ code: "E_LOOP", text: "round and round", dag: "a" }]);
});
