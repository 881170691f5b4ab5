import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { builtCommand } from "../support/built-command.ts";
import { check, NOTHING_FOUND } from "./checker.ts";
import { each, slow } from "./dags/faults.ts";
import { unpackFormer } from "./former/former-package.ts";
import { openScene, type Scene } from "./scene.ts";
import { until } from "./until.ts";

/** Who completed the workflow tasks of the registry's present run, and why any of them failed. */
async function tasksOfRegistry({ client, names }: Scene): Promise<{ readonly pids: ReadonlySet<number>; readonly failures: readonly string[] }> {
  const { events } = await client.workflow.getHandle(names.registry).fetchHistory();
  const pids = new Set<number>();
  const failures: string[] = [];
  for (const { workflowTaskCompletedEventAttributes: completed, workflowTaskFailedEventAttributes: failed } of events ?? []) {
    if (completed?.identity) pids.add(Number(completed.identity.split("@")[0]));
    // New signals while a task runs are no fault.
    if (failed?.failure?.message && !/UnhandledCommand/.test(failed.failure.message)) failures.push(failed.failure.message);
  }
  return { pids, failures };
}

it("a worker of this commit takes over, in the middle of its work, the registry and the runs of an earlier commit's worker", {
  timeout: 300_000,
}, async () => {
  using former = unpackFormer();
  await using scene = await openScene();
  expect(readFileSync(former.command.replace("cli/main.js", "workflows/bundle.cjs"), "utf8")).not.toBe(
    readFileSync(builtCommand.replace("cli/main.js", "workflows/bundle.cjs"), "utf8"),
  );
  const first = await scene.startWorker({ former });
  await scene.deploy();
  await scene.registry.pause("fault-slow", "ada");
  await scene.generator.publish(slow, 3);
  for (let n = 0; n < 4; n += 1) await scene.generator.publish(each, 20, { work: 300 });
  await until("some runs have begun", () => scene.lines().length > 20);
  // In the middle: it hands nothing over.
  await first.kill();
  const before = scene.lines().length;
  expect(before).toBeLessThan(80);
  await scene.generator.publish(each, 20, { work: 300 });

  const second = await scene.startWorker();
  await until("the new worker works", () => scene.lines().some(({ pid }) => pid === second.pid), 90_000);
  // The task that the killed worker held must time out first, which takes up to a minute.
  await until("the registry answers", async () => (await scene.registry.dag("fault-slow").catch(() => undefined))?.pending === 3, 90_000);
  await scene.registry.resume("fault-slow", "ada");
  await scene.settle(120_000);

  expect((await check(scene, { dag: "fault-each", asset: each.uri })).findings).toEqual(NOTHING_FOUND);
  expect((await check(scene, { dag: "fault-slow", asset: slow.uri })).findings).toEqual(NOTHING_FOUND);
  // Both had the registry and the runs, and the second one went on with the history of the first.
  expect(new Set(scene.lines().map(({ pid }) => pid))).toEqual(new Set([first.pid, second.pid]));
  const { pids, failures } = await tasksOfRegistry(scene);
  expect([...pids]).toEqual(expect.arrayContaining([first.pid, second.pid]));
  expect(failures).toEqual([]);
});
