import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { SIGNALS } from "../../core/registry-protocol.ts";
import type { BenchProcess } from "../bench-process.ts";
import type { OurSide } from "../our-side.ts";
import { usageOf } from "../process-cpu.ts";
import { atMost, type Figure } from "../statistics.ts";

const DAGS = fileURLToPath(new URL("./dags/waits.ts", import.meta.url));
const RUNS = 10;
const WAITS = 1_000;
/** Milliseconds until everything that a wait loads is loaded. */
const SETTLE = 10_000;
const PATIENCE = 300_000;

/** Memory of a worker with a thousand tasks that wait for a file each. */
export async function measureWaits(side: OurSide, worker: BenchProcess): Promise<readonly Figure[]> {
  const before = usageOf(worker.pid).memory;
  await side.deploy([DAGS]);
  const events = Array.from({ length: RUNS }, (_, n) => ({ asset: "bench://waits/begin", id: `${n}` }));
  await side.client.workflow.getHandle(side.names.registry).signal(SIGNALS.assetUpdated, events);
  await untilTheyRead(side.stack.databaseUrl);
  await pause(SETTLE);
  return [{ ...atMost("memory of a worker with 1,000 waiting tasks", "MB", usageOf(worker.pid).memory, 600), bare: before }];
}

/** Each wait has opened the position that it reads from. */
async function untilTheyRead(url: string): Promise<void> {
  const db = new pg.Client({ connectionString: url });
  await db.connect();
  try {
    for (const until = Date.now() + PATIENCE; ; await pause(500)) {
      const { rows } = await db.query<{ count: number }>("select count(*)::int from headgate.watchers where id like 'wait/%'");
      const count = rows[0]?.count ?? 0;
      if (count >= WAITS) return;
      if (Date.now() > until) throw new Error(`only ${count} of ${WAITS} tasks wait`);
    }
  } finally {
    await db.end();
  }
}
