import { afterAll, beforeAll, expect, it } from "vitest";
import { createSimulations } from "../../api/simulator/simulations.ts";
import { asset, catalog, catalogFact, DAY, DAY_ONE, event, eventFact, fateFact, HOUR, plan, runFact } from "../store/facts.ts";
import { createReadWorld, type ReadWorld } from "./read-world.ts";

const RAW = "s3://lake/raw/orders";
const SCENARIO = { dags: [{ id: "load", on: { asset: RAW } }], timeline: [{ at: "2026-11-23T00:00:00Z", event: { asset: RAW, id: "e1" } }] };

let world: ReadWorld;
beforeAll(async () => {
  world = await createReadWorld({ now: () => DAY_ONE + DAY });
  await world.project([
    catalogFact(1, 1, catalog("lake", { assets: [asset(RAW)], dags: [plan("load", { asset: RAW }), plan("check", { asset: RAW })] })),
    ...[1, 2].map((seq) => eventFact(seq + 1, event(seq, { at: DAY_ONE + seq * HOUR }))),
    ...[1, 2].flatMap((seq) => [
      fateFact(10 + seq, seq, { dag: "load", at: DAY_ONE + seq * HOUR, fate: "consumed", run: `load/e-${seq}` }),
      runFact(20 + seq, `load/e-${seq}`, { startedAt: DAY_ONE + seq * HOUR, endedAt: DAY_ONE + seq * HOUR + 60_000, status: "succeeded" }),
    ]),
    { kind: "operation", n: 30, at: DAY_ONE, operation: "pause", dag: "check", key: null, by: "ann", why: "holiday", request: "q1", events: 0 },
    { kind: "operation", n: 31, at: DAY_ONE + 1, operation: "pause", dag: "check", key: null, by: "ann", why: "holiday", request: "q1", events: 0 },
    { kind: "operation", n: 32, at: DAY_ONE + 2, operation: "resume", dag: "check", key: null, by: "bob", why: null, request: "q2", events: 0 },
  ]);
});
afterAll(() => world[Symbol.asyncDispose]());

it("plays a scenario as the command line does", async () => {
  expect(await world.post("/v1/simulate", SCENARIO)).toMatchObject({
    status: 200,
    body: { runs: [{ dag: "load", at: "2026-11-23T00:00:00.000Z", events: [{ id: "e1" }] }], ledger: [{ dag: "load", fate: "consumed" }] },
  });
});

it("says where a scenario is wrong", async () => {
  expect((await world.post("/v1/simulate", { ...SCENARIO, dags: [{ id: "load", on: { aset: RAW } }] })).body).toMatchObject({
    ...{ status: 400, code: "E_SCENARIO" },
    where: expect.stringContaining("dags[0]"),
  });
});

it("finds that the deployed condition would decide again as it did", async () => {
  expect((await world.post("/v1/replay", { dag: "load", since: "2026-11-23T00:00:00Z" })).body).toMatchObject({
    ...{ dag: "load", events: 2, runsThen: 2, runsNow: 2, same: 2, onlyThen: [], onlyNow: [] },
  });
});

it("shows what another condition would have done", async () => {
  const { body } = await world.post("/v1/replay", { dag: "load", since: "2026-11-23T00:00:00Z", on: { asset: RAW, count: 2 } });
  expect(body).toMatchObject({ runsThen: 2, runsNow: 1 });
});

it.each([
  ["a DAG that is not deployed", { dag: "nobody", since: "2026-11-23T00:00:00Z" }, 404, "E_DAG_UNKNOWN"],
  ["a span that ends before it begins", { dag: "load", since: "2026-11-23T00:00:00Z", until: "2026-11-22T00:00:00Z" }, 400, "E_API_REQUEST"],
  ["a condition that is none", { dag: "load", since: "2026-11-23T00:00:00Z", on: { aset: RAW } }, 400, "E_CONDITION"],
  ["a policy that there is not", { dag: "load", since: "2026-11-23T00:00:00Z", speed: 3 }, 400, "E_API_REQUEST"],
])("refuses to replay %s", async (_, body, status, code) => {
  expect((await world.post("/v1/replay", body)).body).toMatchObject({ status, code });
});

it("gives up a scenario that takes too long, and two more that come meanwhile", async () => {
  const simulations = createSimulations({ patience: 300, atOnce: 1 });
  const endless = {
    dags: [{ id: "tick", on: { every: "1s" } }],
    timeline: [{ at: "2026-01-01T00:00:00Z" }, { at: "2036-01-01T00:00:00Z" }].map(({ at }) => ({ at, event: { asset: RAW } })),
  };
  const first = simulations.simulate(endless);
  await expect(simulations.simulate(SCENARIO)).rejects.toMatchObject({ code: "E_REPLAY_SIZE", status: 429 });
  await expect(first).rejects.toMatchObject({ code: "E_REPLAY_SIZE" });
});

it("lists what people did, a request once, newest first, page by page", async () => {
  const { body } = await world.get("/v1/operations?limit=1");
  expect(body.items).toMatchObject([{ operation: "resume", by: "bob", at: "2026-11-23T00:00:00.002Z" }]);
  expect((await world.get(`/v1/operations?limit=1&cursor=${body.next}`)).body).toMatchObject({
    items: [{ operation: "pause", by: "ann", why: "holiday" }],
    next: null,
  });
});

it("says that the registry is away, where nothing else can answer", async () => {
  expect(await world.get("/v1/registry")).toMatchObject({ status: 503, body: { code: "E_TEMPORAL_UNREACHABLE" } });
});
