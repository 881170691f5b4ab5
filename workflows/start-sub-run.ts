import {
  ApplicationFailure,
  CancellationScope,
  ChildWorkflowCancellationType,
  type ChildWorkflowHandle,
  isCancellation,
  ParentClosePolicy,
  sleep,
  startChild,
  TerminatedFailure,
  type Workflow,
} from "@temporalio/workflow";
import type { SubRun } from "../core/authoring/sub-run.ts";
import { messageOf } from "../core/errors.ts";
import { isRecord, type JsonObject } from "../core/json.ts";
import type { PlanSubRun, PlanTask } from "../core/plan.ts";
import type { RunInput } from "../core/run.ts";
import { toKeptRef } from "../core/tasks/kept-ref.ts";
import type { TaskOutput } from "../core/tasks/task-io.ts";
import { recordTask } from "./record-task.ts";
import { impatient, logUnheard } from "./run-activities.ts";
import type { TaskCommon } from "./start-task.ts";
import { subRunId } from "./sub-run-id.ts";

/** What another run would fail for, too. */
const FINAL: ReadonlySet<string> = new Set(["E_PARAMS", "E_RUN_INPUT", "E_DAG_UNKNOWN", "E_PLAN_GONE"]);

/**
 * Runs another DAG as a child of this run; one that failed is followed by another, as often as the task has retries. A cancellation goes
 * down to it, unless nobody waits for it. Rejects with `E_SUB_RUN`.
 */
export async function startSubRun(task: PlanTask, { params: given }: JsonObject, common: TaskCommon): Promise<TaskOutput> {
  const { params = given ?? {}, partition = common.partition } = task.subRun as PlanSubRun;
  if (!isRecord(params) || toKeptRef(params) !== undefined) {
    throw ApplicationFailure.nonRetryable("what should be the parameters of the other DAG is no object, or one of more than 256 KiB", "E_SUB_RUN");
  }
  const cause = { kind: "run", text: `task "${task.id}" of ${common.run.id}` } as const;
  // What it publishes is one step further from its beginning than what this run publishes.
  const input: RunInput = { params: params as JsonObject, partition, cause, hops: common.hops };
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await runOnce(task, input, common, attempt);
    } catch (error) {
      if (attempt > task.retries || !mayHelp(error)) throw error;
      await sleep(waitBefore(task, attempt), { summary: `${task.id} tries again` }).catch((reason: unknown) => {
        recordTask(task, common, "cancelled", `attempt ${attempt} had failed`);
        throw reason;
      });
    }
  }
}

async function runOnce(task: PlanTask, input: RunInput, common: TaskCommon, attempt: number): Promise<TaskOutput> {
  const { dag, wait } = task.subRun as PlanSubRun;
  const run = subRunId(dag, task.id, common.run, attempt);
  const tell = recordedAttempt(task, common, attempt, run);
  try {
    const text = input.cause?.text ?? "";
    const child: ChildWorkflowHandle<Workflow> = await startChild(dag, {
      workflowId: run,
      args: [input],
      memo: { parentRun: common.run.id, parentTask: task.id },
      staticSummary: text,
      cancellationType: ChildWorkflowCancellationType.WAIT_CANCELLATION_COMPLETED,
      parentClosePolicy: wait ? ParentClosePolicy.REQUEST_CANCEL : ParentClosePolicy.ABANDON,
    });
    void tell("running", `runs ${run}`);
    if (wait) await child.result();
    const told = tell("succeeded", wait ? `ran ${run}` : `started ${run}`);
    if (told !== undefined) await told;
    return { value: { run, status: wait ? "succeeded" : "running" } satisfies SubRun, outlets: [] };
  } catch (error) {
    if (isCancellation(error)) {
      const told = tell("cancelled", `ran ${run}`);
      if (told !== undefined) await told;
      throw error;
    }
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const why = `run ${run} failed: ${messageOf(cause)}`;
    const told = tell("failed", why);
    if (told !== undefined) await told;
    throw ApplicationFailure.create({ message: why, type: "E_SUB_RUN", nonRetryable: true, ...(cause instanceof Error ? { cause } : {}) });
  }
}

/** A run that a person cancelled or terminated is not started again. */
function mayHelp(error: unknown): boolean {
  if (isCancellation(error) || !(error instanceof ApplicationFailure)) return false;
  const { cause } = error;
  return !(cause instanceof TerminatedFailure || (cause instanceof ApplicationFailure && FINAL.has(cause.type ?? "")));
}

function waitBefore({ backoff }: PlanTask, attempt: number): number {
  return Math.min(backoff.max, backoff.initial * backoff.factor ** (attempt - 1));
}

type Status = "running" | "succeeded" | "failed" | "cancelled";

/**
 * Says how the task is; one with retries also what became of each attempt, and which run it was. That is waited for: a run that ends with
 * this task would end before it.
 */
function recordedAttempt(task: PlanTask, common: TaskCommon, attempt: number, child: string): (status: Status, why: string) => Promise<void> | undefined {
  const startedAt = Date.now();
  return (status, why) => {
    const goesOn = status === "failed" && attempt <= task.retries;
    recordTask(task, common, goesOn ? "running" : status, why);
    if (task.retries === 0) return undefined;
    const { id: run, temporalRunId, dag } = common.run;
    const end = status === "running" ? {} : { endedAt: Date.now() };
    const error = status === "failed" ? { error: why, code: "E_SUB_RUN" } : {};
    const record = { ...{ run, temporalRunId, dag, task: task.id, round: 1, attempt, status, startedAt, worker: child }, ...end, ...error };
    return CancellationScope.nonCancellable(() => impatient.recordAttempt(record)).catch(logUnheard);
  };
}
