import { hostname } from "node:os";
import { join } from "node:path";
import { Worker } from "@temporalio/worker";
import type { Logger } from "pino";
import { createAskPool } from "../activities/ask-pool.ts";
import { createAskShard } from "../activities/ask-shard.ts";
import { batchSender } from "../activities/batch-sender.ts";
import { createOutputCapture } from "../activities/captured-output.ts";
import { createCatalogActivities } from "../activities/catalogs.ts";
import { checkEventData, createCheckEvents } from "../activities/check-events.ts";
import { createClientPool } from "../activities/client-pool.ts";
import { createDispatch } from "../activities/dispatch.ts";
import { createEndSink } from "../activities/end-sink.ts";
import { createFindSlot } from "../activities/find-slot.ts";
import { createLoadKept } from "../activities/load-kept.ts";
import { createLoadedPlan, createLoadPlan } from "../activities/load-plan.ts";
import { createLookAtPlaces } from "../activities/look-at-places.ts";
import { createProject } from "../activities/project.ts";
import { createWatchActivity } from "../activities/read-source.ts";
import { createRecall } from "../activities/recall.ts";
import { createReconcile } from "../activities/reconcile.ts";
import { createRunReports } from "../activities/report-run.ts";
import { createTaskActivity, HEARTBEAT_EVERY } from "../activities/run-task.ts";
import { createStallBeats } from "../activities/stall-beats.ts";
import { createStartProjector } from "../activities/start-projector.ts";
import { createStretchActivities } from "../activities/stretches.ts";
import { createVerifyRuns } from "../activities/verify-runs.ts";
import { createWaitingActivity } from "../activities/waiting-task.ts";
import { createCatalogs } from "../client/catalogs.ts";
import { largePayloads } from "../client/large-payloads.ts";
import { createPublisher } from "../client/publisher.ts";
import { registryClient } from "../client/registry.ts";
import { signalSender } from "../client/signal-sender.ts";
import { createTemporalStretches } from "../client/stretches.ts";
import { onContractWarning } from "../core/contract.ts";
import type { Definition } from "../core/definition.ts";
import { namesFor } from "../core/names.ts";
import type { NotifyConfig } from "../core/notify.ts";
import type { Store } from "../store/index.ts";
import { createRecorder } from "../store/recorder.ts";
import type { Connections } from "./connections.ts";
import { createDefinitionSet } from "./definition-set.ts";
import { guardedLog } from "./guarded-log.ts";
import { startHousekeeping } from "./housekeeping.ts";
import type { Metrics } from "./metrics/metrics.ts";
import { startNotifier } from "./notify/notifier.ts";
import { startLineageSender } from "./open-lineage/sender.ts";
import type { LineageTransport } from "./open-lineage/transport.ts";
import { projectFiles } from "./project-files.ts";
import { missingSearchAttributes } from "./search-attributes.ts";
import type { TemporalConnection } from "./temporal-connection.ts";
import { type Build, workerDeployment } from "./versioning.ts";
import { loadWorkflowBundle } from "./workflow-bundle.ts";

export interface WorkerOptions {
  readonly temporal: TemporalConnection;
  readonly store: Store;
  readonly connections: Connections;
  readonly definitions: readonly Definition[];
  readonly logger: Logger;
  readonly environment: string;
  readonly project: string;
  /** Folder of the project, absolute: where its files of SQL are looked for. @default the working directory */
  readonly root?: string;
  /** Absolute: for what could not be written to the store. */
  readonly stateDir: string;
  /** Places of each pool. @default none */
  readonly pools?: Readonly<Record<string, number>>;
  /** Who is told of problems. @default nobody */
  readonly notify?: NotifyConfig;
  /** Milliseconds between two polls of a watcher that does not say. @default 10,000 */
  readonly watchersEvery?: number;
  /** The build that this process is of; runs that begin on it stay with it. @default none: any worker takes any run */
  readonly build?: Build;
  /** Counts what this process does. @default nothing is counted */
  readonly metrics?: Metrics;
  /** Where an OpenLineage server hears of the project's runs, by workers that run tasks. @default nowhere */
  readonly lineage?: { readonly transport: LineageTransport; readonly namespace: string };
  /** What this process runs. @default all of it */
  readonly roles?: readonly WorkerRole[];
}

export const WORKER_ROLES = ["registry", "tasks", "watchers"] as const;
export type WorkerRole = (typeof WORKER_ROLES)[number];

export interface RunningWorker {
  /** Replaces the definitions under running tasks: those that start from now on run the new code. */
  reload(definitions: readonly Definition[]): void;
  /** Stops taking work, waits up to 30 s for running tasks, and closes what it opened. */
  stop(): Promise<void>;
  /** Settles when the worker has ended; rejects if it failed. */
  readonly done: Promise<void>;
}

/**
 * How long one workflow task of the registry may compute. Opening thousands of DAGs takes seconds on a busy machine; the SDK's 5 s
 * end in the death of the whole process, and it takes this option without showing it.
 */
const PATIENT: object = { isolateExecutionTimeout: "50s" };
const DRAIN = "30s";
/** A handler that ignores its signal must not hold the process for ever: its task is taken over when its heartbeats end. */
const FORCE = "45s";

/**
 * A worker: up to three Temporal workers in one process, on the system queue (registry and watcher shells), the project's queue
 * (runs and tasks) and its triggers queue (sessions that wait). Starts the registry if none ever existed. Throws `E_REGISTRY_CLOSED`,
 * `E_REGISTRY_LOST`.
 */
export async function startWorker(options: WorkerOptions): Promise<RunningWorker> {
  const { temporal, store, connections, logger, metrics, roles = WORKER_ROLES } = options;
  const { client, connection } = temporal;
  const { namespace } = client.options;
  const { hide } = connections;
  const names = namesFor(options.environment);
  let definitions = createDefinitionSet(options.definitions);
  const current = {
    dag: (id: string) => definitions.dag(id),
    dagByPlan: (hash: string) => definitions.dagByPlan(hash),
    watcher: (id: string) => definitions.watcher(id),
    schemaOf: (uri: string) => definitions.schemaOf(uri),
  };

  const registry = registryClient(client, names);
  const catalogs = createCatalogs(client, names, store);
  const [workflowBundle, runsBundle, missing] = await Promise.all([
    loadWorkflowBundle(),
    loadWorkflowBundle("runs"),
    missingSearchAttributes(connection, namespace),
  ]);
  if (missing.length > 0)
    logger.warn({ missing, code: "E_SEARCH_ATTRIBUTES" }, "the namespace lacks search attributes: runs cannot be searched by DAG and partition");
  const searchAttributes = missing.length === 0;
  const publisher = createPublisher({ send: signalSender(client, names.registry), check: (event) => checkEventData(current, event) });
  const pool = createClientPool((name) => connections.uri(name));
  const stored = createRecorder({
    store,
    spoolDir: join(options.stateDir, "spool"),
    onError: (error) => logger.warn({ err: error }, "attempts and logs go to disk"),
  });
  const recorder = metrics?.counted(stored) ?? stored;
  const stallBeats = roles.includes("tasks") ? createStallBeats(temporal.stallTarget) : undefined;
  const capture = createOutputCapture();
  onContractWarning((asset, issues) => logger.warn({ asset }, hide(`data of an event breaks the contract of ${asset}: ${issues}`)));
  const stopping = new AbortController();
  const housekeeping = startHousekeeping(store, logger);
  const notifier = options.notify === undefined ? undefined : startNotifier({ store, connections, logger, project: options.project, config: options.notify });

  const common = {
    connection,
    namespace,
    dataConverter: { payloadCodecs: [largePayloads] },
    shutdownGraceTime: DRAIN,
    shutdownForceTime: FORCE,
    maxHeartbeatThrottleInterval: HEARTBEAT_EVERY,
  };
  const workers: Worker[] = [];
  if (roles.includes("registry")) {
    workers.push(
      await Worker.create({
        ...common,
        taskQueue: names.systemQueue,
        workflowBundle,
        maxCachedWorkflows: 100,
        ...PATIENT,
        activities: {
          dispatch: createDispatch({ client, searchAttributes, loadedPlan: createLoadedPlan({ definitions: current, searchAttributes, endBySink: true }) }),
          reconcile: createReconcile({ client }),
          verifyRuns: createVerifyRuns({ client }),
          recall: createRecall({ client }),
          lookAtPlaces: createLookAtPlaces({ client }),
          askShard: createAskShard({ client }),
          project: createProject({ store, catalogs, ...(metrics ? { heard: metrics.countFacts } : {}) }),
          startProjector: createStartProjector({ client }),
          ...createCatalogActivities(catalogs),
          ...createStretchActivities({ store: store.stretches, temporal: createTemporalStretches(client, names) }),
        },
      }),
    );
    await registry.ensure(async () => (await store.listProjections()).some((one) => one.registry === names.registry));
  }
  if (roles.includes("tasks")) {
    const reports = createRunReports({ publisher, recorder });
    workers.push(
      await Worker.create({
        ...common,
        ...workerDeployment(options.build),
        taskQueue: names.projectQueue(options.project),
        workflowBundle: runsBundle,
        sinks: createEndSink({ client, reportEnd: reports.reportEnd }),
        activities: {
          loadPlan: createLoadPlan({
            definitions: current,
            searchAttributes,
            endBySink: true,
            plans: {
              byHash: async (hash) => (await registry.plan(hash)) ?? undefined,
              deployed: async (dag) => (await registry.deployedPlan(dag)) ?? undefined,
            },
          }),
          ...reports,
          askPool: createAskPool({ client, names, pools: options.pools ?? {} }),
          checkEvents: createCheckEvents(current),
          loadKept: createLoadKept(store.kept),
          default: createTaskActivity({
            definitions: current,
            recorder,
            kept: store.kept,
            connections: pool,
            readText: projectFiles(options.root ?? process.cwd()),
            logger: guardedLog(logger, hide),
            hide,
            worker: `${hostname()}/${process.pid}`,
            capture,
            ...(stallBeats ? { stallBeats } : {}),
          }),
        },
      }),
    );
  }
  if (roles.includes("watchers")) {
    workers.push(
      await Worker.create({
        ...common,
        ...workerDeployment(options.build),
        taskQueue: names.triggerQueue(options.project),
        // What waits costs next to nothing: the number is there to be above whatever waits at once.
        maxConcurrentActivityTaskExecutions: 5_000,
        activities: {
          findSlot: createFindSlot({ client, names, pools: options.pools ?? {} }),
          default: createWaitingActivity({
            ...{ definitions: current, outbox: store.outbox, kept: store.kept, connections, recorder, logger: guardedLog(logger, hide), hide },
            ...{ worker: `${hostname()}/${process.pid}`, stopping: stopping.signal },
          }),
          ...createWatchActivity({
            definitions: current,
            outbox: store.outbox,
            send: batchSender(publisher, registry),
            connections,
            logger: guardedLog(logger, hide),
            hide,
            ...(options.watchersEvery === undefined ? {} : { every: options.watchersEvery }),
            stopping: stopping.signal,
          }),
        },
      }),
    );
  }

  const lineage =
    options.lineage !== undefined && roles.includes("tasks")
      ? startLineageSender({ ...options.lineage, store, project: options.project, log: guardedLog(logger, hide) })
      : undefined;

  const done = Promise.all(workers.map((worker) => worker.run())).then(async () => {
    housekeeping.stop();
    await lineage?.stop();
    await notifier?.stop();
    capture.close();
    await publisher.close();
    await Promise.allSettled([pool.close(), recorder.close(), stallBeats?.close()]);
  });
  return {
    reload(next) {
      definitions = createDefinitionSet(next);
    },
    async stop() {
      stopping.abort();
      for (const worker of workers) if (worker.getState() === "RUNNING") worker.shutdown();
      await done;
    },
    done,
  };
}
