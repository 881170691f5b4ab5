import { parseArgs } from "node:util";
import { startOurSide } from "../our-side.ts";
import { tableOf } from "../print-table.ts";
import { type Figure, isMet } from "../statistics.ts";
import { measureIdle } from "./idle.ts";
import { measureKafka } from "./kafka.ts";
import { measureS3 } from "./s3.ts";
import { benchServers } from "./servers.ts";
import { measureTable } from "./table.ts";
import { measureWaits } from "./waits.ts";

// `npm run bench:sources`: what a watcher reads by second, beside the bare client that does the same read on the same server.

const { values } = parseArgs({
  options: {
    only: { type: "string" },
    /** Rows of the table. */
    rows: { type: "string", default: "50000" },
    /** Messages of the topic that is read as fast as it goes. */
    messages: { type: "string", default: "50000" },
    /** Messages of the topic whose messages come one by one. */
    samples: { type: "string", default: "600" },
    /** Objects of the bucket. */
    objects: { type: "string", default: "100000" },
  },
});
const progress = (line: string): void => void process.stderr.write(`${line}\n`);
const servers = benchServers(progress);
const side = await startOurSide(progress);
const figures: Figure[] = [];
try {
  const warehouse = await side.stack.postgres.ensureDatabase("warehouse");
  const parts: Readonly<Record<string, () => Promise<readonly Figure[]>>> = {
    table: async () => {
      const worker = await side.startWorker("bench/sources/dags/table.ts", { HEADGATE_CONN_WAREHOUSE: warehouse });
      const found = await measureTable(side, worker, warehouse, { rows: Number(values.rows), progress });
      await worker.stop();
      return found;
    },
    kafka: async () => {
      const kafka = await servers.kafka();
      const worker = await side.startWorker("bench/sources/dags/kafka.ts", kafka.env);
      const found = await measureKafka(side, worker, kafka, { many: Number(values.messages), few: Number(values.samples) }, progress);
      await worker.stop();
      return found;
    },
    s3: async () => measureS3(side, await servers.s3(), Number(values.objects), progress),
    idle: async () => {
      const place = { kafka: await servers.kafka(), s3: await servers.s3(), warehouse };
      const worker = await side.startWorker("bench/sources/dags/idle.ts", { ...place.kafka.env, ...place.s3.env, HEADGATE_CONN_WAREHOUSE: warehouse });
      const found = await measureIdle(side, worker, place);
      await worker.stop();
      return found;
    },
    waits: async () => {
      const worker = await side.startWorker("bench/sources/dags/waits.ts");
      const found = await measureWaits(side, worker);
      await worker.stop();
      return found;
    },
  };
  for (const [part, measure] of Object.entries(parts)) {
    if (values.only !== undefined && !values.only.split(",").includes(part)) continue;
    progress(`measuring ${part}`);
    figures.push(...(await measure()));
  }
} finally {
  await side.stop();
  await servers.stop();
}
process.stdout.write(`${tableOf(figures)}\n`);
process.exit(figures.every(isMet) ? 0 : 1);
