import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Client, Connection } from "@temporalio/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { storeSchema } from "../../cli/frame/connect.ts";
import { registryClient } from "../../client/registry.ts";
import { type RunsClient, runsClient } from "../../client/runs.ts";
import { namesFor } from "../../core/names.ts";
import { openStore, type Store } from "../../store/index.ts";
import { headgate } from "../cli/headgate.ts";
import { type FaultWorker, startFaultWorker } from "../faults/fault-worker.ts";
import { createProject, type Project } from "../support/project.ts";
import { createWorld, type World } from "../support/stack.ts";

const DAGS = `
import { dag } from "headgate";
import { files } from "headgate/watchers/files";
import { z } from "zod";
const landing = files({ path: "landing" });
export const batch = dag("batch", {}, (d) => {
  const items = d.consume("items", landing, { max: 3, wait: "3s", every: "200ms" });
  const each = d.map("each", { over: items, run: (item) => item.path });
  d.task("count", { needs: { items, each }, run: ({ items, each }, ctx) => ctx.log.info("took", { paths: items.map((item) => item.path), each }) });
});
export const expecting = dag("expecting", { params: z.object({ name: z.string() }) }, (d) => {
  const file = d.waitFor("file", landing, { match: (item, run) => item.path === run.params.name, every: "200ms", timeout: "10m" });
  d.task("tell", { needs: { file }, run: ({ file }, ctx) => ctx.log.info("found", { path: file.path, size: file.size }) });
});
export const impatient = dag("impatient", {}, (d) => {
  const file = d.waitFor("file", landing, { match: () => false, timeout: "1s", onTimeout: "skip" });
  d.task("tell", { after: [file], run: () => 1 });
});
`;

/** Tasks that take from a source, in a worker as users run it: real Temporal, real Postgres, real files. */
describe("tasks that take from a source", () => {
  let world: World;
  let project: Project;
  let worker: FaultWorker;
  let env: Record<string, string>;
  let store: Store;
  let runs: RunsClient;
  let connection: Connection;

  beforeAll(async () => {
    world = await createWorld();
    project = await createProject({ "dags/takes.ts": DAGS });
    await mkdir(join(project.root, "landing"));
    env = {
      TEMPORAL_ADDRESS: world.temporalAddress,
      TEMPORAL_NAMESPACE: world.namespace,
      HEADGATE_ENVIRONMENT: world.environment,
      HEADGATE_DATABASE_URL: world.databaseUrl,
    };
    worker = await startFaultWorker({ cwd: project.root, env });
    expect(await headgate(["deploy"], { cwd: project.root, env })).toMatchObject({ code: 0 });
    store = openStore({ url: world.databaseUrl, schema: storeSchema(world.environment) });
    connection = await Connection.connect({ address: world.temporalAddress });
    const client = new Client({ connection, namespace: world.namespace });
    runs = runsClient(client, registryClient(client, namesFor(world.environment)));
  });

  afterAll(async () => {
    await worker?.kill();
    await store?.close();
    await connection?.close();
    await project[Symbol.asyncDispose]();
    await world[Symbol.asyncDispose]();
  });

  async function drop(name: string): Promise<void> {
    await writeFile(join(project.root, name), name);
    await rename(join(project.root, name), join(project.root, "landing", name));
  }

  async function said(run: string): Promise<unknown> {
    for (const end = Date.now() + 60_000; Date.now() < end; await sleep(200)) {
      const [line] = await store.listLogs({ run });
      if (line !== undefined) return line.fields;
    }
    throw new Error(`${run} said nothing`);
  }

  async function waits(run: string): Promise<void> {
    for (const end = Date.now() + 60_000; Date.now() < end; await sleep(200)) {
      const found = await store.showRun(run);
      if (found?.tasks.some(({ status, why }) => status === "waiting" && why !== null) === true) return;
    }
    throw new Error(`${run} does not wait`);
  }

  it("get a batch by reference, and the next run goes on where this one ended", async () => {
    for (const name of ["a.txt", "b.txt", "c.txt", "d.txt"]) await drop(name);
    const first = await runs.start("batch");
    expect(await runs.wait(first)).toBe("succeeded");
    const took = (await said(first)) as { readonly paths: readonly string[]; readonly each: readonly string[] };
    expect(took.paths).toHaveLength(3);
    expect(took.each).toEqual(took.paths);
    const second = await runs.start("batch");
    expect(await runs.wait(second)).toBe("succeeded");
    const rest = (await said(second)) as { readonly paths: readonly string[] };
    expect([...took.paths, ...rest.paths].sort()).toEqual(["a.txt", "b.txt", "c.txt", "d.txt"]);
  });

  it("wait for the one that matches, also when their worker is killed meanwhile", async () => {
    const run = await runs.start("expecting", { params: { name: "wanted.txt" } });
    await waits(run);
    await drop("unwanted.txt");
    await worker.kill();
    await drop("wanted.txt");
    worker = await startFaultWorker({ cwd: project.root, env });
    expect(await runs.wait(run)).toBe("succeeded");
    expect(await said(run)).toEqual({ path: "wanted.txt", size: 10 });
  }, 120_000);

  it("end by their time", async () => {
    const run = await runs.start("impatient");
    expect(await runs.wait(run)).toBe("succeeded");
    expect(((await runs.progress(run)) as { tasks: readonly { status: string }[] }).tasks.map(({ status }) => status)).toEqual(["skipped", "skipped"]);
  });
});
