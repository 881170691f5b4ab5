import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { registryClient } from "../../client/registry.ts";
import { buildCatalog } from "../../core/authoring/catalog-build.ts";
import type { Catalog } from "../../core/catalog.ts";
import type { Definition } from "../../core/definition.ts";
import { asset, dag } from "../../core/index.ts";
import { type Names, namesFor } from "../../core/names.ts";
import { SIGNALS } from "../../core/registry-protocol.ts";
import { readConnections } from "../../runtime/connections.ts";
import { deployCatalog } from "../../runtime/deploy.ts";
import { createLogger } from "../../runtime/logger.ts";
import { connectTemporal, type TemporalConnection } from "../../runtime/temporal-connection.ts";
import { startWorker } from "../../runtime/worker.ts";
import { loadWorkflowBundle } from "../../runtime/workflow-bundle.ts";
import { openStore, type Store } from "../../store/index.ts";
import { until } from "../faults/until.ts";
import { createWorld } from "../support/stack.ts";
import { terminateRunning } from "../support/terminate-running.ts";

const raw = asset("lake://raw");
const clean = asset("lake://clean");
/** Which project's worker ran the task of which run. */
const ran: string[] = [];

const SALES = [
  raw,
  clean,
  dag("cleaning", { on: raw }, (d) => {
    d.task("clean", { outlets: [clean], run: () => void ran.push("cleaning by sales") });
  }),
];
// Another team: it names the asset of the first one, and has a DAG of its own.
const theirs = asset("lake://clean");
const STOCK = [
  dag("shelves", { on: theirs }, (d) => {
    d.task("fill", { run: () => void ran.push("shelves by stock") });
  }),
];

interface TwoProjects {
  readonly temporal: TemporalConnection;
  readonly names: Names;
  readonly store: Store;
  readonly catalogOf: (project: string, definitions: readonly Definition[]) => Catalog;
  [Symbol.asyncDispose](): Promise<void>;
}

beforeAll(async () => void (await loadWorkflowBundle()));

/** Two projects on one registry, each with a worker that has its own files only; nothing is deployed. */
async function openTwoProjects(): Promise<TwoProjects> {
  const world = await createWorld();
  const names = namesFor(world.environment);
  const logger = createLogger({ level: "error" });
  const temporal = await connectTemporal({ temporalAddress: world.temporalAddress, temporalNamespace: world.namespace }, logger);
  const store = openStore({ url: world.databaseUrl });
  await store.migrate();
  const stateDir = await mkdtemp(join(tmpdir(), "headgate-projects-"));
  const common = { temporal, store, connections: readConnections({}), logger, environment: world.environment, stateDir };
  const workers = [
    await startWorker({ ...common, project: "sales", definitions: SALES }),
    await startWorker({ ...common, project: "stock", definitions: STOCK, roles: ["tasks"] }),
  ];
  return {
    ...{ temporal, names, store },
    catalogOf: (project, definitions) => {
      const { catalog, errors } = buildCatalog(project, definitions, { taskQueue: names.projectQueue(project) });
      if (errors[0] !== undefined) throw errors[0];
      return catalog;
    },
    async [Symbol.asyncDispose]() {
      await terminateRunning(temporal.client, undefined, (workflowId) => workflowId.startsWith(world.environment));
      for (const worker of workers) await worker.stop();
      await store.close();
      await temporal.close();
      await rm(stateDir, { recursive: true, force: true });
      await world[Symbol.asyncDispose]();
    },
  };
}

it("lets two projects deploy on their own, and a DAG of one run when an asset of the other changes, each on its own worker", { timeout: 120_000 }, async () => {
  await using world = await openTwoProjects();
  const { client } = world.temporal;
  const registry = registryClient(client, world.names);
  await deployCatalog(client, world.names, world.catalogOf("stock", STOCK), { previous: null });
  await deployCatalog(client, world.names, world.catalogOf("sales", SALES), { previous: null });
  await client.workflow.getHandle(world.names.registry).signal(SIGNALS.assetUpdated, { asset: raw.uri, id: "1" });
  const runs = await until("both have run", async () => {
    const found = await world.store.listRuns({ status: ["succeeded"] });
    return found.length === 2 && found;
  });
  expect(ran).toEqual(["cleaning by sales", "shelves by stock"]);
  for (const [dagId, project] of [
    ["cleaning", "sales"],
    ["shelves", "stock"],
  ] as const) {
    const run = runs.find((one) => one.dag === dagId)?.run ?? "";
    expect((await client.workflow.getHandle(run).describe()).taskQueue).toBe(world.names.projectQueue(project));
    expect(await registry.dag(dagId)).toMatchObject({ project, taskQueue: world.names.projectQueue(project) });
  }
});

it("lets no two deploys at once mix: the newest one stays, whole, and what fits badly to the other project is refused whole", {
  timeout: 120_000,
}, async () => {
  await using world = await openTwoProjects();
  const { client } = world.temporal;
  const registry = registryClient(client, world.names);
  await deployCatalog(client, world.names, world.catalogOf("sales", SALES), { previous: null, revision: 1 });
  const versions = [2, 3, 4, 5, 6].map((revision) => {
    const version = ["one", "two"].map((name) =>
      dag(`shelves-${name}`, { on: theirs, description: `version ${revision}` }, (d) => {
        d.task("fill", { run: () => undefined });
      }),
    );
    return { revision, catalog: world.catalogOf("stock", version) };
  });
  const order = [4, 2, 6, 3, 5].map((revision) => versions.find((one) => one.revision === revision) as (typeof versions)[number]);
  const outcomes = await Promise.allSettled(order.map(({ revision, catalog }) => deployCatalog(client, world.names, catalog, { previous: null, revision })));
  const newest = versions.at(-1)?.catalog as Catalog;
  for (const { plan } of newest.dags) expect(await registry.deployedPlan(plan.dag)).toMatchObject({ plan: { description: "version 6" } });
  for (const [index, outcome] of outcomes.entries())
    if (outcome.status === "rejected") expect([order[index]?.revision, outcome.reason.code]).toEqual([expect.not.toSatisfy((n) => n === 6), "E_DEPLOY_STALE"]);
  const deployed = (await registry.state()).projects;
  expect(deployed).toMatchObject([
    { project: "sales", revision: 1 },
    { project: "stock", revision: 6, hash: newest.hash },
  ]);

  const loop = world.catalogOf("stock", [
    dag("back", { on: theirs }, (d) => {
      d.task("write", { outlets: [asset("lake://raw")], run: () => undefined });
    }),
  ]);
  await expect(deployCatalog(client, world.names, loop, { previous: null, revision: 7 })).rejects.toMatchObject({
    code: "E_CYCLE",
    message: expect.stringMatching(/dag back .* dag cleaning|dag cleaning .* dag back/),
  });
  expect((await registry.state()).projects).toEqual(deployed);
});
