import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { type ApplicationFailure, Client, WorkflowFailedError, type WorkflowHandle } from "@temporalio/client";
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Runtime, type WorkflowBundle } from "@temporalio/worker";
import { afterAll, beforeAll, inject } from "vitest";
import { createEndSink } from "../../activities/end-sink.ts";
import type { RunActivities } from "../../workflows/ports.ts";
import { type ActivityOptions, type Heard, nothingHeard, runActivities, withWorker } from "./run-world.ts";

/** What the tests of a file share; there from their `beforeAll` on. */
export interface Server {
  readonly temporalAddress: string;
  readonly namespace: string;
  connection: NativeConnection;
  client: Client;
  workflowBundle: WorkflowBundle;
}

/** Connects the tests of this file to the server, with the workflows as a worker has them. */
export function useServer(): Server {
  const server = { ...inject("stack") } as unknown as Server;
  beforeAll(async () => {
    const logger = new DefaultLogger("ERROR");
    Runtime.install({ logger });
    server.connection = await NativeConnection.connect({ address: server.temporalAddress });
    server.client = new Client({ connection: server.connection, namespace: server.namespace });
    const path = (file: string): string => fileURLToPath(new URL(`../../workflows/${file}`, import.meta.url));
    server.workflowBundle = await bundleWorkflowCode({ workflowsPath: path("index.ts"), payloadConverterPath: path("payload-converter.ts"), logger });
  });
  afterAll(() => server.connection.close());
  return server;
}

export interface Scene {
  readonly heard: Heard;
  readonly taskQueue: string;
  start(dag: string, input?: unknown): Promise<WorkflowHandle>;
  /** Starts a run and waits for its end, whatever it is. */
  run(dag: string, input?: unknown): Promise<{ readonly handle: WorkflowHandle; readonly result: unknown; readonly error: ApplicationFailure | undefined }>;
}

/** One worker with its own task queue, for one test. */
export async function withScene(
  server: Server,
  body: (scene: Scene) => Promise<void>,
  { searchAttributes = true, localOnly = false, ...more }: Partial<ActivityOptions> & { readonly localOnly?: boolean } = {},
): Promise<void> {
  const heard = nothingHeard();
  const taskQueue = `runs-${randomUUID()}`;
  const start = (dag: string, input?: unknown): Promise<WorkflowHandle> =>
    server.client.workflow.start(dag, { taskQueue, workflowId: `${dag}/${randomUUID()}`, args: input === undefined ? [] : [input] });
  async function run(dag: string, input?: unknown): ReturnType<Scene["run"]> {
    const handle = await start(dag, input);
    try {
      return { handle, result: await handle.result(), error: undefined };
    } catch (error) {
      if (!(error instanceof WorkflowFailedError)) throw error;
      return { handle, result: undefined, error: error.cause as ApplicationFailure };
    }
  }
  const activities = runActivities(heard, { searchAttributes, heartbeatEvery: 500, ...more });
  const { client, connection, namespace, workflowBundle } = server;
  const sinks = createEndSink({ client, reportEnd: activities.reportEnd as RunActivities["reportEnd"], patience: 500 });
  await withWorker({ sinks, connection, namespace, taskQueue, workflowBundle, activities, enableNonLocalActivities: !localOnly }, () =>
    body({ heard, taskQueue, start, run }),
  );
}

export async function until<T>(look: () => T | undefined | Promise<T | undefined>, ms = 30_000): Promise<T> {
  for (const end = Date.now() + ms; Date.now() < end; await sleep(50)) {
    const found = await look();
    if (found !== undefined) return found;
  }
  throw new Error("it did not happen in time");
}

export async function historyOf(handle: WorkflowHandle): Promise<string[]> {
  const { events } = await handle.fetchHistory();
  return (events ?? []).map((event) => Object.keys(event).find((key) => key.endsWith("EventAttributes")) ?? "");
}
