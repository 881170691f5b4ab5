import { afterAll, beforeAll, expect, it } from "vitest";
import type { LogLine } from "../../core/tasks/records.ts";
import { decideAlerts } from "../../runtime/notify/decide.ts";
import { asset, catalog, catalogFact, DAY, DAY_ONE, event, eventFact, fateFact, HOUR, plan, runFact } from "../store/facts.ts";
import { type Answer, createReadWorld, type ReadWorld } from "./read-world.ts";

const RAW = "s3://lake/raw/orders";
const CLEAN = "s3://lake/clean/orders";
const MAKER = "orders-clean/e-1";
const USER = "mart/e-2";

const LAKE = catalog("lake", {
  assets: [asset(RAW), asset(CLEAN)],
  dags: [plan("orders-clean", { asset: RAW }, [CLEAN]), plan("mart", { asset: CLEAN })],
  watchers: [{ id: "orders-arrive", source: "files", publishes: RAW, every: 1_000 }],
});

const line = (n: number, fields: Partial<LogLine> = {}): LogLine => ({
  ...{
    run: MAKER,
    temporalRunId: "t1",
    task: "publish",
    attempt: 1,
    at: DAY_ONE + 600 + Math.floor(n / 2),
    line: n,
    level: "info",
    text: `line ${n}`,
    fields: {},
  },
  ...fields,
});

let world: ReadWorld;
beforeAll(async () => {
  world = await createReadWorld({ now: () => DAY_ONE + 2 * DAY });
  const made = event(7, { asset: CLEAN, source: "headgate", id: `${MAKER}/t1/publish/1`, run: MAKER, hops: 1 });
  await world.project([
    catalogFact(1, 1, LAKE),
    // Two of one millisecond, and one of another day.
    ...[1, 2, 3].map((seq) => eventFact(seq + 1, event(seq, { at: seq === 3 ? DAY_ONE + DAY : DAY_ONE, partition: seq === 2 ? "eu" : null }))),
    eventFact(10, made),
    fateFact(11, 1),
    fateFact(12, 1, { fate: "consumed", run: MAKER, why: "it was due" }),
    fateFact(13, 2),
    fateFact(14, 7, { dag: "mart" }),
    fateFact(15, 7, { dag: "mart", fate: "consumed", run: USER }),
    runFact(20, MAKER, { status: "succeeded", endedAt: DAY_ONE + HOUR, temporalRunId: "t1", plan: LAKE.dags[0]?.hash ?? null }),
    runFact(21, USER, { startedAt: DAY_ONE + HOUR }),
    ...[3, 4, 5].map((n) =>
      runFact(20 + n, `orders-clean/e-${n}`, { status: "failed", error: "E_TASK: no", startedAt: DAY_ONE + DAY, endedAt: DAY_ONE + DAY + n, partition: "eu" }),
    ),
    runFact(30, "orders-clean/e-9", { cause: { kind: "rerun", text: MAKER }, startedAt: DAY_ONE + DAY + HOUR }),
    { kind: "rejected", n: 40, at: DAY_ONE, code: "E_EVENT_DATA", why: "rows: expected a number", event: { asset: RAW, id: "file-1" } },
  ]);
  await world.store.record([
    { stamp: 1, kind: "task", task: { run: MAKER, temporalRunId: "t1", dag: "orders-clean", task: "publish", status: "succeeded", at: DAY_ONE + 900 } },
    ...Array.from({ length: 9 }, (_, n) => ({ stamp: 2, kind: "log" as const, line: line(n + 1, n === 8 ? { level: "error" } : {}) })),
  ]);
  const session = await world.store.outbox.open({ id: "orders-arrive", source: "files:///landing", fingerprint: "files" });
  await session.append({
    ...{ events: [{ asset: RAW, source: "files", id: "x" }], cursor: { after: "x" }, seen: [] },
    poison: ["a", "b", "c"].map((id) => ({ id, reason: "no date", raw: "{}" })),
  });
});
afterAll(() => world[Symbol.asyncDispose]());

// biome-ignore lint/suspicious/noExplicitAny: items of any list
async function allItems(path: string): Promise<any[]> {
  const found: unknown[] = [];
  for (let next: string | null = ""; next !== null; ) {
    const { body, status }: Answer<{ readonly items: readonly unknown[]; readonly next: string | null }> = await world.get(
      `${path}${path.includes("?") ? "&" : "?"}limit=1${next === "" ? "" : `&cursor=${next}`}`,
    );
    expect(status, JSON.stringify(body)).toBe(200);
    found.push(...body.items);
    next = body.next;
  }
  return found;
}

it.each([
  ["all, the newest start first", "", ["orders-clean/e-9", "orders-clean/e-3", "orders-clean/e-4", "orders-clean/e-5", USER, MAKER]],
  ["of a DAG", "?dag=mart", [USER]],
  ["that failed", "?status=failed", ["orders-clean/e-3", "orders-clean/e-4", "orders-clean/e-5"]],
  ["of a partition", "?partition=eu&dag=orders-clean", ["orders-clean/e-3", "orders-clean/e-4", "orders-clean/e-5"]],
  ["of a time", "?since=2026-11-23T00:00:00Z&until=2026-11-24T00:00:00Z", [USER, MAKER]],
  ["that repeat one", `?of=${encodeURIComponent(MAKER)}`, ["orders-clean/e-9"]],
])("lists runs %s, each once however small the pages", async (_, query, runs) => {
  expect((await allItems(`/v1/runs${query}`)).map(({ run }) => run)).toEqual(runs);
});

it("shows a run with its tasks, what it took, what it published, and what that started", async () => {
  const { body } = await world.get(`/v1/runs/${encodeURIComponent(MAKER)}`);
  expect(body).toMatchObject({
    ...{ run: MAKER, status: "succeeded", startedAt: "2026-11-23T00:00:00.500Z", endedAt: "2026-11-23T01:00:00.000Z" },
    tasks: [{ task: "publish", status: "succeeded" }],
    consumed: [{ id: "file-1", fate: "consumed" }],
    published: [{ asset: CLEAN, run: MAKER }],
    started: [{ run: USER, dag: "mart", status: "running" }],
    reruns: ["orders-clean/e-9"],
  });
});

it("shows the lines of a run in their order, each once, and those of a level and what is graver", async () => {
  const path = `/v1/runs/${encodeURIComponent(MAKER)}/logs`;
  expect((await allItems(path)).map(({ text }) => text)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => `line ${n}`));
  expect((await world.get(`${path}?level=warn&task=publish`)).body.items).toMatchObject([{ line: 9, level: "error" }]);
});

it("says why a run began, without a registry that answers", async () => {
  const { body } = await world.get(`/v1/runs/${encodeURIComponent(MAKER)}/explain`);
  expect(body).toMatchObject({ run: { cause: { kind: "condition", text: "raw is there" } }, condition: RAW, consumed: [{ id: "file-1" }], awaits: [] });
});

it.each([
  ["all", "", ["file-3", `${MAKER}/t1/publish/1`, "file-2", "file-1"]],
  ["of an asset", `?asset=${encodeURIComponent(RAW)}`, ["file-3", "file-2", "file-1"]],
  ["below a prefix", "?prefix=s3://lake/r", ["file-3", "file-2", "file-1"]],
  ["below a prefix that is a whole name", `?prefix=${CLEAN}`, [`${MAKER}/t1/publish/1`]],
  ["below a prefix that nothing has", "?prefix=s3://lake/r_w", []],
  ["below a prefix, of a source", "?prefix=s3://&source=headgate", [`${MAKER}/t1/publish/1`]],
  ["of a partition", `?asset=${encodeURIComponent(RAW)}&partition=eu`, ["file-2"]],
  ["without a partition", `?asset=${encodeURIComponent(RAW)}&partition=`, ["file-3", "file-1"]],
  ["of a source", "?source=headgate", [`${MAKER}/t1/publish/1`]],
  ["with an id", "?id=file-2", ["file-2"]],
  ["of a run", `?run=${encodeURIComponent(MAKER)}`, [`${MAKER}/t1/publish/1`]],
  ["of a time", "?since=2026-11-23T00:00:01Z&until=2026-11-24T00:00:00Z", [`${MAKER}/t1/publish/1`]],
  ["that a DAG holds", "?dag=orders-clean&fate=pending", ["file-2"]],
  ["that a DAG consumed", "?dag=orders-clean&fate=consumed", ["file-1"]],
  ["that a DAG consumed since then", "?dag=orders-clean&fate=consumed&since=2026-11-24T00:00:00Z", []],
])("lists events %s, each once however small the pages", async (_, query, ids) => {
  expect((await allItems(`/v1/events${query}`)).map(({ id }) => id)).toEqual(ids);
});

it("tells everything that became of an event, also while the registry is away", async () => {
  const path = `/v1/events/${encodeURIComponent("files:///landing")}/file-1`;
  expect((await world.get(path)).body).toMatchObject({ id: "file-1", asset: RAW, at: "2026-11-23T00:00:00.000Z" });
  expect((await world.get(`${path}/fate`)).body).toMatchObject({
    events: [{ id: "file-1" }],
    fates: [{ dag: "orders-clean", fate: "consumed", why: "it was due", run: MAKER, history: [{ fate: "pending" }, { fate: "consumed" }] }],
    rejected: [{ code: "E_EVENT_DATA", event: { id: "file-1" } }],
    live: null,
  });
});

it("shows a watcher as it is deployed and as the store has it", async () => {
  const { body } = await world.get("/v1/watchers");
  expect(body.items).toMatchObject([
    { watcher: "orders-arrive", deployed: { source: "files", every: 1_000 }, live: null, stored: { unsent: 1, deadLetters: 3 } },
  ]);
  expect((await world.get("/v1/watchers/orders-arrive")).body).toMatchObject({ stored: { cursor: { after: "x" }, resets: [] } });
  expect((await allItems("/v1/watchers/orders-arrive/dead-letters?waiting=true")).map(({ id }) => id).sort()).toEqual(["a", "b", "c"]);
});

it("shows the plan that a run is pinned to", async () => {
  const { plan: pinned } = (await world.get(`/v1/runs/${encodeURIComponent(MAKER)}`)).body;
  expect((await world.get(`/v1/plans/${encodeURIComponent(pinned)}`)).body).toEqual(JSON.parse(JSON.stringify(LAKE.dags[0])));
});

it("lists what is wrong, the newest first, each once however small the pages, and counts all of it", async () => {
  expect(await allItems("/v1/problems")).toMatchObject([
    { kind: "dead-letters", about: "watcher", subject: "orders-arrive", count: 3, title: "watcher orders-arrive has 3 dead letters", told: [] },
    { kind: "run-failed", about: "dag", subject: "orders-clean", run: "orders-clean/e-5", detail: "E_TASK: no", since: "2026-11-24T00:00:00.005Z" },
  ]);
  expect((await world.get("/v1/problems?limit=1")).body.total).toBe(2);
  expect((await world.get("/v1/problems?kind=run-failed&project=headgate")).body).toMatchObject({ items: [{ subject: "orders-clean" }], total: 1 });
});

it("says of a problem who was told, when, and who has not taken it yet", async () => {
  const at = DAY_ONE + 2 * DAY;
  const routes = ({ kind }: { readonly kind: string }): readonly string[] => (kind === "run-failed" ? ["ops", "pager"] : []);
  await world.store.alerts.look("headgate", at, 0, (problems, open) => decideAlerts(problems, open, routes, at));
  for (const due of await world.store.alerts.take("headgate", at)) {
    if (due.channel === "ops") await world.store.alerts.sent(due, at + 1_000);
    else await world.store.alerts.failed(due, "it answered with 503", at + 60_000, at + 1_000);
  }
  const openedAt = "2026-11-25T00:00:00.000Z";
  expect((await world.get("/v1/problems")).body.items.map(({ told }: { readonly told: unknown }) => told)).toEqual([
    [],
    [
      { channel: "ops", openedAt, sentAt: "2026-11-25T00:00:01.000Z", attempts: 1, error: null },
      { channel: "pager", openedAt, sentAt: null, attempts: 1, error: "it answered with 503" },
    ],
  ]);
});

it.each([
  ["a plan that nobody knows", "/v1/plans/x", 404, "E_PLAN_UNKNOWN"],
  ["a kind of problem that there is not", "/v1/problems?kind=weather", 400, "E_API_REQUEST"],
  ["a run that nobody knows", "/v1/runs/orders-clean%2Fx", 404, "E_RUN_UNKNOWN"],
  ["the lines of a run that nobody knows", "/v1/runs/orders-clean%2Fx/logs", 404, "E_RUN_UNKNOWN"],
  ["an event that nobody knows", "/v1/events/files/x", 404, "E_EVENT_UNKNOWN"],
  ["the fate of an event that nobody knows", "/v1/events/files/x/fate", 404, "E_EVENT_UNKNOWN"],
  ["a watcher that nobody knows", "/v1/watchers/x", 404, "E_WATCHER_UNKNOWN"],
  ["the letters of a watcher that nobody knows", "/v1/watchers/x/dead-letters", 404, "E_WATCHER_UNKNOWN"],
  ["a status that no run has", "/v1/runs?status=waiting", 400, "E_API_REQUEST"],
  ["a fate without a DAG", "/v1/events?fate=pending", 400, "E_API_REQUEST"],
  ["a fate with a filter that it ignores", "/v1/events?fate=pending&dag=mart&source=x", 400, "E_API_REQUEST"],
  ["a partition without an asset", "/v1/events?partition=eu", 400, "E_API_REQUEST"],
  ["a topic that there is not", "/v1/changes?topics=runs,weather", 400, "E_API_REQUEST"],
])("refuses %s", async (_, path, status, code) => {
  expect((await world.get(path)).body).toMatchObject({ status, code });
});
