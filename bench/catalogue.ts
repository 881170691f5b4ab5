import { setTimeout as pause } from "node:timers/promises";
import type { WorkflowHandle } from "@temporalio/client";
import { SIGNALS } from "../core/registry-protocol.ts";
import { failedTasks } from "./failed-tasks.ts";
import { lakeOf } from "./lake.ts";
import type { Sides } from "./sides.ts";
import { atLeast, atMost, type Figure } from "./statistics.ts";

const PROJECTS = 5;
const DAGS = 2_000;
const HOT_STATE = 768 * 1_024;

/** A large company: 10,000 DAGs with 100,000 assets, deployed by five projects, go through continue-as-new twice. */
export async function measureCatalogue(sides: Sides, progress: (line: string) => void): Promise<readonly Figure[]> {
  const handle = sides.client.workflow.getHandle(sides.names.registry);
  const seconds: number[] = [];
  for (let n = 1; n <= PROJECTS; n++) {
    const catalog = lakeOf(`lake-${n}`, DAGS);
    const start = performance.now();
    await sides.registry.register({ project: catalog.project, revision: 1, catalog });
    seconds.push((performance.now() - start) / 1_000);
    progress(`deployed ${n * DAGS} DAGs, the last ${DAGS} in ${seconds.at(-1)?.toFixed(1)} s`);
  }
  // Each DAG waits for two assets: one of them has come for a few, and is pending.
  await handle.signal(
    SIGNALS.assetUpdated,
    Array.from({ length: 100 }, (_, n) => ({ asset: `s3://lake/lake-1/domain-${n % 97}/dataset-${n}/input-0`, id: `pending-${n}` })),
  );
  const pauses: number[] = [];
  for (let life = 0; life < 2; life++) pauses.push(await continueAsNew(sides, handle));
  const state = await sides.registry.state();
  const failed = await failedTasks(handle);
  const known = state.consumers.filter(({ project }) => project.startsWith("lake-")).length;
  const pending = state.consumers.reduce((sum, consumer) => sum + consumer.pending, 0);
  return [
    atMost(`registerCatalog of ${DAGS.toLocaleString("en-US")} DAGs, the first`, "s", seconds[0] ?? 0, 2),
    atMost(`registerCatalog of ${DAGS.toLocaleString("en-US")} DAGs beside 8,000 others`, "s", seconds.at(-1) ?? 0, 5),
    atMost("hot state with 10,000 DAGs and 100,000 assets", "KiB", state.stateBytes / 1_024, HOT_STATE / 1_024),
    atMost("continue-as-new with them, until it decides again", "s", Math.max(...pauses), 10),
    atLeast("DAGs and pending events after it", "", known + pending, PROJECTS * DAGS + 100),
    atMost("failed workflow tasks but UnhandledCommand", "", failed, 0),
  ];
}

async function continueAsNew(sides: Sides, handle: WorkflowHandle): Promise<number> {
  const { runId } = await handle.describe();
  const start = performance.now();
  await sides.registry.drain();
  for (;;) {
    // A question to a registry that opens its state may be given up by the server.
    const state = (await handle.describe()).runId === runId ? undefined : await sides.registry.state().catch(() => undefined);
    if (state?.waitsForCatalogs.length === 0 && state.consumers.length > 0) return (performance.now() - start) / 1_000;
    await pause(100);
  }
}
