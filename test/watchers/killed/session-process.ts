import { appendFileSync, readFileSync } from "node:fs";
import { asset } from "../../../core/authoring/asset.ts";
import type { Source } from "../../../core/source.ts";
import { openStore } from "../../../store/index.ts";
import { type AirflowAssetsOptions, airflowAssets } from "../../../watchers/airflow/index.ts";
import { type PostgresChangesOptions, postgresChanges } from "../../../watchers/postgres/index.ts";
import { type PubSubOptions, pubsub } from "../../../watchers/pubsub/index.ts";
import { type S3Options, s3 } from "../../../watchers/s3/index.ts";
import { type ServiceBusOptions, serviceBus } from "../../../watchers/service-bus/index.ts";
import { type SftpOptions, sftp } from "../../../watchers/sftp/index.ts";
import { type SqsOptions, sqs } from "../../../watchers/sqs/index.ts";
import { watchSession } from "../../../watchers/watch-session.ts";
import { type CrashPoint, createDoomedProcess } from "../crash.ts";

/** What the test tells this process. */
export interface SessionProcessOptions {
  readonly databaseUrl: string;
  readonly source:
    | { readonly kind: "airflow"; readonly options: AirflowAssetsOptions }
    | { readonly kind: "s3"; readonly options: S3Options }
    | { readonly kind: "sftp"; readonly options: SftpOptions }
    | { readonly kind: "sqs"; readonly options: SqsOptions }
    | { readonly kind: "pubsub"; readonly options: PubSubOptions }
    | { readonly kind: "postgres-changes"; readonly options: PostgresChangesOptions }
    | { readonly kind: "service-bus"; readonly options: ServiceBusOptions };
  /** A file that stands for the registry: a line that is written is a signal that was accepted. */
  readonly accepted: string;
  /** Where it kills itself, when it comes there for the second time. */
  readonly dieAt: CrashPoint | null;
}

function sourceOf(source: SessionProcessOptions["source"]): Source {
  switch (source.kind) {
    case "airflow":
      return airflowAssets(source.options) as unknown as Source;
    case "s3":
      return s3(source.options) as unknown as Source;
    case "sftp":
      return sftp(source.options) as unknown as Source;
    case "sqs":
      return sqs(source.options) as unknown as Source;
    case "pubsub":
      return pubsub(source.options) as unknown as Source;
    case "postgres-changes":
      return postgresChanges(source.options) as unknown as Source;
    case "service-bus":
      return serviceBus(source.options) as unknown as Source;
  }
}

// A process of its own that runs one session, until it is killed: by itself where the test says so, else by the test.
const { databaseUrl, source, accepted, dieAt } = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8")) as SessionProcessOptions;
const store = openStore({ url: databaseUrl });
const sender = { send: async (batch: unknown): Promise<void> => appendFileSync(accepted, `${JSON.stringify(batch)}\n`) };
const doomed = dieAt === null ? { outbox: store.outbox, sender } : createDoomedProcess(store.outbox, sender, dieAt, 2);
if ("died" in doomed) doomed.died.addEventListener("abort", () => process.kill(process.pid, "SIGKILL"));

const say = (message: string): void => void process.stderr.write(`${message}\n`);
await watchSession(
  {
    kind: "watcher",
    id: "items",
    source: sourceOf(source),
    publishes: asset("lake://items"),
    every: 50,
    startAt: "beginning",
  },
  { outbox: doomed.outbox, sender: doomed.sender, connection: (name) => name, log: { info: say, warn: say } },
  { signal: new AbortController().signal, length: 600_000 },
);
