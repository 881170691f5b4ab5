import { afterEach, describe, expect, it } from "vitest";
import { rabbitmqServer } from "../../../scripts/servers/rabbitmq.ts";
import type { BatchSender } from "../../../watchers/batch-sender.ts";
import { createMemoryOutbox } from "../../../watchers/outbox-memory.ts";
import type { RabbitMqItem, RabbitMqOptions } from "../../../watchers/rabbitmq/index.ts";
import { describeWithServer } from "../../support/servers.ts";
import { createRecordingRegistry } from "../recording-registry.ts";
import { type RunningSession, startSession, until } from "../session-run.ts";
import { createQueueWorld, type QueueWorld } from "./queue-world.ts";

const PATIENCE = 30_000;

let world: QueueWorld;
let sessions: RunningSession[] = [];
afterEach(async () => {
  await Promise.all(sessions.map((session) => session.stop().catch(() => undefined)));
  sessions = [];
  await world.dispose();
});

await describeWithServer("the RabbitMQ source", rabbitmqServer, (server) => {
  async function watchQueue(type: "classic" | "quorum" = "classic") {
    world = await createQueueWorld(server(), type);
    const outbox = createMemoryOutbox();
    const registry = createRecordingRegistry();
    const start = (options: RabbitMqOptions<never> = {}, sender: BatchSender = registry): RunningSession => {
      const session = startSession(world.watcherBy(options), outbox, sender, { connection: world.connection });
      sessions.push(session);
      return session;
    };
    const items = (): RabbitMqItem<{ name: string }>[] => registry.taken.map((event) => event.data as never);
    const arrive = (count: number) => until(`${count} messages arrive`, () => registry.taken.length >= count, PATIENCE);
    const left = async (queue = world.queue): Promise<number> => (await world.channel().checkQueue(queue)).messageCount;
    const saysError = (session: RunningSession, text: string) => until(`it says ${text}`, () => session.log.some((line) => line.includes(text)), PATIENCE);
    return { outbox, registry, start, items, arrive, left, saysError };
  }

  describe.each(["classic", "quorum"] as const)("on a %s queue", (type) => {
    it("keeps a message until the registry accepted it, and publishes it once however often it is delivered", async () => {
      const { registry, start, arrive, left, outbox } = await watchQueue(type);
      const away: BatchSender = {
        send: async () => {
          throw new Error("the registry is away");
        },
      };
      for (const name of ["a", "b"]) await world.put(name);
      for (let k = 0; k < 3; k += 1) {
        const session = start({}, away);
        await until("a batch waits", () => outbox.view("orders").unsent > 0, PATIENCE);
        await session.stop();
        await until("both are back in the queue", async () => (await left()) === 2, PATIENCE);
      }
      const last = start();
      await arrive(2);
      await until("the queue is empty", async () => (await left()) === 0, PATIENCE);
      await last.stop();
      // Acknowledged, not only taken: what is not comes back when the consumer goes.
      expect(await left()).toBe(0);
      expect(registry.taken.map((event) => event.id).sort()).toEqual(["a", "b"]);
      expect(registry.refused).toEqual([]);
    });

    it("hands what it cannot read to the dead letters first, then to the queue's own", async () => {
      const { start, arrive, left, outbox, items } = await watchQueue(type);
      await world.send("{ no JSON", { messageId: "bad" });
      await world.put("good");
      start();
      await arrive(1);
      await until("the queue's dead letter is there", async () => (await left(world.deadLetters)) === 1, PATIENCE);
      expect(outbox.view("orders").deadLetters).toMatchObject([{ id: "bad", raw: "{ no JSON", reason: expect.stringContaining("JSON") }]);
      expect(items().map((item) => item.value.name)).toEqual(["good"]);
      const dead = await world.channel().get(world.deadLetters, { noAck: true });
      expect(dead === false ? undefined : dead.properties.headers?.["x-death"]?.[0]?.reason).toBe("rejected");
    });

    it("loses and doubles nothing while sessions take one another's place", { timeout: 60_000 }, async () => {
      const { registry, start, arrive, items, left } = await watchQueue(type);
      const names = Array.from({ length: 600 }, (_, k) => `n${k}`);
      const slow: BatchSender = {
        send: async (batch) => {
          await new Promise((resolve) => setTimeout(resolve, 5));
          await registry.send(batch);
        },
      };
      for (let k = 0; k < names.length; k += 1) {
        // Not awaited one by one: the channel confirms them together.
        world.channel().sendToQueue(world.queue, Buffer.from(JSON.stringify({ name: names[k] })), { persistent: true, messageId: `${names[k]}` });
        if (k % 100 === 0) {
          await world.channel().waitForConfirms();
          start({ prefetch: 7 }, slow);
        }
      }
      await world.channel().waitForConfirms();
      await arrive(600);
      await until("the queue is empty", async () => (await left()) === 0, PATIENCE);
      expect(
        items()
          .map((item) => item.value.name)
          .sort(),
      ).toEqual([...names].sort());
      expect(registry.refused).toEqual([]);
      // Sessions did end because another one took over.
      expect(await Promise.all(sessions.slice(0, -1).map(async (session) => (await session.ended).reason))).toEqual(Array.from({ length: 5 }, () => "fenced"));
    });

    it(`goes on after the server was ${type === "classic" ? "killed" : "stopped"}`, { timeout: 120_000 }, async () => {
      const { start, arrive, items } = await watchQueue(type);
      await world.put("a");
      const session = start();
      await arrive(1);
      // A quorum queue that was made a moment before a kill -9 has no leader afterwards, in RabbitMQ 3.10.
      await (type === "classic" ? server().kill() : server().stop());
      await server().start();
      await world.reconnect();
      // The leader of a quorum queue is elected first; a message that is sent once more has the same id.
      await until(
        "the queue takes messages",
        () =>
          world.put("b").then(
            () => true,
            () => false,
          ),
        60_000,
      );
      await until("it arrives", () => items().some((item) => item.value.name === "b"), 60_000);
      expect(items()).toHaveLength(2);
      expect(session.healths.map(({ code }) => code)).toContain("E_SOURCE");
    });
  });

  it("notices that the server cancels its consumer, and reads the queue that takes its place", async () => {
    const { start, arrive, items, saysError } = await watchQueue();
    await world.put("a");
    const session = start();
    await arrive(1);
    await world.channel().deleteQueue(world.queue);
    await saysError(session, "cancelled the consumer");
    await saysError(session, "NOT_FOUND");
    await world.channel().assertQueue(world.queue, { durable: true });
    await world.put("b");
    await arrive(2);
    expect(items().map((item) => item.value.name)).toEqual(["a", "b"]);
  });

  it("gives what the publisher set, and the same when it is delivered again", async () => {
    const { registry, start, arrive, items } = await watchQueue();
    await world.send('{"name":"ü"}', {
      messageId: "m-1",
      correlationId: "c-1",
      type: "order.made",
      contentType: "application/json",
      timestamp: Date.parse("2026-11-23T08:00:00Z") / 1000,
      headers: { region: "eu", count: 2, "x-delivery-count": 3 },
    });
    start();
    await arrive(1);
    expect(items()[0]).toEqual({
      id: "m-1",
      queue: world.queue,
      exchange: "",
      routingKey: world.queue,
      value: { name: "ü" },
      headers: { region: "eu", count: 2 },
      messageId: "m-1",
      correlationId: "c-1",
      type: "order.made",
      contentType: "application/json",
      at: "2026-11-23T08:00:00.000Z",
    });
    expect(registry.taken[0]).toMatchObject({ id: "m-1", time: "2026-11-23T08:00:00.000Z", source: `amqp://broker/${world.queue}` });
  });

  it("puts a message that nothing names with the dead letters, and says what to do", async () => {
    const { start, arrive, outbox } = await watchQueue();
    await world.send('{"name":"nameless"}');
    await world.put("good");
    start();
    await arrive(1);
    expect(outbox.view("orders").deadLetters).toMatchObject([
      { id: expect.stringMatching(/^unidentified:/), reason: expect.stringContaining('id: "content"') },
    ]);
  });

  it.each([
    { what: "its content", options: { id: "content" as const }, ids: [expect.stringMatching(/^[0-9a-f]{32}$/), expect.stringMatching(/^[0-9a-f]{32}$/)] },
    { what: "a function", options: { id: (item: { value: { name: string } }) => `order ${item.value.name}` }, ids: ["order a", "order b"] },
  ])("names a message by $what: equal ones are one", async ({ options, ids }) => {
    const { registry, start, arrive, left } = await watchQueue();
    for (const name of ["a", "a", "b"]) await world.send(JSON.stringify({ name }));
    start(options as never);
    await arrive(2);
    await until("the queue is empty", async () => (await left()) === 0, PATIENCE);
    expect(registry.taken.map((event) => event.id)).toEqual(ids);
  });

  it("takes what waits as known from now: it is removed, and said", async () => {
    const { registry, outbox, left } = await watchQueue();
    for (const name of ["a", "b"]) await world.put(name);
    const session = startSession(world.watcherBy({}, "now"), outbox, registry, { connection: world.connection });
    sessions.push(session);
    await until("it says so", () => session.log.some((line) => line.includes("2 messages") && line.includes("removed")), PATIENCE);
    expect(await left()).toBe(0);
  });

  it.each([
    { what: "another scheme", uri: "http://guest:secret@localhost", code: "E_CONNECTION", says: "amqp: or amqps:" },
    { what: "a wrong password", uri: "wrong", code: "E_SOURCE", says: "ACCESS_REFUSED" },
  ])("says what is wrong with $what, without the secret", async ({ uri, code, says }) => {
    const { outbox, registry } = await watchQueue();
    const wrong = uri === "wrong" ? server().url.replace("guest:guest", "guest:secret") : uri;
    const session = startSession(world.watcherBy(), outbox, registry, { connection: () => wrong });
    sessions.push(session);
    await until("it says so", () => session.healths.some((health) => health.error?.includes(says)), PATIENCE);
    expect(session.healths[0]).toMatchObject({ code });
    expect(JSON.stringify([session.healths, session.log])).not.toContain("secret");
  });
});
