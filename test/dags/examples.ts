import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { startApi } from "../../cli/start-api.ts";
import { type Headgate, headgateOver } from "../../client/headgate.ts";
import { buildCatalog } from "../../core/authoring/catalog-build.ts";
import type { Definition } from "../../core/definition.ts";
import { namesFor } from "../../core/names.ts";
import { WATCHER_STATUS_QUERY, type WatcherStatus } from "../../core/watcher-protocol.ts";
import type { Config } from "../../runtime/config.ts";
import { readConnections } from "../../runtime/connections.ts";
import { createDefinitionSet } from "../../runtime/definition-set.ts";
import { deployCatalog } from "../../runtime/deploy.ts";
import { createLogger } from "../../runtime/logger.ts";
import { connectTemporal } from "../../runtime/temporal-connection.ts";
import { startWorker, type WorkerRole } from "../../runtime/worker.ts";
import { exampleProject } from "../../scripts/assets/example-project.ts";
import { setUpAssets } from "../../scripts/assets/set-up-assets.ts";
import { openStore, type Store } from "../../store/index.ts";
import { until } from "../faults/until.ts";
import { createWorld } from "../support/stack.ts";
import { terminateRunning } from "../support/terminate-running.ts";
import { definitionsBelow } from "./definitions-below.ts";

/** Examples of dags/, deployed on one registry. */
export interface Examples {
  readonly headgate: Headgate;
  readonly store: Store;
  /** The connection `warehouse` of all of them. */
  readonly warehouse: pg.Pool;
  /** Where webhooks are posted to. */
  readonly apiUrl: string;
  /** Statuses of the runs of a DAG, the oldest first. */
  runs(dag: string): Promise<readonly string[]>;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface ExamplesOptions {
  /** Folders below dags/ that are deployed together, as one project: a worker for each would be dear. */
  readonly together: readonly string[];
  /** Folders that are deployed as the projects that they are, each with a worker of its own. */
  readonly apart?: readonly string[];
  /** Connections besides the warehouse, as variables. */
  readonly env: Readonly<Record<string, string>>;
}

/** Sets the projects up, deploys them, and resolves when their watchers have looked. */
export async function startExamples({ together, apart = [], env }: ExamplesOptions): Promise<Examples> {
  const world = await createWorld();
  const names = namesFor(world.environment);
  const all = { ...env, HEADGATE_CONN_WAREHOUSE: world.databaseUrl };
  const logger = createLogger({ level: "error" });
  const temporal = await connectTemporal({ temporalAddress: world.temporalAddress, temporalNamespace: world.namespace }, logger);
  const store = openStore({ url: world.databaseUrl });
  await store.migrate();
  const stateDir = await mkdtemp(join(tmpdir(), "headgate-examples-"));
  const connections = readConnections(all);
  const workers: Awaited<ReturnType<typeof startWorker>>[] = [];
  const watchers: string[] = [];
  const shared: Definition[] = [];
  for (const folder of together) shared.push(...(await setUp(folder)).definitions);
  await deploy("examples", shared, ["registry", "tasks", "watchers"]);
  for (const folder of apart) {
    const { config, definitions } = await setUp(folder);
    await deploy(config.settings.project, definitions, ["tasks"]);
  }

  async function setUp(folder: string): Promise<{ readonly config: Config; readonly definitions: readonly Definition[] }> {
    const { config } = await exampleProject(fileURLToPath(new URL(`../../dags/${folder}`, import.meta.url)), all);
    const definitions = await definitionsBelow(config.root, config.settings.dags);
    await setUpAssets({ root: config.root, definitions, connection: (name) => connections.uri(name) });
    return { config, definitions };
  }

  async function deploy(project: string, definitions: readonly Definition[], roles: readonly WorkerRole[]): Promise<void> {
    const { catalog, errors } = buildCatalog(project, definitions, { taskQueue: names.projectQueue(project) });
    if (errors[0] !== undefined) throw errors[0];
    const place = { environment: world.environment, project, stateDir, watchersEvery: 250 };
    workers.push(await startWorker({ temporal, store, connections, definitions, logger, roles, ...place }));
    await deployCatalog(temporal.client, names, catalog, { previous: null });
    watchers.push(...catalog.watchers.filter(({ source }) => source !== "webhook").map(({ id }) => id));
  }

  const statusOf = (id: string): Promise<WatcherStatus> => temporal.client.workflow.getHandle(names.watcher(id)).query<WatcherStatus>(WATCHER_STATUS_QUERY);
  for (const id of watchers) await until(`watcher ${id} runs`, async () => (await statusOf(id)).status === "running");
  const api = await startApi({
    ...{ temporal, store, tokens: [], trustsPrograms: true, host: "127.0.0.1", port: 0, portFlag: "--port", log: { warn: () => undefined } },
    config: { settings: { environment: world.environment }, connections } as Config,
    definitions: () => createDefinitionSet(shared),
  });
  const headgate = headgateOver(temporal.client, { environment: world.environment });
  const warehouse = new pg.Pool({ connectionString: world.databaseUrl, max: 4 });
  return {
    ...{ headgate, store, warehouse, apiUrl: api.url },
    runs: async (dag) => (await store.listRuns({ dag })).map(({ status }) => status).reverse(),
    async [Symbol.asyncDispose]() {
      await headgate.close();
      await api.stop();
      await terminateRunning(temporal.client, undefined, (workflowId) => workflowId.startsWith(world.environment));
      for (const worker of workers) await worker.stop();
      await warehouse.end();
      await store.close();
      await temporal.close();
      await rm(stateDir, { recursive: true, force: true });
      await world[Symbol.asyncDispose]();
    },
  };
}
