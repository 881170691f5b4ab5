import type { ChildProcess } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createProject, type Project } from "../support/project.ts";
import { createWorld, type World } from "../support/stack.ts";
import { type CallOptions, type Ended, headgate } from "./headgate.ts";
import { startWorker, stopWorker } from "./worker.ts";

const HEAD = `
import { all, asset, dag } from "headgate";
const about = { owner: "data", description: "what it is" };
export const raw = asset("s3://lake/raw", about);
export const rates = asset("s3://lake/rates", about);
const nothing = (d: any) => { d.task("take", { run: () => 1 }); };
`;
const mart = (on: string, policy = ""): string => `export const mart = dag("mart", { on: ${on}${policy} }, nothing);\n`;
const late = (startAt: string): string => `export const late = dag("late", { on: raw${startAt} }, nothing);\n`;

/** What was recorded, on real servers: a DAG that begins in the past, replays, plans. The tests follow one another. */
describe("what was recorded", () => {
  let world: World;
  let project: Project;
  let worker: ChildProcess;
  let env: NonNullable<CallOptions["env"]>;
  const call = (...args: string[]): Promise<Ended> => headgate(args, { cwd: project.root, env });

  /** Repeats a call until what it says is there: the store follows the registry. */
  async function until(args: readonly string[], isThere: (ended: Ended) => boolean): Promise<Ended> {
    for (const end = performance.now() + 60_000; ; await delay(200)) {
      const ended = await call(...args);
      if (isThere(ended)) return ended;
      if (performance.now() > end) throw new Error(`headgate ${args.join(" ")} did not come to say what was waited for:\n${ended.stdout}\n${ended.stderr}`);
    }
  }

  /** How many events the runs of a DAG took, oldest run first, once there are so many and all have succeeded. */
  async function takenBy(dag: string, runs: number): Promise<number[]> {
    const ended = await until(["runs", "list", "--dag", dag, "--json"], ({ stdout }) => stdout.split('"succeeded"').length - 1 >= runs);
    return ended
      .json<{ events: number }[]>()
      .map(({ events }) => events)
      .reverse();
  }

  beforeAll(async () => {
    world = await createWorld();
    // The worker has the code of all, before they are deployed one by one.
    project = await createProject({ "dags/lake.ts": HEAD + mart("raw") + late("") });
    env = {
      TEMPORAL_ADDRESS: world.temporalAddress,
      TEMPORAL_NAMESPACE: world.namespace,
      HEADGATE_ENVIRONMENT: world.environment,
      HEADGATE_DATABASE_URL: world.databaseUrl,
    };
    worker = await startWorker(project.root, env);
    await project.write("dags/lake.ts", HEAD + mart("raw"));
    expect(await call("deploy")).toMatchObject({ code: 0 });
    for (const [index, id] of ["raw-1", "raw-2", "raw-3"].entries()) {
      expect(await call("publish", "s3://lake/raw", "--id", id)).toMatchObject({ code: 0 });
      await takenBy("mart", index + 1);
    }
  });

  afterAll(async () => {
    await stopWorker(worker);
    await project?.[Symbol.asyncDispose]();
    await world?.[Symbol.asyncDispose]();
  });

  it("a new DAG with startAt gets it in one run, and what comes later once", async () => {
    await project.write("dags/lake.ts", HEAD + mart("raw") + late(', startAt: { since: "1h" }'));
    const { code, stderr, stdout } = await call("deploy");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^late got 3 recorded events, accepted since \d{4}-.*Z$/m);
    expect(await takenBy("late", 1)).toEqual([3]);
    expect((await call("deploy")).stdout).not.toContain("late got");
    await call("publish", "s3://lake/raw", "--id", "raw-4");
    expect(await takenBy("late", 2)).toEqual([3, 1]);
    expect(await takenBy("mart", 4)).toEqual([1, 1, 1, 1]);
  });
});
