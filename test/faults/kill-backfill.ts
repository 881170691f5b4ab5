import { expect } from "vitest";
import { SIGNALS, UPDATES } from "../../core/registry-protocol.ts";
import type { RunSummary } from "../../store/queries/runs.ts";
import { DEFAULT_SETTINGS } from "../../workflows/registry-carry.ts";
import { hours, hoursDone } from "./dags/faults.ts";
import { openScene, type Scene } from "./scene.ts";
import { temporalCli } from "./temporal-cli.ts";
import { until } from "./until.ts";

const HOURS = Array.from({ length: 24 }, (_, hour) => `2026-01-01T${String(hour).padStart(2, "0")}`);

/**
 * A backfill of a day's hours among live events for the same hours, and a repair of them with the day that is made from them: each
 * slice has exactly one run of either, whatever is killed, and never two runs at once. The registry continues as new meanwhile.
 */
export async function killBackfill(): Promise<void> {
  await using scene = await openScene({ settings: { ...DEFAULT_SETTINGS, historyLimit: 300 } });
  const first = await scene.startWorker();
  await scene.deploy();

  // As any Temporal client asks for it.
  const request = { dag: "fault-hours", partitions: `${HOURS[0]}..${HOURS.at(-1)}`, parallel: 6, why: "fault test" };
  await temporalCli(
    scene.servers,
    "workflow",
    "update",
    "execute",
    "--workflow-id",
    scene.names.registry,
    "--name",
    UPDATES.backfill,
    "--input",
    JSON.stringify(request),
  );
  const events = HOURS.map((partition) => ({ asset: hours.uri, source: "live", id: partition, partition }));
  await scene.client.workflow.getHandle(scene.names.registry).signal(SIGNALS.assetUpdated, events);
  const second = await killInTheMiddle(scene, first, 8);
  await scene.settle(180_000);

  const backfill = (await scene.registry.work.list())[0];
  expect(backfill).toMatchObject({ kind: "backfill", status: "succeeded", why: "fault test", runs: { total: 24, succeeded: 24 } });
  const { runId, raw } = await scene.client.workflow.getHandle(scene.names.registry).describe();
  expect(runId).not.toBe(raw.workflowExecutionInfo?.firstRunId);
  const filled = await runsOf(scene, "fault-hours");
  expect(slicesOf(filled, "backfill")).toEqual(HOURS);
  expect(slicesOf(filled, "condition")).toEqual(HOURS);
  expectNoneAtOnce(filled);

  const before = scene.lines().length;
  const repair = await scene.registry.work.repair({ asset: hoursDone.uri, partitions: `${HOURS[0]}..${HOURS.at(-1)}`, downstream: true, parallel: 6 });
  expect(repair.runs.total).toBe(25);
  await killInTheMiddle(scene, second, before + 8);
  await scene.settle(180_000);

  expect(await scene.registry.work.show(repair.id)).toMatchObject({ status: "succeeded", runs: { succeeded: 25 } });
  const repaired = await runsOf(scene, "fault-hours");
  expect(slicesOf(repaired, "repair")).toEqual(HOURS);
  expectNoneAtOnce(repaired);
  const days = await runsOf(scene, "fault-hours-day");
  const [day, ...more] = days.filter(({ cause }) => cause.kind === "repair");
  expect(more).toEqual([]);
  // After all its hours, with what they published; and nothing ran it beside the repair.
  expect(day).toMatchObject({ partition: "2026-01-01", status: "succeeded", events: 24 });
  const ends = repaired.flatMap(({ cause, endedAt }) => (cause.kind === "repair" ? [endedAt ?? Number.POSITIVE_INFINITY] : []));
  expect(Math.max(...ends)).toBeLessThanOrEqual(day?.startedAt ?? 0);
  expect(days.filter(({ startedAt }) => startedAt >= repair.openedAt)).toEqual([day]);
}

/** Kills a worker when its tasks have noted so many lines, and starts the next one. */
async function killInTheMiddle(scene: Scene, worker: Awaited<ReturnType<Scene["startWorker"]>>, lines: number): ReturnType<Scene["startWorker"]> {
  await until("some runs have begun", () => scene.lines().length > lines);
  await worker.kill();
  const noted = scene.lines().length;
  const next = await scene.startWorker();
  await until(
    "the next worker does again what was lost",
    () =>
      scene
        .lines()
        .slice(noted)
        .some(({ attempt, pid }) => attempt > 1 && pid === next.pid),
    120_000,
  );
  return next;
}

async function runsOf(scene: Scene, dag: string): Promise<readonly RunSummary[]> {
  const runs = await scene.store.listRuns({ dag, limit: 1_000 });
  expect(runs.filter(({ status }) => status !== "succeeded")).toEqual([]);
  return runs;
}

function slicesOf(runs: readonly RunSummary[], kind: RunSummary["cause"]["kind"]): readonly (string | null)[] {
  return runs.flatMap(({ cause, partition }) => (cause.kind === kind ? [partition] : [])).sort();
}

function expectNoneAtOnce(runs: readonly RunSummary[]): void {
  for (const slice of HOURS) {
    const own = runs.filter(({ partition }) => partition === slice).sort((a, b) => a.startedAt - b.startedAt);
    own.slice(1).forEach((run, index) => {
      expect(run.startedAt).toBeGreaterThanOrEqual(own[index]?.endedAt ?? Number.POSITIVE_INFINITY);
    });
  }
}
