import { ApplicationFailure, ChildWorkflowCancellationType, executeChild, ParentClosePolicy, uuid4 } from "@temporalio/workflow";
import type { Json, JsonObject } from "../core/json.ts";
import { jsonLength, LIMITS } from "../core/limits.ts";
import type { PlanTask } from "../core/plan.ts";
import { keptItem, toKeptRef } from "../core/tasks/kept-ref.ts";
import type { TaskOutput } from "../core/tasks/task-io.ts";
import type { MapInput } from "./map-items.ts";
import type { TaskCommon } from "./start-task.ts";

/**
 * Runs a map in a child workflow: whatever the length of the list, the history of the run gets the three events of one child.
 * Rejects with `E_MAP_LIST` or `E_RESULT_SIZE` if there is nothing to go over.
 */
export function startMapTask(task: PlanTask, { over: given = null }: JsonObject, common: TaskCommon): Promise<TaskOutput> {
  const over = itemsOf(given);
  if (!Array.isArray(over)) return refuse("E_MAP_LIST", `what it goes over is ${over === null ? "null" : typeof over}, not a list`);
  const bytes = jsonLength(over);
  if (bytes > LIMITS.mapBytes) return refuse("E_RESULT_SIZE", `the list that it goes over has ${bytes} bytes, at most ${LIMITS.mapBytes} can be handed over`);
  const input: MapInput = { task, common, items: over as readonly Json[] };
  return executeChild<(input: MapInput) => Promise<TaskOutput>>("mapItems", {
    // New after a reset, whose earlier child may still run.
    workflowId: `${common.run.id}/${task.id}/${uuid4().slice(0, 8)}`,
    args: [input],
    staticSummary: `${task.id} · ${over.length} items`,
    cancellationType: ChildWorkflowCancellationType.WAIT_CANCELLATION_COMPLETED,
    // Items of a run that was terminated are told to stop, as tasks are by their heartbeats.
    parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
  });
}

/** A list that the store keeps goes on as one reference for each item. */
function itemsOf(over: Json): Json {
  const ref = toKeptRef(over);
  return ref !== undefined && "count" in ref ? Array.from({ length: ref.count }, (_, index) => keptItem(ref.key, index)) : over;
}

function refuse(code: string, message: string): Promise<never> {
  return Promise.reject(ApplicationFailure.nonRetryable(message, code));
}
