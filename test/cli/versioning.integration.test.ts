import type { ChildProcess } from "node:child_process";
import { Client, Connection } from "@temporalio/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { storeSchema } from "../../cli/frame/connect.ts";
import { type Headgate, headgateOver } from "../../client/headgate.ts";
import { openStore, type Store } from "../../store/index.ts";
import { createProject, type Project } from "../support/project.ts";
import { createWorld, type World } from "../support/stack.ts";
import { until } from "../workflows/run-scene.ts";
import { headgate } from "./headgate.ts";
import { startWorker, stopWorker } from "./worker.ts";

const DAGS = `
import { asset, dag } from "headgate";
const build = (ctx) => void ctx.log.info("runs on " + process.env.HEADGATE_BUILD_ID);
export const raw = asset("s3://lake/raw/orders");
export const long = dag("long", { on: raw, concurrency: 2 }, (d) => {
  const first = d.task("first", { run: (_, ctx) => build(ctx) });
  const review = d.approve("review", { after: [first] });
  d.task("last", { after: [review], run: (_, ctx) => build(ctx) });
});
`;

/** Two builds of a project at once, on a real server: each run ends on the workers that it began on. */
describe("runs that are pinned to their build", () => {
  let world: World;
  let project: Project;
  let connection: Connection;
  let service: Headgate;
  let store: Store;
  const workers: ChildProcess[] = [];
  const envOf = (build: string): Record<string, string> => ({
    TEMPORAL_ADDRESS: world.temporalAddress,
    TEMPORAL_NAMESPACE: world.namespace,
    HEADGATE_ENVIRONMENT: world.environment,
    HEADGATE_DATABASE_URL: world.databaseUrl,
    HEADGATE_VERSIONING: "pinned",
    HEADGATE_BUILD_ID: build,
  });

  beforeAll(async () => {
    world = await createWorld();
    project = await createProject({ "dags/long.ts": DAGS });
    connection = await Connection.connect({ address: world.temporalAddress });
    service = headgateOver(new Client({ connection, namespace: world.namespace }), { environment: world.environment });
    store = openStore({ url: world.databaseUrl, schema: storeSchema(world.environment) });
  });

  afterAll(async () => {
    await Promise.all(workers.map(stopWorker));
    await service?.close();
    await Promise.all([store?.close(), connection?.close()]);
    await project[Symbol.asyncDispose]();
    await world[Symbol.asyncDispose]();
  });

  /** A build comes, takes over, and gets a run from the registry, which then waits for a person. */
  async function release(build: string): Promise<string> {
    workers.push(await startWorker(project.root, envOf(build)));
    const deployed = await headgate(["deploy"], { cwd: project.root, env: envOf(build) });
    expect(deployed).toMatchObject({ code: 0, stdout: expect.stringContaining(`new runs begin on build ${build}`) });
    await service.publish([{ asset: "s3://lake/raw/orders", id: build }]);
    return await until(async () => {
      const [newest] = await store.listRuns({ dag: "long" });
      if (newest === undefined || (await store.listRuns({ dag: "long" })).length < workers.length) return undefined;
      const shown = await store.showRun(newest.run);
      return shown?.tasks.some(({ task, status }) => task === "review" && status === "waiting") === true ? newest.run : undefined;
    }, 60_000);
  }

  it("end on it, while new runs begin on the newest", { timeout: 240_000 }, async () => {
    const old = await release("one");
    const next = await release("two");
    for (const [run, build] of [
      [next, "two"],
      [old, "one"],
    ] as const) {
      await service.runs.answer(run, { task: "review", approved: true });
      expect(await service.runs.wait(run)).toBe("succeeded");
      const lines = await until(async () => {
        const found = await store.listLogs({ run });
        return found.length === 2 ? found : undefined;
      }, 60_000);
      expect(lines.map(({ task, text }) => `${task} ${text}`)).toEqual([`first runs on ${build}`, `last runs on ${build}`]);
    }
  });
});
