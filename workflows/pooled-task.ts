import { WorkflowExecutionAlreadyStartedError } from "@temporalio/common";
import { ChildWorkflowCancellationType, executeChild, ParentClosePolicy, patched, proxyActivities, workflowInfo } from "@temporalio/workflow";
import { triggersOf } from "../core/names.ts";
import type { PlanTask } from "../core/plan.ts";
import { itemName } from "../core/tasks/outlet-id.ts";
import type { PoolTurns } from "./pool-turns.ts";
import type { PoolRaceActivities } from "./ports.ts";
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

/** As `startTask`, once the pool has a place. */
export async function startInPool(task: PlanTask, start: TaskStart, common: TaskCommon, turns: PoolTurns): Promise<unknown> {
  const pool = task.pool as string;
  const item = start.item === undefined ? task.id : itemName(task.id, start.item.index);
  if (start.item === undefined) recordTask(task, common, "queued", `waits for a place in pool "${pool}"`);
  const inSlot = (slot: string): Promise<unknown> =>
    executeChild<(input: PooledInput) => Promise<unknown>>("pooledTask", {
      workflowId: slot,
      args: [{ task, start, common }],
      staticSummary: `${item} of ${common.run.id}`,
      cancellationType: ChildWorkflowCancellationType.WAIT_CANCELLATION_COMPLETED,
      // The place of a run that was terminated is free once its task has stopped.
      parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
    });
  // Runs that began before there were turns go on racing for places.
  if (!patched("pool-turns")) return await race(pool, inSlot);
  const ticket = start.round === 1 ? item : `${item}#${start.round}`;
  return await turns.hold(pool, { ticket, priority: task.priority ?? 0, since: start.startedAt ?? Date.now() }, inSlot);
}

/** Whoever loses the race for a place goes on waiting. */
async function race(pool: string, inSlot: (slot: string) => Promise<unknown>): Promise<unknown> {
  const { findSlot } = proxyActivities<PoolRaceActivities>({
    taskQueue: triggersOf(workflowInfo().taskQueue),
    summary: `waits for a place in pool ${pool}`,
    startToCloseTimeout: "1h",
    heartbeatTimeout: "30s",
    retry: { initialInterval: "200ms", maximumInterval: "10s" },
  });
  for (;;) {
    const { slot } = await findSlot({ pool });
    try {
      return await inSlot(slot);
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    }
  }
}
