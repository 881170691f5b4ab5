import { randomBytes } from "node:crypto";
import { chmod, mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Client, Connection } from "@temporalio/client";
import { storeSchema } from "../../cli/frame/connect.ts";
import { type RegistryClient, registryClient } from "../../client/registry.ts";
import { signalSender } from "../../client/signal-sender.ts";
import { buildCatalog } from "../../core/authoring/catalog-build.ts";
import { type Names, namesFor } from "../../core/names.ts";
import { deployCatalog } from "../../runtime/deploy.ts";
import { type Stack, startStack } from "../../runtime/embedded/stack.ts";
import { openStore, type Store } from "../../store/index.ts";
import type { RegistrySettings } from "../../workflows/registry-carry.ts";
import { createProject, type Project } from "../support/project.ts";
import { createWorld } from "../support/stack.ts";
import { terminateRunning } from "../support/terminate-running.ts";
import type { FaultLine } from "./dags/fault-log.ts";
import * as faults from "./dags/faults.ts";
import { type FaultWorker, startFaultWorker } from "./fault-worker.ts";
import type { FormerPackage } from "./former/former-package.ts";
import { createGenerator, type Generator, linesOf } from "./generator.ts";
import { temporalCli } from "./temporal-cli.ts";
import { until } from "./until.ts";

/** Servers that one scene plays on. */
interface Servers {
  readonly temporalAddress: string;
  readonly namespace: string;
  readonly environment: string;
  readonly databaseUrl: string;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A deployed project of fault DAGs with its workers, in an environment of its own. */
export interface Scene {
  readonly servers: Servers;
  readonly names: Names;
  readonly client: Client;
  readonly registry: RegistryClient;
  readonly store: Store;
  readonly generator: Generator;
  /** The generator's file. */
  readonly inputs: string;
  /** The folder that the watcher of the project watches. */
  readonly landing: string;
  /** A folder for the files that tasks wait for. */
  readonly folder: string;
  /** Task queue of the runs. */
  readonly queue: string;
  /** `former`: of an earlier commit, in a copy of the project that has that one's package. */
  startWorker(options?: { readonly former?: FormerPackage }): Promise<FaultWorker>;
  deploy(): Promise<void>;
  /** What tasks did, oldest first. */
  lines(): readonly FaultLine[];
  /** Waits until nothing runs, nothing is pending and the store knows all. */
  settle(within?: number): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface SceneOptions {
  /** Servers of its own, for a test that kills them. */
  readonly stack?: Stack;
  /** Of the registry, from its start. */
  readonly settings?: RegistrySettings;
  /** A namespace that is made for this scene, bare as Temporal makes them. @default the one of the servers */
  readonly namespace?: string;
}

/** A stack in a folder of its own: what a test that kills servers plays on. */
export async function startOwnStack(): Promise<Stack & AsyncDisposable> {
  const stateDir = await mkdtemp(join(tmpdir(), "headgate-faults-"));
  await chmod(stateDir, 0o755);
  const stack = await startStack({ stateDir, ports: { ui: false } });
  return Object.assign(stack, {
    [Symbol.asyncDispose]: async () => {
      await stack.stop();
      await rm(stateDir, { recursive: true, force: true });
    },
  });
}

/** Opens a scene with the registry started; a worker has to be started before anything is deployed. */
export async function openScene({ stack, settings, namespace }: SceneOptions = {}): Promise<Scene> {
  const shared: Servers = stack === undefined ? await createWorld() : ownServers(stack);
  const servers: Servers = namespace === undefined ? shared : { ...shared, namespace };
  if (namespace !== undefined) await makeNamespace(servers);
  const names = namesFor(servers.environment);
  const files = await sources("faults.ts", "fault-log.ts");
  const project = await createProject(files);
  const copies: Project[] = [];
  const [landing, folder] = [join(project.root, "landing"), join(project.root, "signs")];
  await Promise.all([mkdir(landing), mkdir(folder)]);
  const connection = await Connection.connect({ address: servers.temporalAddress });
  const client = new Client({ connection, namespace: servers.namespace });
  const registry = registryClient(client, names);
  const store = openStore({ url: servers.databaseUrl, schema: storeSchema(servers.environment) });
  const workers: FaultWorker[] = [];
  const log = join(project.root, "effects.jsonl");
  const inputs = join(project.root, "inputs.jsonl");
  const generator = createGenerator(inputs, signalSender(client, names.registry));
  if (settings !== undefined) await startRegistryWith(client, names, settings);

  const env = {
    HEADGATE_ENVIRONMENT: servers.environment,
    HEADGATE_DATABASE_URL: servers.databaseUrl,
    HEADGATE_DAGS: "dags/faults.ts",
    HEADGATE_LOG_LEVEL: "warn",
    HEADGATE_CONN_FAULTS: pathToFileURL(log).href,
    TEMPORAL_ADDRESS: servers.temporalAddress,
    TEMPORAL_NAMESPACE: servers.namespace,
  };

  const describeState = async (): Promise<string> =>
    `${JSON.stringify(await registry.state().catch(String), null, 1)}\n${workers.map((worker) => worker.output().slice(-3_000)).join("\n")}`;

  return {
    servers,
    names,
    client,
    registry,
    store,
    generator,
    inputs,
    landing,
    folder,
    queue: names.projectQueue("headgate"),
    async deploy() {
      const { catalog, errors } = buildCatalog("headgate", Object.values(faults), { taskQueue: names.projectQueue("headgate") });
      if (errors.length > 0) throw errors[0];
      await deployCatalog(client, names, catalog, { previous: null });
    },
    async startWorker({ former } = {}) {
      const copy = former === undefined ? undefined : await createProject(files, former.root);
      if (copy !== undefined) copies.push(copy);
      const worker = await startFaultWorker({ cwd: (copy ?? project).root, env, ...(former === undefined ? {} : { command: former.command }) });
      workers.push(worker);
      return worker;
    },
    lines: () => linesOf<FaultLine>(log),
    settle: async (within = 90_000) => {
      await until(
        "the registry is idle and the store complete",
        async () => {
          const { consumers, inbox, dispatching, waitingFacts, waitsForCatalogs } = await registry.state();
          if (waitsForCatalogs.length > 0) return false;
          if (consumers.some((one) => one.running > 0 || one.pending > 0) || inbox > 0 || dispatching > 0 || waitingFacts > 0) return false;
          const mine = (await store.listProjections()).find((one) => one.registry === names.registry);
          if (mine?.covered.length !== 1 || mine.unprojected > 0) return false;
          // The registry hears of the end of a run a moment before Temporal does.
          return (await client.workflow.count(`TaskQueue = "${names.projectQueue("headgate")}" AND ExecutionStatus = "Running"`)).count === 0;
        },
        within,
        describeState,
      );
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(workers.map((worker) => worker.kill()));
      await generator.close().catch(() => undefined);
      await terminateAll(client, names);
      await store.close();
      await connection.close();
      await servers[Symbol.asyncDispose]();
      for (const one of [project, ...copies]) await one[Symbol.asyncDispose]();
    },
  };
}

/** A registry with other limits than the default ones: only its first start can say them. */
async function startRegistryWith(client: Client, names: Names, settings: RegistrySettings): Promise<void> {
  const { emptyState } = await import("../../registry/index.ts");
  const carry = { version: 1, state: emptyState(randomBytes(4).toString("hex")), inbox: [], checking: [], dispatching: [], facts: [], settings };
  await client.workflow.start("assetRegistry", { workflowId: names.registry, taskQueue: names.systemQueue, args: [carry] });
}

async function makeNamespace(servers: Servers): Promise<void> {
  await temporalCli(servers, "operator", "namespace", "create");
  await until("the namespace is there", async () => {
    await temporalCli(servers, "workflow", "list");
    return true;
  });
}

async function sources(...files: string[]): Promise<Readonly<Record<string, string>>> {
  return Object.fromEntries(
    await Promise.all(files.map(async (file) => [`dags/${file}`, await readFile(fileURLToPath(new URL(`dags/${file}`, import.meta.url)), "utf8")])),
  );
}

function ownServers(stack: Stack): Servers {
  return {
    temporalAddress: stack.temporalAddress,
    namespace: stack.temporal.namespace,
    environment: `t${randomBytes(6).toString("hex")}`,
    databaseUrl: stack.databaseUrl,
    [Symbol.asyncDispose]: async () => undefined,
  };
}

/** A world of the shared servers must not keep anything that somebody would wait for. */
async function terminateAll(client: Client, names: Names): Promise<void> {
  for (const queue of [names.systemQueue, names.projectQueue("headgate")]) {
    try {
      await terminateRunning(client, `TaskQueue = "${queue}"`);
    } catch {
      // Servers of its own are stopped anyway.
    }
  }
}
