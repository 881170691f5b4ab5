import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { assetsNamedBy } from "../../core/assets-named.ts";
import type { Definition } from "../../core/definition.ts";
import { splitUri } from "../../core/uri/uri.ts";
import { postgres, s3 } from "../../runtime/connectors/index.ts";
import { parseAwsConnection } from "../../watchers/aws/connection.ts";
import { kafkaClient } from "./kafka-client.ts";

export interface SetUpOptions {
  /** The project's folder: `tables/<connection>.sql` in it are the tables of a connection, in SQL that may run again. */
  readonly root: string;
  readonly definitions: readonly Definition[];
  /** The URI behind a named connection. */
  readonly connection: (name: string) => string;
  /** The connection whose S3 has the buckets. @default "lake" */
  readonly buckets?: string;
  readonly onDone?: (line: string) => void;
}

/**
 * Makes what the assets of a project name, where it is missing: tables, buckets (`s3://<bucket>/...`), topics
 * (`kafka://<connection>/<topic>`) and queues (`sqs://<connection>/<queue>`). What is there stays as it is.
 */
export async function setUpAssets({ root, definitions, connection, buckets = "lake", onDone = () => undefined }: SetUpOptions): Promise<void> {
  const parts = [...new Set(definitions.flatMap(assetsNamedBy).map(({ uri }) => uri))].map(splitUri);
  const namesOf = (scheme: string, of: "authority" | "path"): readonly string[] => [
    ...new Set(parts.filter((uri) => uri.scheme === scheme).map((uri) => (of === "authority" ? (uri.authority ?? "") : uri.path.slice(1)))),
  ];
  for (const [name, sql] of tablesBelow(root)) {
    const connector = postgres(name, { max: 1 });
    const pool = await connector.open(connection(name));
    await pool.query(sql).finally(() => connector.close(pool));
    onDone(`tables     ${name}`);
  }
  const wanted = namesOf("s3", "authority");
  if (wanted.length > 0) await makeBuckets(connection(buckets), wanted, onDone);
  for (const broker of namesOf("kafka", "authority")) {
    const topics = parts.filter((uri) => uri.scheme === "kafka" && uri.authority === broker).map((uri) => uri.path.slice(1));
    await makeTopics(broker, connection(broker), topics, onDone);
  }
  for (const { authority, path } of parts.filter((uri) => uri.scheme === "sqs"))
    await makeQueue(authority ?? "", connection(authority ?? ""), path.slice(1), onDone);
}

function tablesBelow(root: string): readonly (readonly [connection: string, sql: string])[] {
  const folder = join(root, "tables");
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).filter((name) => name.endsWith(".sql"));
  return files.sort().map((name) => [name.slice(0, -".sql".length), readFileSync(join(folder, name), "utf8")]);
}

async function makeBuckets(uri: string, names: readonly string[], onDone: (line: string) => void): Promise<void> {
  const connector = s3("lake");
  const client = await connector.open(uri);
  try {
    for (const name of names) {
      await client.createBucket({ Bucket: name }).catch(unless("BucketAlreadyOwnedByYou", "BucketAlreadyExists"));
      onDone(`bucket     ${name}`);
    }
  } finally {
    await connector.close(client);
  }
}

async function makeTopics(name: string, uri: string, topics: readonly string[], onDone: (line: string) => void): Promise<void> {
  const admin = (await kafkaClient(name, uri)).admin();
  await admin.connect();
  try {
    const there = new Set(await admin.listTopics());
    const missing = topics.filter((topic) => !there.has(topic));
    if (missing.length > 0) await admin.createTopics({ waitForLeaders: true, topics: missing.map((topic) => ({ topic })) });
    for (const topic of topics) onDone(`topic      ${topic}`);
  } finally {
    await admin.disconnect();
  }
}

async function makeQueue(name: string, uri: string, queue: string, onDone: (line: string) => void): Promise<void> {
  const { SQSClient, CreateQueueCommand } = await import("@aws-sdk/client-sqs");
  const client = new SQSClient(parseAwsConnection(name, uri));
  try {
    await client.send(new CreateQueueCommand({ QueueName: queue, ...(queue.endsWith(".fifo") ? { Attributes: { FifoQueue: "true" } } : {}) }));
    onDone(`queue      ${queue}`);
  } finally {
    client.destroy();
  }
}

function unless(...names: readonly string[]): (error: unknown) => void {
  return (error) => {
    if (!names.includes((error as Error).name)) throw error;
  };
}
