import type { WorkflowHandle } from "@temporalio/client";

/** WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_COMMAND of the Temporal API. */
const UNHANDLED_COMMAND = 1;

/** Failed workflow tasks of a run. A continue-as-new that a signal overtakes fails its task and is tried again: that one is no fault. */
export async function failedTasks(handle: WorkflowHandle): Promise<number> {
  const { events } = await handle.fetchHistory();
  return (events ?? []).filter(({ workflowTaskFailedEventAttributes: failed }) => failed && failed.cause !== UNHANDLED_COMMAND).length;
}
