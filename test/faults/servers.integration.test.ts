import { expect, it } from "vitest";
import { check, NOTHING_FOUND } from "./checker.ts";
import { after, batch, each, slow } from "./dags/faults.ts";
import { openScene, startOwnStack } from "./scene.ts";
import { until } from "./until.ts";

const DOWN = 20_000;

it.concurrent("Postgres killed for 20 s under load, and the worker too: DAGs go on, and the store is complete afterwards", { timeout: 240_000 }, async () => {
  await using stack = await startOwnStack();
  await using scene = await openScene({ stack });
  const first = await scene.startWorker();
  await scene.deploy();
  await scene.generator.publish(each, 20);
  await until("runs have ended", () => scene.lines().length === 20);

  const pid = stack.postgres.pid;
  await stack.postgres.kill();
  // A worker that starts now has never seen the store.
  await first.kill();
  const second = await scene.startWorker();
  const downAt = performance.now();
  // Load all the while, also of a chain of two DAGs: the second one is started by what the first one publishes.
  while (performance.now() - downAt < DOWN) {
    await Promise.all([scene.generator.publish(each, 5, { work: 50 }), scene.generator.publish(batch, 2), scene.generator.publish(slow, 1)]);
    await new Promise((resolve) => setTimeout(resolve, 400));
  }
  // Triggering does not wait for the store: the worker that took over runs what was published.
  const took = (dag: string): number => scene.lines().filter((line) => line.pid === second.pid && line.run.startsWith(`${dag}/`)).length;
  await until("runs have run without the store", () => took("fault-each") > 100 && took("fault-after") > 10, 90_000, second.output);
  const whileDown = scene.lines();
  await expect(scene.store.ping()).rejects.toThrow();
  await stack.postgres.start();
  expect(stack.postgres.pid).not.toBe(pid);

  await scene.settle(60_000);
  for (const [dag, asset] of [
    ["fault-each", each.uri],
    ["fault-batch", batch.uri],
    ["fault-slow", slow.uri],
  ] as const) {
    const { findings, runs } = await check(scene, { dag, asset });
    expect({ dag, ...findings }).toEqual({ dag, ...NOTHING_FOUND });
    expect(runs.every((run) => run.status === "COMPLETED")).toBe(true);
  }
  // What the runs of the chain published is in the store, each once, and consumed.
  const { findings, runs } = await check(scene, { dag: "fault-after", asset: after.uri });
  expect({ ...findings, invented: [] }).toEqual(NOTHING_FOUND);
  expect(runs.flatMap((run) => run.events).length).toBe((await scene.store.listRuns({ dag: "fault-slow", limit: 1_000 })).length);
  // Attempts and logs spool to disk and follow.
  await until("attempts of runs while it was down are in the store", async () => {
    const run = whileDown.at(-1)?.run ?? "";
    return (await scene.store.showRun(run))?.attempts.some((attempt) => attempt.status === "succeeded");
  });
});

it.concurrent("the Temporal server killed and started on its file goes on where it was", { timeout: 150_000 }, async () => {
  await using stack = await startOwnStack();
  await using scene = await openScene({ stack });
  const worker = await scene.startWorker();
  await scene.deploy();
  await scene.generator.publish(each, 60, { work: 300 });
  await until("runs have begun", () => scene.lines().length > 20);

  const pid = stack.temporal.pid;
  await stack.temporal.kill();
  const before = scene.lines().length;
  // Published while nobody is there: the publisher holds it until the server is back.
  const publishing = scene.generator.publish(each, 40, { work: 300 });
  expect(before).toBeLessThan(100);
  await stack.temporal.start();
  expect(stack.temporal.pid).not.toBe(pid);
  await publishing;
  await scene.settle(120_000);

  const { findings, runs } = await check(scene, { dag: "fault-each", asset: each.uri });
  expect(findings).toEqual(NOTHING_FOUND);
  expect(runs).toHaveLength(100);
  expect(runs.every((run) => run.status === "COMPLETED")).toBe(true);
  // The same worker has lived through it.
  expect(new Set(scene.lines().map((line) => line.pid))).toEqual(new Set([worker.pid]));
});
