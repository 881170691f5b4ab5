import { ActivityCancellationType, proxyActivities, workflowInfo } from "@temporalio/workflow";
import type { JsonObject } from "../core/json.ts";
import { triggersOf } from "../core/names.ts";
import type { PlanTask } from "../core/plan.ts";
import { itemName } from "../core/tasks/outlet-id.ts";
import type { TaskInput } from "../core/tasks/task-io.ts";

/** The worker beats every 5 s; missing six of them means that it is gone. */
const HEARTBEAT_TIMEOUT = 30_000;
/** A lost worker must come back to the interpreter instead of using up one of Temporal's attempts. The server's name for that timeout. */
const LOST_WORKER = "TemporalTimeout:Heartbeat";

/** The server has five priorities, and with it the smallest goes first. */
const MIDDLE_PRIORITY = 3;

/** What all tasks of a run are given alike. */
export type TaskCommon = Pick<TaskInput, "run" | "plan" | "partition" | "interval" | "params" | "hops">;

export interface TaskStart {
  readonly round: number;
  readonly attemptsBefore: number;
  readonly retries: number;
  readonly input: JsonObject;
  readonly item?: TaskInput["item"];
  readonly startedAt?: number;
}

/** Schedules the activity behind a task, or behind one item of a map. */
export function startTask(task: PlanTask, start: TaskStart, common: TaskCommon): Promise<unknown> {
  const { round, attemptsBefore, retries, input, item, startedAt } = start;
  const waits = task.kind === "source" || task.kind === "airflow";
  const type = task.kind === "external" ? (task.activity as string) : `${common.run.dag}.${task.id}`;
  const given =
    task.kind === "external"
      ? input
      : { ...common, task: task.id, round, attemptsBefore, input, ...(item === undefined ? {} : { item }), ...(waits ? { begunAt: startedAt } : {}) };
  const name = item === undefined ? task.id : itemName(task.id, item.index);
  const activities = proxyActivities<Record<string, (given: unknown) => Promise<unknown>>>({
    activityId: round === 1 ? name : `${name}#${round}`,
    summary: summaryOf(name, round, common.partition),
    startToCloseTimeout: task.timeout,
    // Workers in other languages beat if they are asked to; ours always do.
    ...(task.kind === "external" ? (task.heartbeat === undefined ? {} : { heartbeatTimeout: task.heartbeat }) : { heartbeatTimeout: HEARTBEAT_TIMEOUT }),
    ...(task.startTimeout === undefined ? {} : { scheduleToStartTimeout: task.startTimeout }),
    ...(task.priority === undefined ? {} : { priority: { priorityKey: Math.min(5, Math.max(1, MIDDLE_PRIORITY - task.priority)) } }),
    ...(task.taskQueue === undefined ? {} : { taskQueue: task.taskQueue }),
    ...(waits ? { taskQueue: triggersOf(workflowInfo().taskQueue) } : {}),
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    retry: {
      maximumAttempts: retries + 1,
      initialInterval: task.backoff.initial,
      maximumInterval: task.backoff.max,
      backoffCoefficient: task.backoff.factor,
      nonRetryableErrorTypes: [LOST_WORKER],
    },
  });
  return (activities[type] as (given: unknown) => Promise<unknown>)(given);
}

/** The line of a task in Temporal's Web UI; the server takes 400 bytes. */
function summaryOf(name: string, round: number, partition: string | null): string {
  const parts = [name, ...(partition === null ? [] : [partition]), ...(round === 1 ? [] : [`round ${round}, its worker was lost`])];
  return parts.join(" · ").slice(0, 130);
}
