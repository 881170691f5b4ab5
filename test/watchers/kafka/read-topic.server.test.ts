import { CompressionTypes, ConfigResourceTypes, type Message } from "kafkajs";
import { afterEach, expect, it } from "vitest";
import type { Source } from "../../../core/source.ts";
import { kafkaServer } from "../../../scripts/servers/kafka.ts";
import { type KafkaCursor, type KafkaItem, type KafkaOptions, kafka } from "../../../watchers/kafka/index.ts";
import { createMemoryOutbox } from "../../../watchers/outbox-memory.ts";
import { describeWithServer } from "../../support/servers.ts";
import { createRecordingRegistry } from "../recording-registry.ts";
import { type RunningSession, startSession, until } from "../session-run.ts";
import { readSource } from "../source-reading.ts";
import { expectTakes } from "../taking.ts";
import { createTopicWorld, type TopicWorld } from "./topic-world.ts";

const PATIENCE = 30_000;

let world: TopicWorld;
let sessions: RunningSession[] = [];
afterEach(async () => {
  await Promise.all(sessions.map((session) => session.stop().catch(() => undefined)));
  sessions = [];
  await world.dispose();
});

await describeWithServer("the Kafka source", kafkaServer, (server) => {
  async function watchTopic(partitions = 1) {
    world = await createTopicWorld(server(), partitions);
    const outbox = createMemoryOutbox();
    const registry = createRecordingRegistry();
    const start = (options: KafkaOptions = {}, startAt: unknown = "beginning", connection = world.connection): RunningSession => {
      const session = startSession(world.watcherBy(options, startAt), outbox, registry, { connection });
      sessions.push(session);
      return session;
    };
    const items = (): KafkaItem<{ name: string }>[] => registry.taken.map((event) => event.data as never);
    const arrive = (count: number) => until(`${count} records arrive`, () => registry.taken.length >= count, PATIENCE);
    const cursor = (): KafkaCursor & { next: Record<string, string> } => outbox.view("orders").cursor as never;
    const removeBefore = async (offset: string): Promise<void> => {
      // The client must know the leaders of the topic first.
      await world.admin.fetchTopicOffsets(world.topic);
      await world.admin.deleteTopicRecords({ topic: world.topic, partitions: [{ partition: 0, offset }] });
    };
    const send = (...names: string[]) => world.send(names.map((name) => ({ key: name, value: JSON.stringify({ name }), partition: 0 })));
    const committed = async (): Promise<Record<string, string>> => {
      const [topic] = await world.admin.fetchOffsets({ groupId: world.group, topics: [world.topic] });
      return Object.fromEntries((topic?.partitions ?? []).map(({ partition, offset }) => [partition, offset]));
    };
    return { outbox, registry, start, items, arrive, cursor, send, committed, removeBefore };
  }

  it.each(["gzip", "snappy", "lz4", "zstd"])("reads what is compressed by %s", async (codec) => {
    const { start, items, arrive } = await watchTopic();
    await world.admin.alterConfigs({
      validateOnly: false,
      resources: [{ type: ConfigResourceTypes.TOPIC, name: world.topic, configEntries: [{ name: "compression.type", value: codec }] }],
    });
    start();
    // The broker compresses anew what it is sent, as the Java client does.
    const body = "x".repeat(100_000);
    await world.send([
      { key: "a", value: JSON.stringify({ name: body }) },
      { key: "b", value: JSON.stringify({ name: "b" }) },
    ]);
    await arrive(2);
    expect(items().map(({ value }) => value?.name)).toEqual([body, "b"]);
  });

  it("commits offsets for who looks at lag, but only what the registry accepted", async () => {
    const { registry, send, committed, outbox } = await watchTopic();
    let accepting = false;
    const sender = {
      ...registry,
      send: async (batch: Parameters<typeof registry.send>[0]) => {
        if (!accepting) throw new Error("the registry is away");
        await registry.send(batch);
      },
    };
    await send("a", "b");
    const session = startSession(world.watcherBy(), outbox, sender, { connection: world.connection });
    sessions.push(session);
    await until("a batch waits", () => outbox.view("orders").unsent === 1, PATIENCE);
    expect((await committed())[0]).toBe("-1");
    accepting = true;
    await until("it is committed", async () => (await committed())[0] === "2", PATIENCE);
    expect(registry.taken).toHaveLength(2);
  });

  it("goes by its own position, whatever the group says", async () => {
    const { start, arrive, items, send } = await watchTopic();
    await send("a", "b", "c");
    const first = start();
    await arrive(3);
    await first.stop();
    await send("d");
    for (const offset of ["0", "4"]) {
      await world.admin.setOffsets({ groupId: world.group, topic: world.topic, partitions: [{ partition: 0, offset }] });
      const session = start();
      await send(`after ${offset}`);
      await until(`after ${offset} arrives`, () => items().some((item) => item.value?.name === `after ${offset}`), PATIENCE);
      await session.stop();
    }
    expect(items().map((item) => item.offset)).toEqual(["0", "1", "2", "3", "4", "5"]);
  });

  it("gives tombstones, keys, headers and times", async () => {
    const { start, arrive, items, registry } = await watchTopic();
    const at = Date.parse("2026-11-23T08:00:00.123Z");
    await world.send([
      { key: "gone", value: null, timestamp: `${at}` },
      { key: null, value: '{"name":"keyless"}', headers: { one: "1", many: ["a", "b"], binary: Buffer.from([255, 254]) } },
      { key: Buffer.from([255, 0]), value: '{"name":"ünïcode ☃"}' },
    ]);
    start();
    await arrive(3);
    expect(items()).toMatchObject([
      { key: "gone", value: null, offset: "0", at: "2026-11-23T08:00:00.123Z", headers: {} },
      { key: null, value: { name: "keyless" }, headers: { one: "1", many: ["a", "b"], binary: "//4=" } },
      { key: "/wA=", value: { name: "ünïcode ☃" } },
    ]);
    expect(registry.taken[0]).toMatchObject({ time: "2026-11-23T08:00:00.123Z", id: expect.stringMatching(/^[\w-]{22}\/0:0$/) });
  });

  it.each<{ what: string; message: Message; value: unknown }>([
    {
      what: "in headers",
      message: {
        value: '{"name":"a"}',
        headers: {
          ce_specversion: "1.0",
          ce_id: "e-1",
          ce_source: "/shop",
          ce_type: "order.made",
          ce_time: "2026-11-23T08:00:00Z",
          "content-type": "application/json",
        },
      },
      value: { name: "a" },
    },
    {
      what: "as a whole",
      message: {
        value: JSON.stringify({ specversion: "1.0", id: "e-1", source: "/shop", type: "order.made", time: "2026-11-23T08:00:00Z", data: { name: "a" } }),
        headers: { "content-type": "application/cloudevents+json; charset=utf-8" },
      },
      value: { name: "a" },
    },
  ])("understands a CloudEvent $what", async ({ message, value }) => {
    const { start, arrive, items, registry } = await watchTopic();
    await world.send([message]);
    start();
    await arrive(1);
    expect(items()[0]).toMatchObject({ value, cloudEvent: { id: "e-1", source: "/shop", type: "order.made", time: "2026-11-23T08:00:00Z" } });
    expect(registry.taken[0]?.time).toBe("2026-11-23T08:00:00Z");
  });

  it("reads raw bytes in base64, compressed or not, and text as it is", async () => {
    const { start, arrive, items } = await watchTopic();
    await world.producer.send({ topic: world.topic, compression: CompressionTypes.GZIP, messages: [{ value: Buffer.from([0, 255]) }] });
    const session = start({ values: "bytes" });
    await arrive(1);
    expect(items()[0]?.value).toBe("AP8=");
    await session.stop();
    await world.send([{ value: "{ no JSON" }]);
    start({ values: "text" });
    await arrive(2);
    expect(items()[1]?.value).toBe("{ no JSON");
  });

  it("reads what transactions committed, and not what they took back", async () => {
    const { start, arrive, items, send, cursor } = await watchTopic();
    const transactional = world.client.producer({ transactionalId: world.topic, maxInFlightRequests: 1, idempotent: true });
    await transactional.connect();
    const write = async (name: string, end: "commit" | "abort"): Promise<void> => {
      const transaction = await transactional.transaction();
      await transaction.send({ topic: world.topic, messages: [{ value: JSON.stringify({ name }), partition: 0 }] });
      await transaction[end]();
    };
    start();
    await write("a", "commit");
    await write("not to be", "abort");
    await write("b", "commit");
    await send("c");
    await arrive(3);
    expect(items().map((item) => item.value?.name)).toEqual(["a", "b", "c"]);
    // Ends of transactions and what was taken back have offsets, too: that is no gap.
    await until("the position is behind all", () => cursor().next[0] === "7", PATIENCE);
    await transactional.disconnect();
  });

  it("reads partitions that are added from their start", { timeout: 60_000 }, async () => {
    const { start, arrive, items, send } = await watchTopic();
    await send("old");
    const session = start({}, "now");
    await until("it runs", () => session.healths.some((health) => health.status === "running"), PATIENCE);
    await world.admin.createPartitions({ topicPartitions: [{ topic: world.topic, count: 2 }] });
    // A producer that knew the topic before drops what is for a partition that it does not know.
    const producer = world.client.producer();
    await producer.connect();
    await until("the new partition is there", async () => (await world.admin.fetchTopicOffsets(world.topic)).length === 2, PATIENCE);
    await producer.send({ topic: world.topic, messages: [{ value: '{"name":"first of its partition"}', partition: 1 }] });
    await producer.disconnect();
    await arrive(1);
    expect(items()).toMatchObject([{ partition: 1, offset: "0", value: { name: "first of its partition" } }]);
  });

  it("begins at an instant", async () => {
    const { start, arrive, items } = await watchTopic();
    await world.send(
      ["07:59:59.999", "08:00:00.000"].map((time) => ({ value: JSON.stringify({ name: time }), timestamp: `${Date.parse(`2026-11-23T${time}Z`)}` })),
    );
    start({}, { timestamp: "2026-11-23T08:00:00Z" });
    await arrive(1);
    expect(items().map((item) => item.value?.name)).toEqual(["08:00:00.000"]);
  });

  it("stops loudly when records were removed before they were read", async () => {
    const { start, arrive, send, removeBefore } = await watchTopic();
    await send("a");
    const first = start();
    await arrive(1);
    await first.stop();
    await send("b", "c", "d");
    await removeBefore("3");
    await expect(start().ended).rejects.toMatchObject({
      code: "E_WATCHER_GAP",
      message: expect.stringContaining("2 records (1 to 2) were removed"),
      hint: expect.stringContaining("reset"),
    });
  });

  it("stops loudly when records are removed while it waits for the registry", { timeout: 60_000 }, async () => {
    const { arrive, registry, send, outbox, removeBefore } = await watchTopic();
    await send("a");
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const sender = {
      ...registry,
      send: async (batch: Parameters<typeof registry.send>[0]) => {
        await held;
        await registry.send(batch);
      },
    };
    const session = startSession(world.watcherBy(), outbox, sender, { connection: world.connection });
    sessions.push(session);
    await until("a batch waits", () => outbox.view("orders").unsent === 1, PATIENCE);
    await send("b", "c", "d");
    await removeBefore("3");
    release();
    await expect(session.ended).rejects.toMatchObject({ code: "E_WATCHER_GAP" });
    await arrive(1);
  });

  it("stops loudly when the topic was made anew, also if it is as long as before", { timeout: 60_000 }, async () => {
    const { start, arrive, send } = await watchTopic();
    await send("a", "b");
    const first = start();
    await arrive(2);
    await first.stop();
    await world.admin.deleteTopics({ topics: [world.topic] });
    await until(
      "it is made again",
      () =>
        world.create(1).then(
          () => true,
          () => false,
        ),
      PATIENCE,
    );
    await until(
      "it takes records",
      () =>
        send("c", "d", "e").then(
          () => true,
          () => false,
        ),
      PATIENCE,
    );
    await expect(start().ended).rejects.toMatchObject({ code: "E_WATCHER_GAP", message: expect.stringContaining("made again") });
  });

  it("loses and doubles nothing when another session of the same group takes partitions away", { timeout: 60_000 }, async () => {
    const { start, registry, arrive, items } = await watchTopic(4);
    const names = Array.from({ length: 400 }, (_, k) => `n${k}`);
    const first = start();
    let second: RunningSession | undefined;
    for (let k = 0; k < names.length; k += 20) {
      await world.send(names.slice(k, k + 20).map((name) => ({ key: name, value: JSON.stringify({ name }) })));
      if (k === 100) second = start();
    }
    expect(await first.ended).toMatchObject({ reason: "fenced" });
    await arrive(400);
    expect(
      items()
        .map((item) => item.value?.name)
        .sort(),
    ).toEqual([...names].sort());
    expect(registry.refused).toEqual([]);
    expect(second).toBeDefined();
  });

  it("goes on after the broker was killed", { timeout: 90_000 }, async () => {
    const { start, arrive, items, send } = await watchTopic();
    await send("a");
    start();
    await arrive(1);
    await server().kill();
    await server().start();
    await until(
      "the broker takes records",
      () =>
        send("b").then(
          () => true,
          () => false,
        ),
      60_000,
    );
    await until("they arrive", () => items().some((item) => item.value?.name === "b"), 60_000);
    expect(new Set(items().map((item) => item.offset)).size).toBe(items().length);
  });

  it("connects with TLS and login, and says what is wrong without them", { timeout: 60_000 }, async () => {
    const { start, arrive, send } = await watchTopic();
    const { broker, username, password, certificate } = server().secure;
    await send("a");
    const wrong = start({}, "beginning", () => `kafkas://${username}:wrong-secret@${broker}?ca=${certificate}`);
    await until("it says so", () => wrong.healths.some((health) => health.error !== undefined), PATIENCE);
    expect(wrong.healths.at(-1)?.error).toMatch(/authentication|SASL/i);
    expect(JSON.stringify(wrong.healths)).not.toContain("wrong-secret");
    await wrong.stop();
    start({}, "beginning", () => `kafkas://${username}:${password}@${broker}?sasl=plain&ca=${certificate}`);
    await arrive(1);
  });

  it("reads thousands of records in the order of each partition", { timeout: 60_000 }, async () => {
    const { start, arrive, items } = await watchTopic(3);
    for (let k = 0; k < 10; k += 1) {
      await world.send(Array.from({ length: 1_000 }, (_, n) => ({ key: `${n % 7}`, value: JSON.stringify({ name: `${k}-${n}` }) })));
    }
    start();
    await arrive(10_000);
    expect(new Set(items().map((item) => item.value?.name)).size).toBe(10_000);
    for (const partition of [0, 1, 2]) {
      const offsets = items().flatMap((item) => (item.partition === partition ? [Number(item.offset)] : []));
      expect(offsets).toEqual(offsets.map((_, k) => k));
    }
  });

  it("says that it is joining until the group has given out its partitions: till then no wait of a task counts", async () => {
    world = await createTopicWorld(server(), 1);
    const { topic, group, connection } = world;
    const reading = readSource(kafka({ connection: "streams", topic, group }), { connection, every: 50 });
    await until("it looks for records", () => reading.polls() > 2, PATIENCE);
    await reading.stop();
    const said = reading.batches.map(({ joining, cursor }) => (joining === true ? "joining" : cursor === undefined ? "nothing new" : "position"));
    expect(said.join(", ")).toMatch(/^joining, position(, joining)+(, nothing new)+$/);
  });

  it("gives records to tasks, and the one that a task waits for", async () => {
    world = await createTopicWorld(server(), 1);
    const { topic, group, connection, put } = world;
    const source = kafka({ connection: "streams", topic, group }) as unknown as Source;
    await expectTakes({ source, connection, put, nameOf: ({ key }: KafkaItem) => key ?? "" });
  });
});
