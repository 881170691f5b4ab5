import { describe, expect, it } from "vitest";
import { check, NOTHING_FOUND } from "./checker.ts";
import { each } from "./dags/faults.ts";
import { openScene } from "./scene.ts";
import { until } from "./until.ts";

it("two workers share the runs, and none is run by both", { timeout: 90_000 }, async () => {
  await using scene = await openScene();
  await Promise.all([scene.startWorker(), scene.startWorker()]);
  await scene.deploy();
  for (let n = 0; n < 4; n += 1) await scene.generator.publish(each, 20, { work: 100 });
  await scene.settle();
  const { findings, runs } = await check(scene, { dag: "fault-each", asset: each.uri });
  expect(findings).toEqual(NOTHING_FOUND);
  expect(runs).toHaveLength(80);
  const lines = scene.lines();
  expect(lines).toHaveLength(80);
  expect(new Set(lines.map((line) => line.pid)).size).toBe(2);
});

// What they wait for is mostly time: the heartbeats that a killed process does not send.
describe.concurrent("a worker killed", () => {
  it("in the middle of 200 runs loses and doubles nothing", { timeout: 150_000 }, async () => {
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
    expect(again.every((line) => scene.lines().some((other) => other.run === line.run && other.pid === first.pid && other.attempt === 1))).toBe(true);
  });
});
