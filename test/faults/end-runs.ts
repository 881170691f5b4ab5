import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { DEFAULT_SETTINGS, type RegistrySettings } from "../../workflows/registry-carry.ts";
import { findRuns } from "./checker.ts";
import { after, slow } from "./dags/faults.ts";
import { openScene, type Scene } from "./scene.ts";
import { temporalCli } from "./temporal-cli.ts";
import { until } from "./until.ts";

const SLOTS = 5;
/** What the issue promises for the slot of a run that somebody else ended. */
const TWO_MINUTES = 120_000;

/** Runs that somebody terminates, cancels, resets and deletes by hand: their slots get free, their statuses are right. */
export async function endRunsByHand(settings: Partial<RegistrySettings>): Promise<void> {
  await using scene = await openScene({ settings: { ...DEFAULT_SETTINGS, ...settings } });
  await scene.startWorker();
  await scene.deploy();
  const sign = join(scene.folder, "go");
  await scene.generator.publish(slow, SLOTS, { until: sign });
  await until("all slots are taken", () => scene.lines().length === SLOTS);
  const [terminated, cancelled, reset, deleted, left] = (await findRuns(scene.client, scene.queue, "fault-slow")).map((one) => one.run) as [
    string,
    string,
    string,
    string,
    string,
  ];
  await scene.generator.publish(slow, 3, { until: sign });
  expect((await stateOf(scene)).running).toBe(SLOTS);
  expect(scene.lines()).toHaveLength(SLOTS);

  const cli = (verb: string, run: string, ...more: string[]): Promise<string> => temporalCli(scene.servers, "workflow", verb, "--workflow-id", run, ...more);
  const at = performance.now();
  await cli("terminate", terminated, "--reason", "a test");
  await cli("cancel", cancelled);
  await cli("reset", reset, "--type", "FirstWorkflowTask", "--reason", "a test");
  await cli("delete", deleted, "--yes");
  const waiting = (): readonly string[] =>
    scene
      .lines()
      .map((line) => line.run)
      .filter((run) => ![terminated, cancelled, reset, deleted, left].includes(run));
  await until(
    "the three slots are taken by the three events that waited",
    () => new Set(waiting()).size === 3,
    TWO_MINUTES,
    async () =>
      JSON.stringify(
        [waiting(), await stateOf(scene), (await scene.store.listRuns({ dag: "fault-slow" })).map((run) => [run.run, run.status, run.error])],
        null,
        1,
      ),
  );
  const took = performance.now() - at;
  expect(took).toBeLessThan(TWO_MINUTES);
  // The run that was reset does its task again and keeps its slot.
  await until("the run that was reset has begun anew", () => scene.lines().filter((line) => line.run === reset).length === 2, 60_000);
  expect((await stateOf(scene)).running).toBe(SLOTS);

  await writeFile(sign, "");
  await scene.settle(TWO_MINUTES);
  const statuses = new Map((await scene.store.listRuns({ dag: "fault-slow" })).map((run) => [run.run, { status: run.status, error: run.error }]));
  expect(statuses.get(terminated)).toEqual({ status: "cancelled", error: expect.stringMatching(/terminated/i) });
  expect(statuses.get(cancelled)).toMatchObject({ status: "cancelled" });
  expect(statuses.get(deleted)).toEqual({ status: "cancelled", error: expect.stringMatching(/deleted|terminated/i) });
  expect(statuses.get(reset)).toEqual({ status: "succeeded", error: null });
  expect(statuses.get(left)).toEqual({ status: "succeeded", error: null });

  // Downstream of each run that succeeded there is one event, and none of the others.
  const succeeded = [...statuses].filter(([, one]) => one.status === "succeeded").map(([run]) => run);
  expect(succeeded).toHaveLength(SLOTS);
  const published: string[] = [];
  for await (const event of scene.store.recordedEvents({ assets: [after.uri], since: 0 })) published.push(String(event.run));
  expect(published.sort()).toEqual([...succeeded].sort());
  const downstream = (await findRuns(scene.client, scene.queue, "fault-after")).flatMap((run) => run.events.map((event) => String(event.run)));
  expect(downstream.sort()).toEqual([...succeeded].sort());
}

async function stateOf(scene: Scene): Promise<{ readonly running: number; readonly pending: number }> {
  const found = (await scene.registry.state()).consumers.find((one) => one.dag === "fault-slow");
  if (found === undefined) throw new Error("fault-slow is not deployed");
  return found;
}
