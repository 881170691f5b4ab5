import { expect, it } from "vitest";
import type { OutboxBatch } from "../../watchers/outbox.ts";
import { createStoreWorld } from "./store-world.ts";

const WATCHER = { id: "orders-arrive", source: "files:///landing", fingerprint: "landing/**" };
const NOTHING = { events: [], cursor: undefined, seen: [], poison: [] };
const EVENT = { asset: "s3://lake/raw/orders", source: "files:///landing" };

it("fences a session of another process", async () => {
  await using world = await createStoreWorld();
  const old = await world.store.outbox.open(WATCHER);
  const young = await world.another().outbox.open(WATCHER);
  await expect(old.append({ ...NOTHING, events: [{ ...EVENT, id: "a" }] })).rejects.toMatchObject({ code: "E_WATCHER_FENCED", where: "watcher orders-arrive" });
  await young.report({ status: "running" });
  await old.report({ status: "stopped", code: "E_WATCHER_FENCED" });
  expect(await world.store.showWatcher(WATCHER.id)).toMatchObject({ status: "running", code: null });
  expect(await young.append({ ...NOTHING, events: [{ ...EVENT, id: "a" }] })).toMatchObject({ seq: 1 });
});

it("keeps nothing of a batch that is too large to send", async () => {
  await using world = await createStoreWorld();
  const session = await world.store.outbox.open(WATCHER);
  const events = [{ ...EVENT, id: "a", data: { text: "x".repeat(1_100_000) } }];
  await expect(session.append({ events, cursor: 5, seen: [{ item: "i", version: "1" }], poison: [] })).rejects.toMatchObject({ code: "E_EVENT_SIZE" });
  expect((await world.store.outbox.open(WATCHER)).cursor).toBeUndefined();
  expect(await session.seen.unseen([{ item: "i", version: "1" }])).toHaveLength(1);
});

it("cuts a dead letter at 64 Ki characters, counts how often it came, and keeps what no column holds", async () => {
  await using world = await createStoreWorld();
  const session = await world.store.outbox.open(WATCHER);
  for (let i = 0; i < 3; i += 1) await session.append({ ...NOTHING, poison: [{ id: "k\0", reason: "no JSON \0", raw: "é".repeat(100_000) }] });
  const [letter] = await world.store.listDeadLetters();
  expect(letter).toMatchObject({ watcher: "orders-arrive", times: 3, redeliveredAt: null });
  expect(letter?.raw).toHaveLength(64 * 1024);
});

it("sends a dead letter again without disturbing the watcher's session", async () => {
  await using world = await createStoreWorld();
  const session = await world.store.outbox.open(WATCHER);
  await session.append({ ...NOTHING, events: [{ ...EVENT, id: "a" }], poison: [{ id: "bad.csv", reason: "no JSON", raw: "{" }] });
  const sent: OutboxBatch[] = [];
  const request = { watcher: WATCHER.id, id: "bad.csv", events: [{ ...EVENT, id: "bad.csv", data: { fixed: true } }], by: "ana" };
  await expect(world.store.redeliver({ ...request, send: () => Promise.reject(new Error("no registry")) })).rejects.toThrow("no registry");
  await world.store.redeliver({ ...request, send: async (batch) => void sent.push(batch) });
  expect(sent).toEqual([{ watcher: "orders-arrive/dead-letters", generation: 1, seq: 1, events: request.events }]);
  expect((await world.store.listDeadLetters())[0]).toMatchObject({ redeliveredBy: "ana" });
  expect((await world.store.listWatchers()).map((watcher) => [watcher.watcher, watcher.deadLetters])).toEqual([["orders-arrive", 0]]);
  expect(await session.append({ ...NOTHING, events: [{ ...EVENT, id: "b" }] })).toMatchObject({ seq: 2 });
});

it("lets go of dead letters that wait, with who and why, until they are read again", async () => {
  await using world = await createStoreWorld();
  const session = await world.store.outbox.open(WATCHER);
  const poison = ["a", "b", "c"].map((id) => ({ id, reason: "no JSON", raw: id }));
  await session.append({ ...NOTHING, poison });
  const { store } = world;
  await store.redeliver({ watcher: WATCHER.id, id: "c", events: [], by: "ana", send: async () => undefined });
  expect(await store.dropDeadLetters({ watcher: WATCHER.id, ids: ["a", "c", "nobody"], by: "ben", why: "a test" })).toBe(1);
  expect(await store.showDeadLetter(WATCHER.id, "a")).toMatchObject({ droppedBy: "ben", droppedWhy: "a test", droppedAt: expect.any(Number) });
  expect((await store.listDeadLetters({ waiting: true })).map(({ id }) => id)).toEqual(["b"]);
  expect((await store.listWatchers())[0]).toMatchObject({ deadLetters: 1 });
  await session.append({ ...NOTHING, poison: poison.slice(0, 1) });
  expect((await store.listDeadLetters({ waiting: true, watcher: WATCHER.id })).map(({ id }) => id).sort()).toEqual(["a", "b"]);
});

it("reads where a watcher stands without taking it over", async () => {
  await using world = await createStoreWorld();
  const session = await world.store.outbox.open(WATCHER);
  await session.append({ ...NOTHING, cursor: { at: 3 }, seen: [{ item: "i", version: "1" }] });
  const stands = await world.store.positionOf(WATCHER.id);
  expect(stands.cursor).toEqual({ at: 3 });
  expect(
    await stands.seen.unseen([
      { item: "i", version: "1" },
      { item: "j", version: "1" },
    ]),
  ).toEqual([{ item: "j", version: "1" }]);
  expect(await session.append({ ...NOTHING, events: [{ ...EVENT, id: "a" }] })).toMatchObject({ seq: 1 });
  expect(await world.store.positionOf("nobody")).toMatchObject({ seen: expect.anything() });
});

it("says by name that there is no such dead letter", async () => {
  await using world = await createStoreWorld();
  await expect(world.store.redeliver({ watcher: "w", id: "x", events: [], by: "ana", send: async () => undefined })).rejects.toMatchObject({
    code: "E_USAGE",
    message: 'there is no dead letter "x"',
  });
});

it("shows position, health and resets of a watcher", async () => {
  await using world = await createStoreWorld({ now: () => Date.parse("2026-11-23T10:00:00Z") });
  const session = await world.store.outbox.open(WATCHER);
  await session.append({ ...NOTHING, events: [{ ...EVENT, id: "a" }], cursor: { at: 3 }, seen: [{ item: "i", version: "1" }] });
  await session.report({ status: "backing-off", error: "no such folder", code: "E_SOURCE" });
  expect(await world.store.showWatcher(WATCHER.id)).toMatchObject({
    ...{
      source: "files:///landing",
      status: "backing-off",
      error: "no such folder",
      code: "E_SOURCE",
      generation: 1,
      lastSeq: 1,
      sentSeq: 0,
      unsent: 1,
      seen: 1,
    },
    ...{ cursor: { at: 3 }, oldestUnsentAt: Date.parse("2026-11-23T10:00:00Z"), resets: [] },
  });
  await world.store.outbox.reset({ id: "r1", watcher: WATCHER.id, to: "now", deliver: "redeliver", by: "ana" });
  expect(await world.store.showWatcher(WATCHER.id)).toMatchObject({
    cursor: undefined,
    startAt: "now",
    generation: 2,
    seen: 0,
    resets: [{ id: "r1", by: "ana", cursorBefore: { at: 3 } }],
  });
  expect(await world.store.showWatcher("nobody")).toBeUndefined();
});
