import { ApplicationFailure, Context, type Info } from "@temporalio/activity";
import type { DagDefinition } from "../core/definition.ts";
import { HeadgateError } from "../core/errors.ts";
import { type HideSecrets, hideInError } from "../core/hide-secrets.ts";
import { type AttemptSurroundings, runAttempt } from "../core/tasks/attempt.ts";
import type { KeepItems } from "../core/tasks/keep-result.ts";
import type { Log } from "../core/tasks/log.ts";
import { itemName } from "../core/tasks/outlet-id.ts";
import type { AttemptRecord } from "../core/tasks/records.ts";
import { resolveKept } from "../core/tasks/resolve-kept.ts";
import type { HeartbeatDetails, TaskInput, TaskOutput } from "../core/tasks/task-io.ts";
import type { KeptItems } from "../watchers/outbox.ts";
import type { OutputCapture } from "./captured-output.ts";
import type { ClientPool } from "./client-pool.ts";
import { errorText } from "./failure.ts";
import { judge } from "./judge.ts";
import { patiently } from "./patiently.ts";
import type { Recorder } from "./recorder.ts";
import type { StallBeats } from "./stall-beats.ts";
import { readTaskInput } from "./task-input.ts";
import { createTaskLog } from "./task-log.ts";
import { tracedAttempt } from "./trace-task.ts";

/** Milliseconds between two heartbeats. The worker's `maxHeartbeatThrottleInterval` must not be longer, or cancellations come late. */
export const HEARTBEAT_EVERY = 5_000;

export interface TaskActivityOptions {
  /** The worker's own definitions at this moment: a reload replaces them under running tasks. */
  readonly definitions: { dag(id: string): DagDefinition | undefined };
  readonly recorder: Recorder;
  readonly connections: Pick<ClientPool, "client">;
  readonly logger: Log;
  /** What tasks took from sources, and results that are too large for a history: references are loaded before the handler is called. */
  readonly kept: Pick<KeptItems, "list" | "one" | "keep">;
  /** Who runs the task, for people: host and process. */
  readonly worker: string;
  /** The text of a file of the project. */
  readonly readText: AttemptSurroundings["readText"];
  /** Takes secrets out of errors and log lines. @default nothing is hidden */
  readonly hide?: HideSecrets;
  /** Hears what handlers write to stdout and stderr. @default it is in the worker's own output only */
  readonly capture?: Pick<OutputCapture, "during">;
  /** Beats for handlers that block the thread. */
  readonly stallBeats?: Pick<StallBeats, "begin">;
  /** @default 5_000 */
  readonly heartbeatEvery?: number;
}

/**
 * The activity behind every task: the worker's `default` activity, found by no name. Runs the handler of `<dag>.<task>`,
 * heartbeats whatever the handler does, and hands cancellation, timeout and the worker's stop to its `AbortSignal`.
 */
export function createTaskActivity(options: TaskActivityOptions): (input: unknown) => Promise<TaskOutput> {
  const {
    definitions,
    recorder,
    connections,
    logger,
    worker,
    kept,
    capture,
    stallBeats,
    readText,
    heartbeatEvery = HEARTBEAT_EVERY,
    hide = (text) => text,
  } = options;

  return async function runTask(given: unknown): Promise<TaskOutput> {
    const { info, cancellationSignal, heartbeat } = contextOf();
    const input = readTaskInput(given, info);
    const attempt = input.attemptsBefore + info.attempt;
    const { item } = input;
    const about = { run: input.run.id, temporalRunId: input.run.temporalRunId, task: item === undefined ? input.task : itemName(input.task, item.index) };
    // Items have attempts and logs; the task is their map, which says itself how it is.
    const recordTask: Recorder["task"] = (one) => (item === undefined ? recorder.task(one) : undefined);
    const record: AttemptRecord = { ...about, dag: input.run.dag, round: input.round, attempt, status: "running", startedAt: Date.now(), worker };
    const { log, written } = createTaskLog({ ...about, dag: input.run.dag, attempt }, recorder, logger, hide);
    recorder.attempt(record);
    recordTask({ ...about, dag: input.run.dag, status: "running", at: record.startedAt });

    const timeout = new AbortController();
    const timer = setTimeout(() => timeout.abort(timedOut(info, input)), info.startToCloseTimeoutMs);
    const beat = (): void => heartbeat({ attempt: info.attempt } satisfies HeartbeatDetails);
    // A first attempt that is lost before its first beat is known to be the first; a later one has to say so.
    if (info.attempt > 1) beat();
    const beats = setInterval(beat, heartbeatEvery);
    const endStallBeats = stallBeats?.begin(info.taskToken, info.attempt);
    try {
      const signal = AbortSignal.any([cancellationSignal, timeout.signal]);
      const given = await patiently(() => resolveKept(input, kept), signal, log);
      const keep: KeepItems = (key, items) => patiently(() => kept.keep(key, items), signal, log);
      const surroundings = { attempt, signal, log, connection: connections.client, now: Date.now, readText, keep };
      const run = (): Promise<TaskOutput> => tracedAttempt(given, attempt, () => runAttempt(definitions.dag(input.run.dag), given, surroundings));
      const output = await (capture === undefined ? run() : capture.during(written, run));
      const ended = Date.now();
      const status = output.skipped === undefined ? "succeeded" : "skipped";
      recorder.attempt({ ...record, status, endedAt: ended });
      recordTask({ ...about, dag: input.run.dag, status, at: ended, ...(output.skipped === undefined ? {} : { why: output.skipped }) });
      return output;
    } catch (thrown) {
      const error = hideInError(thrown, hide);
      const ended = Date.now();
      const { failure, status } = judge(error, info, cancellationSignal, timeout.signal);
      const code = failure instanceof ApplicationFailure && failure.type?.startsWith("E_") === true ? { code: failure.type } : {};
      recorder.attempt({ ...record, status, endedAt: ended, error: errorText(error), ...code });
      if (status === "cancelled" || (status === "failed" && isLast(info, failure)))
        recordTask({ ...about, dag: input.run.dag, status, at: ended, why: failure.message });
      throw failure;
    } finally {
      clearTimeout(timer);
      clearInterval(beats);
      endStallBeats?.();
    }
  };
}

function isLast(info: Info, failure: Error): boolean {
  const attempts = info.retryPolicy?.maximumAttempts;
  return (failure instanceof ApplicationFailure && failure.nonRetryable === true) || (attempts !== undefined && info.attempt >= attempts);
}

function timedOut(info: Info, input: TaskInput): HeadgateError {
  return new HeadgateError("E_TASK_TIMEOUT", `it did not finish within ${info.startToCloseTimeoutMs} ms`, {
    where: `dag ${input.run.dag}, task ${input.item === undefined ? input.task : itemName(input.task, input.item.index)}`,
    hint: "give the task a longer timeout, or make it do less",
  });
}

function contextOf(): { readonly info: Info; readonly cancellationSignal: AbortSignal; readonly heartbeat: (details: HeartbeatDetails) => void } {
  const context = Context.current();
  return { info: context.info, cancellationSignal: context.cancellationSignal, heartbeat: (details) => context.heartbeat(details) };
}
