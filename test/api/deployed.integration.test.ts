import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { asset, catalog, catalogFact, DAY_ONE, event, eventFact, HOUR, plan, runFact } from "../store/facts.ts";
import { anyRequest } from "./anything.ts";
import { createReadWorld, type ReadWorld } from "./read-world.ts";

const RAW = "s3://lake/raw/orders";
const CLEAN = "s3://lake/clean/orders";
const GOLD = "s3://lake/gold/mart";
const DAILY = { grain: "day" as const, start: "2026-11-20" };

const LAKE = catalog("lake", {
  assets: [
    asset(RAW, { owner: "data", groups: ["sales"], partitions: DAILY, freshness: { within: "26h" } }),
    asset(CLEAN, { partitions: DAILY }),
    asset(GOLD),
    asset("s3://lake/alone"),
  ],
  watchers: [{ id: "orders-arrive", source: "files", publishes: RAW, every: 1_000 }],
  dags: [
    { ...plan("orders-clean", { asset: RAW }, [CLEAN]), owner: "data", tags: ["clean-layer"] },
    plan("orders-mart", { all: [{ cron: "0 6 * * *", tz: "Europe/Paris" }, { asset: CLEAN }] }, [GOLD]),
    plan("by-hand", null),
  ],
});
const OTHER = catalog("other", { project: "other", taskQueue: "other", dags: [plan("heartbeat", { every: "15m" })] });

let world: ReadWorld;
beforeAll(async () => {
  world = await createReadWorld({ now: () => DAY_ONE + 12 * HOUR });
  const before = catalog("before", { assets: [asset(RAW, { owner: "somebody" })] });
  await world.project([
    catalogFact(90, 1, before),
    catalogFact(100, 2, LAKE),
    catalogFact(101, 1, OTHER),
    ...["2026-11-20", "2026-11-21", "2026-11-22"].map((partition, index) => eventFact(index + 1, event(index + 1, { partition }))),
    eventFact(4, event(4, { asset: CLEAN, partition: "2026-11-20", source: "run:orders-clean", id: "orders-clean/e-1/t/publish/1", run: "orders-clean/e-1" })),
    runFact(5, "orders-clean/e-1", { partition: "2026-11-20", status: "succeeded", startedAt: DAY_ONE + 3_500, endedAt: DAY_ONE + 4_500 }),
    runFact(6, "orders-clean/e-2", { partition: "2026-11-21", status: "failed", startedAt: DAY_ONE + 5_000, endedAt: DAY_ONE + 6_000, error: "no rows" }),
    runFact(7, "orders-mart/e-3", { startedAt: DAY_ONE + 7_000 }),
    { kind: "consumer", n: 8, at: DAY_ONE + 8_000, dag: "orders-mart", project: "headgate", paused: true, faulted: null },
    { kind: "consumer", n: 9, at: DAY_ONE + 9_000, dag: "orders-clean", project: "headgate", paused: false, faulted: "filter threw" },
  ]);
});
afterAll(() => world[Symbol.asyncDispose]());

describe("while the registry is away", () => {
  it("lists the deployed DAGs of all projects as the store knows them, without what only the registry knows", async () => {
    const { body } = await world.get("/v1/dags");
    expect(body.items.map(({ dag }: { dag: string }) => dag)).toEqual(["by-hand", "heartbeat", "orders-clean", "orders-mart"]);
    expect(body.items[2]).toEqual({
      ...{ dag: "orders-clean", project: "headgate", owner: "data", tags: ["clean-layer"], condition: RAW, on: { asset: RAW } },
      ...{ paused: null, faulted: "filter threw", running: 0 },
      lastRun: { run: "orders-clean/e-2", status: "failed", startedAt: "2026-11-23T00:00:05.000Z", endedAt: "2026-11-23T00:00:06.000Z" },
    });
    expect(body.items[3]).toMatchObject({ paused: { since: "2026-11-23T00:00:08.000Z", by: null }, running: 1 });
    expect(body.items[0]).toMatchObject({ condition: null, on: null, lastRun: null });
  });

  it.each([
    ["search=orders", ["orders-clean", "orders-mart"]],
    ["project=other", ["heartbeat"]],
    ["owner=data", ["orders-clean"]],
    ["tag=clean-layer", ["orders-clean"]],
    ["project=other&owner=data", []],
  ])("finds DAGs by %s", async (filter, dags) => {
    expect((await world.get(`/v1/dags?${filter}`)).body.items.map(({ dag }: { dag: string }) => dag)).toEqual(dags);
  });

  it("says of what only the registry knows that it cannot be answered now", async () => {
    for (const path of ["/v1/dags/orders-clean/pending", "/v1/backfills"])
      expect((await world.get(path)).body, path).toMatchObject({ status: 503, code: "E_TEMPORAL_UNREACHABLE" });
  });
});

it("shows a DAG with its plan and where it runs", async () => {
  expect((await world.get("/v1/dags/orders-mart")).body).toMatchObject({
    ...{ taskQueue: "headgate", hash: expect.stringContaining("orders-mart@"), policy: {} },
    plan: { tasks: [{ id: "publish", kind: "task", timeout: HOUR, outlets: [{ asset: GOLD, schema: false }] }] },
  });
  expect((await world.get("/v1/dags/nobody")).body).toMatchObject({ status: 404, code: "E_DAG_UNKNOWN" });
});

describe("lineage", () => {
  const names = ({ nodes }: { nodes: { id: string; depth?: number }[] }) => nodes.map(({ id, depth }) => [id, depth]);

  it("goes up and down from an asset as many steps as asked for, the nearest first, with the state of each", async () => {
    const { body } = await world.get(`/v1/lineage?asset=${encodeURIComponent(CLEAN)}&up=2&down=1`);
    expect(names(body)).toEqual([
      [CLEAN, 0],
      ["orders-clean", 1],
      ["orders-mart", 1],
      [RAW, 2],
    ]);
    expect(body.nodes).toMatchObject([
      { kind: "asset", version: 1, at: "2026-11-23T00:00:04.000Z", groups: [] },
      { kind: "dag", project: "headgate", status: "failed", faulted: "filter threw", paused: false },
      { kind: "dag", status: "running", running: 1, paused: true },
      { kind: "asset", version: 3, groups: ["sales"], project: "headgate", freshness: "unknown" },
    ]);
    expect(body.edges).toContainEqual({ from: { kind: "dag", id: "orders-clean" }, to: { kind: "asset", id: CLEAN }, how: "outlet", task: "publish" });
  });

  it.each([
    ["up=0", [GOLD, "orders-clean", "orders-mart", RAW, CLEAN]],
    ["down=0&up=1", [RAW, "orders-arrive"]],
  ])("from the first asset by %s", async (steps, ids) => {
    const { body } = await world.get(`/v1/lineage?asset=${encodeURIComponent(RAW)}&${steps}&${steps.startsWith("up") ? "down=9" : ""}`.replace(/&$/, ""));
    expect(body.nodes.map(({ id }: { id: string }) => id).sort()).toEqual([...ids].sort());
  });

  it("of everything has what stands alone as well", async () => {
    const { body } = await world.get("/v1/lineage");
    expect(body.nodes.map(({ kind, id }: { kind: string; id: string }) => `${kind} ${id}`).sort()).toEqual(
      [
        `asset ${RAW}`,
        `asset ${CLEAN}`,
        `asset ${GOLD}`,
        "asset s3://lake/alone",
        "dag by-hand",
        "dag heartbeat",
        "dag orders-clean",
        "dag orders-mart",
        "watcher orders-arrive",
      ].sort(),
    );
    expect(body.more).toBe(false);
    expect(body.nodes.find(({ id }: { id: string }) => id === "orders-arrive")).toEqual({
      kind: "watcher",
      id: "orders-arrive",
      project: "headgate",
      source: "files",
    });
  });

  it("begins at a DAG or a watcher, and knows when there is none", async () => {
    expect((await world.get("/v1/lineage?watcher=orders-arrive&down=1")).body.nodes.map(({ id }: { id: string }) => id)).toEqual(["orders-arrive", RAW]);
    expect((await world.get("/v1/lineage?dag=by-hand")).body).toMatchObject({ nodes: [{ id: "by-hand", depth: 0 }], edges: [] });
    expect((await world.get("/v1/lineage?dag=nobody")).body).toMatchObject({ status: 404, code: "E_DAG_UNKNOWN" });
    expect((await world.get("/v1/lineage?dag=by-hand&watcher=w")).body).toMatchObject({ status: 400, code: "E_API_REQUEST" });
  });
});

describe("runs", () => {
  const ids = ({ items }: { items: { run: string }[] }) => items.map(({ run }) => run);

  it("of a DAG, the newest start first, by status and time, page by page", async () => {
    expect(ids((await world.get("/v1/dags/orders-clean/runs")).body)).toEqual(["orders-clean/e-2", "orders-clean/e-1"]);
    expect(ids((await world.get("/v1/dags/orders-clean/runs?status=succeeded")).body)).toEqual(["orders-clean/e-1"]);
    expect(ids((await world.get("/v1/dags/orders-clean/runs?until=2026-11-23T00:00:05Z")).body)).toEqual(["orders-clean/e-1"]);
    const { next } = (await world.get("/v1/dags/orders-clean/runs?limit=1")).body;
    expect(ids((await world.get(`/v1/dags/orders-clean/runs?limit=1&cursor=${next}`)).body)).toEqual(["orders-clean/e-1"]);
    expect((await world.get("/v1/dags/by-hand/runs")).body).toEqual({ items: [], next: null });
    expect((await world.get("/v1/dags/nobody/runs")).body).toMatchObject({ status: 404, code: "E_DAG_UNKNOWN" });
  });

  it("of an asset are those that published it, each once", async () => {
    const again = event(50, { asset: CLEAN, partition: "2026-11-20", source: "run:orders-clean", id: "orders-clean/e-1/t/publish/2", run: "orders-clean/e-1" });
    await world.project([eventFact(50, again)]);
    const path = (asset: string): string => `/v1/assets/${encodeURIComponent(asset)}/runs`;
    const { body } = await world.get(`${path(CLEAN)}?limit=1`);
    expect(body).toMatchObject({ items: [{ run: "orders-clean/e-1", status: "succeeded", endedAt: "2026-11-23T00:00:04.500Z" }], next: null });
    expect((await world.get(path(RAW))).body).toEqual({ items: [], next: null });
    expect((await world.get(path("s3://lake/nowhere"))).body).toMatchObject({ status: 404, code: "E_ASSET_UNKNOWN" });
  });
});

it("tells which partitions are there, missing, failed or not yet due", async () => {
  const { body } = await world.get(`/v1/assets/${encodeURIComponent(CLEAN)}/partitions`);
  expect(body).toMatchObject({ asset: CLEAN, definition: DAILY });
  expect(body.slices.map(({ partition, status }: { partition: string; status: string }) => [partition, status])).toEqual([
    ["2026-11-20", "present"],
    ["2026-11-21", "failed"],
    ["2026-11-22", "missing"],
    ["2026-11-23", "open"],
  ]);
  expect(body.slices[0]).toMatchObject({ madeAt: "2026-11-23T00:00:50.000Z", run: "orders-clean/e-1" });
  const part = (query: string) => world.get(`/v1/assets/${encodeURIComponent(CLEAN)}/partitions?${query}`);
  expect((await part("status=failed")).body.slices).toMatchObject([{ partition: "2026-11-21", why: "orders-clean/e-2 failed: no rows" }]);
  expect((await part("from=2026-11-22&to=2026-11-23")).body.slices).toMatchObject([{ status: "missing" }, { status: "open" }]);
  expect((await part("from=monday")).body).toMatchObject({ status: 400, code: "E_PARTITION" });
  expect((await part("to=2026-11-23")).body).toMatchObject({ status: 400, where: "query from" });
});

it("keeps each definition that an asset had, page by page", async () => {
  const path = `/v1/assets/${encodeURIComponent(RAW)}/metadata?limit=1`;
  const first = (await world.get(path)).body;
  expect(first.items).toMatchObject([{ version: 2, definition: { owner: "data", partitions: DAILY }, lastAt: "2026-11-23T00:01:40.000Z" }]);
  const second = (await world.get(`${path}&cursor=${first.next}`)).body;
  expect(second).toMatchObject({ items: [{ version: 1, definition: { owner: "somebody" } }], next: null });
});

it("lists projects with what they deployed last", async () => {
  expect((await world.get("/v1/projects")).body.items).toEqual([
    { project: "headgate", revision: 2, at: "2026-11-23T00:01:40.000Z", catalog: "lake", taskQueue: "headgate", assets: 4, dags: 3, watchers: 1 },
    { project: "other", revision: 1, at: "2026-11-23T00:01:41.000Z", catalog: "other", taskQueue: "other", assets: 0, dags: 1, watchers: 0 },
  ]);
});

it("lists what ticks, with the next tick in the zone of its expression", async () => {
  expect((await world.get("/v1/schedules")).body.items).toEqual([
    { dag: "heartbeat", project: "other", path: "", cron: null, tz: null, every: "15m", next: null, paused: false },
    {
      dag: "orders-mart",
      project: "headgate",
      path: "all[0]",
      cron: "0 6 * * *",
      tz: "Europe/Paris",
      every: null,
      next: "2026-11-24T05:00:00.000Z",
      paused: true,
    },
  ]);
});

it.each(["/v1/dags", "/v1/projects", "/v1/schedules"])("turns over %s, each item once", async (path) => {
  const whole = (await world.get(path)).body.items;
  const found: unknown[] = [];
  for (let next: string | null = ""; next !== null; ) {
    const { body }: { body: { items: unknown[]; next: string | null } } = await world.get(`${path}?limit=1${next === "" ? "" : `&cursor=${next}`}`);
    found.push(...body.items);
    next = body.next;
  }
  expect(found).toEqual(whole);
});

it("answers any query and any path with what is there, or says what is wrong with it", async () => {
  const paths = [
    "/v1/dags",
    "/v1/dags/{dag}",
    "/v1/dags/{dag}/runs",
    "/v1/assets/{asset}/runs",
    "/v1/lineage",
    "/v1/projects",
    "/v1/schedules",
    "/v1/problems",
    "/v1/plans/{hash}",
    "/v1/assets/{asset}/partitions",
  ];
  const names = [
    "limit",
    "cursor",
    "search",
    "project",
    "owner",
    "tag",
    "asset",
    "dag",
    "watcher",
    "up",
    "down",
    "from",
    "to",
    "status",
    "kind",
    "subject",
    "x",
  ];
  await fc.assert(
    fc.asyncProperty(anyRequest(paths, names, [RAW, CLEAN, "orders-clean", "1", "2026-11-23", "present"]), async (path) => {
      expect([200, 400, 404]).toContain((await world.get(path)).status);
    }),
    { numRuns: 200 },
  );
});
