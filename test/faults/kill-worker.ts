import { expect } from "vitest";
import { check, NOTHING_FOUND } from "./checker.ts";
import { each } from "./dags/faults.ts";
import { openScene } from "./scene.ts";
import { until } from "./until.ts";

/** A worker killed in the middle of 200 runs: the next one does again what was lost, and nothing else. */
export async function killWorker(): Promise<void> {
  await using scene = await openScene();
  const first = await scene.startWorker();
  await scene.deploy();
  for (let n = 0; n < 10; n += 1) await scene.generator.publish(each, 20, { work: 400 });
  await until("a third of the runs have begun", () => scene.lines().length > 70);
  await first.kill();
  const before = new Set(scene.lines().map((line) => line.run));
  expect(before.size).toBeLessThan(200);
  const second = await scene.startWorker();
  await scene.settle(120_000);

  const { findings, runs } = await check(scene, { dag: "fault-each", asset: each.uri });
  expect(findings).toEqual(NOTHING_FOUND);
  expect(runs).toHaveLength(200);
  expect(runs.every((run) => run.status === "COMPLETED")).toBe(true);
  // The fault happened: tasks of the first process were done again by the second one, as second attempts.
  const again = scene.lines().filter((line) => line.attempt > 1);
  expect(again.length).toBeGreaterThan(0);
  expect(new Set(again.map((line) => line.pid))).toEqual(new Set([second.pid]));
}
