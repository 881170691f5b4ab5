import { expect, it } from "vitest";
import { check, NOTHING_FOUND } from "./checker.ts";
import { each, many } from "./dags/faults.ts";
import { openScene, type Scene, startOwnStack } from "./scene.ts";
import { until } from "./until.ts";

const HOT_STATE = 768 * 1_024;
const BEFORE = 6_000;
const DURING = 12_000;

it("a paused DAG's backlog leaves the state, through an outage of Postgres and the death of a worker: nothing lost, nothing doubled", {
  timeout: 500_000,
}, async () => {
  await using stack = await startOwnStack();
  await using scene = await openScene({ stack });
  const workers = [await scene.startWorker(), await scene.startWorker()];
  await scene.deploy();
  await scene.registry.pause("fault-many", "anna");
  await scene.generator.publish(many, BEFORE);
  await untilAccepted(scene, BEFORE);
  await until("most of the backlog is kept outside of the state", async () => (await scene.registry.state()).events.stored > BEFORE - 2_000);

  await stack.postgres.kill();
  await scene.generator.publish(many, DURING / 2);
  const publishing = scene.generator.publish(many, DURING / 2);
  await workers[0]?.kill();
  await publishing;
  await untilAccepted(scene, BEFORE + DURING);
  await expect(scene.store.ping()).rejects.toThrow();
  await until("the backlog leaves the state while the store is away", async () => (await scene.registry.state()).events.stored > BEFORE + DURING - 2_000);
  const { stateBytes, consumers } = await scene.registry.state();
  expect(stateBytes).toBeLessThan(HOT_STATE);
  expect(consumers.find(({ dag }) => dag === "fault-many")?.pending).toBe(BEFORE + DURING);

  // What Postgres has cannot be taken while it is away; the others go on.
  await scene.registry.resume("fault-many", "anna");
  await until("it waits for the store", async () => (await scene.registry.explain({ dag: "fault-many" })).text.includes("waiting: store"));
  await scene.generator.publish(each, 5);
  await until("another DAG has run", () => scene.lines().filter(({ run }) => run.startsWith("fault-each/")).length === 5);
  expect(scene.lines().filter(({ run }) => run.startsWith("fault-many/"))).toEqual([]);

  await stack.postgres.start();
  await scene.settle(200_000);
  const { findings } = await check(scene, { dag: "fault-many", asset: many.uri });
  expect(findings).toEqual(NOTHING_FOUND);
  expect((await scene.registry.state()).events).toMatchObject({ stored: 0 });
});

async function untilAccepted(scene: Scene, count: number): Promise<void> {
  await until("all is accepted", async () => (await scene.registry.state()).events.accepted >= count, 240_000);
}
