import { afterEach, expect, it } from "vitest";
import { pubsubServer } from "../../../scripts/servers/pubsub.ts";
import type { BatchSender } from "../../../watchers/batch-sender.ts";
import { createMemoryOutbox } from "../../../watchers/outbox-memory.ts";
import { type PubSubItem, type PubSubOptions, pubsub } from "../../../watchers/pubsub/index.ts";
import { describeWithServer } from "../../support/servers.ts";
import { createRecordingRegistry } from "../recording-registry.ts";
import { type RunningSession, startSession, until } from "../session-run.ts";
import { slowSender } from "../slow-sender.ts";
import { createSubscriptionWorld, type SubscriptionWorld, type SubscriptionWorldOptions } from "./subscription-world.ts";

const PATIENCE = 30_000;

let world: SubscriptionWorld;
let sessions: RunningSession[] = [];
afterEach(async () => {
  await Promise.all(sessions.map((session) => session.stop().catch(() => undefined)));
  sessions = [];
  await world.dispose();
});

await describeWithServer("the Pub/Sub source", pubsubServer, (server) => {
  async function watchSubscription(worldOptions: SubscriptionWorldOptions = {}) {
    world = await createSubscriptionWorld(server(), worldOptions);
    const outbox = createMemoryOutbox();
    const registry = createRecordingRegistry();
    const start = (options: PubSubOptions<never> = {}, sender: BatchSender = registry): RunningSession => {
      const session = startSession(world.watcherBy({ lease: "10s", ...options }), outbox, sender, { connection: world.connection });
      sessions.push(session);
      return session;
    };
    const items = (): PubSubItem<{ name: string }>[] => registry.taken.map((event) => event.data as never);
    const arrive = (count: number) => until(`${count} messages arrive`, () => registry.taken.length >= count, PATIENCE);
    const says = (session: RunningSession, text: string) => until(`it says ${text}`, () => session.log.some((line) => line.includes(text)), PATIENCE);
    return { outbox, registry, start, items, arrive, says };
  }

  it("gives value, attributes and time, and acknowledges after it is safe", async () => {
    const { start, arrive, items, registry } = await watchSubscription();
    const id = await world.send('{"name":"a"}', { attributes: { shop: "eu" } });
    const session = start();
    await arrive(1);
    expect(items()[0]).toEqual({ id, subscription: world.subscription, value: { name: "a" }, attributes: { shop: "eu" }, publishedAt: expect.any(String) });
    expect(registry.taken[0]).toMatchObject({ id, source: `pubsub://events/${world.subscription}`, time: items()[0]?.publishedAt });
    await session.stop();
    expect(await world.waiting()).toEqual([]);
  });

  it.each([
    { mode: "in attributes", content: '{"no":1}', attributes: { "ce-specversion": "1.0", "ce-id": "e1", "ce-source": "/shop", "ce-type": "sold" } },
    {
      mode: "as a whole",
      content: '{"specversion":"1.0","id":"e1","source":"/shop","type":"sold","data":{"no":1}}',
      attributes: { "content-type": "application/cloudevents+json" },
    },
  ])("understands a CloudEvent $mode, and counts one that is published twice once", async ({ content, attributes }) => {
    const { start, arrive, items, registry } = await watchSubscription();
    for (const name of [content, content]) await world.send(name, { attributes });
    await world.put("last");
    start();
    await until("the last one", () => items().some((item) => item.value.name === "last"), PATIENCE);
    await arrive(2);
    expect(registry.taken.map((event) => event.id)).toEqual(["/shop e1", expect.stringMatching(/^m?\d+$/)]);
    expect(items()[0]).toMatchObject({ value: { no: 1 }, cloudEvent: { id: "e1", source: "/shop", type: "sold" } });
  });

  it("holds a message for longer than its lease while the registry is slow, and no delivery is used up", { timeout: 90_000 }, async () => {
    const { start, arrive, registry } = await watchSubscription({ maxDeliveries: 1 });
    await world.put("a");
    const session = start({}, slowSender(registry, 25_000));
    await arrive(1);
    await session.stop();
    expect(await world.waiting()).toEqual([]);
    expect(await world.deadLettered()).toEqual([]);
    expect(registry.taken).toHaveLength(1);
  });

  it("says that an acknowledgement came too late on an exactly-once subscription, and counts the message once", { timeout: 90_000 }, async () => {
    const { start, arrive, registry, says, outbox } = await watchSubscription({ exactlyOnce: true });
    const id = await world.send('{"name":"a"}');
    const session = start({}, slowSender(registry, 4_000));
    await until("it is read", () => outbox.view("orders").unsent === 1, PATIENCE);
    // As the service does when a lease runs out: the delivery is over, another one begins.
    await world.takeAway(`${id}:1`);
    await says(session, "1 messages of");
    expect(session.log.find((line) => line.includes("too late"))).toMatch(/INVALID.*come again, and count once/);
    await world.put("b");
    await arrive(2);
    await session.stop();
    expect(registry.taken.map((event) => event.id)).toHaveLength(2);
    await until("both are acknowledged", async () => (await world.waiting()).length === 0);
  });

  it("keeps the order of a key, also over a reader that stops in the middle", { timeout: 90_000 }, async () => {
    const { start, arrive, items } = await watchSubscription({ ordered: true });
    for (let no = 0; no < 30; no += 1) await world.send(JSON.stringify({ name: String(no) }), { key: no % 2 === 0 ? "even" : "odd" });
    const first = start();
    await arrive(5);
    await first.stop();
    start();
    await arrive(30);
    for (const key of ["even", "odd"]) {
      const numbers = items().flatMap((item) => (item.orderingKey === key ? [Number(item.value.name)] : []));
      expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
    }
    expect(new Set(items().map((item) => item.value.name)).size).toBe(30);
  });

  it("has no more messages on their way than it is told", { timeout: 60_000 }, async () => {
    const { start, arrive, registry } = await watchSubscription();
    for (let no = 0; no < 60; no += 1) await world.put(`n${no}`);
    const sizes: number[] = [];
    const counting: BatchSender = {
      send: async (batch) => {
        sizes.push(batch.events.length);
        await new Promise((resolve) => setTimeout(resolve, 50));
        await registry.send(batch);
      },
    };
    start({ prefetch: 5 }, counting);
    await arrive(60);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(10);
    expect(new Set(registry.taken.map((event) => event.id)).size).toBe(60);
  });

  it("warns of a message that was delivered often", { timeout: 60_000 }, async () => {
    const { start, says } = await watchSubscription({ maxDeliveries: 20 });
    await world.put("a");
    for (let k = 0; k < 6; k += 1) await until("it is there", async () => (await world.waiting()).length === 1, PATIENCE);
    await says(start(), "was delivered");
  });

  it("puts what it cannot read with the dead letters, and acknowledges it", async () => {
    const { start, arrive, outbox } = await watchSubscription();
    const id = await world.send("{ no JSON");
    await world.put("good");
    const session = start();
    await arrive(1);
    await until("the dead letter", () => outbox.view("orders").deadLetters.length === 1, PATIENCE);
    expect(outbox.view("orders").deadLetters).toMatchObject([{ id, raw: "{ no JSON", reason: expect.stringContaining("JSON") }]);
    await session.stop();
    expect(await world.waiting()).toEqual([]);
  });

  it("takes as known what waited, and says so", async () => {
    const { outbox, registry, arrive, items } = await watchSubscription();
    for (const name of ["a", "b"]) await world.put(name);
    const start = () => {
      const session = startSession(world.watcherBy({}, "now"), outbox, registry, { connection: world.connection });
      sessions.push(session);
      return session;
    };
    let session = start();
    await until("it said so", () => session.log.some((line) => line.includes("taken as known and removed")), PATIENCE);
    await world.put("c");
    await arrive(1);
    // Deliveries have no order: what waited may come after what is new.
    await until(
      "all that waited is removed",
      async () => {
        await session.stop();
        if ((await world.waiting()).length === 0) return true;
        session = start();
        await new Promise((resolve) => setTimeout(resolve, 200));
        return false;
      },
      PATIENCE,
    );
    expect(items().map((item) => item.value.name)).toEqual(["c"]);
  });

  it("goes on after the server was killed, and says meanwhile that it cannot read", { timeout: 120_000 }, async () => {
    const { start, arrive, items, says } = await watchSubscription();
    await world.put("a");
    const session = start();
    await arrive(1);
    await server().kill();
    await until("it says so", () => session.healths.some(({ code }) => code === "E_SOURCE"), 60_000);
    await server().start();
    await says(session, "there is no subscription");
    await world.create();
    await world.put("b");
    await until("it arrives", () => items().some((item) => item.value.name === "b"), 60_000);
  });

  it.each([
    {
      what: "a subscription that is not there",
      options: { subscription: "nowhere" },
      uri: undefined,
      code: "E_SOURCE",
      says: 'there is no subscription "nowhere"',
    },
    { what: "another scheme", options: {}, uri: "kafka://localhost", code: "E_CONNECTION", says: "pubsub://" },
  ])("says what is wrong with $what", async ({ options, uri, code, says }) => {
    const { outbox, registry } = await watchSubscription();
    const session = startSession(world.watcherBy(options), outbox, registry, { connection: (name) => uri ?? world.connection(name) });
    sessions.push(session);
    await until("it says so", () => session.healths.some((health) => health.error?.includes(says)), PATIENCE);
    expect(session.healths.find((health) => health.error !== undefined)).toMatchObject({ code });
  });

  it("can be tried without taking anything, and says what cannot be read", async () => {
    world = await createSubscriptionWorld(server());
    await world.send('{"name":"a"}');
    const context = { connection: world.connection, log: { info: () => undefined, warn: () => undefined }, signal: new AbortController().signal };
    expect(await pubsub({ connection: "events", subscription: world.subscription }).waiting?.(context)).toBeUndefined();
    expect(await world.waiting()).toHaveLength(1);
    await expect(pubsub({ connection: "events", subscription: "nothing" }).waiting?.(context)).rejects.toMatchObject({ code: "E_SOURCE" });
  });
});
