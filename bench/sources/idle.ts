import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { S3 } from "@aws-sdk/client-s3";
import { Kafka, logLevel } from "kafkajs";
import pg from "pg";
import type { KafkaServer } from "../../scripts/servers/kafka.ts";
import type { S3Server } from "../../scripts/servers/s3.ts";
import type { BenchProcess } from "../bench-process.ts";
import type { OurSide } from "../our-side.ts";
import { usageOf } from "../process-cpu.ts";
import { atMost, type Figure } from "../statistics.ts";

const DAGS = fileURLToPath(new URL("./dags/idle.ts", import.meta.url));
const WATCHERS = 100;
/** Milliseconds until everything that a session loads is loaded. */
const SETTLE = 20_000;

export interface IdlePlace {
  readonly kafka: KafkaServer;
  readonly s3: S3Server;
  /** URI of the database. */
  readonly warehouse: string;
}

/** Memory of a worker with a hundred watchers of four kinds to which nothing happens. */
export async function measureIdle(side: OurSide, worker: BenchProcess, place: IdlePlace): Promise<readonly Figure[]> {
  await prepare(place);
  const before = usageOf(worker.pid).memory;
  await side.deploy([DAGS]);
  for (const until = Date.now() + 120_000; ; await pause(500)) {
    const running = (await side.store.listWatchers()).filter(({ watcher, status }) => watcher.startsWith("bench-idle-") && status === "running").length;
    if (running === WATCHERS) break;
    if (Date.now() > until) throw new Error(`only ${running} of ${WATCHERS} watchers run`);
  }
  await pause(SETTLE);
  return [{ ...atMost("memory of a worker with 100 idle watchers", "MB", usageOf(worker.pid).memory, 400), bare: before }];
}

/** What the watchers look at, if it is not there: an empty topic, bucket and table. */
async function prepare({ kafka, s3, warehouse }: IdlePlace): Promise<void> {
  const admin = new Kafka({ clientId: "bench", brokers: [kafka.broker], logLevel: logLevel.NOTHING, retry: { retries: 12 } }).admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic: "bench-idle", numPartitions: 4 }] });
  await admin.disconnect();
  const { url, accessKeyId, secretAccessKey, region } = s3;
  const bucket = new S3({ endpoint: url, region, credentials: { accessKeyId, secretAccessKey }, forcePathStyle: true });
  await bucket.createBucket({ Bucket: "idle" });
  bucket.destroy();
  const client = new pg.Client({ connectionString: warehouse });
  await client.connect();
  await client.query("create schema if not exists bench; create table bench.idle (id bigserial primary key)");
  await client.end();
}
