import {
  ApplicationFailure,
  ChildWorkflowCancellationType,
  type ChildWorkflowHandle,
  isCancellation,
  ParentClosePolicy,
  startChild,
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
import type { TaskCommon } from "./start-task.ts";
import { subRunId } from "./sub-run-id.ts";

/** Runs another DAG as a child of this run. A cancellation goes down to it, unless nobody waits for it. Rejects with `E_SUB_RUN`. */
export async function startSubRun(task: PlanTask, { params: given }: JsonObject, common: TaskCommon): Promise<TaskOutput> {
  const { dag, params = given ?? {}, partition = common.partition, wait } = task.subRun as PlanSubRun;
  if (!isRecord(params) || toKeptRef(params) !== undefined) {
    throw ApplicationFailure.nonRetryable("what should be the parameters of the other DAG is no object, or one of more than 256 KiB", "E_SUB_RUN");
  }
  const run = subRunId(dag, task.id, common.run);
  const cause = { kind: "run", text: `task "${task.id}" of ${common.run.id}` } as const;
  // What it publishes is one step further from its beginning than what this run publishes.
  const input: RunInput = { params: params as JsonObject, partition, cause, hops: common.hops };
  try {
    const child: ChildWorkflowHandle<Workflow> = await startChild(dag, {
      workflowId: run,
      args: [input],
      memo: { parentRun: common.run.id, parentTask: task.id },
      staticSummary: cause.text,
      cancellationType: ChildWorkflowCancellationType.WAIT_CANCELLATION_COMPLETED,
      parentClosePolicy: wait ? ParentClosePolicy.REQUEST_CANCEL : ParentClosePolicy.ABANDON,
    });
    recordTask(task, common, "running", `runs ${run}`);
    if (wait) await child.result();
    recordTask(task, common, "succeeded", wait ? `ran ${run}` : `started ${run}`);
    return { value: { run, status: wait ? "succeeded" : "running" } satisfies SubRun, outlets: [] };
  } catch (error) {
    if (isCancellation(error)) {
      recordTask(task, common, "cancelled", `ran ${run}`);
      throw error;
    }
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const why = `run ${run} failed: ${messageOf(cause)}`;
    recordTask(task, common, "failed", why);
    throw ApplicationFailure.create({ message: why, type: "E_SUB_RUN", nonRetryable: true, ...(cause instanceof Error ? { cause } : {}) });
  }
}
