import { afterEach, expect, it } from "vitest";
import type { EntityOptions } from "../../../scripts/servers/service-bus/entity.ts";
import { serviceBusServer } from "../../../scripts/servers/service-bus.ts";
import type { BatchSender } from "../../../watchers/batch-sender.ts";
import { createMemoryOutbox } from "../../../watchers/outbox-memory.ts";
import { type ServiceBusItem, type ServiceBusOptions, serviceBus } from "../../../watchers/service-bus/index.ts";
import { describeWithServer } from "../../support/servers.ts";
import { createRecordingRegistry } from "../recording-registry.ts";
import { type RunningSession, startSession, until } from "../session-run.ts";
import { slowSender } from "../slow-sender.ts";
import { type BusWorld, createBusWorld } from "./bus-world.ts";

const PATIENCE = 30_000;

let world: BusWorld;
let sessions: RunningSession[] = [];
afterEach(async () => {
  await Promise.all(sessions.map((session) => session.stop().catch(() => undefined)));
  sessions = [];
  await world.dispose();
});

await describeWithServer("the Service Bus source", serviceBusServer, (server) => {
  async function watchBus(entity: EntityOptions = {}) {
    world = await createBusWorld(server(), { lock: 2_000, ...entity });
    const outbox = createMemoryOutbox();
    const registry = createRecordingRegistry();
    const start = (options: ServiceBusOptions<never> = {}, sender: BatchSender = registry): RunningSession => {
      const session = startSession(world.watcherBy(options), outbox, sender, { connection: world.connection });
      sessions.push(session);
      return session;
    };
    const items = (): ServiceBusItem<{ name: string }>[] => registry.taken.map((event) => event.data as never);
    const arrive = (count: number) => until(`${count} messages arrive`, () => registry.taken.length >= count, PATIENCE);
    const says = (session: RunningSession, text: string) => until(`it says ${text}`, () => session.log.some((line) => line.includes(text)), PATIENCE);
    return { outbox, registry, start, items, arrive, says };
  }

  it("gives value, properties and time, and completes after it is safe", async () => {
    const { start, arrive, items, registry } = await watchBus();
    await world.send({ body: { name: "a" }, messageId: "m1", subject: "sold", correlationId: "c1", applicationProperties: { shop: "eu", no: 4 } });
    const session = start();
    await arrive(1);
    expect(items()[0]).toEqual({
      id: "m1",
      entity: world.entity,
      value: { name: "a" },
      properties: { shop: "eu", no: 4 },
      sequence: "1",
      at: expect.stringMatching(/^20\d\d-.*Z$/),
      subject: "sold",
      correlationId: "c1",
    });
    expect(registry.taken[0]).toMatchObject({ id: "m1", source: `sb://bus/${world.entity}`, time: items()[0]?.at });
    await session.stop();
    expect(await world.waiting()).toBe(0);
  });

  it("understands a CloudEvent in properties, and names a message without an id by it, else by its number", async () => {
    const { start, arrive, registry } = await watchBus();
    const event = { "cloudEvents:specversion": "1.0", "cloudEvents:id": "e1", "cloudEvents:source": "/shop", "cloudEvents:type": "sold" };
    await world.send({ body: { name: "a" }, applicationProperties: event });
    await world.send({ body: { name: "b" } });
    start();
    await arrive(2);
    expect(registry.taken.map((one) => one.id)).toEqual(["/shop e1", "2"]);
  });

  it("counts a message with a known id once, with duplicate detection and without", async () => {
    for (const duplicateDetection of [true, false]) {
      const { start, arrive, registry } = await watchBus({ duplicateDetection });
      for (const name of ["a", "a", "b"]) await world.put(name);
      const session = start();
      await arrive(2);
      await session.stop();
      expect(registry.taken.map((one) => one.id)).toEqual(["a", "b"]);
      expect(await world.waiting()).toBe(0);
    }
  });

  it("holds a message for longer than its lock while the registry is slow, and no delivery is used up", { timeout: 60_000 }, async () => {
    const { start, arrive, registry } = await watchBus({ maxDeliveries: 1 });
    await world.put("a");
    // One without an id: the renewer of the SDK would lose it.
    await world.send({ body: { name: "b" } });
    const session = start({}, slowSender(registry, 8_000));
    await arrive(2);
    await session.stop();
    expect(await world.waiting()).toBe(0);
    expect(await world.deadLetters()).toEqual([]);
    expect(registry.taken).toHaveLength(2);
  });

  it("says that a lock was lost, and counts the message once", { timeout: 60_000 }, async () => {
    const { start, says, registry, outbox } = await watchBus();
    await world.put("a");
    const session = start({}, slowSender(registry, 6_000));
    await until("it is read", () => outbox.view("orders").unsent === 1, PATIENCE);
    // Its queue is made anew: what was locked in it is nobody's any more.
    await world.declare(undefined);
    await expect(world.waiting()).rejects.toThrow("could not be found");
    await world.declare({ lock: 2_000 });
    await says(session, "could not be held");
    await until("it is published", () => registry.taken.length === 1, PATIENCE);
    expect(registry.refused).toEqual([]);
  });

  it("puts what it cannot read with the dead letters first, then with the queue's own, with the reason", async () => {
    const { start, arrive, outbox } = await watchBus();
    await world.putPoison("bad");
    await world.put("good");
    const session = start();
    await arrive(1);
    await until("the dead letter", () => outbox.view("orders").deadLetters.length === 1, PATIENCE);
    expect(outbox.view("orders").deadLetters).toMatchObject([{ id: "bad", raw: '{ "name": bad }', reason: expect.stringContaining("JSON") }]);
    await session.stop();
    expect(await world.deadLetters()).toMatchObject([{ reason: "unreadable", description: expect.stringContaining("no JSON") }]);
  });

  it("gives back what it has not settled when it ends: another reader has it at once", async () => {
    const { start, outbox, registry, arrive } = await watchBus({ lock: 60_000 });
    const away: BatchSender = {
      send: async () => {
        throw new Error("the registry is away");
      },
    };
    for (const name of ["a", "b"]) await world.put(name);
    const first = start({}, away);
    await until("a batch waits", () => outbox.view("orders").unsent > 0, PATIENCE);
    await first.stop();
    expect(await world.waiting()).toBe(2);
    start();
    await arrive(2);
    expect(registry.taken.map((one) => one.id).sort()).toEqual(["a", "b"]);
  });

  it("reads many sessions, each in its order, also over a reader that stops in the middle", { timeout: 60_000 }, async () => {
    const { start, arrive, items } = await watchBus({ sessions: true });
    for (let no = 0; no < 30; no += 1) await world.send({ body: { name: String(no) }, messageId: `m${no}`, sessionId: `s${no % 3}` });
    const first = start({ sessions: 2, prefetch: 4 });
    await arrive(6);
    await first.stop();
    start({ sessions: 2, prefetch: 4 });
    await arrive(30);
    for (const session of ["s0", "s1", "s2"]) {
      const numbers = items().flatMap((item) => (item.session === session ? [Number(item.value.name)] : []));
      expect(numbers).toHaveLength(10);
      expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
    }
  });

  it("holds a session for longer than its lock while the registry is slow", { timeout: 60_000 }, async () => {
    const { start, arrive, registry } = await watchBus({ sessions: true, maxDeliveries: 1 });
    await world.put("a");
    start({}, slowSender(registry, 8_000));
    await arrive(1);
    await until("it is completed", async () => (await world.deadLetters()).length === 0);
    expect(registry.taken).toHaveLength(1);
  });

  it("takes as known what waited, and says so", async () => {
    const { outbox, registry, arrive, items } = await watchBus();
    for (const name of ["a", "b"]) await world.put(name);
    await new Promise((resolve) => setTimeout(resolve, 5));
    const session = startSession(world.watcherBy({}, "now"), outbox, registry, { connection: world.connection });
    sessions.push(session);
    await until("it said so", () => session.log.some((line) => line.includes("taken as known and removed")), PATIENCE);
    await world.put("c");
    await arrive(1);
    await session.stop();
    expect(items().map((item) => item.value.name)).toEqual(["c"]);
    expect(await world.waiting()).toBe(0);
  });

  it("goes on after the server was killed, and says meanwhile that it cannot read", { timeout: 120_000 }, async () => {
    const { start, arrive, items } = await watchBus();
    await world.put("a");
    const session = start();
    await arrive(1);
    await server().kill();
    await until("it says so", () => session.healths.some(({ code }) => code === "E_SOURCE"), 60_000);
    await server().start();
    await world.put("b");
    await until("it arrives", () => items().some((item) => item.value.name === "b"), 60_000);
  });

  it.each([
    {
      what: "an entity that is not there",
      options: { entity: "nowhere" },
      uri: undefined,
      code: "E_SOURCE",
      says: 'there is no queue or subscription "nowhere"',
    },
    { what: "sessions of an entity that has none", options: { sessions: 2 }, uri: undefined, code: "E_SOURCE", says: "no sessions" },
    { what: "another scheme", options: {}, uri: "amqp://x:secret@localhost", code: "E_CONNECTION", says: "sb://" },
  ])("says what is wrong with $what, without the secret", async ({ options, uri, code, says }) => {
    const { outbox, registry } = await watchBus();
    const session = startSession(world.watcherBy(options), outbox, registry, { connection: (name) => uri ?? world.connection(name) });
    sessions.push(session);
    await until("it says so", () => session.healths.some((health) => health.error?.includes(says)), PATIENCE);
    expect(session.healths.find((health) => health.error !== undefined)).toMatchObject({ code });
    expect(JSON.stringify([session.healths, session.log])).not.toContain("secret");
  });

  it("counts what waits, takes nothing, and says what cannot be read", async () => {
    world = await createBusWorld(server());
    for (let n = 0; n < 300; n += 1) await world.send({ body: { name: `m${n}` } });
    const context = { connection: world.connection, log: { info: () => undefined, warn: () => undefined }, signal: new AbortController().signal };
    expect(await serviceBus({ connection: "bus", entity: world.entity }).waiting?.(context)).toBe(300);
    expect(await serviceBus({ connection: "bus", entity: world.entity }).waiting?.(context)).toBe(300);
    await expect(serviceBus({ connection: "bus", entity: "nothing" }).waiting?.(context)).rejects.toMatchObject({ code: "E_SOURCE" });
  });
});
