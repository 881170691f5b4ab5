import { type NativeConnection, Worker, type WorkerOptions } from "@temporalio/worker";
import { createClientPool } from "../../activities/client-pool.ts";
import { createLoadKept } from "../../activities/load-kept.ts";
import { createLoadPlan, type DeployedPlans } from "../../activities/load-plan.ts";
import type { Recorder } from "../../activities/recorder.ts";
import { createRunReports, type RunPublisher } from "../../activities/report-run.ts";
import { createTaskActivity } from "../../activities/run-task.ts";
import type { StallBeats } from "../../activities/stall-beats.ts";
import type { DagDefinition } from "../../core/definition.ts";
import type { EventInput } from "../../core/event.ts";
import type { RunEnded, RunStarted } from "../../core/run.ts";
import type { AttemptRecord, LogLine, TaskRecord } from "../../core/tasks/records.ts";
import { createDefinitionSet } from "../../runtime/definition-set.ts";
import { projectFiles } from "../../runtime/project-files.ts";
import { createTestKept } from "../../testing/test-kept.ts";
import type { RunActivities } from "../../workflows/ports.ts";
import { DAGS } from "./run-dags.ts";

/** All that a run told anybody, in order. */
export interface Heard {
  readonly started: RunStarted[];
  readonly published: EventInput[];
  readonly ended: RunEnded[];
  readonly attempts: AttemptRecord[];
  readonly lines: LogLine[];
  readonly tasks: TaskRecord[];
}

export interface ActivityOptions {
  /** @default those of run-dags.ts */
  readonly dags?: readonly DagDefinition[];
  readonly searchAttributes: boolean;
  readonly heartbeatEvery?: number;
  readonly stallBeats?: StallBeats;
  readonly plans?: DeployedPlans;
  /** URIs of connections, by name. @default none */
  readonly uriOf?: (name: string) => string;
  /** Throws what the registry would refuse, or while it cannot be reached. */
  readonly refuse?: (events: readonly EventInput[]) => void;
  /** What an end waits for before the registry takes it. */
  readonly takesEnd?: () => Promise<void>;
  /** @default false: by a local activity */
  readonly endBySink?: boolean;
  /** @default no task is in a pool */
  readonly askPool?: RunActivities["askPool"];
}

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** The activities of a run with ends that only remember: the registry and the store are not what is tested here. */
export function runActivities(
  heard: Heard,
  { dags = DAGS, searchAttributes, plans, refuse = () => undefined, takesEnd, endBySink = false, uriOf = () => "", askPool, ...rest }: ActivityOptions,
): Record<string, (...args: never[]) => Promise<unknown>> {
  const definitions = createDefinitionSet(dags);
  const publisher: RunPublisher = {
    publish: async (events) => {
      refuse(events);
      heard.published.push(...events);
    },
    runStarted: async (started) => void heard.started.push(started),
    runEnded: async (ended) => {
      await takesEnd?.();
      refuse(ended.outlets);
      heard.published.push(...ended.outlets);
      heard.ended.push(ended);
    },
  };
  const recorder: Recorder = {
    attempt: (one) => void heard.attempts.push(one),
    log: (line) => void heard.lines.push(line),
    task: (one) => void heard.tasks.push(one),
  };
  const deployed = plans ?? { byHash: async () => undefined, deployed: async (dag) => definitions.dag(dag)?.plan };
  const kept = createTestKept();
  return {
    loadKept: createLoadKept(kept),
    loadPlan: createLoadPlan({ definitions, plans: deployed, searchAttributes, endBySink }),
    ...createRunReports({ publisher, recorder }),
    ...(askPool === undefined ? {} : { askPool }),
    default: createTaskActivity({
      kept,
      definitions,
      recorder,
      connections: createClientPool(uriOf),
      logger: quiet,
      worker: "test",
      readText: projectFiles(process.cwd()),
      ...rest,
    }),
  } as Record<string, (...args: never[]) => Promise<unknown>>;
}

export function nothingHeard(): Heard {
  return { started: [], published: [], ended: [], attempts: [], lines: [], tasks: [] };
}

/** A worker that runs as long as the body does. */
export async function withWorker<T>(
  options: Omit<WorkerOptions, "connection"> & { readonly connection: NativeConnection },
  body: () => Promise<T>,
): Promise<T> {
  const worker = await Worker.create({ maxHeartbeatThrottleInterval: "1s", shutdownGraceTime: "1s", shutdownForceTime: "5s", ...options });
  return await worker.runUntil(body);
}
