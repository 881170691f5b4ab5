import { expect, it } from "vitest";
import { shardOf } from "../../registry/shard.ts";
import { readExport } from "../../runtime/restore/export-file.ts";
import { exportRegistry, importRegistry } from "../../runtime/restore/move-registry.ts";
import { restoreRegistry } from "../../runtime/restore/restore-registry.ts";
import { check, NOTHING_FOUND } from "./checker.ts";
import { after, batch, each, slow } from "./dags/faults.ts";
import { openScene, type Scene } from "./scene.ts";
import { until } from "./until.ts";

const SHARDS = 4;

/** Closes the registry, and lets it go on as so many shards. */
async function reshard({ client, names, store }: Scene, shards: number): Promise<void> {
  const exported = await exportRegistry({ client, names, close: true, now: Date.now() });
  const file = readExport(JSON.stringify(exported), "test");
  await importRegistry({ client, names, file, store, shards, by: "anna" });
}

async function idle({ registry }: Scene): Promise<void> {
  await until(
    "nothing runs, and nothing is pending",
    async () => {
      const { consumers, dispatching, inbox, waitingFacts, waitsForCatalogs } = await registry.state();
      if (waitsForCatalogs.length > 0 || consumers.length === 0) return false;
      return consumers.every(({ pending, running }) => pending + running === 0) && inbox + dispatching + waitingFacts === 0;
    },
    120_000,
    async () => JSON.stringify(await registry.state(), null, 1),
  );
}

it("a registry goes on in 4 shards and in 1 again, with a worker killed between: nothing is lost, nothing doubled", { timeout: 300_000 }, async () => {
  // The chain goes from the last shard to the router.
  expect(["fault-each", "fault-batch", "fault-slow", "fault-after"].map((dag) => shardOf(dag, SHARDS))).toEqual([3, 2, 3, 0]);
  await using scene = await openScene();
  const first = await scene.startWorker();
  await scene.deploy();
  await scene.registry.pause("fault-batch", "anna");
  await scene.generator.publish(batch, 3);
  await scene.generator.publish(each, 5);
  await scene.generator.publish(slow, 2);
  await until("runs have begun", () => scene.lines().length > 2, 60_000);
  const publishing = scene.generator.publish(each, 5, { work: 20 });
  await reshard(scene, SHARDS);
  await publishing;

  const whole = await scene.registry.state();
  expect(whole.shards?.map(({ workflow }) => workflow)).toEqual(["", "-1", "-2", "-3"].map((end) => `${scene.names.registry}${end}`));
  expect(whole.consumers.find(({ dag }) => dag === "fault-batch")).toMatchObject({ pending: 3, paused: { by: "anna" } });
  await scene.generator.publish(batch, 3);
  await scene.generator.publish(slow, 4, { work: 300 });
  await scene.generator.publish(each, 30, { work: 300 });
  const before = scene.lines().length;
  await until("runs of the shards have begun", () => scene.lines().length > before + 5, 60_000);
  await first.kill();
  const published = scene.generator.publish(each, 5);
  await scene.startWorker();
  await published;
  // What a person asks of the one address reaches the shard of the DAG.
  expect((await scene.registry.explain({ dag: "fault-batch" })).data).toMatchObject({ kind: "consumer", paused: { by: "anna" } });
  expect((await scene.registry.pending({ dag: "fault-batch" }))?.dag).toBe("fault-batch");
  expect((await scene.registry.fire("fault-batch")).events).toBe(6);
  await scene.registry.resume("fault-batch");
  // A shard that somebody ended is put back with what it had; what is for it waits in the router.
  const third = `${scene.names.registry}-3`;
  await scene.client.workflow.getHandle(third).terminate("by mistake");
  await scene.generator.publish(each, 3);
  const { client, names } = scene;
  expect(await restoreRegistry({ client, names, store: async () => scene.store })).toMatchObject({ how: "none", answers: true, shards: [third] });
  await scene.deploy();
  await expect(scene.registry.work.repair({ asset: each.uri })).rejects.toMatchObject({ code: "E_SHARDS" });
  await scene.generator.publish(batch, 2);
  await idle(scene);

  await scene.registry.pause("fault-batch", "otto");
  await scene.generator.publish(batch, 2);
  await scene.generator.publish(each, 3);
  await reshard(scene, 1);
  expect((await scene.registry.state()).shards).toBeUndefined();
  await scene.registry.resume("fault-batch");
  await scene.generator.publish(each, 3);
  await idle(scene);

  for (const [dag, asset] of [
    ["fault-each", each],
    ["fault-batch", batch],
    ["fault-slow", slow],
  ] as const) {
    const { findings } = await check(scene, { dag, asset: asset.uri });
    expect({ dag, ...findings }).toEqual({ dag, ...NOTHING_FOUND });
  }
  // One outlet of each run of `fault-slow`, each once.
  const { findings, runs } = await check(scene, { dag: "fault-after", asset: after.uri });
  expect(findings.doubled).toEqual([]);
  expect(runs.flatMap(({ events }) => events)).toHaveLength(6);
});
