import { expect } from "vitest";
import type { RunStart } from "../../core/run.ts";
import { check, NOTHING_FOUND } from "./checker.ts";
import { burst } from "./dags/faults.ts";
import { activitiesOf, registryHistory } from "./registry-history.ts";
import { openScene, type Scene } from "./scene.ts";
import { until } from "./until.ts";

/** A dispatch killed between two of its starts, while new events arrive: the list is given out once more, unchanged. */
export async function killDispatch(): Promise<void> {
  await using scene = await openScene();
  const first = await scene.startWorker();
  await scene.deploy();
  const publishing = scene.generator.publish(burst, 400);
  // Stopped, it can be looked at without it going on; if nothing is half done yet, it goes on.
  const half = await until("a dispatch has made some of its starts and not the others", async () => {
    process.kill(first.pid, "SIGSTOP");
    const found = await halfDone(scene);
    if (found === undefined) process.kill(first.pid, "SIGCONT");
    return found;
  });
  await first.kill();
  await publishing;
  await scene.generator.publish(burst, 100);
  await scene.startWorker();
  await scene.settle(120_000);

  const { findings, runs } = await check(scene, { dag: "fault-burst", asset: burst.uri });
  expect(findings).toEqual(NOTHING_FOUND);
  expect(runs).toHaveLength(500);
  expect(runs.every((run) => run.status === "COMPLETED")).toBe(true);
  // The fault happened: the list that was half done was given out once more, unchanged.
  const again = activitiesOf<{ starts: readonly RunStart[] }>(await registryHistory(scene), "dispatch").filter((one) => (one.attempt ?? 0) > 1);
  expect(again.map((one) => one.id)).toContain(half.id);
}

/** A dispatch of which some runs exist and others do not. */
async function halfDone(scene: Scene): Promise<{ readonly id: string } | undefined> {
  const dispatches = activitiesOf<{ starts: readonly RunStart[] }>(await registryHistory(scene), "dispatch");
  for (const { id, input } of dispatches.slice(-2)) {
    const exist = await Promise.all(input.starts.map(({ id: run }) => exists(scene, run)));
    if (exist.some(Boolean) && !exist.every(Boolean)) return { id };
  }
  return undefined;
}

async function exists({ client }: Scene, run: string): Promise<boolean> {
  return await client.workflow
    .getHandle(run)
    .describe()
    .then(
      () => true,
      () => false,
    );
}
