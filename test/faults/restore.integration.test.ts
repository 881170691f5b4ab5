import { expect, it } from "vitest";
import { restoreRegistry } from "../../runtime/restore/restore-registry.ts";
import { check, findRuns, NOTHING_FOUND } from "./checker.ts";
import { batch, checked, each, slow } from "./dags/faults.ts";
import { openScene, type Scene } from "./scene.ts";
import { temporalCli } from "./temporal-cli.ts";
import { until } from "./until.ts";

const LOADS = [
  ["fault-each", each],
  ["fault-batch", batch],
  ["fault-checked", checked],
  ["fault-slow", slow],
] as const;

/** Publishes to several DAGs at once; each call settles when Temporal has accepted everything. */
async function load(scene: Scene, rounds: number): Promise<void> {
  await Promise.all(
    LOADS.map(async ([, asset]) => {
      for (let n = 0; n < rounds; n += 1) await scene.generator.publish(asset, 2, { work: 20, n });
    }),
  );
}

function restore(scene: Scene): ReturnType<typeof restoreRegistry> {
  return restoreRegistry({ client: scene.client, names: scene.names, store: async () => scene.store, by: "a test", why: "a fault", patience: 120_000 });
}

/** `temporal workflow delete`, until it is gone: a server may say that a workflow under load is busy. */
async function deleteRegistry(scene: Scene): Promise<void> {
  await until("the registry is gone", async () => {
    await temporalCli(scene.servers, "workflow", "delete", "--workflow-id", scene.names.registry, "--yes").catch(() => undefined);
    return await scene.client.workflow
      .getHandle(scene.names.registry)
      .describe()
      .then(
        () => false,
        (error: Error) => error.name === "WorkflowNotFoundError",
      );
  });
}

it.concurrent("a registry that was terminated under load and restored has lost nothing and doubled nothing", { timeout: 300_000 }, async () => {
  await using scene = await openScene();
  await scene.startWorker();
  await scene.deploy();
  for (let round = 1; round <= 2; round += 1) {
    const before = scene.lines().length;
    const loading = load(scene, 15);
    await until(
      "runs have begun",
      () => scene.lines().length > before + 20,
      90_000,
      async () => JSON.stringify(await scene.registry.state()),
    );
    await scene.client.workflow.getHandle(scene.names.registry).terminate("a test");
    const report = await restore(scene);
    expect(report).toMatchObject({ how: "reset", answers: true, recalled: { starts: expect.any(Number), events: expect.any(Number) } });
    await loading;
  }
  await scene.settle(150_000);
  for (const [dag, asset] of LOADS) {
    const { findings } = await check(scene, { dag, asset: asset.uri });
    expect({ dag, ...findings }).toEqual({ dag, ...NOTHING_FOUND });
  }
  expect(await restore(scene)).toEqual({ how: "none", answers: true });
  expect((await scene.store.listOperations()).map(({ operation, by, why }) => [operation, by, why])).toEqual([
    ["restore", "a test", "a fault"],
    ["restore", "a test", "a fault"],
  ]);
});

it.concurrent("a registry that was deleted under load is built again: nothing recorded is lost, nothing is doubled, and the report is true", {
  timeout: 300_000,
}, async () => {
  await using scene = await openScene();
  const first = await scene.startWorker();
  await scene.deploy();
  await scene.registry.pause("fault-batch", "anna");
  await scene.generator.publish(batch, 7);
  await load(scene, 5);
  await until("the store has what is pending", async () => (await scene.store.findEvents({ id: "e-7" })).length === 1);
  const before = scene.lines().length;
  const loading = load(scene, 15);
  await until("runs have begun", () => scene.lines().length > before + 20, 60_000);
  await deleteRegistry(scene);
  // What is recorded now is all that may be counted on; the rest is what the report says that nobody knows.
  const report = await restore(scene);
  if (report.how !== "rebuilt") throw new Error(`it was not built again: ${JSON.stringify(report)}`);
  expect(report).toMatchObject({ answers: true, found: { projects: 1, paused: 1, held: false } });
  expect(report.unknown[0]).toContain("their senders must publish them again");
  await loading;

  const { consumers } = await scene.registry.state();
  expect(consumers.find(({ dag }) => dag === "fault-batch")).toMatchObject({ paused: { by: "anna" }, running: 0 });
  await scene.registry.resume("fault-batch");
  await scene.settle(150_000);
  const epochs = new Set<string | undefined>();
  for (const [dag, asset] of LOADS) {
    const { findings, runs } = await check(scene, { dag, asset: asset.uri });
    const { lost, ...rest } = findings;
    const { lost: _, ...nothing } = NOTHING_FOUND;
    expect({ dag, ...rest }).toEqual({ dag, ...nothing });
    // Lost is only what was never recorded.
    for (const id of lost) expect(await scene.store.findEvents({ id })).toEqual([]);
    for (const { run } of runs) epochs.add(run.split("/")[1]?.split("-")[0]);
  }
  // Both lives started runs.
  expect(epochs).toContain(report.epoch);
  expect(epochs.size).toBe(2);
  const made = (await findRuns(scene.client, scene.queue, "fault-slow")).map(({ run }) => run);
  const taken = (await findRuns(scene.client, scene.queue, "fault-after")).flatMap(({ events }) => events.map(({ run }) => String(run)));
  expect(new Set(taken).size).toBe(taken.length);
  expect(taken.every((run) => made.includes(run))).toBe(true);
  await first.stop();
});

it.concurrent("a worker starts no new registry where one was deleted, until it is restored", { timeout: 300_000 }, async () => {
  await using scene = await openScene();
  const first = await scene.startWorker();
  await scene.deploy();
  await scene.generator.publish(each, 3);
  await scene.settle();
  await first.stop();
  await deleteRegistry(scene);
  await until("no worker starts", async () => {
    const started = await scene.startWorker().then(
      () => "it started",
      (error: Error) => error.message,
    );
    return started.includes("E_REGISTRY_LOST") && started.includes("headgate registry restore");
  });
  const restoring = restore(scene);
  await until("the registry is there", async () => (await scene.client.workflow.getHandle(scene.names.registry).describe()).status.name === "RUNNING");
  await scene.startWorker();
  expect(await restoring).toMatchObject({ how: "rebuilt", answers: true, found: { pending: 0, running: 0 } });
  await scene.generator.publish(each, 3);
  await scene.settle();
  const { findings } = await check(scene, { dag: "fault-each", asset: each.uri });
  expect(findings).toEqual(NOTHING_FOUND);
});

it.concurrent("a registry that somebody tries to cancel goes on as if nothing had happened", { timeout: 300_000 }, async () => {
  await using scene = await openScene();
  await scene.startWorker();
  await scene.deploy();
  await scene.generator.publish(each, 5, { work: 1_000 });
  const handle = scene.client.workflow.getHandle(scene.names.registry);
  await handle.cancel();
  await scene.generator.publish(each, 5);
  expect(await scene.registry.pause("fault-batch")).toMatchObject({ dag: "fault-batch" });
  await scene.registry.drain();
  await scene.generator.publish(each, 5);
  await scene.settle();
  const { findings } = await check(scene, { dag: "fault-each", asset: each.uri });
  expect(findings).toEqual(NOTHING_FOUND);
});
