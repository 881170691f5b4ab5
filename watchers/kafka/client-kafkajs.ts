import type { Admin, Consumer, EachBatchPayload, Kafka, KafkaMessage } from "kafkajs";
import { HeadgateError, messageOf } from "../../core/errors.ts";
import { createBell } from "../bell.ts";
import { closeWithin } from "../close-within.ts";
import type { Fetched, KafkaClient, KafkaRecord, PartitionFacts, TopicConsumer, TopicReading } from "./client.ts";
import { addCodecs } from "./codecs.ts";
import type { KafkaConnection } from "./connection.ts";
import { readTopicId } from "./topic-id.ts";

/** How long the broker may hold a fetch back, in milliseconds: ending a consumer waits for it. */
const FETCH_WAIT = 250;
/** While a batch waits to be taken, the group is told so often that this member lives, in milliseconds. */
const BEAT = 1_000;
/** Milliseconds that closing may take. */
const CLOSE = 5_000;

/** A client by kafkajs, which is loaded when the first topic is read. Failures are `E_SOURCE`. */
export async function openKafkaJs(connection: KafkaConnection, source: string): Promise<KafkaClient> {
  const { Kafka: create, logLevel, CompressionCodecs } = (await import("kafkajs")).default;
  addCodecs(CompressionCodecs as never);
  const { brokers, tls, login } = connection;
  const kafka: Kafka = new create({
    clientId: "headgate",
    brokers: [...brokers],
    connectionTimeout: 10_000,
    logLevel: logLevel.NOTHING,
    retry: { retries: 5 },
    ...(tls === undefined ? {} : { ssl: tls }),
    ...(login === undefined ? {} : { sasl: login as never }),
  });
  const admin: Admin = kafka.admin();
  const failure = (error: unknown): HeadgateError =>
    HeadgateError.is(error) ? error : new HeadgateError("E_SOURCE", `${source} cannot be read: ${messageOf(error)}`, { cause: error });

  async function tried<T>(act: () => Promise<T>): Promise<T> {
    try {
      return await act();
    } catch (error) {
      throw failure(error);
    }
  }

  async function partitionsOf(topic: string): Promise<readonly PartitionFacts[]> {
    const offsets = await admin.fetchTopicOffsets(topic);
    return offsets.map(({ partition, low, high }) => ({ partition, low: BigInt(low), high: BigInt(high) })).sort((a, b) => a.partition - b.partition);
  }

  await tried(() => admin.connect());
  return {
    partitions: (topic) => tried(() => partitionsOf(topic)),
    describe: (topic) =>
      tried(async () => {
        const { clusterId } = await admin.describeCluster();
        const topicId = await readTopicId(kafka, topic);
        return { cluster: clusterId, ...(topicId === undefined ? {} : { topicId }), partitions: await partitionsOf(topic) };
      }),
    offsetsAt: (topic, time) =>
      tried(async () => new Map((await admin.fetchTopicOffsetsByTimestamp(topic, time)).map(({ partition, offset }) => [partition, BigInt(offset)]))),
    consume: (reading) =>
      tried(() => {
        const consumer = kafka.consumer({
          groupId: reading.group,
          maxWaitTimeInMs: FETCH_WAIT,
          metadataMaxAge: reading.refresh,
          allowAutoTopicCreation: false,
          readUncommitted: false,
          retry: { retries: 5, restartOnFailure: async () => false },
        });
        return startConsumer(consumer, reading, failure);
      }),
    close: () => closeWithin(CLOSE, admin.disconnect()),
  };
}

async function startConsumer(consumer: Consumer, reading: TopicReading, failure: (error: unknown) => HeadgateError): Promise<TopicConsumer> {
  const { topic } = reading;
  const bell = createBell();
  let queue: Fetched[] = [];
  let broken: unknown;
  let closed = false;
  /** Of the newest assignment: what was fetched under an older one is neither taken nor committed. */
  let epoch = 0;
  let assigned: readonly number[] = [];

  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    epoch += 1;
    queue = [];
    assigned = payload.memberAssignment[topic] ?? [];
    for (const partition of assigned) {
      const next = reading.nextOf(partition);
      if (next !== undefined) consumer.seek({ topic, partition, offset: next.toString() });
    }
    reading.onAssigned(assigned.length);
    bell.ring();
  });
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    broken = payload.error;
    bell.ring();
  });

  async function commit(of: number, partition: number, next: bigint): Promise<void> {
    if (of !== epoch || closed || !assigned.includes(partition)) return;
    try {
      await consumer.commitOffsets([{ topic, partition, offset: next.toString() }]);
    } catch (error) {
      // The partitions are being given out anew. The position is kept elsewhere: an offset of the group that is too low is no harm.
      if (!REBALANCING.has((error as { readonly type?: string }).type ?? "")) throw failure(error);
    }
  }

  async function eachBatch({ batch, resolveOffset, heartbeat, isRunning }: EachBatchPayload): Promise<void> {
    const of = epoch;
    const { partition } = batch;
    const last = batch.messages.at(-1);
    if (last === undefined) return;
    let isDone = false;
    const taken = createBell();
    const next = BigInt(batch.lastOffset()) + 1n;
    queue.push({
      partition,
      records: batch.messages.map((message) => toRecord(topic, partition, message)),
      next,
      commit: (offset) => commit(of, partition, offset),
      done: () => {
        isDone = true;
        taken.ring();
      },
    });
    bell.ring();
    while (!isDone && of === epoch && isRunning() && !closed) {
      await taken.wait(BEAT, NEVER);
      // Throws when partitions are given out anew: the consumer joins again, and reads on from the position.
      await heartbeat();
    }
    if (isDone && of === epoch) resolveOffset(last.offset);
  }

  await consumer.connect();
  // The oldest record for partitions without an offset: those that are new.
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({ autoCommit: false, eachBatchAutoResolve: false, partitionsConsumedConcurrently: 4, eachBatch });

  return {
    next: async (ms, signal) => {
      const end = performance.now() + ms;
      const before = epoch;
      while (!signal.aborted) {
        if (broken !== undefined) throw failure(broken);
        const fetched = queue.shift();
        if (fetched !== undefined) return fetched;
        if (epoch !== before) return undefined;
        const left = end - performance.now();
        if (left <= 0) return undefined;
        await bell.wait(left, signal);
      }
      return undefined;
    },
    isAssigned: () => epoch > 0,
    close: async () => {
      closed = true;
      await closeWithin(CLOSE, consumer.disconnect());
    },
  };
}

const NEVER = new AbortController().signal;

const REBALANCING: ReadonlySet<string> = new Set(["REBALANCE_IN_PROGRESS", "ILLEGAL_GENERATION", "UNKNOWN_MEMBER_ID"]);

function toRecord(topic: string, partition: number, message: KafkaMessage): KafkaRecord {
  const headers = Object.entries(message.headers ?? {}).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).flatMap((one) => (one === undefined ? [] : [[name, Buffer.from(one)] as const])),
  );
  return { topic, partition, offset: BigInt(message.offset), key: message.key, value: message.value, headers, at: Number(message.timestamp) };
}
