import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadWorkflowBundle } from "../../runtime/workflow-bundle.ts";
import { type ActionWorld, createActionWorld, made, mood } from "./action-world.ts";

let world: ActionWorld;
beforeAll(async () => {
  await loadWorkflowBundle();
  world = await createActionWorld();
  ops = await world.token("operate:sales");
});
afterAll(() => world?.[Symbol.asyncDispose]());

let ops: string;
const post = (path: string, body?: object, token = ops) => world.post(path, body, token);
const runPath = (run: string, action: string): string => `/v1/runs/${encodeURIComponent(run)}/${action}`;
const statusOf = async (run: string): Promise<string | undefined> => (await world.store.showRun(run))?.status;
const eventually = <T>(look: () => Promise<T>) => expect.poll(look, { timeout: 60_000, interval: 100 });
async function triggered(dag: string, body: object = {}): Promise<string> {
  const { status, body: answer } = await post(`/v1/dags/${dag}/trigger`, body);
  expect([status, answer]).toMatchObject([202, { dag, status: "queued" }]);
  return answer.run;
}
/** What was recorded of this, by whom. */
async function recorded(operation: string, subject?: string) {
  const found = (await world.store.listOperations({ limit: 1_000 })).filter((one) => one.operation === operation);
  return subject === undefined ? found : found.filter((one) => one.subject === subject);
}

describe("DAGs", () => {
  it("are paused and resumed; both stand in the record with who and why", async () => {
    const paused = await post("/v1/dags/mart/pause", { reason: "the lake moves" });
    expect(paused).toMatchObject({ status: 200, body: { dag: "mart", project: "sales", paused: { by: "token:t1", since: expect.stringMatching(/Z$/) } } });
    expect(await post("/v1/dags/mart/resume")).toMatchObject({ status: 200, body: { paused: null } });
    await eventually(() => recorded("pause")).toMatchObject([{ dag: "mart", by: "token:t1", why: "the lake moves" }]);
  });

  it("start by hand with parameters that fit, under an id that is a run's", async () => {
    expect(await post("/v1/dags/clean/trigger")).toMatchObject({ status: 400, body: { code: "E_PARAMS" } });
    expect(await post("/v1/dags/clean/trigger", { params: { full: "yes" } })).toMatchObject({ status: 400, body: { code: "E_PARAMS" } });
    expect(await post("/v1/dags/clean/trigger", { id: "asset-registry" })).toMatchObject({ status: 400, body: { code: "E_USAGE" } });
    expect(await post("/v1/dags/days/trigger", { partition: "yesterday" })).toMatchObject({ status: 400, body: { code: "E_PARTITION" } });
    const run = await triggered("slow", { id: "slow/by-hand", reason: "a test" });
    expect(run).toBe("slow/by-hand");
    expect(await post("/v1/dags/slow/trigger", { id: "slow/by-hand" })).toMatchObject({ status: 409, body: { code: "E_RUN_STATE" } });
    expect(await recorded("start", run)).toMatchObject([{ refused: "E_RUN_STATE" }, { dag: "slow", by: "token:t1", why: "a test", refused: null }]);
    await eventually(() => statusOf(run)).toBe("running");
  });

  it("start with what has gathered, or let go of it, for which one must say why", async () => {
    await world.publish("lake://rates", "r1");
    await eventually(async () => (await post("/v1/dags/mart/resume")).body.pending).toBe(1);
    const fired = await post("/v1/dags/mart/fire", { request: "fire-1" });
    expect(fired).toMatchObject({ status: 200, body: { dag: "mart", did: true, events: 1, runs: [expect.stringMatching(/^mart\//)] } });
    expect((await post("/v1/dags/mart/fire", { request: "fire-1" })).body).toMatchObject({ did: false, runs: [] });
    await world.publish("lake://rates", "r2");
    await eventually(async () => (await post("/v1/dags/mart/resume")).body.pending).toBe(1);
    expect((await post("/v1/dags/mart/clear")).status).toBe(400);
    expect((await post("/v1/dags/mart/clear", { reason: " " })).status).toBe(400);
    expect(await post("/v1/dags/mart/clear", { reason: "loaded by hand" })).toMatchObject({ status: 200, body: { did: true, events: 1 } });
  });
});

describe("runs", () => {
  it("are asked to stop, one and many", async () => {
    expect(await post(runPath("slow/by-hand", "cancel"), { reason: "too long" })).toEqual({ status: 202, body: { run: "slow/by-hand", asked: "cancel" } });
    await eventually(() => statusOf("slow/by-hand")).toBe("cancelled");
    expect(await recorded("stop", "slow/by-hand")).toMatchObject([{ dag: "slow", by: "token:t1", why: "too long" }]);
    const many = [await triggered("slow"), await triggered("slow")];
    await eventually(async () => Promise.all(many.map(statusOf))).toEqual(["running", "running"]);
    const dry = await post("/v1/runs/cancel", { dags: "sl*", dryRun: true });
    expect(dry.body.items.map(({ run, asked }: { run: string; asked: null }) => [run, asked]).sort()).toEqual(many.map((run) => [run, null]).sort());
    expect((await post("/v1/runs/cancel", { dags: "sl*" })).body.items).toHaveLength(2);
    await eventually(async () => Promise.all(many.map(statusOf))).toEqual(["cancelled", "cancelled"]);
    expect(await post("/v1/runs/cancel", {})).toMatchObject({ status: 400, body: { code: "E_USAGE" } });
  });

  it("that failed are repeated from where they failed, or count as succeeded", async () => {
    const failed = await triggered("clean", { params: { full: true } });
    await eventually(() => statusOf(failed)).toBe("failed");
    const plan = await post(runPath(failed, "rerun"), { failed: true, dryRun: true });
    expect(plan.body).toEqual({ of: failed, again: ["load", "check"], kept: [] });
    expect(await post(runPath(failed, "rerun"), { from: ["lod"] })).toMatchObject({ status: 400, body: { code: "E_REFERENCE" } });
    mood.failing = false;
    const again = await post(runPath(failed, "rerun"), { failed: true, reason: "the disk is larger" });
    expect(again).toMatchObject({ status: 202, body: { of: failed, run: expect.stringMatching(/^clean\/rerun-/) } });
    await eventually(() => statusOf(again.body.run)).toBe("succeeded");
    expect(await recorded("rerun", failed)).toMatchObject([{ why: "the disk is larger", refused: null }, { refused: "E_REFERENCE" }]);

    mood.failing = true;
    const other = await triggered("clean", { params: { full: false } });
    await eventually(() => statusOf(other)).toBe("failed");
    mood.failing = false;
    expect(await post("/v1/runs/rerun", { dags: "clean", dryRun: true })).toMatchObject({ body: { items: [{ of: other, again: ["load", "check"] }] } });
    expect(await post(runPath(again.body.run, "mark"), { status: "succeeded", reason: "x" })).toMatchObject({ status: 409, body: { code: "E_RUN_STATE" } });
    const marked = await post(runPath(other, "mark"), { status: "succeeded", reason: "done by hand" });
    expect(marked).toMatchObject({ status: 200, body: { run: other, dag: "clean", status: "succeeded", did: true } });
    await eventually(() => statusOf(other)).toBe("succeeded");
    expect((await post("/v1/runs/rerun", { dags: "clean" })).body).toEqual({ items: [] });
  });

  it("that wait for a person are answered", async () => {
    const run = await triggered("reviewed");
    await eventually(async () => (await post(runPath(run, "answer"), { task: "review", approved: true, reason: "looks good" })).status).toBe(200);
    await eventually(() => statusOf(run)).toBe("succeeded");
    expect((await recorded("approve", `${run} review`)).filter(({ refused }) => refused === null)).toMatchObject([{ by: "token:t1", why: "looks good" }]);
  });
});

describe("backfills and repairs", () => {
  it("say what they would do, do it, and are cancelled", async () => {
    const order = { dag: "days", partitions: "2026-11-01..2026-11-03" };
    expect((await post("/v1/backfills", { ...order, dryRun: true })).body).toMatchObject({ partitions: ["2026-11-01", "2026-11-02", "2026-11-03"] });
    const opened = await post("/v1/backfills", { ...order, parallel: 2, reason: "a new column" });
    expect(opened).toMatchObject({
      status: 202,
      body: { kind: "backfill", of: "days", by: "token:t1", why: "a new column", openedAt: expect.stringMatching(/Z$/) },
    });
    const days = async () => (await world.store.listRuns({ dag: "days", status: "succeeded" })).length;
    await eventually(days).toBe(3);
    const repair = `/v1/assets/${encodeURIComponent(made.uri)}/repair`;
    expect((await post(repair, { partitions: "2026-11-02", dryRun: true })).body).toMatchObject({ steps: [{ dag: "days", partition: "2026-11-02" }] });
    expect((await post(repair, { partitions: ["2026-11-02"] })).body).toMatchObject({ kind: "repair", by: "token:t1" });
    await eventually(days).toBe(4);
    expect(await post(`/v1/backfills/${opened.body.id}/cancel`, { reason: "too late" })).toMatchObject({ status: 200 });
  });

  it.each([
    ["/v1/backfills", { dag: "mart", partitions: "2026-11-01" }, "E_BACKFILL"],
    ["/v1/backfills", { dag: "days", partitions: "yesterday" }, "E_PARTITION"],
  ])("that make no sense are refused: %s %j", async (path, body, code) => {
    expect(await post(path, body)).toMatchObject({ status: 400, body: { code } });
  });
});

describe("watchers", () => {
  it("are paused, resumed and put elsewhere", async () => {
    expect(await post("/v1/watchers/arrivals/pause", { reason: "maintenance" })).toMatchObject({
      status: 200,
      body: { watcher: "arrivals", status: "paused", paused: { by: "token:t1", why: "maintenance", at: expect.stringMatching(/Z$/) } },
    });
    expect(await post("/v1/watchers/arrivals/resume")).toMatchObject({ status: 200, body: { paused: null } });
    const reset = await post("/v1/watchers/arrivals/reset", { to: "beginning", deliver: "redeliver", request: "again-1" });
    expect(reset).toMatchObject({ status: 200, body: { watcher: "arrivals", request: "again-1" } });
    await eventually(async () => (await post("/v1/watchers/arrivals/reset", { to: "beginning", deliver: "redeliver", request: "again-1" })).body).toMatchObject(
      { done: true, generation: 2 },
    );
    expect((await recorded("pause-watcher", "arrivals"))[0]).toMatchObject({ by: "token:t1", why: "maintenance" });
    expect((await recorded("reset-watcher", "arrivals")).length).toBe(1);
  });

  it("have dead letters, which are sent again as they should have been, or dropped", async () => {
    const admin = await world.token("admin");
    for (const id of ["m1", "m2"]) expect((await world.post("/v1/webhooks/pushes", { id, good: false }, admin)).status).toBe(202);
    const path = "/v1/watchers/pushes/dead-letters";
    expect((await post(`${path}/redrive`, {})).status).toBe(400);
    expect((await post(`${path}/redrive`, { all: true })).body).toMatchObject({ redriven: [], failed: [{ id: "m2" }, { id: "m1" }] });
    const item = { id: "m1", body: { good: true } };
    expect((await post(`${path}/redrive`, { ids: ["m1"], item })).body).toEqual({ watcher: "pushes", redriven: ["m1"], events: 1, failed: [] });
    await eventually(async () => (await world.store.listEvents({ asset: "lake://pushed" })).length).toBe(1);
    expect((await post(`${path}/drop`, { ids: ["m2"] })).status).toBe(400);
    expect((await post(`${path}/drop`, { ids: ["m2"], reason: "a test" })).body).toEqual({ watcher: "pushes", dropped: 1 });
    expect(await recorded("redrive", "pushes m1")).toMatchObject([{ by: "token:t1", events: 1 }]);
  });
});

describe("other people's projects", () => {
  const uri = encodeURIComponent("lake://made");
  it.each([
    ["/v1/dags/ledger/pause", "/v1/dags/nothing/pause", {}],
    ["/v1/dags/ledger/trigger", "/v1/dags/nothing/trigger", {}],
    ["/v1/dags/ledger/fire", "/v1/dags/nothing/fire", {}],
    ["/v1/dags/ledger/clear", "/v1/dags/nothing/clear", { reason: "x" }],
    [runPath("ledger/1", "cancel"), runPath("nothing/1", "cancel"), {}],
    [runPath("ledger/1", "rerun"), runPath("nothing/1", "rerun"), {}],
    [runPath("ledger/1", "mark"), runPath("nothing/1", "mark"), { status: "succeeded", reason: "x" }],
    ["/v1/watchers/others/pause", "/v1/watchers/nothing/pause", {}],
    ["/v1/backfills/backfill-1/cancel", "/v1/backfills/nothing/cancel", {}],
    [`/v1/assets/${uri}/repair`, `/v1/assets/${encodeURIComponent("lake://nothing")}/repair`, { partitions: "2026-11-01" }],
  ])("cannot be touched, and look like what is not there: %s", async (theirs, nothing, body) => {
    const finance = await world.token("operate:stock,read");
    await world.post("/v1/dags/ledger/trigger", { id: "ledger/1" }, await world.token("operate:finance"));
    const [there, absent] = [await post(theirs, body, finance), await post(nothing, body, finance)];
    const bare = ({ status, body: { code, title, hint } }: typeof there) => ({ status, code, title, hint });
    expect(bare(there)).toEqual({ status: 403, code: "E_ACCESS", title: expect.any(String), hint: expect.any(String) });
    expect(bare(absent)).toEqual(bare(there));
    expect(JSON.stringify(there.body)).not.toMatch(/finance|sales/);
  });

  it("are not among many runs that are chosen", async () => {
    const all = { dags: "*", status: "succeeded", dryRun: true };
    const stock = await world.token("operate:stock");
    expect((await post("/v1/runs/rerun", all, stock)).body).toEqual({ items: [] });
    const own = (await post("/v1/runs/cancel", all)).body.items as { run: string }[];
    expect(own.length).toBeGreaterThan(0);
    expect(own.filter(({ run }) => run.startsWith("ledger/"))).toEqual([]);
  });

  it("whoever may operate everything is told what there is not", async () => {
    const everything = await world.token("operate");
    expect(await post("/v1/dags/claen/pause", {}, everything)).toMatchObject({ status: 404, body: { code: "E_DAG_UNKNOWN", hint: "did you mean clean?" } });
    expect(await post(runPath("nothing/1", "cancel"), {}, everything)).toMatchObject({ status: 404, body: { code: "E_RUN_UNKNOWN" } });
    expect(await post("/v1/watchers/nothing/pause", {}, everything)).toMatchObject({ status: 404, body: { code: "E_WATCHER_UNKNOWN" } });
  });

  it("and workflows that are no runs cannot be cancelled by anybody", async () => {
    const admin = await world.token("admin");
    const { body } = await post("/v1/registry/pause", {}, admin);
    expect(body).toEqual({ did: true });
    expect((await post("/v1/registry/resume", {}, ops)).status).toBe(403);
    expect((await post("/v1/registry/resume", {}, admin)).body).toEqual({ did: true });
    for (const workflow of ["asset-registry", "watcher/arrivals"]) {
      const answers = [await post(runPath(workflow, "cancel"), {}, admin), await post(runPath(workflow, "cancel"))];
      expect(answers.map(({ status }) => status)).toEqual([404, 403]);
    }
  });

  it.each(["read", "publish,start", "operate:finance"])("nothing can be done with %s", async (scopes) => {
    expect((await post("/v1/dags/clean/trigger", {}, await world.token(scopes))).status).toBe(403);
  });
});

it.each([
  ["a field that is not known", { why: "x" }],
  ["another type", { reason: 7 }],
  ["an array", []],
  ["a request id that is too long", { request: "x".repeat(201) }],
])("refuses %s", async (_, body) => {
  expect(await post("/v1/dags/mart/pause", body)).toMatchObject({ status: 400, body: { code: "E_API_REQUEST" } });
});
