import { appendFileSync, readFileSync } from "node:fs";
import { NativeConnection, Worker } from "@temporalio/worker";
import { createWatchActivity } from "../../activities/read-source.ts";
import { asset } from "../../core/authoring/asset.ts";
import type { Source } from "../../core/source.ts";
import { openStore } from "../../store/index.ts";
import { files } from "../../watchers/files/index.ts";

/** What the test tells this process: `dieAt` is the number of the accepted batch after which it kills itself. */
export interface DoomedWorkerOptions {
  readonly temporalAddress: string;
  readonly namespace: string;
  readonly queue: string;
  readonly databaseUrl: string;
  readonly landing: string;
  /** A file that stands for the registry: a line that is written is a signal that was accepted. */
  readonly accepted: string;
  readonly dieAt: number | null;
}

// A process of its own that runs the sessions of one watcher, until it is killed.
const options = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8")) as DoomedWorkerOptions;
const store = openStore({ url: options.databaseUrl });
const connection = await NativeConnection.connect({ address: options.temporalAddress });
const publishes = asset("lake://landing");
let sent = 0;

const worker = await Worker.create({
  connection,
  namespace: options.namespace,
  taskQueue: options.queue,
  maxHeartbeatThrottleInterval: "1s",
  activities: createWatchActivity({
    definitions: {
      watcher: (id) => watcher(id),
    },
    outbox: store.outbox,
    send: {
      send: async (batch) => {
        appendFileSync(options.accepted, `${JSON.stringify(batch)}\n`);
        sent += 1;
        if (sent === options.dieAt) process.kill(process.pid, "SIGKILL");
      },
    },
    connections: { uri: (name) => name },
    logger: { info: (message) => process.stderr.write(`${message}\n`), warn: (message) => process.stderr.write(`${message}\n`) },
  }),
});

const definition = {
  kind: "watcher",
  id: "landing",
  source: files({ path: options.landing, settle: "20ms" }) as unknown as Source,
  publishes,
  every: 500,
  startAt: "beginning",
} as const;
function watcher(id: string): typeof definition | undefined {
  return id === definition.id ? definition : undefined;
}

await worker.run();
