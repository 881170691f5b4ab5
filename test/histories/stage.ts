import { chmod, mkdir, mkdtemp, readFile, realpath, rm } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Client } from "@temporalio/client";
import { DefaultLogger, NativeConnection, Runtime, Worker } from "@temporalio/worker";
import { type RegistryClient, registryClient } from "../../client/registry.ts";
import { type RunsClient, runsClient } from "../../client/runs.ts";
import { buildCatalog } from "../../core/authoring/catalog-build.ts";
import type { Catalog } from "../../core/catalog.ts";
import { type Names, namesFor } from "../../core/names.ts";
import { startStack } from "../../runtime/embedded/stack.ts";
import { openStore, type Store } from "../../store/index.ts";
import { startFaultWorker } from "../faults/fault-worker.ts";
import { createProject } from "../support/project.ts";
import * as assets from "./project/assets.ts";
import * as byHand from "./project/by-hand.ts";
import * as chain from "./project/chain.ts";
import * as watcher from "./project/watcher.ts";
import type { Replacements } from "./scrub.ts";

/** Servers, a worker as users run it, and the project of this folder. */
export interface Stage {
  readonly client: Client;
  readonly names: Names;
  readonly registry: RegistryClient;
  readonly runs: RunsClient;
  readonly store: Store;
  readonly databaseUrl: string;
  readonly catalog: Catalog;
  /** The folder that the watcher watches. */
  readonly landing: string;
  /** What of this machine could get into a history. */
  readonly replacements: Replacements;
  [Symbol.asyncDispose](): Promise<void>;
}

const packageRoot = fileURLToPath(new URL("../../", import.meta.url));

export async function openStage(progress: (line: string) => void): Promise<Stage> {
  // The runtime would end this process by itself when it is told to, before its servers are stopped.
  Runtime.install({ logger: new DefaultLogger("ERROR"), shutdownSignals: [] });
  const opened: (() => Promise<unknown>)[] = [];
  let closing: Promise<void> | undefined;
  async function closeAll(): Promise<void> {
    for (const one of opened.reverse()) await one();
  }
  const close = (): Promise<void> => (closing ??= closeAll());
  try {
    const stateDir = await mkdtemp(join(tmpdir(), "headgate-histories-"));
    opened.push(() => rm(stateDir, { recursive: true, force: true }));
    // Postgres does not run as root: its user must get in.
    await chmod(stateDir, 0o755);
    progress("starting Temporal and Postgres");
    const [stack, project] = await Promise.all([startStack({ stateDir, ports: { ui: false }, onProgress: progress }), projectOf()]);
    opened.push(
      () => stack.stop(),
      () => project[Symbol.asyncDispose](),
    );
    const landing = join(project.root, "landing");
    await mkdir(landing);

    progress("starting a worker");
    const worker = await startFaultWorker({
      cwd: project.root,
      env: {
        HEADGATE_DATABASE_URL: stack.databaseUrl,
        HEADGATE_DAGS: "dags/*.ts",
        HEADGATE_LOG_LEVEL: "error",
        HEADGATE_POOLS: "narrow=1",
        TEMPORAL_ADDRESS: stack.temporalAddress,
        TEMPORAL_NAMESPACE: stack.temporal.namespace,
      },
    });
    // Nothing of it is needed any more, and a drain would wait for tasks.
    opened.push(() => worker.kill());
    const connection = await NativeConnection.connect({ address: stack.temporalAddress });
    opened.push(() => connection.close());
    opened.push(await startElsewhere(connection, stack.temporal.namespace));
    const client = new Client({ connection, namespace: stack.temporal.namespace });
    const store = openStore({ url: stack.databaseUrl });
    opened.push(() => store.close());

    const names = namesFor();
    const registry = registryClient(client, names);
    const definitions = [assets, byHand, chain, watcher].flatMap((module) => Object.values(module));
    const { catalog, errors } = buildCatalog("headgate", definitions, { taskQueue: names.projectQueue("headgate") });
    if (errors[0] !== undefined) throw errors[0];
    return {
      ...{ client, names, registry, store, landing, catalog },
      runs: runsClient(client, registry),
      databaseUrl: stack.databaseUrl,
      replacements: await replacementsFor(project.root, stateDir, stack.databaseUrl),
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function projectOf(): ReturnType<typeof createProject> {
  const files = ["assets.ts", "by-hand.ts", "chain.ts", "watcher.ts"];
  const contents = await Promise.all(files.map((file) => readFile(fileURLToPath(new URL(`project/${file}`, import.meta.url)), "utf8")));
  return await createProject(Object.fromEntries(files.map((file, index) => [`dags/${file}`, contents[index] ?? ""])));
}

/** The worker of somebody else, which the external task needs. */
async function startElsewhere(connection: NativeConnection, namespace: string): Promise<() => Promise<void>> {
  const worker = await Worker.create({
    connection,
    namespace,
    taskQueue: "elsewhere",
    activities: { addUp: async ({ rows }: { rows: readonly number[] }) => rows.reduce((sum, row) => sum + row, 0) },
  });
  const ended = worker.run();
  return async () => {
    worker.shutdown();
    await ended;
  };
}

/** Longer ones first: one path may lie in another. The host's name is in identities only, and could be any word. */
async function replacementsFor(project: string, stateDir: string, databaseUrl: string): Promise<Replacements> {
  const { hostname: databaseHost, port, password } = new URL(databaseUrl);
  const folders = [
    [project, "/project"],
    [stateDir, "/state"],
    [packageRoot.replace(/\/$/, ""), "/headgate"],
    // May be a link to somewhere else.
    [join(packageRoot, "node_modules"), "/headgate/node_modules"],
    [userInfo().homedir, "/home"],
    [tmpdir(), "/temporary"],
  ] as const;
  const real = await Promise.all(folders.map(async ([folder, instead]) => [await realpath(folder), instead] as const));
  const others = [
    [`${databaseHost}:${port}`, "database"],
    [password, "secret"],
  ] as const;
  return [...folders, ...real, ...others].filter(([secret]) => secret.length > 1).sort(([one], [other]) => other.length - one.length);
}
