import { expect, it } from "vitest";
import { check, NOTHING_FOUND } from "./checker.ts";
import { each } from "./dags/faults.ts";
import { openScene } from "./scene.ts";

it.concurrent("takes an event that is sent ten times once, and says that nine were repeats", { timeout: 90_000 }, async () => {
  await using scene = await openScene();
  await scene.startWorker();
  await scene.deploy();
  const event = { asset: each.uri, id: "once", data: {} };
  scene.generator.note(each, ["once"]);
  const registry = scene.client.workflow.getHandle(scene.names.registry);
  for (let n = 0; n < 5; n += 1) await registry.signal("assetUpdated", event);
  await registry.signal("assetUpdated", [event, event]);
  await scene.generator.publish(each, 3);
  await Promise.all([1, 2, 3].map(() => registry.signal("assetUpdated", event)));
  await scene.settle();
  const { findings, runs } = await check(scene, { dag: "fault-each", asset: each.uri });
  expect(findings).toEqual(NOTHING_FOUND);
  expect(runs).toHaveLength(4);
  expect(await scene.store.duplicatesOf({ id: "once" })).toHaveLength(9);
});

it.concurrent("two workers share the runs, and none is run by both", { timeout: 90_000 }, async () => {
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
