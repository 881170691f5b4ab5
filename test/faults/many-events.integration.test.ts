import { expect, it } from "vitest";
import { LIMITS } from "../../core/limits.ts";
import { check, NOTHING_FOUND } from "./checker.ts";
import { each, many } from "./dags/faults.ts";
import { openScene } from "./scene.ts";
import { until } from "./until.ts";

const EVENTS = 50_000;

it("50,000 events that one batch run would take are split into runs whose inputs the server takes", { timeout: 400_000 }, async () => {
  await using scene = await openScene();
  const worker = await scene.startWorker();
  await scene.deploy();
  await scene.registry.pause("fault-many", "a test");
  for (let n = 0; n < 10; n += 1) await scene.generator.publish(many, EVENTS / 10);
  await until("all are pending", async () => (await scene.registry.dag("fault-many"))?.pending === EVENTS, 100_000, worker.output);
  // The others never wait for them.
  await scene.generator.publish(each, 20);
  await until("the other consumer has run", () => scene.lines().length === 20, 90_000, worker.output);
  await scene.registry.resume("fault-many", "a test");
  await scene.settle(180_000);
  const { findings, runs } = await check(scene, { dag: "fault-many", asset: many.uri });
  expect(findings).toEqual(NOTHING_FOUND);
  expect(runs.length).toBeGreaterThan(1);
  expect(Math.max(...runs.map((run) => JSON.stringify(run.events).length))).toBeLessThan(LIMITS.activityBytes);
  expect(runs.every((run) => run.status === "COMPLETED")).toBe(true);
});
