import { expect, it } from "vitest";
import { DEFAULT_SETTINGS } from "../../workflows/registry-carry.ts";
import { check, findRuns, NOTHING_FOUND } from "./checker.ts";
import { batch, checked, each, slow } from "./dags/faults.ts";
import { activitiesOf, registryHistory } from "./registry-history.ts";
import { openScene, type Scene } from "./scene.ts";
import { until } from "./until.ts";

it.concurrent("the registry continues as new again and again under constant signals, and loses nothing", { timeout: 240_000 }, async () => {
  await using scene = await openScene({ settings: { ...DEFAULT_SETTINGS, historyLimit: 60 } });
  await scene.startWorker();
  await scene.deploy();
  let over = false;
  const registry = scene.client.workflow.getHandle(scene.names.registry);
  /** Signals one by one, as several strangers send them. */
  async function send(sender: number): Promise<void> {
    for (let n = 0; !over; n += 1) {
      const id = `s-${sender}-${n}`;
      const asset = n % 3 === 0 ? checked : each;
      scene.generator.note(asset, [id]);
      await registry.signal("assetUpdated", { asset: asset.uri, id, data: { n } });
    }
  }
  const senders = Promise.all([1, 2, 3].map(send));
  const lives = new Set<string>();
  try {
    await until(
      "the registry has continued as new five times",
      async () => {
        lives.add((await registry.describe()).runId);
        return lives.size > 5;
      },
      120_000,
    );
  } finally {
    over = true;
    await senders;
  }
  await scene.settle();
  for (const [dag, asset] of [
    ["fault-each", each.uri],
    ["fault-checked", checked.uri],
  ] as const) {
    const { findings, runs } = await check(scene, { dag, asset });
    expect({ dag, ...findings }).toEqual({ dag, ...NOTHING_FOUND });
    expect(runs.length).toBeGreaterThan(20);
  }
});

it.concurrent("the registry terminated under load and reset to its last workflow task goes on, and nothing is lost or doubled", {
  timeout: 240_000,
}, async () => {
  await using scene = await openScene();
  await scene.startWorker();
  await scene.deploy();
  const loads = [each, batch, checked, slow];
  for (let round = 1; round <= 3; round += 1) {
    const before = scene.lines().length;
    const sending = loads.map(async (asset) => {
      for (let n = 0; n < 20; n += 1) await scene.generator.publish(asset, 2, { work: 20, n });
    });
    await until("runs of this round have begun", () => scene.lines().length > before + 20 * round, 60_000);
    expect(await restoreByReset(scene)).toBeGreaterThan(0);
    await until("the registry has asked what it had decided", async () => activitiesOf(await registryHistory(scene), "recall").length >= round, 60_000);
    await Promise.all(sending);
  }
  await scene.settle(120_000);
  for (const [dag, asset] of [
    ["fault-each", each.uri],
    ["fault-batch", batch.uri],
    ["fault-checked", checked.uri],
    ["fault-slow", slow.uri],
  ] as const) {
    const { findings, runs } = await check(scene, { dag, asset });
    expect({ dag, ...findings }).toEqual({ dag, ...NOTHING_FOUND });
    expect(runs.every((run) => run.status === "COMPLETED")).toBe(true);
  }
  // What the runs of a chain published was consumed once each.
  const made = (await findRuns(scene.client, scene.queue, "fault-slow")).map((run) => run.run).sort();
  const taken = (await findRuns(scene.client, scene.queue, "fault-after")).flatMap((run) => run.events.map((event) => String(event.run)));
  expect(taken.sort()).toEqual(made);
});

/**
 * What a person does whose registry was terminated: resets it to a workflow task. The one that last decided to start something is
 * the hardest: its decisions are undone, and what they started is there all the same. Returns how many starts that were.
 */
async function restoreByReset(scene: Scene): Promise<number> {
  const handle = scene.client.workflow.getHandle(scene.names.registry);
  await handle.terminate("a test");
  const history = await registryHistory(scene);
  const starts = (event: (typeof history)[number]): boolean =>
    event.startChildWorkflowExecutionInitiatedEventAttributes != null || event.activityTaskScheduledEventAttributes?.activityType?.name === "dispatch";
  const decided = history.findLastIndex(starts);
  const task = history.slice(0, decided).findLast((event) => event.workflowTaskCompletedEventAttributes);
  if (task?.eventId == null) throw new Error("the registry has decided nothing yet");
  const { runId } = await handle.describe();
  await scene.client.workflowService.resetWorkflowExecution({
    namespace: scene.servers.namespace,
    workflowExecution: { workflowId: scene.names.registry, runId },
    reason: "a test",
    requestId: `${runId}-reset`,
    workflowTaskFinishEventId: task.eventId,
  });
  return history.slice(Number(task.eventId)).filter(starts).length;
}
