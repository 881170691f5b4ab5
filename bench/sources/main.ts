import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { kafkaServer } from "../../scripts/servers/kafka.ts";
import { s3Server } from "../../scripts/servers/s3.ts";
import { startOurSide } from "../our-side.ts";
import { tableOf } from "../print-table.ts";
import { type Figure, isMet } from "../statistics.ts";
import { measureIdle } from "./idle.ts";
import { measureKafka } from "./kafka.ts";
import { measureS3 } from "./s3.ts";
import { measureTable } from "./table.ts";

// `npm run bench:sources`: what a watcher reads by second, beside the bare client that does the same read on the same server.

const { values } = parseArgs({ options: { only: { type: "string" } } });
const progress = (line: string): void => void process.stderr.write(`${line}\n`);
const folder = mkdtempSync(join(tmpdir(), "headgate-bench-servers-"));
const side = await startOurSide(progress);
const figures: Figure[] = [];
const stops: (() => Promise<unknown>)[] = [() => side.stop()];
try {
  const warehouse = await side.stack.postgres.ensureDatabase("warehouse");
  const kafka = await kafkaServer.start({ stateDir: join(folder, "kafka"), onProgress: progress });
  stops.push(() => kafka.stop());
  const s3 = await s3Server.start({ stateDir: join(folder, "s3"), onProgress: progress });
  stops.push(() => s3.stop());
  const worker = await side.startWorker("bench/sources/dags/*.ts", { ...kafka.env, ...s3.env, HEADGATE_CONN_WAREHOUSE: warehouse });
  const parts: Readonly<Record<string, () => Promise<readonly Figure[]>>> = {
    table: () => measureTable(side, warehouse),
    kafka: () => measureKafka(side, worker, kafka),
    s3: () => measureS3(side, s3, progress),
    idle: () => measureIdle(side, worker, { kafka, s3, warehouse }),
  };
  for (const [part, measure] of Object.entries(parts)) {
    if (values.only !== undefined && !values.only.split(",").includes(part)) continue;
    progress(`measuring ${part}`);
    figures.push(...(await measure()));
  }
} finally {
  for (const stop of stops) await stop();
  rmSync(folder, { recursive: true, force: true });
}
process.stdout.write(`${tableOf(figures)}\n`);
process.exit(figures.every(isMet) ? 0 : 1);
