import { makeFirstAdmin } from "../../api/access/put-person.ts";
import type { ApiToken } from "../../api/access/tokens.ts";
import type { Catalog } from "../../core/catalog.ts";
import { messageOf } from "../../core/errors.ts";
import { type Config, childEnvironment, loadConfig } from "../../runtime/config.ts";
import { connectionVariable } from "../../runtime/connections.ts";
import { createDefinitionSet, type DefinitionSet } from "../../runtime/definition-set.ts";
import { deployCatalog } from "../../runtime/deploy.ts";
import { type ExistingServers, type PartStack, type Stack, startStack } from "../../runtime/embedded/stack.ts";
import { deployedCatalog } from "../deployed-catalog.ts";
import { createServers, type Servers } from "../frame/connect.ts";
import { diffCatalogs, type GraphDiff } from "../graph-diff.ts";
import { loadProject, type Project } from "../project.ts";
import { startApi } from "../start-api.ts";
import { isConfigFile, rereadConfig } from "./reread-config.ts";
import { watchFiles } from "./watch-files.ts";
import { startWorkerProcess, type WorkerProcess } from "./worker-process.ts";

/** Everything of `headgate dev`, running. */
export interface DevSession {
  readonly stack: PartStack;
  /** Where the HTTP API listens, if it was asked for. */
  readonly apiUrl: string | undefined;
  readonly servers: Servers;
  readonly worker: WorkerProcess;
  /** What is deployed now. */
  catalog(): Catalog;
  /** The URI of the database that tasks see as the connection `warehouse`; undefined if Postgres is not embedded. */
  readonly warehouseUrl: string | undefined;
  stop(): Promise<void>;
}

/** A session whose servers are both embedded. */
export interface EmbeddedSession extends DevSession {
  readonly stack: Stack;
  readonly warehouseUrl: string;
}

export interface DevOptions {
  readonly config: Config;
  /** What was given on the command line, handed on to the worker. */
  readonly flags: Readonly<Record<string, unknown>>;
  /** Aborts the start; what was started is stopped again. */
  readonly signal: AbortSignal;
  readonly onProgress: (line: string) => void;
  /** A line of the worker's log. */
  readonly onLine: (line: string) => void;
  readonly onDeploy: (news: { readonly diff: GraphDiff; readonly project: Project; readonly paths: readonly string[]; readonly took: number }) => void;
  /** The files cannot be deployed as they are; what was deployed before goes on. */
  readonly onMistake: (project: Project) => void;
  /** A server or the worker ended without having been told to. */
  readonly onTrouble: (what: string) => void;
  /** What the HTTP API needs to know, if there is to be one. */
  readonly api?: {
    readonly tokens: readonly ApiToken[];
    /** Nobody could sign in yet, so there is somebody now: `admin`, with a password that is kept nowhere. */
    readonly onFirstAdmin: (password: string) => void;
  };
}

/**
 * Starts Temporal, Postgres and a worker, deploys the project, and deploys it again on each save. Existing servers are used as they are.
 * Tasks find an embedded Postgres as the connection `warehouse`, unless the environment has one.
 */
export async function startDevSession(options: DevOptions): Promise<EmbeddedSession>;
export async function startDevSession(options: DevOptions & { readonly existing: ExistingServers }): Promise<DevSession>;
export async function startDevSession(options: DevOptions & { readonly existing?: ExistingServers }): Promise<DevSession> {
  const { config, onProgress } = options;
  const { settings } = config;
  // A path of the command line is relative to where it was given; from here on everything happens in the project's folder.
  const flags = config.file === undefined ? options.flags : { ...options.flags, config: config.file };
  const loading = loadProject(config);
  const stack = await startStack({
    existing: options.existing ?? {},
    place: { environment: settings.environment, temporalNamespace: settings.temporalNamespace },
    stateDir: config.stateDir,
    ports: { temporal: settings.temporalPort, ui: settings.uiPort, postgres: settings.postgresPort },
    onProgress,
    onExit: (server, _exit, log) => {
      options.onTrouble(`${server} ended, and is started again. Its last lines:\n${log}`);
      stack[server]?.start().catch((error: unknown) => options.onTrouble(`${server} does not start: ${messageOf(error)}`));
    },
  });
  const closers: (() => Promise<void>)[] = [() => stack.stop()];
  try {
    const warehouseUrl = await stack.postgres?.ensureDatabase("warehouse");
    const own = await loadConfig({ flags: { ...flags, temporal: stack.temporalAddress, "database-url": stack.databaseUrl }, cwd: config.root });
    const servers = createServers(own);
    closers.unshift(() => servers.close());
    const [store, temporal] = await Promise.all([servers.store(), servers.temporal()]);
    await store.migrate();

    const worker = startWorkerProcess({
      args: ["--log-level", settings.logLevel, ...(config.file === undefined ? [] : ["--config", config.file])],
      cwd: config.root,
      env: childEnvironment({
        HEADGATE_PROJECT: settings.project,
        HEADGATE_ENVIRONMENT: settings.environment,
        HEADGATE_STATE_DIR: config.stateDir,
        HEADGATE_DATABASE_URL: stack.databaseUrl,
        TEMPORAL_ADDRESS: stack.temporalAddress,
        TEMPORAL_NAMESPACE: settings.temporalNamespace,
        ...(settings.metricsPort === undefined ? {} : { HEADGATE_METRICS_PORT: String(settings.metricsPort) }),
        ...(warehouseUrl === undefined || config.connections.names.includes("warehouse") ? {} : { [connectionVariable("warehouse")]: warehouseUrl }),
      }),
      onLine: options.onLine,
      onEnd: (how) => options.onTrouble(`the worker ended (${how}); it is started again`),
    });
    closers.unshift(() => worker.stop());
    onProgress("starting the worker");
    await unlessAborted(worker.ready(), options.signal);

    let deployed: Catalog | null = (await deployedCatalog(store, settings.project)) ?? null;
    async function deploy(project: Project, paths: readonly string[], since: number): Promise<void> {
      if (project.errors.length > 0) return options.onMistake(project);
      const diff = diffCatalogs(deployed ?? undefined, project.catalog);
      await deployCatalog(await servers.client(), servers.names, project.catalog, { previous: deployed, store: servers.store });
      deployed = project.catalog;
      definitions = createDefinitionSet(project.definitions);
      options.onDeploy({ diff, project, paths, took: performance.now() - since });
    }
    const first = await loading;
    if (options.api !== undefined) {
      const password = await makeFirstAdmin(store.access);
      if (password !== undefined) options.api.onFirstAdmin(password);
    }
    let definitions: DefinitionSet = createDefinitionSet(first.definitions);
    await deploy(first, [], performance.now());
    const api =
      options.api === undefined
        ? undefined
        : await startApi({
            ...{ config: own, temporal, store, definitions: () => definitions, tokens: options.api.tokens, trustsPrograms: options.api.tokens.length === 0 },
            ...{ host: "127.0.0.1", port: settings.apiPort, portFlag: "--api-port", temporalUi: stack.uiUrl ?? settings.temporalUi },
            log: { warn: (msg, fields) => options.onLine(own.connections.hide(JSON.stringify({ level: "warn", msg, ...fields }))) },
          });
    if (api !== undefined) closers.unshift(() => api.stop());

    let current = config;
    async function takeConfig(): Promise<void> {
      const read = await rereadConfig(current, flags);
      current = read.config;
      files.add(current.settings.dags);
      if (read.needRestart.length > 0) options.onTrouble(`stop and start headgate dev to change ${read.needRestart.join(", ")}`);
      await worker.restart();
    }
    let queue = Promise.resolve();
    const files = watchFiles(config.root, settings.dags, (paths) => {
      const since = performance.now();
      queue = queue
        .then(async () => {
          const settled = paths.some(isConfigFile) ? await takeConfig() : worker.reload();
          const [project] = await Promise.all([loadProject(current), settled]);
          await deploy(project, paths, since);
        })
        .catch((error: unknown) => options.onTrouble(`the save could not be deployed: ${messageOf(error)}`));
    });
    closers.unshift(() => files.close());

    return {
      stack,
      apiUrl: api?.url,
      servers,
      worker,
      warehouseUrl,
      catalog: () => deployed ?? first.catalog,
      async stop() {
        await files.close();
        await drainRegistry(servers);
        for (const close of closers) await close();
      },
    };
  } catch (error) {
    for (const close of closers) await close().catch(() => undefined);
    throw error;
  }
}

async function unlessAborted(step: Promise<void>, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  await Promise.race([step, new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason), { once: true }))]);
  signal.throwIfAborted();
}

/** The next start then begins from one event of history. */
async function drainRegistry(servers: Servers): Promise<void> {
  try {
    const registry = await servers.registry();
    const handle = (await servers.client()).workflow.getHandle(servers.names.registry);
    const { runId } = await handle.describe();
    await registry.drain();
    for (let tries = 0; tries < 20 && (await handle.describe()).runId === runId; tries += 1) await new Promise((resolve) => setTimeout(resolve, 100));
  } catch {
    // It only saves time at the next start.
  }
}
