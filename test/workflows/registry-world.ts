import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client, type WorkflowHandle } from "@temporalio/client";
import { DefaultLogger, NativeConnection, Runtime, Worker, type WorkerOptions } from "@temporalio/worker";
import { createCatalogActivities } from "../../activities/catalogs.ts";
import { createCheckEvents } from "../../activities/check-events.ts";
import { createClientPool } from "../../activities/client-pool.ts";
import { createDispatch } from "../../activities/dispatch.ts";
import { createLoadedPlan, createLoadPlan } from "../../activities/load-plan.ts";
import { createProject } from "../../activities/project.ts";
import { createReconcile } from "../../activities/reconcile.ts";
import { createRunReports } from "../../activities/report-run.ts";
import { createTaskActivity } from "../../activities/run-task.ts";
import { createStartProjector } from "../../activities/start-projector.ts";
import { createStretchActivities } from "../../activities/stretches.ts";
import { createVerifyRuns } from "../../activities/verify-runs.ts";
import { createCatalogs } from "../../client/catalogs.ts";
import { createPublisher } from "../../client/publisher.ts";
import { type RegistryClient, registryClient } from "../../client/registry.ts";
import { signalSender } from "../../client/signal-sender.ts";
import { createTemporalStretches } from "../../client/stretches.ts";
import { buildCatalog } from "../../core/authoring/catalog-build.ts";
import type { Catalog } from "../../core/catalog.ts";
import type { Definition } from "../../core/definition.ts";
import { namesFor } from "../../core/names.ts";
import { SIGNALS } from "../../core/registry-protocol.ts";
import { createDefinitionSet } from "../../runtime/definition-set.ts";
import { projectFiles } from "../../runtime/project-files.ts";
import { loadWorkflowBundle } from "../../runtime/workflow-bundle.ts";
import { openStore, type Store } from "../../store/index.ts";
import { createRecorder } from "../../store/recorder.ts";
import type { RegistryCarry } from "../../workflows/registry-carry.ts";
import { createWorld } from "../support/stack.ts";
import { terminateRunning } from "../support/terminate-running.ts";

/** A registry on real servers, with one small worker for it and for its runs. */
export interface RegistryWorld {
  readonly client: Client;
  readonly registry: RegistryClient;
  readonly handle: WorkflowHandle;
  readonly store: Store;
  readonly databaseUrl: string;
  readonly catalog: Catalog;
  /** Starts the registry: with nothing, as everybody does, or from a checkpoint. */
  start(carry?: RegistryCarry): Promise<void>;
  deploy(revision?: number): ReturnType<RegistryClient["register"]>;
  /** As the Temporal CLI sends it: JSON, and nothing of ours. */
  signal(payload: unknown): Promise<void>;
  /** Stops the worker and starts another one, which knows of the registry what its history says. */
  restartWorker(): Promise<void>;
  /** Everything that is known of the DAG's runs: their workflow ids, oldest first. */
  runsOf(dag: string): Promise<readonly string[]>;
  [Symbol.asyncDispose](): Promise<void>;
}

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

export async function openRegistryWorld(definitions: readonly Definition[]): Promise<RegistryWorld> {
  Runtime.install({ logger: new DefaultLogger("ERROR") });
  const world = await createWorld();
  const names = namesFor(world.environment);
  const connection = await NativeConnection.connect({ address: world.temporalAddress });
  const client = new Client({ connection, namespace: world.namespace });
  const registry = registryClient(client, names);
  const store = openStore({ url: world.databaseUrl });
  const catalogs = createCatalogs(client, names, store);
  await store.migrate();
  const spoolDir = await mkdtemp(join(tmpdir(), "headgate-spool-"));
  const publisher = createPublisher({ send: signalSender(client, names.registry) });
  const recorder = createRecorder({ store, spoolDir, onError: () => undefined });
  const known = createDefinitionSet(definitions);
  const plans = {
    byHash: async (hash: string) => (await registry.plan(hash)) ?? undefined,
    deployed: async (dag: string) => (await registry.deployedPlan(dag)) ?? undefined,
  };
  const taskQueue = names.systemQueue;
  const options: WorkerOptions = {
    connection,
    namespace: world.namespace,
    taskQueue,
    workflowBundle: await loadWorkflowBundle(),
    maxHeartbeatThrottleInterval: "500ms",
    shutdownGraceTime: "1s",
    shutdownForceTime: "30s",
    activities: {
      checkEvents: createCheckEvents(known),
      dispatch: createDispatch({ client, searchAttributes: true, loadedPlan: createLoadedPlan({ definitions: known, searchAttributes: true }) }),
      project: createProject({ store, catalogs }),
      startProjector: createStartProjector({ client }),
      ...createCatalogActivities(catalogs),
      ...createStretchActivities({ store: store.stretches, temporal: createTemporalStretches(client, names) }),
      reconcile: createReconcile({ client }),
      verifyRuns: createVerifyRuns({ client }),
      loadPlan: createLoadPlan({ definitions: known, plans, searchAttributes: true }),
      ...createRunReports({ publisher, recorder }),
      default: createTaskActivity({
        definitions: known,
        recorder,
        kept: store.kept,
        connections: createClientPool(() => ""),
        logger: quiet,
        worker: "test",
        readText: projectFiles(process.cwd()),
        heartbeatEvery: 500,
      }),
    },
  };
  const startWorker = async (): Promise<() => Promise<void>> => {
    const worker = await Worker.create(options);
    const ended = worker.run();
    return async () => {
      worker.shutdown();
      await ended;
    };
  };
  let stopWorker = await startWorker();
  const { catalog, errors } = buildCatalog("headgate", definitions, { taskQueue });
  if (errors[0] !== undefined) throw errors[0];
  const handle = client.workflow.getHandle(names.registry);

  return {
    ...{ client, registry, handle, store, catalog },
    databaseUrl: world.databaseUrl,
    start: async (carry) =>
      void (await client.workflow.start("assetRegistry", { workflowId: names.registry, taskQueue, args: carry === undefined ? [] : [carry] })),
    deploy: (revision = Date.now()) => registry.register({ project: catalog.project, revision, catalog }),
    signal: (payload) => handle.signal(SIGNALS.assetUpdated, payload),
    restartWorker: async () => {
      await stopWorker();
      stopWorker = await startWorker();
    },
    runsOf: async (dag) => (await store.listRuns({ dag, limit: 10_000 })).map(({ run }) => run).reverse(),
    async [Symbol.asyncDispose]() {
      await terminateRunning(client, `TaskQueue = "${taskQueue}"`);
      await stopWorker();
      await publisher.close();
      await recorder.close();
      await store.close();
      await connection.close();
      await world[Symbol.asyncDispose]();
      await rm(spoolDir, { recursive: true, force: true });
    },
  };
}
