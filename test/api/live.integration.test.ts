import { afterAll, beforeAll, expect, it } from "vitest";
import { runsClient } from "../../client/runs.ts";
import { watchersClient } from "../../client/watchers.ts";
import { all, asset, dag, daily } from "../../core/index.ts";
import { namesFor } from "../../core/names.ts";
import { until } from "../faults/until.ts";
import { openRegistryWorld, type RegistryWorld } from "../workflows/registry-world.ts";
import { createReader, type Reader } from "./read-world.ts";

const orders = asset("lake://orders");
const customers = asset("lake://customers");
const days = asset("lake://days/{ds}", { partitions: daily({ tz: "UTC" }) });

const mart = dag("mart", { on: all(orders, customers) }, (d) => {
  d.task("make", { run: () => undefined });
});
const daysDag = dag("days", { on: days, outlets: [asset("lake://days-clean/{ds}", { partitions: daily({ tz: "UTC" }) })] }, (d) => {
  d.task("make", { run: () => undefined });
});

let world: RegistryWorld;
let reader: Reader;
beforeAll(async () => {
  world = await openRegistryWorld([mart, daysDag]);
  const clients = { registry: world.registry, runs: runsClient(world.client, world.registry), watchers: watchersClient(world.client, namesFor("")) };
  reader = createReader(world.store, {
    client: { registry: async () => clients.registry, runs: async () => clients.runs, watchers: async () => clients.watchers },
  });
  await world.start();
  await world.deploy();
  await until("the deploy is in the store", async () => (await reader.get("/v1/dags")).body.items.length === 2);
});
afterAll(() => world[Symbol.asyncDispose]());

it("says of each DAG what has gathered for it, as the registry holds it now", async () => {
  await world.signal([
    { asset: "lake://orders", id: "a" },
    { asset: "lake://orders", id: "b" },
  ]);
  await until("both events are pending", async () => (await reader.get("/v1/dags/mart")).body.pending === 2);
  expect((await reader.get("/v1/dags/mart")).body).toMatchObject({ running: 0, failedRuns: 0, heldEvents: 0, paused: null, lastRun: null });
  expect((await reader.get("/v1/dags")).body.items).toMatchObject([
    { dag: "days", pending: 0 },
    { dag: "mart", pending: 2 },
  ]);
  const lineage = (await reader.get("/v1/lineage?dag=mart&up=1")).body;
  expect(lineage.nodes).toMatchObject([{ id: "mart", pending: 2 }, { id: "lake://customers" }, { id: "lake://orders" }]);
  expect((await reader.get("/v1/dags/mart/pending?limit=1")).body).toEqual({
    dag: "mart",
    count: 2,
    groups: [
      {
        key: "",
        partition: null,
        backlog: false,
        count: 2,
        stored: 0,
        events: [expect.objectContaining({ asset: "lake://orders", source: "external", id: "a" })],
      },
    ],
  });
  expect((await reader.get("/v1/dags/nobody/pending")).body).toMatchObject({ status: 404, code: "E_DAG_UNKNOWN" });
});

it("shows at once who paused a DAG", async () => {
  await world.registry.pause("mart", { by: "ada", why: "by hand" });
  await until("it is paused", async () => (await reader.get("/v1/dags/mart")).body.paused?.by === "ada");
});

it("shows how far a backfill is, and what became of it", async () => {
  const { id } = await world.registry.work.backfill({ dag: "days", partitions: { from: "2026-11-20", to: "2026-11-22" }, by: "ada" });
  const done = await until("all runs of it have ended", async () => {
    const { body } = await reader.get(`/v1/backfills/${id}`);
    return body.status === "succeeded" && body;
  });
  expect(done).toMatchObject({
    kind: "backfill",
    of: "days",
    by: "ada",
    runs: { total: 3, succeeded: 3, waiting: 0 },
    troubles: [],
    openedAt: expect.stringMatching(/Z$/),
  });
  expect((await reader.get("/v1/backfills")).body).toMatchObject({ items: [{ id, status: "succeeded" }], next: null });
  expect((await reader.get("/v1/backfills/backfill-none")).body).toMatchObject({ status: 404, code: "E_BACKFILL_UNKNOWN" });
  expect(reader.lines).toEqual([]);
});
