import { Context, type Info } from "@temporalio/activity";
import type { DagDefinition } from "../core/definition.ts";
import { type HideSecrets, hideInError } from "../core/hide-secrets.ts";
import type { SourceLog } from "../core/source.ts";
import type { AttemptRecord } from "../core/tasks/records.ts";
import type { HeartbeatDetails, TaskInput, TaskOutput } from "../core/tasks/task-io.ts";
import type { KeptItems, Outbox } from "../watchers/outbox.ts";
import { runInAirflow } from "./airflow-run.ts";
import { errorText } from "./failure.ts";
import { judge, workerStopped } from "./judge.ts";
import type { Recorder } from "./recorder.ts";
import { takeFromSource } from "./take-items.ts";
import { readTaskInput } from "./task-input.ts";

/** Milliseconds between two heartbeats. */
const HEARTBEAT_EVERY = 5_000;

export interface WaitingTaskOptions {
  /** The worker's own definitions at this moment. */
  readonly definitions: { dag(id: string): DagDefinition | undefined };
  readonly outbox: Outbox;
  readonly kept: KeptItems;
  readonly connections: { uri(name: string): string };
  readonly recorder: Recorder;
  readonly logger: SourceLog;
  /** Who waits, for people: host and process. */
  readonly worker: string;
  /** Takes secrets out of errors. @default nothing is hidden */
  readonly hide?: HideSecrets;
  /** Aborts when the worker begins to shut down: what waits goes to another worker at once. */
  readonly stopping: AbortSignal;
}

/** One attempt of a task that waits. */
export interface WaitingAttempt {
  readonly input: TaskInput;
  /** Temporal's count: 1 for the first attempt, and for the first one after a lost worker. */
  readonly attempt: number;
  /** Aborts when the run is cancelled, and when the worker stops. */
  readonly signal: AbortSignal;
  /** True if it is the run that wants the task to stop, and not the worker. */
  isCancelled(): boolean;
  /** What a person reads while it waits. */
  waitsFor(why: string): void;
}

/**
 * The activity behind `d.consume`, `d.waitFor` and `d.airflow`, on the queue of what mostly waits: it holds no place of a task. A worker that stops
 * hands the wait to another one.
 */
export function createWaitingActivity(options: WaitingTaskOptions): (input: unknown) => Promise<TaskOutput> {
  const { definitions, recorder, stopping, worker, hide = (text) => text } = options;

  return async function waitForOthers(given: unknown): Promise<TaskOutput> {
    const context = Context.current();
    const { info, cancellationSignal } = context;
    const input = readTaskInput(given, info);
    const about = { run: input.run.id, temporalRunId: input.run.temporalRunId, task: input.task };
    const attempt = input.attemptsBefore + info.attempt;
    const record: AttemptRecord = { ...about, dag: input.run.dag, round: input.round, attempt, status: "running", startedAt: Date.now(), worker };
    recorder.attempt(record);
    const beat = (): void => context.heartbeat({ attempt: info.attempt } satisfies HeartbeatDetails);
    beat();
    const beats = setInterval(beat, HEARTBEAT_EVERY);
    const one: WaitingAttempt = {
      input,
      attempt: info.attempt,
      signal: AbortSignal.any([cancellationSignal, stopping]),
      isCancelled: () => cancellationSignal.aborted && judge(undefined, info, cancellationSignal, NEVER).status === "cancelled",
      waitsFor: (why) => recorder.task({ ...about, dag: input.run.dag, status: "waiting", at: Date.now(), why }),
    };
    try {
      const isAirflow = definitions.dag(input.run.dag)?.plan.plan.tasks.find(({ id }) => id === input.task)?.kind === "airflow";
      const output = await (isAirflow ? runInAirflow(one, options) : takeFromSource(one, options));
      const ended = Date.now();
      const status = output.skipped === undefined ? "succeeded" : "skipped";
      recorder.attempt({ ...record, status, endedAt: ended });
      recorder.task({ ...about, dag: input.run.dag, status, at: ended, ...(output.skipped === undefined ? {} : { why: output.skipped }) });
      return output;
    } catch (thrown) {
      const error = hideInError(thrown, hide);
      const { failure, status } = stopped(stopping, cancellationSignal, info) ?? judge(error, info, cancellationSignal, NEVER);
      recorder.attempt({ ...record, status, endedAt: Date.now(), error: errorText(error) });
      throw failure;
    } finally {
      clearInterval(beats);
    }
  };
}

const NEVER = new AbortController().signal;

function stopped(stopping: AbortSignal, cancelled: AbortSignal, info: Info): { readonly failure: Error; readonly status: "lost" } | undefined {
  return stopping.aborted && !cancelled.aborted ? { failure: workerStopped(info), status: "lost" } : undefined;
}
