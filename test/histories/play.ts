import { rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { WorkflowHandle } from "@temporalio/client";
import { ApplicationFailure } from "@temporalio/common";
import { HeadgateError } from "../../core/errors.ts";
import { CATALOG_SIGNALS, QUERIES, SIGNALS } from "../../core/registry-protocol.ts";
import { WORKER_STOPPED } from "../../core/tasks/task-io.ts";
import { WATCHER_SIGNALS, WATCHER_STATUS_QUERY, type WatcherStatus } from "../../core/watcher-protocol.ts";
import { deployCatalog } from "../../runtime/deploy.ts";
import type { RunProgress } from "../../workflows/run-progress.ts";
import { until } from "../faults/until.ts";
import { projectorsOf } from "../support/projectors-of.ts";
import { closeStore } from "./close-store.ts";
import { longBacklog } from "./long-backlog.ts";
import { bulk, orders, parked, readings, ticks } from "./project/assets.ts";
import { arrivals } from "./project/watcher.ts";
import type { Case } from "./record.ts";
import { silentRegistry } from "./silent-registry.ts";
import type { Stage } from "./stage.ts";

/** More starts in one evaluation than the registry makes as children. */
const BURST = 40;

/** Plays what the workflows must be able to go through, always in the same order, and says what there is to record. */
export async function play(stage: Stage, progress: (line: string) => void): Promise<readonly Case[]> {
  const { client, names } = stage;
  const handle = client.workflow.getHandle(names.registry);
  const firstRunId = (await handle.describe()).runId;
  await deployCatalog(client, names, stage.catalog, { previous: null });

  progress("runs by hand, raw events, pause and resume, a debounce, ends from outside, a watcher");
  const [byHand, bySignal, ended, watched] = await together([
    playByHand(stage),
    playSignals(stage),
    playEnds(stage),
    playWatcher(stage),
    playDebounce(stage),
    playRefusals(stage),
  ]);
  await settle(stage);

  progress("a burst, and a drain while it is handed out");
  const dispatched = await playBurst(stage);

  progress("a closed store, and a drain while facts wait for it");
  const projector = await playClosedStore(stage);

  progress("a registry that finds out about a silent run");
  const silent = await silentRegistry(stage);
  progress("a registry with a long backlog, while the store is closed");
  const backlog = await longBacklog(stage);
  await settle(stage);
  const catalog = { name: "registry-catalog", workflowId: names.catalog(stage.catalog.hash) };
  await client.workflow.getHandle(catalog.workflowId).signal(CATALOG_SIGNALS.end);
  await closed(client.workflow.getHandle(catalog.workflowId));
  return [
    ...byHand,
    ...bySignal,
    ...ended,
    ...watched,
    dispatched,
    projector,
    silent,
    ...backlog,
    catalog,
    { name: "asset-registry", workflowId: names.registry, firstRunId },
  ];
}

/** As `Promise.all`, but none goes on behind the back of one that failed. */
async function together<T extends readonly Promise<unknown>[]>(parts: readonly [...T]): Promise<{ [K in keyof T]: Awaited<T[K]> }> {
  await Promise.allSettled(parts);
  return await Promise.all(parts);
}

async function playByHand({ client, names, runs }: Stage): Promise<readonly Case[]> {
  const taskQueue = names.projectQueue("headgate");
  const started = async (name: string, dag: string, input: object = {}): Promise<Case & { readonly handle: WorkflowHandle }> => {
    const workflowId = await runs.start(dag, input, { id: `${dag}/${name}`, by: "the script" });
    return { name: `dag-run-${name}`, workflowId, handle: client.workflow.getHandle(workflowId) };
  };
  const plain = await Promise.all([
    started("branch", "forked"),
    started("retries", "flaky"),
    started("failed", "broken"),
    started("external", "remote"),
    started("map", "spread"),
    started("pool", "pooled"),
    started("teardown", "rented"),
  ]);
  const cancelled = await started("cancelled", "patient");
  const waits = await started("waits", "held");
  const lost = await started("lost-worker", "patient", { params: { again: true } });
  // As the Temporal CLI would: any JSON.
  const refused = await client.workflow.start("forked", { taskQueue, workflowId: "forked/bad-input", args: [{ partitions: ["2026-11-23"] }] });

  await Promise.all([cancelled, lost].map(({ handle }) => until("its task runs", () => isRunningTask(handle, "waits"))));
  await cancelled.handle.cancel();
  await until("it waits for a person", async () => {
    const { tasks } = (await runs.progress(waits.workflowId)) as RunProgress;
    return tasks.some(({ task, why }) => task === "review" && why !== undefined);
  });
  await runs.answer(waits.workflowId, { task: "review", approved: true, by: "the script", reason: "to see it go on" });
  // What a worker that has to stop says of the tasks that it cannot finish.
  const stopped = ApplicationFailure.create({ message: "the worker stopped", type: WORKER_STOPPED, nonRetryable: true, details: [1] });
  await client.activity.fail({ workflowId: lost.workflowId, activityId: "waits" }, stopped);

  await Promise.all([...plain, cancelled, lost, waits, { handle: refused }].map(({ handle }) => closed(handle)));
  const [items = ""] = await childrenOf(client.workflow.getHandle("spread/map"), "mapItems");
  const more = [
    { name: "dag-run-bad-input", workflowId: refused.workflowId },
    { name: "map-items", workflowId: items },
    { name: "pooled-task", workflowId: names.poolSlot("narrow", 1) },
    { name: "task-pool", workflowId: names.pool("narrow") },
  ];
  const cases = [...plain, cancelled, lost, waits, ...more];
  return cases.map(({ name, workflowId }) => ({ name, workflowId }));
}

async function playSignals({ client, names, registry }: Stage): Promise<readonly Case[]> {
  const handle = client.workflow.getHandle(names.registry);
  const event = (id: string, rows: unknown = 3): object => ({ asset: orders.uri, id, partition: "2026-11-23", data: { rows } });
  const runsOf = async (dag: string): Promise<readonly string[]> => await childrenOf(handle, dag);
  await handle.signal(SIGNALS.assetUpdated, event("batch-1"));
  await until("what it published has started the next DAG", async () => (await runsOf("orders-mart")).length === 1);

  await registry.pause("orders-clean", "the script");
  await handle.signal(SIGNALS.assetUpdated, [event("batch-2"), event("batch-1"), event("batch-3", "many")]);
  await until("the good event is pending", async () => (await registry.dag("orders-clean"))?.pending === 1);
  await handle.query(QUERIES.explain, { dag: "orders-clean" });
  await registry.resume("orders-clean", "the script");
  const [outlets, took] = await until("both DAGs have run again", async () => {
    const [first, second] = [await runsOf("orders-clean"), await runsOf("orders-mart")];
    return first.length === 2 && second.length === 2 && ([first[0], second[0]] as const);
  });
  return [
    { name: "dag-run-outlets", workflowId: outlets as string },
    { name: "dag-run-child", workflowId: took as string },
  ];
}

/** Runs of the registry that cannot report their own end, or are told to. */
async function playEnds({ client, names, registry }: Stage): Promise<readonly Case[]> {
  const handle = client.workflow.getHandle(names.registry);
  await handle.signal(SIGNALS.assetUpdated, [{ asset: parked.uri }, { asset: parked.uri }]);
  const [terminated, cancelled] = await until("both run", async () => {
    const found = await childrenOf(handle, "parked-runs");
    const running = await Promise.all(found.map((run) => isRunningTask(client.workflow.getHandle(run), "wait")));
    return found.length === 2 && running.every(Boolean) && (found as [string, string]);
  });
  await client.workflow.getHandle(terminated).terminate("the script ends it");
  await client.workflow.getHandle(cancelled).cancel();
  await until("the registry knows", async () => (await registry.dag("parked-runs"))?.running === 0);
  return [{ name: "dag-run-terminated", workflowId: terminated }];
}

async function playWatcher(stage: Stage): Promise<readonly Case[]> {
  const workflowId = stage.names.watcher(arrivals.id);
  const handle = stage.client.workflow.getHandle(workflowId);
  const registry = stage.client.workflow.getHandle(stage.names.registry);
  const status = (): Promise<WatcherStatus> => handle.query<WatcherStatus>(WATCHER_STATUS_QUERY);
  // What a watcher says of itself may be half a minute old; the registry is asked what it took.
  const consumed = (count: number) => until(`${count} files are consumed`, async () => (await childrenOf(registry, "landed-files")).length >= count);
  await drop(stage, "1.txt");
  await consumed(1);
  await handle.signal(WATCHER_SIGNALS.pause, { by: "the script", why: "to see it wait" });
  await until("it is paused", async () => (await status()).status === "paused");
  await drop(stage, "2.txt");
  await handle.signal(WATCHER_SIGNALS.resume, { by: "the script" });
  await consumed(2);
  await handle.signal(WATCHER_SIGNALS.reset, { to: "somewhere" });
  await handle.signal(WATCHER_SIGNALS.reset, { to: "beginning", deliver: "redeliver", by: "the script" });
  await consumed(4);
  await handle.cancel();
  await closed(handle);
  return [{ name: "watcher", workflowId }];
}

async function playDebounce({ client, names, registry }: Stage): Promise<void> {
  const handle = client.workflow.getHandle(names.registry);
  for (const id of ["r-1", "r-2"]) await handle.signal(SIGNALS.assetUpdated, { asset: readings.uri, id });
  await until("the quiet is over", async () => (await registry.dag("gathered"))?.pending === 0 && (await childrenOf(handle, "gathered")).length > 0);
}

/** What must be refused and stop nothing. */
async function playRefusals({ client, names, registry, catalog }: Stage): Promise<void> {
  const handle = client.workflow.getHandle(names.registry);
  await handle.signal(SIGNALS.assetUpdated, 42);
  await handle.signal(SIGNALS.watcherBatch, { watcher: "arrivals" });
  await client.workflowService.signalWorkflowExecution({
    namespace: client.options.namespace,
    workflowExecution: { workflowId: names.registry },
    signalName: SIGNALS.assetUpdated,
    input: { payloads: [{ metadata: { encoding: Buffer.from("binary/encrypted") }, data: Buffer.from("?") }] },
  });
  const refusal: unknown = await registry.register({ project: catalog.project, revision: 1, catalog }).catch((error: unknown) => error);
  if (!HeadgateError.is(refusal) || refusal.code !== "E_DEPLOY_STALE") throw new Error("an old deploy was not refused", { cause: refusal });
}

async function playBurst(stage: Stage): Promise<Case> {
  const { client, names, registry } = stage;
  const handle = client.workflow.getHandle(names.registry);
  await handle.signal(
    SIGNALS.assetUpdated,
    Array.from({ length: BURST }, (_, index) => ({ asset: ticks.uri, id: `tick-${index}` })),
  );
  await drained(stage);
  await until("all of them have run", async () => (await registry.dag("ticked"))?.running === 0);
  const run = await until("the store knows them", async () => (await stage.store.listRuns({ dag: "ticked" })).at(0));
  return { name: "dag-run-dispatched", workflowId: run.run };
}

async function playClosedStore(stage: Stage): Promise<Case> {
  const { client, names } = stage;
  const handle = client.workflow.getHandle(names.registry);
  const store = await closeStore(stage.databaseUrl);
  try {
    // Each kind of way takes some: the activity that is stuck, then a projector.
    for (let index = 0; index < 8; index += 1)
      await handle.signal(SIGNALS.assetUpdated, { asset: bulk.uri, id: `bulk-${index}`, data: { text: "x".repeat(100_000) } });
    await until("facts wait", async () => (await stage.registry.state()).waitingFacts > 0);
    const projectors = await until("a projector has taken some", async () => {
      const found = await projectorsOf(client, names.registry);
      return found.length > 0 && found;
    });
    await drained(stage);
    await store.open();
    const [workflowId] = projectors as [string];
    await closed(client.workflow.getHandle(workflowId));
    return { name: "fact-projector", workflowId };
  } finally {
    await store.open();
  }
}

/** Makes the registry continue as new, and waits for its next life. */
async function drained({ client, names, registry }: Stage): Promise<void> {
  const handle = client.workflow.getHandle(names.registry);
  const { runId } = await handle.describe();
  await registry.drain();
  await until("the registry has continued as new", async () => (await handle.describe()).runId !== runId);
}

/** Waits until nothing runs and the store knows all. */
async function settle({ registry, store, names }: Stage): Promise<void> {
  await until("the registry is idle and the store complete", async () => {
    const { consumers, inbox, dispatching, waitingFacts, waitsForCatalogs } = await registry.state();
    if (waitsForCatalogs.length > 0) return false;
    if (consumers.some((one) => one.running > 0 || one.pending > 0) || inbox > 0 || dispatching > 0 || waitingFacts > 0) return false;
    return (await store.listProjections()).find((one) => one.registry === names.registry)?.covered.length === 1;
  });
}

/** Ids of the children of this type that have started, in order. */
async function childrenOf(handle: WorkflowHandle, type: string): Promise<readonly string[]> {
  const { events } = await handle.fetchHistory();
  return (events ?? []).flatMap(({ childWorkflowExecutionStartedEventAttributes: started }) =>
    started?.workflowType?.name === type ? [started.workflowExecution?.workflowId ?? ""] : [],
  );
}

async function isRunningTask(handle: WorkflowHandle, activityId: string): Promise<boolean> {
  const { raw } = await handle.describe();
  return raw.pendingActivities?.some((one) => one.activityId === activityId && one.state === 2) ?? false;
}

async function closed(handle: WorkflowHandle): Promise<void> {
  await handle.result().catch(() => undefined);
}

async function drop({ landing }: Stage, name: string): Promise<void> {
  const outside = join(dirname(landing), name);
  await writeFile(outside, name);
  await rename(outside, join(landing, name));
}
