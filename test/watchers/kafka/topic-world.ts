import { randomUUID } from "node:crypto";
import { type Admin, Kafka, logLevel, type Message, Partitioners, type Producer } from "kafkajs";
import { asset } from "../../../core/authoring/asset.ts";
import type { WatcherDefinition } from "../../../core/definition.ts";
import type { Source } from "../../../core/source.ts";
import type { KafkaServer } from "../../../scripts/servers/kafka.ts";
import { type KafkaItem, type KafkaOptions, kafka } from "../../../watchers/kafka/index.ts";
import { until } from "../session-run.ts";
import type { SourceWorld } from "../source-contract.ts";

export interface TopicWorld extends SourceWorld {
  readonly topic: string;
  readonly group: string;
  readonly client: Kafka;
  readonly admin: Admin;
  readonly producer: Producer;
  readonly connection: (name: string) => string;
  create(partitions: number, config?: Readonly<Record<string, string>>): Promise<void>;
  send(messages: Message[]): Promise<void>;
  watcherBy(options?: KafkaOptions, startAt?: unknown): WatcherDefinition;
}

/** A topic of its own, and a producer for it. Records are `{ "name": ... }`. */
export async function createTopicWorld(server: KafkaServer, partitions = 3): Promise<TopicWorld> {
  const topic = `orders-${randomUUID()}`;
  const group = `headgate.${topic}`;
  const client = new Kafka({ clientId: "test", brokers: [server.broker], logLevel: logLevel.NOTHING, retry: { retries: 12 } });
  const admin = client.admin();
  const producer = client.producer({ createPartitioner: Partitioners.DefaultPartitioner, idempotent: true, retry: { retries: 12 } });
  await admin.connect();
  await producer.connect();
  const create = async (numPartitions: number, config: Readonly<Record<string, string>> = {}): Promise<void> => {
    const configEntries = Object.entries(config).map(([name, value]) => ({ name, value }));
    await admin.createTopics({ topics: [{ topic, numPartitions, configEntries }], waitForLeaders: false });
    // A broker that is busy tells of a new topic a moment later; kafkajs would give up at once.
    await until(
      "the topic is there",
      () =>
        admin.fetchTopicOffsets(topic).then(
          (offsets) => offsets.length === numPartitions,
          () => false,
        ),
      30_000,
    );
  };
  await create(partitions);

  const watcherBy = (options: KafkaOptions = {}, startAt: unknown = "beginning"): WatcherDefinition => ({
    kind: "watcher",
    id: "orders",
    source: kafka({ group, ...options }) as unknown as Source,
    publishes: asset(`kafka://streams/${topic}`),
    every: 200,
    startAt,
    map: ((item: KafkaItem) => ({ data: item })) as never,
  });
  const send = async (messages: Message[]): Promise<void> => {
    await producer.send({ topic, messages });
  };
  return {
    topic,
    group,
    client,
    admin,
    producer,
    create,
    send,
    watcherBy,
    connection: () => server.url,
    watcher: (startAt) => watcherBy({}, startAt),
    put: (name) => send([{ key: name, value: JSON.stringify({ name }) }]),
    putPoison: (name) => send([{ key: name, value: `{ "name": ${name}` }]),
    nameOf: (event) => (event.data as unknown as KafkaItem<{ name: string }>).value?.name ?? "",
    dispose: async () => {
      await Promise.all([producer.disconnect(), admin.deleteTopics({ topics: [topic] }).catch(() => undefined)]);
      await admin.disconnect();
    },
  };
}
