import { setTimeout as pause } from "node:timers/promises";
import { SIGNALS } from "../core/registry-protocol.ts";
import type { Sides } from "./sides.ts";
import { atMost, type Figure } from "./statistics.ts";

const RUNS = 50;

/** Events of history and workflow tasks of a one-task run with the registry's share, as a child and by dispatch. */
export async function measureHistory(sides: Sides): Promise<readonly Figure[]> {
  const child = await perRun(sides, "bench-hop", async (round) => {
    for (let i = 0; i < RUNS; i += 1) {
      await publish(sides, [{ asset: "bench://hop/in", source: "bench", id: `history-${round}-${i}` }]);
      await sides.ours.marked(`history-${round}-${i}`);
      await pause(40);
    }
  });
  const dispatched = await perRun(sides, "bench-burst", async (round) => {
    const before = await completed(sides, "bench-burst");
    await publish(
      sides,
      Array.from({ length: RUNS }, (_, i) => ({ asset: "bench://burst/in", source: "bench", id: `history-burst-${round}-${i}` })),
    );
    while ((await completed(sides, "bench-burst")) < before + RUNS) await pause(50);
  });
  return [atMost("history of a run as a child", "events", child, 36), atMost("history of a run by dispatch", "events", dispatched, 24)];
}

async function perRun(sides: Sides, dag: string, work: (round: number) => Promise<void>): Promise<number> {
  // Two tries: a continue-as-new between the two looks spoils one.
  for (let round = 0; ; round += 1) {
    const registry = sides.client.workflow.getHandle(sides.names.registry);
    const before = await registry.describe();
    await work(round);
    await pause(1_000);
    const after = await registry.describe();
    if (after.runId !== before.runId) continue;
    const [run] = await latest(sides, dag);
    return (run ?? Number.NaN) + (after.historyLength - before.historyLength) / RUNS;
  }
}

async function latest(sides: Sides, dag: string): Promise<number[]> {
  for await (const run of sides.client.workflow.list({ query: `WorkflowType = '${dag}' AND ExecutionStatus = 'Completed'`, pageSize: 1 }))
    return [run.historyLength];
  return [];
}

async function completed(sides: Sides, dag: string): Promise<number> {
  return (await sides.client.workflow.count(`WorkflowType = '${dag}' AND ExecutionStatus = 'Completed'`)).count;
}

async function publish(sides: Sides, events: readonly object[]): Promise<void> {
  await sides.client.workflow.getHandle(sides.names.registry).signal(SIGNALS.assetUpdated, events);
}
