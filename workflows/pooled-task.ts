import { WorkflowExecutionAlreadyStartedError } from "@temporalio/common";
import { ChildWorkflowCancellationType, executeChild, ParentClosePolicy, proxyActivities, workflowInfo } from "@temporalio/workflow";
import { triggersOf } from "../core/names.ts";
import type { PlanTask } from "../core/plan.ts";
import { itemName } from "../core/tasks/outlet-id.ts";
import type { PoolActivities } from "./ports.ts";
import { recordTask } from "./record-task.ts";
import { startTask, type TaskCommon, type TaskStart } from "./start-task.ts";

export interface PooledInput {
  readonly task: PlanTask;
  readonly start: TaskStart;
  readonly common: TaskCommon;
}

/**
 * Holds a place of a pool and runs the task's activity. Its workflow id is that of the place, and the server has one open workflow of an
 * id at most, whatever happens to workers: as long as this is open, the place is taken, and no longer.
 */
export async function pooledTask({ task, start, common }: PooledInput): Promise<unknown> {
  return await startTask(task, start, common);
}

/** As `startTask`, once the pool has a place. Whoever loses the race for one goes on waiting. */
export async function startInPool(task: PlanTask, start: TaskStart, common: TaskCommon): Promise<unknown> {
  const pool = task.pool as string;
  const { findSlot } = proxyActivities<PoolActivities>({
    // Waits hold no place of a worker that real work needs: those with a place in the pool run there.
    taskQueue: triggersOf(workflowInfo().taskQueue),
    summary: `waits for a place in pool ${pool}`,
    startToCloseTimeout: "1h",
    heartbeatTimeout: "30s",
    retry: { initialInterval: "200ms", maximumInterval: "10s" },
  });
  if (start.item === undefined) recordTask(task, common, "queued", `waits for a place in pool "${pool}"`);
  const name = start.item === undefined ? task.id : itemName(task.id, start.item.index);
  for (;;) {
    const { slot } = await findSlot({ pool });
    try {
      return await executeChild<(input: PooledInput) => Promise<unknown>>("pooledTask", {
        workflowId: slot,
        args: [{ task, start, common }],
        staticSummary: `${name} of ${common.run.id}`,
        cancellationType: ChildWorkflowCancellationType.WAIT_CANCELLATION_COMPLETED,
        // The place of a run that was terminated is free once its task has stopped.
        parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
      });
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    }
  }
}
