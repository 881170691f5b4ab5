import { afterEach, beforeEach, expect, it } from "vitest";
import { asset } from "../../core/authoring/asset.ts";
import type { WatcherDefinition } from "../../core/definition.ts";
import { HeadgateError } from "../../core/errors.ts";
import type { ReadContext, Source } from "../../core/source.ts";
import { createMemoryOutbox } from "../../watchers/outbox-memory.ts";
import { createRecordingRegistry } from "../watchers/recording-registry.ts";
import { until } from "../watchers/session-run.ts";
import { createWatcherWorld, type WatcherWorld } from "./watcher-world.ts";

let temporal: WatcherWorld;
beforeEach(async () => {
  temporal = await createWatcherWorld();
});
afterEach(() => temporal[Symbol.asyncDispose]());

/** A list that grows, read from an offset; `fail` makes the next read throw, `begun` counts the sessions that know where they start. */
function createList() {
  const entries: string[] = [];
  let failure: Error | undefined;
  let sessions = 0;
  const source: Source<string, number> = {
    kind: "list",
    describe: () => "list://a",
    identify: (item) => ({ id: item }),
    async *read(context: ReadContext<number>) {
      let at = context.cursor ?? (context.startAt === "now" ? entries.length : 0);
      sessions += 1;
      while (!context.signal.aborted) {
        if (failure !== undefined) throw failure;
        const items = entries.slice(at);
        at = entries.length;
        yield items.length > 0 ? { items, cursor: at } : { items: [] };
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
  };
  const watcher: WatcherDefinition = {
    kind: "watcher",
    id: "list",
    source: source as unknown as Source,
    publishes: asset("s3://lake/raw"),
    every: 10,
    startAt: "beginning",
    map: ((item: string) => ({ data: { item } })) as never,
  };
  const fail = (error: Error | undefined): void => {
    failure = error;
  };
  return { entries, watcher, fail, begun: () => sessions };
}

async function begin(input: Parameters<WatcherWorld["startWatcher"]>[1] = {}) {
  const list = createList();
  const outbox = createMemoryOutbox();
  const registry = createRecordingRegistry();
  const known = new Map([[list.watcher.id, list.watcher]]);
  await temporal.startSessions({ definitions: { watcher: (id) => known.get(id) }, outbox, send: registry });
  const handle = await temporal.startWatcher("list", input);
  const ids = (): readonly (string | undefined)[] => registry.taken.map((event) => event.id);
  return { list, outbox, registry, handle, known, ids };
}

it("publishes what its source reads, and says how it is", async () => {
  const { list, handle, ids } = await begin();
  list.entries.push("1", "2");
  await until("both events", () => ids().length === 2, 10_000);
  expect(await handle.untilStatus("it runs", ({ status }) => status === "running")).toMatchObject({ watcher: "list", generation: 1, sessions: 1, resets: [] });
});

it("runs one session after another, and counts over all of them", async () => {
  const { list, handle, ids } = await begin({ sessionLength: 300 });
  list.entries.push("1");
  await until("the first event", () => ids().length === 1, 10_000);
  await handle.untilStatus("some sessions are over", ({ sessions }) => sessions >= 3);
  list.entries.push("2");
  await until("the second event", () => ids().length === 2, 10_000);
  expect(await handle.untilStatus("both are counted", ({ published }) => published === 2)).toMatchObject({ status: "running" });
});

it("publishes nothing while it is paused, and everything after", async () => {
  const { list, handle, ids } = await begin();
  list.entries.push("1");
  await until("the first event", () => ids().length === 1, 10_000);
  await handle.signal("pause", { by: "ana", why: "the lake is being moved" });
  await handle.signal("pause", { by: "ben" });
  expect(await handle.untilStatus("it is paused", ({ status }) => status === "paused")).toMatchObject({
    paused: { by: "ana", why: "the lake is being moved" },
  });
  await until("the session has ended", async () => (await handle.describe()).raw.pendingActivities?.length === 0, 10_000);
  list.entries.push("2");
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(ids()).toEqual(["1"]);
  await handle.signal("resume", { by: "ana" });
  await until("the second event", () => ids().length === 2, 10_000);
});

it("delivers everything again after a reset to the beginning that redelivers", async () => {
  const { list, outbox, handle, ids } = await begin();
  list.entries.push("1", "2");
  await until("both events", () => ids().length === 2, 10_000);
  await handle.signal("reset", { to: "beginning", deliver: "redeliver", by: "ana" });
  await until("both again", () => ids().length === 4, 10_000);
  expect(ids()).toEqual(["1", "2", "1", "2"]);
  expect(await handle.untilStatus("it runs in the next generation", ({ generation }) => generation === 2)).toMatchObject({
    resets: [{ to: "beginning", deliver: "redeliver", by: "ana" }],
  });
  expect(outbox.view("list").resets).toHaveLength(1);
});

it("delivers only what is new after a reset to now", async () => {
  const { list, handle, ids } = await begin();
  list.entries.push("1");
  await until("the first event", () => ids().length === 1, 10_000);
  await handle.signal("pause", { by: "ana" });
  await handle.untilStatus("it is paused", ({ status }) => status === "paused");
  await until("the session has ended", async () => (await handle.describe()).raw.pendingActivities?.length === 0, 10_000);
  list.entries.push("skipped");
  await handle.signal("reset", { to: "now", deliver: "skip", by: "ana" });
  await handle.untilStatus("the reset is done", ({ resets }) => resets.length === 1);
  await handle.signal("resume", {});
  // What comes before the session has looked is known to it: that it runs is not enough.
  await until("the second session has begun", () => list.begun() === 2, 10_000);
  list.entries.push("2");
  await until("the second event", () => ids().length === 2, 10_000);
  expect(ids()).toEqual(["1", "2"]);
});

it("shows a source that fails, and that it is over", async () => {
  const { list, handle, ids } = await begin();
  list.fail(new HeadgateError("E_SOURCE", "the disk is away"));
  expect(await handle.untilStatus("it backs off", ({ status }) => status === "backing-off")).toMatchObject({
    code: "E_SOURCE",
    error: expect.stringContaining("the disk is away"),
  });
  list.fail(undefined);
  list.entries.push("1");
  await until("the event", () => ids().length === 1, 10_000);
  const status = await handle.untilStatus("it runs", ({ status }) => status === "running");
  expect(status.error).toBeUndefined();
});

it("stops loudly at a gap, and goes on when a person says so", async () => {
  const { list, handle, ids } = await begin();
  list.entries.push("1");
  list.fail(new HeadgateError("E_WATCHER_GAP", "offsets 5 to 9 are gone", { hint: "reset the position" }));
  expect(await handle.untilStatus("it has stopped", ({ status }) => status === "stopped")).toMatchObject({
    code: "E_WATCHER_GAP",
    error: "offsets 5 to 9 are gone (reset the position)",
  });
  const { sessions } = await handle.status();
  list.fail(undefined);
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect((await handle.status()).sessions).toBe(sessions);
  await handle.signal("resume", { by: "ana" });
  await until("the event", () => ids().length === 1, 10_000);
});

it("waits for a worker that has the watcher, and says what is missing", async () => {
  const { list, known, handle, ids } = await begin();
  await handle.untilStatus("it runs", ({ status }) => status === "running");
  known.clear();
  await handle.signal("reload");
  expect(await handle.untilStatus("it is unknown", ({ status }) => status === "backing-off")).toMatchObject({ code: "E_WATCHER_UNKNOWN" });
  known.set("list", list.watcher);
  list.entries.push("1");
  await handle.signal("reload");
  await until("the event", () => ids().length === 1, 10_000);
});

it("begins a new session when the worker has other code for the watcher", async () => {
  const { list, known, handle, ids } = await begin();
  list.entries.push("1");
  await until("the first event", () => ids().length === 1, 10_000);
  known.set("list", { ...list.watcher, map: ((item: string) => ({ id: `new-${item}`, data: {} })) as never });
  await handle.untilStatus("the second session", ({ sessions, status }) => sessions === 2 && status === "running");
  list.entries.push("2");
  await until("the second event", () => ids().length === 2, 10_000);
  expect(ids()).toEqual(["1", "new-2"]);
});

it("takes no harm from signals that nobody can understand", async () => {
  const { list, handle, ids } = await begin();
  for (const input of [undefined, null, 7, "beginning", [], { to: "yesterday" }]) await handle.signal("reset", input);
  for (const input of [null, 7, "x", { session: 1 }, { session: 1, health: 3 }]) await handle.signal("health", input);
  await handle.signal("nonsense", {});
  list.entries.push("1");
  await until("the event", () => ids().length === 1, 10_000);
  expect(await handle.status()).toMatchObject({ resets: [], generation: expect.any(Number) });
});

it("continues as new with all that it knows", async () => {
  const { list, handle, ids } = await begin({ historyLimit: 60 });
  list.entries.push("1");
  await until("the first event", () => ids().length === 1, 10_000);
  const first = (await handle.describe()).runId;
  await handle.signal("reset", { to: "beginning", deliver: "redeliver", by: "ana" });
  for (let k = 0; k < 25; k += 1) {
    await handle.signal("reload");
    list.entries.push(`more-${k}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await until("another run goes on", async () => (await handle.describe()).runId !== first, 20_000);
  await until("everything", () => new Set(ids()).size === 26, 10_000);
  expect(await handle.untilStatus("it runs", ({ status }) => status === "running")).toMatchObject({ generation: 2, resets: [{ by: "ana" }] });
});

it("ends when it is cancelled, and its session with it", async () => {
  const { handle } = await begin();
  await handle.untilStatus("it runs", ({ status }) => status === "running");
  await handle.cancel();
  await expect(handle.result()).rejects.toMatchObject({ name: "WorkflowFailedError" });
  expect((await handle.describe()).status.name).toBe("CANCELLED");
});

it("ends when it is cancelled while it is paused", async () => {
  const { handle } = await begin();
  await handle.signal("pause", { by: "ana" });
  await handle.untilStatus("it is paused", ({ status }) => status === "paused");
  await handle.cancel();
  await expect(handle.result()).rejects.toMatchObject({ name: "WorkflowFailedError" });
});
