import { afterEach, expect, it } from "vitest";
import { asset } from "../../../core/authoring/asset.ts";
import { watch } from "../../../core/authoring/watch.ts";
import type { ReadContext } from "../../../core/source.ts";
import { sqsServer } from "../../../scripts/servers/sqs.ts";
import { createMemoryOutbox } from "../../../watchers/outbox-memory.ts";
import { type QueueCursor, type SqsItem, type SqsOptions, sqs } from "../../../watchers/sqs/index.ts";
import { trySource } from "../../../watchers/try-source.ts";
import { describeWithServer } from "../../support/servers.ts";
import { createRecordingRegistry } from "../recording-registry.ts";
import { type RunningSession, startSession, until } from "../session-run.ts";
import { readSource, type SourceReading } from "../source-reading.ts";
import { createQueueWorld, type QueueWorld, type QueueWorldOptions } from "./queue-world.ts";

await describeWithServer("the SQS source", sqsServer, (server) => {
  const worlds: QueueWorld[] = [];
  const readings: SourceReading<SqsItem, QueueCursor>[] = [];
  const sessions: RunningSession[] = [];
  afterEach(async () => {
    await Promise.all([...readings.splice(0), ...sessions.splice(0)].map((one) => one.stop().catch(() => undefined)));
    await Promise.all(worlds.splice(0).map((world) => world.dispose()));
  });

  async function createWorld(options: QueueWorldOptions = {}): Promise<QueueWorld> {
    const world = await createQueueWorld(server(), options);
    worlds.push(world);
    return world;
  }
  function read(world: QueueWorld, options: SqsOptions = {}, context: Partial<ReadContext<QueueCursor>> = {}): SourceReading<SqsItem, QueueCursor> {
    const reading = readSource(sqs({ connection: world.connection, queue: world.queue, visibility: "2s", ...options }), context);
    readings.push(reading);
    return reading;
  }

  it("gives the body, when it was sent, and removes the message after it is safe", async () => {
    const world = await createWorld();
    const reading = read(world);
    await world.send({ order: 17 });
    await until("the message", () => reading.items.length === 1);
    expect(reading.items[0]).toMatchObject({ id: expect.stringMatching(/\S/), body: { order: 17 }, sentAt: expect.stringMatching(/^20\d\d-.*Z$/) });
    await until("it is removed", async () => JSON.stringify(await world.counts()) === '{"waiting":0,"received":0}');
  });

  it("takes a queue by its URL", async () => {
    const world = await createWorld();
    await world.send({ order: 17 });
    const reading = read(world, { queue: world.url });
    await until("the message", () => reading.items.length === 1);
  });

  it("reads a hundred messages at once where they wait", async () => {
    const world = await createWorld();
    await Promise.all(Array.from({ length: 100 }, (_, order) => world.send({ order })));
    const reading = read(world);
    await until("all", () => reading.items.length >= 100);
    expect(Math.max(...reading.batches.map((batch) => batch.items.length))).toBeGreaterThan(10);
    expect(new Set(reading.items.map((item) => (item.body as { order: number }).order)).size).toBe(100);
  });

  it("puts a body that is no JSON with the dead letters and removes the message", async () => {
    const world = await createWorld();
    await world.send("{broken");
    const reading = read(world);
    await until("the dead letter", () => reading.batches.some((batch) => (batch.poison ?? []).length > 0));
    expect(reading.batches.flatMap((batch) => batch.poison ?? [])).toEqual([
      expect.objectContaining({ raw: '"{broken"', reason: expect.stringContaining("no JSON") }),
    ]);
    await until("it is removed", async () => (await world.counts()).waiting + (await world.counts()).received === 0);
  });

  it("is counted by a test of its watcher, which takes nothing and uses up no delivery", async () => {
    const world = await createWorld({ maxReceives: 1 });
    await Promise.all([1, 2, 3].map((order) => world.send({ order })));
    const watcher = watch("orders", sqs({ connection: world.connection, queue: world.queue }), {
      publishes: asset("sqs://queues/orders"),
      startAt: "beginning",
      map: ({ body }) => ({ data: { body: body as number } }),
    });
    const trial = await trySource(watcher, {
      ...{ position: { seen: { unseen: async (items) => items } }, connection: (name) => name, log: { info: () => undefined, warn: () => undefined } },
      ...{ reader: "test", every: 100, length: 5_000, most: 10 },
    });
    expect(trial).toMatchObject({ waiting: 3, events: [] });
    expect(await world.counts()).toEqual({ waiting: 3, received: 0 });
    expect(await world.redriven()).toEqual([]);
  });

  it("reset with skip leaves out messages that were published before, with redeliver they are new", { timeout: 60_000 }, async () => {
    const world = await createWorld();
    const registry = createRecordingRegistry();
    const outbox = createMemoryOutbox();
    const source = sqs({ connection: world.connection, queue: world.queue, visibility: "2s", key: "order" });
    const session = (): RunningSession => {
      const begun = startSession(
        { kind: "watcher", id: "orders", source, publishes: asset("sqs://queues/orders"), every: 30, startAt: "beginning" },
        outbox,
        registry,
      );
      sessions.push(begun);
      return begun;
    };
    const orders = (): (string | undefined)[] => registry.taken.map(({ id }) => id);
    const empty = async (): Promise<boolean> => JSON.stringify(await world.counts()) === '{"waiting":0,"received":0}';

    const first = session();
    await world.send({ order: 1 });
    await until("the first", () => orders().length === 1);
    await until("the queue is empty", empty);
    await first.stop();

    // The broker has nothing of it any more: only what comes again can be published again.
    await outbox.reset({ id: "r1", watcher: "orders", to: "beginning", deliver: "skip", by: "ana" });
    const second = session();
    await world.send({ order: 1 });
    await world.send({ order: 2 });
    await until("the second", () => orders().includes("2"));
    await until("the queue is empty", empty);
    expect(orders()).toEqual(["1", "2"]);
    await second.stop();

    expect(await outbox.reset({ id: "r2", watcher: "orders", to: "beginning", deliver: "redeliver", by: "ana" })).toEqual({ generation: 2 });
    session();
    await world.send({ order: 1 });
    await until("the first again", () => orders().length === 3);
    expect(orders()).toEqual(["1", "2", "1"]);
  });

  it("holds a message for longer than its visibility while the registry is slow, and no delivery is used up", { timeout: 60_000 }, async () => {
    const world = await createWorld({ maxReceives: 2 });
    const registry = createRecordingRegistry();
    let slow = true;
    const sender = {
      ...registry,
      send: async (batch: Parameters<typeof registry.send>[0]) => {
        // Four times the visibility: without renewal it would be delivered again, and then redriven.
        if (slow) await new Promise((resolve) => setTimeout(resolve, 8_000));
        slow = false;
        await registry.send(batch);
      },
    };
    const orders = asset("sqs://queues/orders");
    const source = sqs({ connection: world.connection, queue: world.queue, visibility: "2s" });
    sessions.push(startSession({ kind: "watcher", id: "orders", source, publishes: orders, every: 30, startAt: "beginning" }, createMemoryOutbox(), sender));
    await world.send({ order: 17 });
    await until("the event", () => registry.taken.length === 1, 30_000);
    await until("it is removed", async () => JSON.stringify(await world.counts()) === '{"waiting":0,"received":0}');
    expect(await world.redriven()).toEqual([]);
    expect(registry.taken).toHaveLength(1);
  });

  it("gives back what it has not settled when it ends: another reader has it at once", async () => {
    const world = await createWorld();
    const stop = new AbortController();
    const source = sqs({ connection: world.connection, queue: world.queue, visibility: "1h" });
    await world.send({ order: 17 });
    for await (const batch of source.read({
      startAt: "beginning",
      every: 20,
      signal: stop.signal,
      seen: { unseen: async (items) => items },
      log: { info: () => undefined, warn: () => undefined },
      connection: (name) => name,
    })) {
      if (batch.items.length > 0) break;
    }
    const other = read(world);
    await until("the other reader has it", () => other.items.length === 1);
  });

  it("keeps the order of a group of a FIFO queue, also over a reader that stops in the middle", async () => {
    const world = await createWorld({ fifo: true });
    for (let order = 0; order < 30; order += 1) await world.send({ order }, { group: order % 2 === 0 ? "even" : "odd" });
    const registry = createRecordingRegistry();
    const outbox = createMemoryOutbox();
    const orders = asset("sqs://queues/orders");
    const source = sqs({ connection: world.connection, queue: world.queue, visibility: "2s" });
    const begin = () => {
      const session = startSession({ kind: "watcher", id: "orders", source, publishes: orders, every: 30, startAt: "beginning" }, outbox, registry);
      sessions.push(session);
      return session;
    };
    const first = begin();
    await until("some", () => registry.taken.length > 0);
    await first.stop();
    begin();
    await until("all", () => registry.taken.length >= 30);
    const numbers = registry.taken.map(({ data }) => (data as { body: { order: number } }).body.order);
    for (const rest of [0, 1]) {
      const ofGroup = numbers.filter((order) => order % 2 === rest);
      expect(ofGroup).toEqual([...ofGroup].sort((a, b) => a - b));
    }
    expect(new Set(numbers).size).toBe(30);
  });

  it("takes as known what waited, and says so", async () => {
    const world = await createWorld();
    await world.send({ order: 1 });
    const reading = read(world, {}, { startAt: "now" });
    await until("it said so", () => reading.lines.length > 0);
    expect(reading.lines[0]).toMatch(/removed, about 1 of them; startAt: "beginning" publishes them/);
    await world.send({ order: 2 });
    await until("the new one", () => reading.items.length > 0);
    expect(reading.items.map((item) => item.body)).toEqual([{ order: 2 }]);
  });

  it("says which queue is missing and what to do", async () => {
    const world = await createWorld();
    await expect(read(world, { queue: "nowhere" }).ended).rejects.toMatchObject({
      code: "E_SOURCE",
      message: 'there is no queue "nowhere"',
      hint: expect.stringContaining("create"),
    });
  });
});

it.each([
  [{ queue: "orders", connection: "eu" }, undefined, "sqs://eu/orders"],
  [{}, { uri: "sqs://eu-central-1/orders" }, "sqs://aws/orders"],
  [{ queue: "https://sqs.eu-central-1.amazonaws.com/123/orders" }, undefined, "sqs://sqs.eu-central-1.amazonaws.com/123/orders"],
])("%j of the asset %j is named %s", (options, source, name) => {
  expect(sqs(options).describe(source)).toBe(name);
});

it("refuses a message without the key that makes it known, and says which", () => {
  const source = sqs({ queue: "orders", key: "orderId" });
  const item = { id: "m1", body: { other: 1 }, attributes: {}, sentAt: "2026-11-23T00:00:00.000Z" };
  expect(() => source.identify(item)).toThrow('the message m1 has no key: "orderId"');
  expect(source.identify({ ...item, body: { orderId: 17 } })).toMatchObject({ id: "17" });
});
