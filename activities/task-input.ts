import { ApplicationFailure, type Info } from "@temporalio/activity";
import type { TaskInput } from "../core/tasks/task-io.ts";

/** Every activity that the worker has no name for comes here, also what is no task of ours. */
export function readTaskInput(given: unknown, info: Info): TaskInput {
  const input = given as Partial<TaskInput> | null | undefined;
  if (
    typeof input === "object" &&
    input !== null &&
    typeof input.task === "string" &&
    typeof input.run?.dag === "string" &&
    `${input.run.dag}.${input.task}` === info.activityType
  ) {
    return input as TaskInput;
  }
  throw ApplicationFailure.nonRetryable(`"${info.activityType}" is no activity of this worker and no task that Headgate scheduled`, "E_TASK_GONE");
}
