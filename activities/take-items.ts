import { ApplicationFailure, Context, type Info } from "@temporalio/activity";
import type { DagDefinition } from "../core/definition.ts";
import { HeadgateError } from "../core/errors.ts";
import { contentHash } from "../core/hash.ts";
import { type HideSecrets, hideInError } from "../core/hide-secrets.ts";
import type { PlanSource } from "../core/plan.ts";
import type { SourceLog } from "../core/source.ts";
import { keptItem, keptList } from "../core/tasks/kept-ref.ts";
import type { AttemptRecord } from "../core/tasks/records.ts";
import type { HeartbeatDetails, TaskInput, TaskOutput } from "../core/tasks/task-io.ts";
import { formatDuration } from "../core/time/duration.ts";
import type { KeptItems, Outbox } from "../watchers/outbox.ts";
import { matcherOf, takeItems } from "../watchers/take-items.ts";
import { errorText } from "./failure.ts";
import { judge, workerStopped } from "./judge.ts";
import type { Recorder } from "./recorder.ts";
import { readTaskInput } from "./task-input.ts";

/** Milliseconds between two heartbeats. */
const HEARTBEAT_EVERY = 5_000;

export interface TakeActivityOptions {
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

/**
 * The activity behind `d.consume` and `d.waitFor`, on the queue of what mostly waits: it holds no place of a task. What it took is in
 * the store, with the position in one transaction, before the source is told; the run gets a reference.
 */
export function createTakeActivity(options: TakeActivityOptions): (input: unknown) => Promise<TaskOutput> {
  const { recorder, stopping, worker, hide = (text) => text } = options;

  return async function takeFromSource(given: unknown): Promise<TaskOutput> {
    const context = Context.current();
    const { info } = context;
    const input = readTaskInput(given, info);
    const about = { run: input.run.id, temporalRunId: input.run.temporalRunId, task: input.task };
    const attempt = input.attemptsBefore + info.attempt;
    const record: AttemptRecord = { ...about, dag: input.run.dag, round: input.round, attempt, status: "running", startedAt: Date.now(), worker };
    recorder.attempt(record);
    const beat = (): void => context.heartbeat({ attempt: info.attempt } satisfies HeartbeatDetails);
    beat();
    const beats = setInterval(beat, HEARTBEAT_EVERY);
    try {
      const output = await take(input, AbortSignal.any([context.cancellationSignal, stopping]), options);
      const ended = Date.now();
      const status = output.skipped === undefined ? "succeeded" : "skipped";
      recorder.attempt({ ...record, status, endedAt: ended });
      recorder.task({ ...about, dag: input.run.dag, status, at: ended, ...(output.skipped === undefined ? {} : { why: output.skipped }) });
      return output;
    } catch (thrown) {
      const error = hideInError(thrown, hide);
      const { failure, status } = stopped(stopping, context.cancellationSignal, info) ?? judge(error, info, context.cancellationSignal, NEVER);
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

async function take(
  input: TaskInput,
  signal: AbortSignal,
  { definitions, outbox, kept, connections, recorder, logger }: TakeActivityOptions,
): Promise<TaskOutput> {
  const dag = definitions.dag(input.run.dag);
  const plan = dag?.plan.plan.tasks.find(({ id }) => id === input.task)?.source;
  const reads = dag?.sources?.get(input.task);
  if (plan === undefined || reads === undefined) {
    throw ApplicationFailure.nonRetryable(`this worker has no task "${input.task}" of dag "${input.run.dag}" that reads a source`, "E_TASK_GONE");
  }
  const { id, temporalRunId, dag: dagId } = input.run;
  const name = reads.source.describe(undefined);
  recorder.task({ run: id, temporalRunId, dag: dagId, task: input.task, status: "waiting", at: Date.now(), why: `waits for ${name}` });

  const task = `${id}/${temporalRunId}/${input.task}`;
  const run = { id, partition: input.partition, params: input.params };
  const isWanted = matcherOf(reads, run);
  const request = {
    ...{ reads, task, signal, patience: patienceOf(plan, input) },
    // A batch goes on where the run before ended, unless another source is read; a wait begins for itself.
    reader: plan.take === "batch" ? `consume/${dagId}/${input.task}/${contentHash(`${reads.source.kind} ${name}`).slice(0, 8)}` : `wait/${task}`,
    max: plan.take === "batch" ? plan.max : 1,
    ...(isWanted === undefined ? {} : { isWanted }),
  };
  const taken = await takeItems(request, { outbox, kept, connection: (named) => connections.uri(named), log: logger });
  if (plan.take === "batch") return output(taken === 0 ? [] : keptList(task, taken));
  return taken === 0 ? inVain(plan) : output(keptItem(task, 0));
}

/** How long this attempt may wait: a batch as long as it says, a wait until its deadline, however often its worker was lost. */
function patienceOf(plan: PlanSource, { begunAt = Date.now() }: TaskInput): number | undefined {
  if (plan.take === "batch") return plan.wait;
  return plan.timeout === undefined ? undefined : begunAt + plan.timeout - Date.now();
}

function inVain({ timeout = 0, onTimeout }: Extract<PlanSource, { take: "one" }>): TaskOutput {
  const why = `it waited ${formatDuration(timeout)} in vain`;
  if (onTimeout === "skip") return { ...output(null), skipped: why };
  throw new HeadgateError("E_WAIT_TIMEOUT", why);
}

function output(value: TaskOutput["value"]): TaskOutput {
  return { value, outlets: [] };
}
