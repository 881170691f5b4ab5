import type { ChildProcess } from "node:child_process";
import { createProject, type Project } from "../support/project.ts";
import { createWorld, type World } from "../support/stack.ts";
import { type CallOptions, type Ended, headgate } from "./headgate.ts";
import { untilSaid } from "./until-said.ts";
import { startWorker, stopWorker } from "./worker.ts";

/** A user's project beside real servers, its command line, and a worker when a test wants one. */
export interface Workplace {
  readonly world: World;
  readonly project: Project;
  /** Where the servers are, for processes of the project. */
  readonly env: NonNullable<CallOptions["env"]>;
  /** Runs `headgate` in the project. */
  call(...args: string[]): Promise<Ended>;
  /** Calls again until it says what is waited for. */
  until(args: readonly string[], isThere: (ended: Ended) => boolean): Promise<Ended>;
  /** Resolves once the worker takes work; one that runs already is stopped before. */
  startWorker(): Promise<void>;
  stopWorker(): Promise<void>;
  /** Stops the worker; the project and its part of the servers are gone. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** What the registry decided is in the store a moment later; on a busy machine the moment is long. */
const PATIENCE = 90_000;

/** @param more - variables beside those that name the servers */
export async function openWorkplace(files: Readonly<Record<string, string>>, more: Workplace["env"] = {}): Promise<Workplace> {
  const world = await createWorld();
  const project = await createProject(files);
  const env = {
    TEMPORAL_ADDRESS: world.temporalAddress,
    TEMPORAL_NAMESPACE: world.namespace,
    HEADGATE_ENVIRONMENT: world.environment,
    HEADGATE_DATABASE_URL: world.databaseUrl,
    ...more,
  };
  let worker: ChildProcess | undefined;
  const call = (...args: string[]): Promise<Ended> => headgate(args, { cwd: project.root, env });
  const stop = async (): Promise<void> => {
    await stopWorker(worker);
    worker = undefined;
  };
  return {
    ...{ world, project, env, call },
    until: (args, isThere) => untilSaid(call, args, isThere, PATIENCE),
    startWorker: async () => {
      await stop();
      worker = await startWorker(project.root, env);
    },
    stopWorker: stop,
    async [Symbol.asyncDispose]() {
      await stop();
      await project[Symbol.asyncDispose]();
      await world[Symbol.asyncDispose]();
    },
  };
}
