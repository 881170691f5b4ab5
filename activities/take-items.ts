import { ApplicationFailure } from "@temporalio/activity";
import { HeadgateError } from "../core/errors.ts";
import { contentHash } from "../core/hash.ts";
import type { PlanSource } from "../core/plan.ts";
import { keptItem, keptList } from "../core/tasks/kept-ref.ts";
import type { TaskInput, TaskOutput } from "../core/tasks/task-io.ts";
import { formatDuration } from "../core/time/duration.ts";
import { matcherOf, takeItems } from "../watchers/take-items.ts";
import type { WaitingAttempt, WaitingTaskOptions } from "./waiting-task.ts";

/**
 * `d.consume` and `d.waitFor`: what is taken is in the store, with the position in one transaction, before the source is told; the run gets a
 * reference.
 */
export async function takeFromSource(
  { input, signal, waitsFor }: WaitingAttempt,
  { definitions, outbox, kept, connections, logger }: WaitingTaskOptions,
): Promise<TaskOutput> {
  const dag = definitions.dag(input.run.dag);
  const plan = dag?.plan.plan.tasks.find(({ id }) => id === input.task)?.source;
  const reads = dag?.sources?.get(input.task);
  if (plan === undefined || reads === undefined) {
    throw ApplicationFailure.nonRetryable(`this worker has no task "${input.task}" of dag "${input.run.dag}" that reads a source`, "E_TASK_GONE");
  }
  const { id, temporalRunId, dag: dagId } = input.run;
  const name = reads.source.describe(undefined);
  waitsFor(`waits for ${name}`);

  const task = `${id}/${temporalRunId}/${input.task}`;
  const run = { id, partition: input.partition, params: input.params };
  const isWanted = matcherOf(reads, run);
  const request = {
    ...{ reads, task, signal, patience: patienceOf(plan, input) },
    // A batch goes on where the run before ended, unless another source is read; a wait begins for itself.
    reader: plan.take === "batch" ? `consume/${dagId}/${input.task}/${contentHash(`${reads.source.kind} ${name}`).slice(0, 8)}` : `wait/${task}`,
    max: plan.take === "batch" ? plan.max : 1,
    // A wait for one has a deadline, however often its worker was lost.
    patienceFrom: plan.take === "batch" ? ("joined" as const) : ("start" as const),
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
