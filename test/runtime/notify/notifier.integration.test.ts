import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import type { AlertMessage } from "../../../core/alert.ts";
import type { Fact } from "../../../core/fact.ts";
import { freshnessUri } from "../../../core/freshness-events.ts";
import { readConnections } from "../../../runtime/connections.ts";
import { createNotifier, type Notifier } from "../../../runtime/notify/notifier.ts";
import { asset, catalog, catalogFact, DAY_ONE, event, eventFact, HOUR, plan, runFact } from "../../store/facts.ts";
import { createStoreWorld, type StoreWorld } from "../../store/store-world.ts";

const RAW = "s3://lake/raw/orders";
const FOREIGN = "s3://stock/raw";
const quiet = { warn: () => undefined };

let world: StoreWorld;
let answer = 200;
const received: AlertMessage[] = [];
const server = createServer(async (request, response) => {
  let body = "";
  for await (const part of request) body += String(part);
  if (answer === 200) received.push(JSON.parse(body) as AlertMessage);
  response.writeHead(answer).end();
});
let now = DAY_ONE + HOUR;
/** Facts are numbered on, whatever test writes them. */
let n = 1_000;

beforeAll(async () => {
  world = await createStoreWorld();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const watchers = [{ id: "orders-arrive", source: "files", publishes: RAW, every: 1_000 }];
  const mine = catalog("mine", {
    project: "sales",
    assets: [asset(RAW, { owner: "ana", freshness: { within: "1h" } })],
    dags: [plan("clean", { asset: RAW })],
    watchers,
  });
  const theirs = catalog("theirs", { project: "stock", assets: [asset(FOREIGN)], dags: [plan("count", { asset: FOREIGN })] });
  await world.store.project("r1", [catalogFact(1, 1, mine), catalogFact(2, 1, theirs)]);
});
afterAll(async () => {
  await new Promise<unknown>((resolve) => server.close(resolve));
  await world[Symbol.asyncDispose]();
});
beforeEach(() => {
  received.length = 0;
  answer = 200;
});

/** A process that tells people: each has its own store, as another machine would. */
function notifier(store = world.store): Notifier {
  const { port } = server.address() as AddressInfo;
  return createNotifier({
    ...{ store, project: "sales", logger: quiet, now: () => now },
    connections: readConnections({ HEADGATE_CONN_HOOK: `http://127.0.0.1:${port}/hook` }),
    config: { channels: { hook: { kind: "webhook", connection: "hook" } }, rules: [{ to: "hook" }] },
  });
}
/** Looks a minute later: what was told, in no order, as all of it is told at once. */
async function look(by: Notifier = notifier()): Promise<readonly string[]> {
  now += 60_000;
  const before = received.length;
  await by.look();
  return received
    .slice(before)
    .map(({ title }) => title)
    .sort();
}
const project = (...facts: readonly Fact[]): Promise<void> => world.store.project("r1", facts);
const run = (dag: string, no: number, status: "failed" | "succeeded", key = ""): Fact =>
  runFact(++n, `${dag}/e-${no}`, {
    dag,
    key,
    status,
    at: DAY_ONE + n,
    startedAt: DAY_ONE + n,
    endedAt: DAY_ONE + n,
    ...(status === "failed" ? { error: "E_TASK_FAILED: boom" } : {}),
  });
const fresh = (state: string): Fact => {
  const data = { asset: RAW, state, was: "unknown", since: new Date(DAY_ONE + n).toISOString(), updatedAt: null, expected: "within 1h" };
  return eventFact(++n, event(n, { asset: freshnessUri(RAW), source: `freshness:${RAW}`, id: `${n}`, data }));
};
const consumer = (faulted: string | null, paused = false): Fact => ({
  kind: "consumer",
  n: ++n,
  at: DAY_ONE + n,
  dag: "clean",
  project: "sales",
  paused,
  faulted,
});

it("a failed run is told once, and its end when all that failed is made good", async () => {
  await project(run("clean", 1, "failed", "eu"), run("clean", 2, "failed", "us"), run("count", 1, "failed"));
  expect(await look()).toEqual(["2 runs of clean failed"]);
  expect(received[0]).toMatchObject({ owner: null, project: "sales", run: "clean/e-2", text: expect.stringContaining("E_TASK_FAILED: boom") });
  await project(run("clean", 3, "failed", "eu"));
  expect(await look()).toEqual([]);
  await project(run("clean", 4, "succeeded", "eu"));
  expect(await look()).toEqual([]);
  await project(run("clean", 5, "succeeded", "us"));
  expect(await look()).toEqual(["clean no longer fails"]);
  expect(await look()).toEqual([]);
});

it("a restart forgets nothing, and of two processes one tells", async () => {
  await project(fresh("stale"));
  const other = world.another();
  now += 60_000;
  await Promise.all([notifier().look(), notifier(other).look()]);
  expect(received.map(({ title, owner }) => [title, owner])).toEqual([[`${RAW} is stale`, "ana"]]);
  expect(await look(notifier(other))).toEqual([]);
  expect((await world.store.listAlerts()).map(({ kind, subject }) => [kind, subject])).toEqual([["asset-stale", RAW]]);
  await project(fresh("fresh"));
  expect(await look(notifier(other))).toEqual([`${RAW} is no longer stale`]);
  expect(await world.store.listAlerts()).toEqual([]);
  expect((await world.store.listAlerts({ all: true }))[0]).toMatchObject({ kind: "asset-stale", channels: ["hook"], resolvedAt: now });
});

it("what a channel does not take is tried again, later and later, in order, and given up after a day", async () => {
  answer = 503;
  await project(fresh("stale"));
  expect(await look()).toEqual([]);
  expect(await world.store.listUntold()).toMatchObject([
    { channel: "hook", title: `${RAW} is stale`, attempts: 1, nextAt: now + 10_000, error: expect.stringContaining("503") },
  ]);
  await project(fresh("fresh"));
  expect(await look()).toEqual([]);
  expect((await world.store.listUntold()).map(({ attempts }) => attempts)).toEqual([2, 0]);
  answer = 200;
  expect(await look()).toEqual([`${RAW} is stale`]);
  expect(await look()).toEqual([`${RAW} is no longer stale`]);
  answer = 503;
  await project(fresh("stale"));
  await look();
  now += 86_400_000;
  await look();
  expect(await world.store.listUntold()).toEqual([]);
  await project(fresh("fresh"));
  answer = 200;
  expect(await look()).toEqual([`${RAW} is no longer stale`]);
});

it("a quarantined DAG, one that loops until it is resumed, a stopped watcher, and dead letters", async () => {
  await project(consumer("it threw"));
  expect(await look()).toEqual(["clean is quarantined"]);
  await project(consumer(null, true), { kind: "warning", n: ++n, at: DAY_ONE + n, code: "E_LOOP", text: "clean is paused: more than 32 runs", dag: "clean" });
  expect(await look()).toEqual(["clean is no longer quarantined", "clean is paused: its events go round in a loop"]);
  const asked = { key: null, by: "ana", why: null, request: null, events: 0 };
  await project({ kind: "operation", n: ++n, at: DAY_ONE + n, operation: "resume", dag: "clean", ...asked }, consumer(null, true));
  expect(await look()).toEqual(["clean is no longer paused by a loop"]);

  const session = await world.store.outbox.open({ id: "orders-arrive", source: "files", fingerprint: "f" });
  await session.report({ status: "stopped", error: "the folder is gone", code: "E_SOURCE_GAP" });
  await session.append({ events: [], cursor: undefined, seen: [], poison: [{ id: "a.csv", reason: "no JSON", raw: "x" }] });
  expect(await look()).toEqual(["watcher orders-arrive has a dead letter", "watcher orders-arrive has stopped"]);
  expect(received.find(({ kind }) => kind === "watcher-stopped")).toMatchObject({ owner: "ana", text: expect.stringContaining("the folder is gone") });
  await session.report({ status: "running" });
  await world.store.dropDeadLetters({ watcher: "orders-arrive", ids: ["a.csv"], by: "ana", why: "test" });
  expect(await look()).toEqual(["watcher orders-arrive has no dead letters any more", "watcher orders-arrive is no longer stopped"]);
});

it("what is deployed no more is over", async () => {
  await project(run("clean", 9, "failed", "eu"));
  expect(await look()).toEqual(["clean failed"]);
  await project(catalogFact(++n, 2, catalog("smaller", { project: "sales", assets: [asset(RAW)] })));
  expect(await look()).toEqual(["clean no longer fails"]);
});
