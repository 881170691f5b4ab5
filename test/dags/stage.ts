import { SQSClient } from "@aws-sdk/client-sqs";
import { Kafka, logLevel } from "kafkajs";
import { expect } from "vitest";
import type { AssetEvent } from "../../core/event.ts";
import { s3 } from "../../runtime/connectors/index.ts";
import type { KafkaServer } from "../../scripts/servers/kafka.ts";
import type { PostgresServer } from "../../scripts/servers/postgres.ts";
import type { S3Server } from "../../scripts/servers/s3.ts";
import type { SqsServer } from "../../scripts/servers/sqs.ts";
import { parseAwsConnection } from "../../watchers/aws/connection.ts";
import { until } from "../faults/until.ts";
import type { Examples } from "./examples.ts";

/** What tests of the examples act on: the servers outside, and the examples that run. */
export interface Stage {
  examples(): Examples;
  readonly servers: () => { readonly s3: S3Server; readonly kafka: KafkaServer; readonly sqs: SqsServer; readonly shop: PostgresServer };
  upload(bucket: string, key: string, lines: readonly string[]): Promise<void>;
  produce(topic: string, values: readonly string[]): Promise<void>;
  /** Sends messages to a queue by name. */
  queue(): Promise<{ readonly client: SQSClient; readonly url: (name: string) => string }>;
  /** Events of an asset that the store has, once it has any. */
  eventsOf(asset: string): Promise<readonly AssetEvent[] | undefined>;
  eventually<T>(what: string, look: () => Promise<T | undefined>): Promise<T>;
  /** So many runs of a DAG have succeeded, and no other was there. */
  succeeded(dag: string, runs: number): Promise<void>;
  /** The DAG waits for something that has not come. */
  waits(dag: string): Promise<void>;
  /** Asks the warehouse until the answer is the expected one, and compares what it is in the end. */
  answers(expected: unknown, query: string): Promise<void>;
}

export function createStage(examples: () => Examples, servers: Stage["servers"]): Stage {
  return {
    ...{ examples, servers },
    async upload(bucket, key, lines) {
      const connector = s3("lake");
      const client = await connector.open(servers().s3.env.HEADGATE_CONN_LAKE ?? "");
      await client.putObject({ Bucket: bucket, Key: key, Body: lines.join("\n") });
      await connector.close(client);
    },
    async produce(topic, values) {
      const producer = new Kafka({ brokers: [servers().kafka.broker], logLevel: logLevel.NOTHING }).producer();
      await producer.connect();
      await producer.send({ topic, messages: values.map((value) => ({ value })) });
      await producer.disconnect();
    },
    async queue() {
      const client = new SQSClient(parseAwsConnection("queues", servers().sqs.env.HEADGATE_CONN_QUEUES ?? ""));
      return { client, url: (name) => `${servers().sqs.url}/000000000000/${name}` };
    },
    async eventsOf(asset) {
      const events: AssetEvent[] = [];
      for await (const event of examples().store.recordedEvents({ assets: [asset], since: 0 })) events.push(event);
      return events.length === 0 ? undefined : events;
    },
    eventually: (what, look) => until(what, look),
    async succeeded(dag, runs) {
      // The store hears of a run's end a moment after its rows are there.
      await until(`${runs} runs of ${dag} succeeded`, async () => (await examples().runs(dag)).filter((status) => status === "succeeded").length >= runs);
      expect(await examples().runs(dag)).toEqual(Array.from({ length: runs }, () => "succeeded"));
    },
    async waits(dag) {
      expect((await examples().headgate.registry.explain({ dag })).text).toContain("waits for");
    },
    async answers(expected, query) {
      let rows: unknown;
      const same = async (): Promise<boolean> => {
        rows = (await examples().warehouse.query({ text: query, rowMode: "array" })).rows;
        return JSON.stringify(rows) === JSON.stringify(expected);
      };
      await until(query, same).catch(() => undefined);
      expect(rows).toEqual(expected);
    },
  };
}
