import { setTimeout as sleep } from "node:timers/promises";
import { defineSearchAttributeKey, SearchAttributeType } from "@temporalio/common";
import { beforeAll, expect, it } from "vitest";
import { z } from "zod";
import { decisionMemo } from "../../core/decision-memo.ts";
import { asset, dag, daily } from "../../core/index.ts";
import { SEARCH_ATTRIBUTES } from "../../core/names.ts";
import { DECISION_MEMO, SIGNALS } from "../../core/registry-protocol.ts";
import type { RunInput } from "../../core/run.ts";
import { emptyState, openRegistry, stateOf, step } from "../../registry/index.ts";
import { loadWorkflowBundle } from "../../runtime/workflow-bundle.ts";
import { DEFAULT_SETTINGS, type RegistryCarry } from "../../workflows/registry-carry.ts";
import { until } from "../faults/until.ts";
import { closeStore } from "../histories/close-store.ts";
import { projectorsOf } from "../support/projectors-of.ts";
import { drained, idle } from "./registry-waits.ts";
import { openRegistryWorld, type RegistryWorld } from "./registry-world.ts";

const raw = asset("lake://raw/{ds}", { partitions: daily({ tz: "UTC" }) });
const plain = asset("lake://plain");
const checked = asset("lake://checked", { schema: z.object({ n: z.number() }) });
const gathered = asset("lake://gathered");
const endless = asset("lake://endless");
const bulk = asset("lake://bulk");

/** What the tasks of this file got, by run. */
const taken = new Map<string, string[]>();
const note = (run: string, events: readonly { readonly id: string }[]): void => {
  taken.set(run, [...(taken.get(run) ?? []), ...events.map(({ id }) => id)]);
};
const takenOf = (run: string | undefined): readonly string[] => taken.get(run ?? "") ?? [];

const daysDag = dag("days", { on: raw }, (d) => {
  d.task("take", { needs: { events: raw }, run: ({ events }, ctx) => note(ctx.run.id, events) });
});
const eachDag = dag("each", { on: plain, mode: "each", concurrency: 100 }, (d) => {
  d.task("take", { needs: { events: plain }, run: ({ events }, ctx) => note(ctx.run.id, events) });
});
const checkedDag = dag("checked", { on: checked }, (d) => {
  d.task("take", { needs: { events: checked }, run: ({ events }, ctx) => note(ctx.run.id, events) });
});
const gatheredDag = dag("gathered", { on: gathered }, (d) => {
  d.task("take", { needs: { events: gathered }, run: ({ events }, ctx) => note(ctx.run.id, events) });
});
const endlessDag = dag("endless", { on: endless, mode: "each" }, (d) => {
  d.task("wait", { needs: { events: endless }, run: (_, ctx) => sleep(600_000, undefined, { signal: ctx.signal }) });
});
const DAGS = [raw, plain, checked, gathered, endless, bulk, daysDag, eachDag, checkedDag, gatheredDag, endlessDag];

// Made once for each state of the sources: no test should be the one that waits for it.
beforeAll(async () => void (await loadWorkflowBundle()));

async function begin(carry?: RegistryCarry): Promise<RegistryWorld> {
  const world = await openRegistryWorld(DAGS);
  await world.start(carry);
  return world;
}

async function beginDeployed(): Promise<RegistryWorld> {
  const world = await begin();
  await world.deploy();
  return world;
}

/** The number of the decision behind a run. */
const numberOf = (run: string): number => Number(run.split("-").at(-1));

/** All runs of a DAG once they have ended, in the order in which they were decided. */
const runs = (world: RegistryWorld, dagId: string, count: number): Promise<readonly string[]> =>
  until(`${count} runs of ${dagId} have ended`, async () => {
    const found = await world.store.listRuns({ dag: dagId, limit: 10_000 });
    return (
      found.length >= count &&
      found.every(({ endedAt }) => endedAt !== null) &&
      found.map(({ run }) => run).sort((one, other) => numberOf(one) - numberOf(other))
    );
  });

it("begins empty when it is started without an input", async () => {
  await using world = await begin();
  expect(await world.registry.state()).toMatchObject({
    consumers: [],
    projects: [],
    events: { accepted: 0, pending: 0 },
    waitingFacts: 0,
    dispatching: 0,
    inbox: 0,
  });
  expect(await world.registry.dag("days")).toBeNull();
  const { runId } = await world.handle.describe();
  expect((await world.registry.state()).epoch).toBe(runId.slice(-8));
});

it("registers a catalogue, which sees events from then on, and refuses an older one", async () => {
  await using world = await begin();
  await world.signal({ asset: plain.uri, id: "too-early" });
  expect(await world.deploy(7)).toMatchObject({ ok: true, project: "headgate", revision: 7, hash: world.catalog.hash, fromSeq: 2, dropped: 0 });
  const [plan] = world.catalog.dags.filter(({ plan }) => plan.dag === "each");
  expect(await world.registry.deployedPlan("each")).toEqual(plan);
  expect(await world.registry.plan("0".repeat(64))).toBeNull();
  await expect(world.deploy(6)).rejects.toMatchObject({ code: "E_DEPLOY_STALE" });
  // The same again is a deploy whose answer was lost.
  expect(await world.deploy(7)).toMatchObject({ ok: true, revision: 7 });
  expect(await world.deploy(8)).toMatchObject({ ok: true, revision: 8 });

  await world.signal({ asset: plain.uri, id: "in-time" });
  const [run] = await runs(world, "each", 1);
  expect(takenOf(run)).toEqual(["in-time"]);
});

it.each([
  ["one event", { asset: plain.uri, id: "a" }, [["a"]]],
  [
    "an array of events",
    [
      { asset: plain.uri, id: "a" },
      { asset: plain.uri, id: "b" },
    ],
    [["a"], ["b"]],
  ],
  ["an event without an id", { asset: plain.uri }, [["#1"]]],
  ["an event beside one that is none", [{ asset: plain.uri, id: "a" }, { id: "b" }, null], [["a"]]],
])("takes %s by a raw signal", async (_, payload, expected) => {
  await using world = await beginDeployed();
  await world.signal(payload);
  const found = await runs(world, "each", expected.length);
  expect(found.map(takenOf)).toEqual(expected);
});

it("says of an event, a run and a DAG what it knows", async () => {
  await using world = await beginDeployed();
  const { registry } = world;
  await world.signal([
    { asset: endless.uri, id: "first" },
    { asset: endless.uri, id: "second" },
  ]);
  const run = await until("the first one runs", async () => {
    const { data } = await registry.explain({ dag: "endless" });
    return data.kind === "consumer" && data.running.length === 1 && data.running[0]?.run;
  });
  expect(await registry.state()).toMatchObject({ events: { accepted: 2 } });
  expect(await registry.dag("endless")).toMatchObject({ running: 1, pending: 1, paused: null, faulted: null });
  expect((await registry.explain({ run })).data).toMatchObject({ kind: "run", run, dag: "endless", events: [1] });
  // What nobody holds any more is in the store.
  expect(await registry.explain({ event: { id: "first" } })).toMatchObject({ data: { kind: "unknown" }, text: expect.stringContaining("was accepted") });
  expect(await until("its fate is in the store", async () => (await world.store.ledgerOf({ id: "first" })).at(0))).toMatchObject({
    dag: "endless",
    fate: "consumed",
    run,
  });
  expect((await registry.explain({ event: { id: "second" } })).data).toMatchObject({
    kind: "event",
    consumers: [{ dag: "endless", fate: "pending", run: null }],
  });
  const why = await registry.explain({ dag: "endless" });
  expect(why.data).toMatchObject({ kind: "consumer", groups: [{ pending: 1, due: true, blocked: [{ by: "concurrency" }] }] });
  expect(why.text).toContain(run);
  expect((await registry.explain({ dag: "nobody" })).data).toMatchObject({ kind: "unknown" });
});

it("gathers while a DAG is paused, and starts it when it goes on", async () => {
  await using world = await beginDeployed();
  const { registry } = world;
  expect(await registry.pause("gathered", "ada")).toMatchObject({ dag: "gathered", paused: { by: "ada" } });
  await world.signal([
    { asset: gathered.uri, id: "a" },
    { asset: gathered.uri, id: "b" },
  ]);
  await until("both are pending", async () => (await registry.dag("gathered"))?.pending === 2);
  expect((await registry.explain({ dag: "gathered" })).data).toMatchObject({
    groups: [{ due: true, blocked: [{ by: "paused", text: expect.stringContaining("by ada") }] }],
  });
  expect(await registry.resume("gathered", "ada")).toMatchObject({ paused: null, pending: 0, running: 1 });
  const [run] = await runs(world, "gathered", 1);
  expect(takenOf(run)).toEqual(["a", "b"]);
  expect(await registry.pause("nobody")).toBeNull();
});

it("drops the repeat of an event, and says so", async () => {
  await using world = await beginDeployed();
  await world.signal([
    { asset: plain.uri, id: "a" },
    { asset: plain.uri, id: "a" },
  ]);
  await world.signal({ asset: plain.uri, id: "a", data: { other: true } });
  await world.signal({ asset: plain.uri, id: "a", source: "somebody else" });
  const found = await runs(world, "each", 2);
  expect(found.map(takenOf)).toEqual([["a"], ["a"]]);
  expect(
    await until("both repeats are in the store", async () => (await world.store.duplicatesOf({ id: "a" })).at(1) && world.store.duplicatesOf({ id: "a" })),
  ).toMatchObject([
    { source: "external", differed: false },
    { source: "external", differed: true },
  ]);
});

const payload = (encoding: string, data: string) => ({ metadata: { encoding: Buffer.from(encoding) }, data: Buffer.from(data) });
it("puts what is no event on the rejected list with its reason, keeps whole what a contract puts aside, and goes on", async () => {
  await using world = await beginDeployed();
  await world.signal({ asset: plain.uri, id: "odd", data: { n: 1 }, quarantine: "n: must be >= 2" });
  await world.signal(42);
  await world.signal([{ asset: "" }, { asset: plain.uri, colour: "red" }, { asset: plain.uri, time: "yesterday" }]);
  await world.signal({ asset: "lake://raw/2026-11" });
  await world.signal([
    { asset: checked.uri, id: "bad", data: { n: "one" } },
    { asset: checked.uri, id: "good", data: { n: 1 } },
  ]);
  await world.client.workflowService.signalWorkflowExecution({
    namespace: world.client.options.namespace,
    workflowExecution: { workflowId: world.handle.workflowId },
    signalName: SIGNALS.assetUpdated,
    input: { payloads: [payload("json/plain", "[".repeat(50_000) + "]".repeat(50_000)), payload("binary/encrypted", "?")] },
  });
  await world.handle.signal(SIGNALS.watcherBatch, { watcher: "w" });
  await world.handle.signal(SIGNALS.runEnded, "all of them");

  const rejected = await until("all of them are in the store", async () => {
    const found = await world.store.listRejected();
    return found.length >= 10 && found;
  });
  const [events, undecodable] = [Array.from({ length: 5 }, () => "E_EVENT"), ["E_EVENT_UNDECODABLE", "E_EVENT_UNDECODABLE"]];
  const codes = ["E_ASSET_URI", ...events, "E_EVENT_DATA", "E_EVENT_PARTITION", ...undecodable];
  expect(rejected.map(({ code }) => code).sort()).toEqual(codes);
  expect(rejected.every(({ why }) => why.length > 10)).toBe(true);
  const [run] = await runs(world, "checked", 1);
  expect(takenOf(run)).toEqual(["good"]);
  const entry = await until("it is in the store", async () => (await world.store.listQuarantined())[0]);
  expect(entry).toMatchObject({ source: "external", id: "odd", why: "n: must be >= 2", data: { n: 1 } });
  for (let n = 0; n < 2; n += 1) await world.store.releaseQuarantined({ entry, by: "ada", send: (batch) => world.handle.signal(SIGNALS.watcherBatch, batch) });
  expect((await runs(world, "each", 1)).map(takenOf)).toEqual([["odd"]]);
});

it("starts a few runs as its children and many by dispatch, each with its memo and search attributes", async () => {
  await using world = await beginDeployed();
  const day = "2026-11-23";
  await world.signal({ asset: raw.uri, id: "x", partition: day });
  const [child] = await runs(world, "days", 1);
  await world.signal(Array.from({ length: 30 }, (_, n) => ({ asset: plain.uri, id: `e-${n}` })));
  const many = await runs(world, "each", 30);
  expect(many.map(takenOf)).toEqual(Array.from({ length: 30 }, (_, n) => [`e-${n}`]));

  const key = (name: string) => defineSearchAttributeKey(name, SearchAttributeType.KEYWORD);
  for (const [run, parent, dagId, partition] of [
    [child, world.handle.workflowId, "days", day],
    [many[0], undefined, "each", undefined],
  ] as const) {
    const handle = world.client.workflow.getHandle(run ?? "");
    const found = await handle.describe();
    expect(found.parentExecution?.workflowId).toBe(parent);
    expect(found.type).toBe(dagId);
    expect(found.typedSearchAttributes.get(key(SEARCH_ATTRIBUTES.dag))).toBe(dagId);
    expect(found.typedSearchAttributes.get(key(SEARCH_ATTRIBUTES.partition))).toBe(partition);
    // Dispatch hands the plan over with the start; a child loads it as its first step. Both report their end.
    await handle.result();
    const { events } = await handle.fetchHistory();
    expect(events?.filter((event) => event.markerRecordedEventAttributes)).toHaveLength(parent === undefined ? 1 : 2);
    expect(found.memo?.[DECISION_MEMO]).toBe(decisionMemo((await inputOf(world, run)) as Parameters<typeof decisionMemo>[0]));
  }
});

it("asks for no child while one of an earlier step has not started", async () => {
  await using world = await beginDeployed();
  for (let n = 0; n < 30; n += 1) await world.signal({ asset: plain.uri, id: `quick-${n}` });
  const started = await runs(world, "each", 30);
  expect(started.flatMap(takenOf).sort()).toEqual(Array.from({ length: 30 }, (_, n) => `quick-${n}`).sort());

  const asked = new Map<string, string>();
  for (const event of (await world.handle.fetchHistory()).events ?? []) {
    const { startChildWorkflowExecutionInitiatedEventAttributes: child, childWorkflowExecutionStartedEventAttributes: start } = event;
    if (child) {
      const step = String(child.workflowTaskCompletedEventId);
      expect([...asked.values()].filter((earlier) => earlier !== step)).toEqual([]);
      asked.set(String(event.eventId), step);
    }
    if (start) asked.delete(String(start.initiatedEventId));
  }
});

it("hears of a run's end from the run, from its close, and by asking", async () => {
  const long = 180_000;
  // A registry whose former life started a run three minutes ago, which nobody heard of since.
  const former = openRegistry(emptyState("former"));
  await using world = await openRegistryWorld(DAGS);
  const then = Date.now() - long;
  step(former, [{ kind: "register", project: world.catalog.project, revision: 1, catalog: world.catalog }], then);
  const [start] = step(former, [{ kind: "publish", events: [{ asset: endless.uri, id: "lost" }] }], then).starts;
  if (start === undefined) throw new Error("nothing was started");
  const silent = await world.client.workflow.start(start.dag, { workflowId: start.id, taskQueue: start.taskQueue, args: [start.input] });
  await silent.terminate("somebody's mistake");
  await world.start({ version: 1, state: stateOf(former), inbox: [], checking: [], dispatching: [], facts: [], settings: DEFAULT_SETTINGS });
  await until("it asked", async () => (await world.registry.dag("endless"))?.running === 0, 10_000);

  await world.signal({ asset: endless.uri, id: "closed" });
  const second = await until("the next one runs", () => runningOf(world, "endless"));
  await world.client.workflow.getHandle(second).terminate("somebody's decision");
  await until("it saw its child close", async () => (await world.registry.dag("endless"))?.running === 0, 10_000);

  await world.signal({ asset: plain.uri, id: "reported" });
  const [third] = await runs(world, "each", 1);
  const ends = await until("the store has all three", async () => {
    const found = await world.store.listRuns({ status: ["succeeded", "cancelled"] });
    return found.length === 3 && Object.fromEntries(found.map(({ run, status }) => [run, status]));
  });
  expect(ends).toEqual({ [start.id]: "cancelled", [second]: "cancelled", [third as string]: "succeeded" });
});

it("continues as new when it is drained, also with nothing to do, and keeps what is pending", async () => {
  await using world = await beginDeployed();
  await world.registry.pause("gathered", "ada");
  await world.signal({ asset: gathered.uri, id: "before" });
  await until("it is pending", async () => (await world.registry.dag("gathered"))?.pending === 1);
  await idle(world);
  for (let life = 0; life < 2; life += 1) await drained(world);
  expect(await world.registry.dag("gathered")).toMatchObject({ pending: 1, paused: { by: "ada" } });
  await world.signal({ asset: gathered.uri, id: "after" });
  await world.registry.resume("gathered");
  const [run] = await runs(world, "gathered", 1);
  expect(takenOf(run)).toEqual(["before", "after"]);
});

it("answers a deploy, a pause and a drain that come at once", async () => {
  await using world = await beginDeployed();
  const { runId } = await world.handle.describe();
  const [, reply, state] = await Promise.all([world.registry.drain(), world.deploy(), world.registry.pause("each", "ada")]);
  expect(reply).toMatchObject({ ok: true });
  expect(state).toMatchObject({ paused: { by: "ada" } });
  await until("it has continued as new", async () => (await world.handle.describe()).runId !== runId);
});

it("loses nothing when it continues as new again and again under constant signals", { timeout: 120_000 }, async () => {
  const epoch = "restless";
  await using world = await begin({
    version: 1,
    state: emptyState(epoch),
    inbox: [],
    checking: [],
    dispatching: [],
    facts: [],
    settings: { childStartLimit: 3, historyLimit: 60 },
  });
  await world.deploy();
  const ids: string[] = [];
  const lives = new Set<string>();
  for (let round = 0; round < 40; round += 1) {
    const events = [gathered, plain, checked].map(({ uri }, of) => ({ asset: uri, id: `${round}-${of}`, data: { n: round } }));
    ids.push(...events.map(({ id }) => id));
    await world.signal(events);
    if (round % 10 === 0) lives.add((await world.handle.describe()).runId);
    await sleep(20);
  }
  await until(
    "everything has ended",
    async () => {
      const { consumers, inbox, dispatching } = await world.registry.state();
      return inbox === 0 && dispatching === 0 && consumers.every(({ running, pending }) => running === 0 && pending === 0);
    },
    60_000,
    async () => JSON.stringify(await world.registry.state()),
  );
  lives.add((await world.handle.describe()).runId);
  expect(lives.size).toBeGreaterThan(2);
  const inputs = [...taken].filter(([run]) => run.includes(`/${epoch}-`)).flatMap(([, events]) => events);
  expect(inputs.sort()).toEqual([...ids].sort());
});

it("goes on while the store is closed: a projector takes the facts, and the store gets all of them", { timeout: 120_000 }, async () => {
  await using world = await beginDeployed();
  await idle(world);
  const store = await closeStore(world.databaseUrl);
  for (let n = 0; n < 8; n += 1) await world.signal({ asset: bulk.uri, id: `bulk-${n}`, data: { text: "x".repeat(100_000) } });
  await world.signal({ asset: plain.uri, id: "meanwhile" });
  const run = await until("the run has what was published meanwhile", () => [...taken].find(([, events]) => events.includes("meanwhile"))?.[0]);
  const projectors = await until("projectors took facts", async () => {
    const found = await projectorsOf(world.client, world.handle.workflowId);
    return found.length > 0 && found;
  });
  await until("the run has ended for the registry", async () => (await world.registry.dag("each"))?.running === 0);
  expect((await world.registry.state()).waitingFacts).toBeGreaterThan(0);

  await store.open();
  for (const projector of projectors) await world.client.workflow.getHandle(projector).result();
  await idle(world);
  const [projection] = await world.store.listProjections();
  expect(projection).toMatchObject({ registry: world.handle.workflowId, unprojected: 0 });
  expect(projection?.covered).toHaveLength(1);
  expect(await world.runsOf("each")).toEqual([run]);
  for (let n = 0; n < 8; n += 1) expect(await world.store.findEvents({ id: `bulk-${n}` })).toHaveLength(1);
});

async function runningOf(world: RegistryWorld, dagId: string): Promise<string | undefined> {
  const { data } = await world.registry.explain({ dag: dagId });
  return data.kind === "consumer" ? data.running[0]?.run : undefined;
}

async function inputOf(world: RegistryWorld, run: string | undefined): Promise<RunInput> {
  const { events } = await world.client.workflow.getHandle(run ?? "").fetchHistory();
  const [payload] = events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads ?? [];
  return JSON.parse(Buffer.from(payload?.data ?? []).toString()) as RunInput;
}
