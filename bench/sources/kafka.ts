import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Kafka, logLevel, Partitioners, type Producer } from "kafkajs";
import type { KafkaServer } from "../../scripts/servers/kafka.ts";
import type { BenchProcess } from "../bench-process.ts";
import type { OurSide } from "../our-side.ts";
import { atLeast, type Figure, median, percentile } from "../statistics.ts";
import { acceptedPerSecond } from "./accepted.ts";

const DAGS = fileURLToPath(new URL("./dags/kafka.ts", import.meta.url));
const PARTITIONS = 4;
const WARM_UP = 20;
/** Longest wait for one of the first messages, in milliseconds. */
const PATIENCE = 60_000;
/** Milliseconds between two messages: 20 a second. */
const BETWEEN = 50;

/** From the topic to the registry as fast as it goes, and from `produce` to task code at 20 messages a second. */
export async function measureKafka(
  side: OurSide,
  worker: BenchProcess,
  { broker }: KafkaServer,
  { many, few }: { readonly many: number; readonly few: number },
  progress: (line: string) => void,
): Promise<readonly Figure[]> {
  const kafka = new Kafka({ clientId: "bench", brokers: [broker], logLevel: logLevel.NOTHING, retry: { retries: 12 } });
  const admin = kafka.admin();
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await Promise.all([admin.connect(), producer.connect()]);
  await admin.createTopics({
    topics: [
      { topic: "bench-many", numPartitions: PARTITIONS },
      { topic: "bench-few", numPartitions: 1 },
    ],
  });
  for (let at = 0; at < many; at += 1_000)
    await producer.send({ topic: "bench-many", messages: Array.from({ length: 1_000 }, (_, n) => ({ key: `${at + n}`, value: reading(`many-${at + n}`) })) });
  try {
    const bare = await bareRead(kafka, many);
    const ours = await acceptedPerSecond(side, { worker, count: many, begin: () => side.deploy([DAGS]), progress });
    const [hop, bareHop] = await measureHops(kafka, producer, worker, few);
    return [
      { ...atLeast("Kafka to registry", "messages/s", ours, 5_000), bare },
      {
        name: "Kafka, produce to task code p50",
        unit: "ms",
        ours: median(hop),
        bare: median(bareHop),
        value: median(hop),
        target: { kind: "at most", value: 60 },
      },
      {
        name: "Kafka, produce to task code p99",
        unit: "ms",
        ours: percentile(hop, 0.99),
        bare: percentile(bareHop, 0.99),
        value: percentile(hop, 0.99),
        target: { kind: "at most", value: 250 },
      },
    ];
  } finally {
    await Promise.all([admin.disconnect(), producer.disconnect()]);
  }
}

/** A reading of a sensor, of about 200 bytes. */
function reading(id: string): string {
  return JSON.stringify({ id, sensor: "boiler-7", celsius: 81.4, note: "x".repeat(120) });
}

/** Messages by second that the bare client reads and parses, from its first to its last. */
async function bareRead(kafka: Kafka, many: number): Promise<number> {
  const consumer = kafka.consumer({ groupId: "bare-many" });
  await consumer.connect();
  await consumer.subscribe({ topic: "bench-many", fromBeginning: true });
  let count = 0;
  let start = 0;
  const seconds = await new Promise<number>((resolve, reject) => {
    consumer
      .run({
        eachBatch: async ({ batch }) => {
          if (start === 0) start = performance.now();
          for (const { value } of batch.messages) JSON.parse(String(value));
          count += batch.messages.length;
          if (count >= many) resolve((performance.now() - start) / 1_000);
        },
      })
      .catch(reject);
  });
  await consumer.disconnect();
  return count / seconds;
}

/** Each message is seen by both sides: by the bare consumer in its handler, by ours in task code. Milliseconds from `produce`. */
async function measureHops(
  kafka: Kafka,
  producer: Producer,
  worker: BenchProcess,
  few: number,
): Promise<readonly [ours: readonly number[], bare: readonly number[]]> {
  const seen = new Map<string, number>();
  const consumer = kafka.consumer({ groupId: "bare-few" });
  await consumer.connect();
  await consumer.subscribe({ topic: "bench-few", fromBeginning: true });
  await consumer.run({ eachMessage: async ({ message }) => void seen.set((JSON.parse(String(message.value)) as { id: string }).id, now()) });
  const ours: number[] = [];
  const bare: number[] = [];
  for (let n = 0; n < few + WARM_UP; n += 1) {
    const id = `few-${n}`;
    const produced = now();
    await producer.send({ topic: "bench-few", messages: [{ value: reading(id) }] });
    const marked = worker.marked(id).then((at) => at - produced);
    if (n < WARM_UP) await within(PATIENCE, marked, id);
    else
      void marked.then((took) => {
        ours.push(took);
        bare.push((seen.get(id) ?? Number.NaN) - produced);
      });
    await pause(BETWEEN);
  }
  for (const until = Date.now() + 240_000; ours.length < few && Date.now() < until; ) await pause(100);
  await consumer.disconnect();
  if (ours.length < few) throw new Error(`only ${ours.length} of ${few} messages reached task code`);
  return [ours, bare];
}

async function within(ms: number, marked: Promise<number>, id: string): Promise<void> {
  const late = new AbortController();
  try {
    await Promise.race([
      marked,
      pause(ms, undefined, { signal: late.signal }).then(() => {
        throw new Error(`message ${id} did not reach task code in ${ms / 1_000} s`);
      }),
    ]);
  } finally {
    late.abort();
  }
}

function now(): number {
  return performance.timeOrigin + performance.now();
}
