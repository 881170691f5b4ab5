import { fileURLToPath } from "node:url";
import { Client, type WorkflowHandle } from "@temporalio/client";
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Runtime, Worker, type WorkflowBundle } from "@temporalio/worker";
import { createWatchActivity, type WatchActivityDeps } from "../../activities/read-source.ts";
import { namesFor } from "../../core/names.ts";
import { WATCHER_STATUS_QUERY, type WatcherInput, type WatcherStatus } from "../../core/watcher-protocol.ts";
import { createWorld, type World } from "../support/stack.ts";
import { until } from "../watchers/session-run.ts";

export interface WatcherWorld {
  readonly world: World;
  readonly client: Client;
  readonly queue: string;
  /** A worker for the sessions of watchers. */
  startSessions(deps: Omit<WatchActivityDeps, "logger" | "connections">): Promise<void>;
  startWatcher(watcher: string, input?: Partial<WatcherInput>): Promise<WatcherHandle>;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface WatcherHandle extends WorkflowHandle {
  status(): Promise<WatcherStatus>;
  /** Waits for a status for which the test holds. */
  untilStatus(what: string, test: (status: WatcherStatus) => boolean, within?: number): Promise<WatcherStatus>;
}

const logger = new DefaultLogger("ERROR");
let bundle: Promise<WorkflowBundle> | undefined;

/** The watcher's workflow on the real server, in a corner of its own. */
export async function createWatcherWorld(): Promise<WatcherWorld> {
  const world = await createWorld();
  const names = namesFor(world.environment);
  if (bundle === undefined) Runtime.install({ logger });
  bundle ??= bundleWorkflowCode({ workflowsPath: fileURLToPath(new URL("../../workflows/watcher.ts", import.meta.url)), logger });
  const connection = await NativeConnection.connect({ address: world.temporalAddress });
  const client = new Client({ connection, namespace: world.namespace });
  const queue = names.triggerQueue("headgate");
  const running: { readonly worker: Worker; readonly ended: Promise<void> }[] = [];
  const stopping = new AbortController();
  const handles: WorkflowHandle[] = [];

  async function run(options: Parameters<typeof Worker.create>[0]): Promise<void> {
    const worker = await Worker.create({ connection, namespace: world.namespace, maxHeartbeatThrottleInterval: "1s", shutdownGraceTime: "2s", ...options });
    running.push({ worker, ended: worker.run() });
  }

  await run({ taskQueue: names.systemQueue, workflowBundle: await bundle });

  const startSessions: WatcherWorld["startSessions"] = (deps) =>
    run({
      taskQueue: queue,
      activities: createWatchActivity({
        ...deps,
        stopping: stopping.signal,
        connections: { uri: (name) => name },
        logger: { info: () => undefined, warn: () => undefined },
      }),
    });

  async function startWatcher(watcher: string, input: Partial<WatcherInput> = {}): Promise<WatcherHandle> {
    const handle = await client.workflow.start("watcherSession", {
      workflowId: names.watcher(watcher),
      taskQueue: names.systemQueue,
      args: [{ watcher, taskQueue: queue, ...input } satisfies WatcherInput],
    });
    const current = client.workflow.getHandle(handle.workflowId);
    handles.push(current);
    const status = (): Promise<WatcherStatus> => current.query<WatcherStatus>(WATCHER_STATUS_QUERY);
    const untilStatus: WatcherHandle["untilStatus"] = async (what, test, within = 10_000) => {
      let last: WatcherStatus | undefined;
      await until(
        what,
        async () => {
          last = await status();
          return test(last);
        },
        within,
      ).catch((error: unknown) => {
        throw new Error(`${String(error)}; the last status is ${JSON.stringify(last)}`);
      });
      return last as WatcherStatus;
    };
    return { ...current, status, untilStatus };
  }

  return {
    world,
    client,
    queue,
    startSessions,
    startWatcher,
    [Symbol.asyncDispose]: async () => {
      stopping.abort();
      await Promise.all(handles.map((handle) => handle.terminate("the test is over").catch(() => undefined)));
      for (const { worker } of running) if (worker.getState() === "RUNNING") worker.shutdown();
      await Promise.all(running.map(({ ended }) => ended));
      await connection.close();
      await world[Symbol.asyncDispose]();
    },
  };
}
