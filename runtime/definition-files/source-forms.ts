import { z } from "zod";
import type { Source } from "../../core/source.ts";
import type { AirflowAssetsOptions, AirflowRunsOptions } from "../../watchers/airflow/index.ts";
import type { FilesOptions } from "../../watchers/files/index.ts";
import type { HttpOptions } from "../../watchers/http/index.ts";
import type { KafkaOptions } from "../../watchers/kafka/index.ts";
import type { PostgresChangesOptions, PostgresTableOptions } from "../../watchers/postgres/index.ts";
import type { PubSubOptions } from "../../watchers/pubsub/index.ts";
import type { RabbitMqOptions } from "../../watchers/rabbitmq/index.ts";
import type { S3Options } from "../../watchers/s3/index.ts";
import type { ServiceBusOptions } from "../../watchers/service-bus/index.ts";
import type { SftpOptions } from "../../watchers/sftp/index.ts";
import type { SqsOptions } from "../../watchers/sqs/index.ts";

/** The sources as data: every option that is no function. A source that has a new option does not compile until it is here. */

/** A form for every option of a source. */
type Shape<Options> = { readonly [Name in keyof Options]-?: z.ZodType };

export const durationForm = z
  .string()
  .regex(/^\d{1,16}(\.\d{1,9})?(ms|s|m|h|d)$/)
  .meta({ id: "duration", description: "A number and its unit: ms, s, m, h or d", examples: ["90s", "15m", "2h"] });
const duration = durationForm.optional();
const text = z.string().min(1);
const name = text.optional();
const connection = text.optional().describe("Name of the connection: HEADGATE_CONN_<NAME>, never a URI");
const count = z.int().min(1).optional();
const payload = z.enum(["json", "text", "bytes"]).optional().describe("How messages are read");
const column = z.string().min(1);

const files = { path: name, pattern: name, settle: duration } satisfies Shape<FilesOptions>;
const s3 = {
  ...{ connection, bucket: name, prefix: name, pattern: name, recent: count, fullScan: duration },
  updates: z.enum(["content", "write", "versions"]).optional(),
  deletions: z.boolean().optional(),
  notifications: z.strictObject({ queue: text, connection }).optional(),
} satisfies Shape<S3Options>;
const postgresTable = {
  ...{ connection, table: name, notify: name },
  by: z.union([
    z.strictObject({ xid: column }),
    z.strictObject({ timestamp: column, lookback: duration, utc: z.boolean().optional() }),
    z.strictObject({ sequence: column, patience: duration }),
  ]),
  key: z.union([column, z.array(column).min(1)]).optional(),
  columns: z.array(column).min(1).optional(),
} satisfies Shape<PostgresTableOptions>;
const postgresChanges = { connection, publication: column, table: name, slot: name } satisfies Shape<PostgresChangesOptions>;
const sftp = { connection, path: name, pattern: name, settle: duration } satisfies Shape<SftpOptions>;
const kafka = { connection, topic: name, group: name, values: payload } satisfies Shape<KafkaOptions>;
const rabbitmq = {
  connection,
  queue: name,
  id: z.enum(["messageId", "content"]).optional(),
  values: payload,
  prefetch: count,
} satisfies Shape<RabbitMqOptions>;
const sqs = { connection, queue: name, body: z.enum(["json", "text"]).optional(), key: name, visibility: duration } satisfies Shape<SqsOptions>;
const pubsub = { connection, subscription: name, key: name, values: payload, prefetch: count, lease: duration } satisfies Shape<PubSubOptions>;
const serviceBus = {
  ...{ connection, entity: name, key: name, values: payload, prefetch: count },
  sessions: z.union([z.boolean(), z.int().min(1).max(100)]).optional(),
} satisfies Shape<ServiceBusOptions>;
const http = {
  ...{ connection, url: name, items: z.string().optional(), key: name, version: name, timeout: duration, maxBytes: count },
  headers: z.record(z.string(), z.string()).optional().describe("Headers that hold no secret"),
  allowPrivate: z.boolean().optional(),
} satisfies Shape<HttpOptions>;

const names = z.union([text, z.array(text).min(1)]).optional();
const airflowAssets = { connection: text, assets: names, margin: duration } satisfies Shape<AirflowAssetsOptions>;
const airflowRuns = {
  ...{ connection: text, dags: names, margin: duration },
  states: z
    .array(z.enum(["success", "failed"]))
    .min(1)
    .optional(),
} satisfies Shape<AirflowRunsOptions>;

const source = <Kind extends string, S extends z.ZodRawShape>(kind: Kind, shape: S) => z.strictObject({ kind: z.literal(kind), ...shape });

export const anySource = z
  .discriminatedUnion("kind", [
    source("files", files),
    source("s3", s3),
    source("postgresTable", postgresTable),
    source("postgresChanges", postgresChanges),
    source("sftp", sftp),
    source("kafka", kafka),
    source("rabbitmq", rabbitmq),
    source("sqs", sqs),
    source("pubsub", pubsub),
    source("serviceBus", serviceBus),
    source("http", http),
    source("airflowAssets", airflowAssets),
    source("airflowRuns", airflowRuns),
  ])
  .meta({ id: "source", description: "What is read: the name of the source's function with its options" });

type SourceForm = z.infer<typeof anySource>;
type Make = (options: never) => object;

/** Each is loaded only if a file names it. */
const MAKERS: Readonly<Record<SourceForm["kind"], () => Promise<Make>>> = {
  files: async () => (await import("../../watchers/files/index.ts")).files,
  s3: async () => (await import("../../watchers/s3/index.ts")).s3,
  postgresTable: async () => (await import("../../watchers/postgres/index.ts")).postgresTable,
  postgresChanges: async () => (await import("../../watchers/postgres/index.ts")).postgresChanges,
  sftp: async () => (await import("../../watchers/sftp/index.ts")).sftp,
  kafka: async () => (await import("../../watchers/kafka/index.ts")).kafka,
  rabbitmq: async () => (await import("../../watchers/rabbitmq/index.ts")).rabbitmq,
  sqs: async () => (await import("../../watchers/sqs/index.ts")).sqs,
  pubsub: async () => (await import("../../watchers/pubsub/index.ts")).pubsub,
  serviceBus: async () => (await import("../../watchers/service-bus/index.ts")).serviceBus,
  http: async () => (await import("../../watchers/http/index.ts")).http,
  airflowAssets: async () => (await import("../../watchers/airflow/index.ts")).airflowAssets,
  airflowRuns: async () => (await import("../../watchers/airflow/index.ts")).airflowRuns,
};

/** The source that a form describes. Throws what its function throws. */
export async function sourceOf({ kind, ...options }: SourceForm): Promise<Source> {
  const make = await MAKERS[kind]();
  return make(options as never) as Source;
}
