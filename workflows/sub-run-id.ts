import type { TaskCommon } from "./start-task.ts";

/**
 * The workflow id of a run below another, of one attempt of its task: the same when the workflow replays, new when it is reset, as its former
 * child may still run. (The end of a Temporal run id is random, its beginning a time.)
 */
export function subRunId(dag: string, task: string, { id, temporalRunId }: TaskCommon["run"], attempt: number): string {
  return `${dag}/${id.replaceAll("/", ".")}.${task}-${temporalRunId.slice(-8)}${attempt === 1 ? "" : `.${attempt}`}`;
}
