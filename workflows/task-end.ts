import {
  ActivityFailure,
  ApplicationFailure,
  CancelledFailure,
  ChildWorkflowFailure,
  TerminatedFailure,
  TimeoutFailure,
  TimeoutType,
} from "@temporalio/common";
import { messageOf } from "../core/errors.ts";
import type { Json } from "../core/json.ts";
import type { PlanTask } from "../core/plan.ts";
import { type HeartbeatDetails, type TaskOutput, WORKER_STOPPED } from "../core/tasks/task-io.ts";
import type { RunEvent } from "../interpreter/index.ts";

/** Why a map failed, as its parent reads it from the failure's first detail. */
export interface MapFailureDetails {
  readonly published: readonly string[];
}

/** What an activity that came back means for its task. A worker in another language knows nothing of `TaskOutput`: it returns the value. */
export function completedEvent(task: PlanTask, result: unknown): RunEvent {
  if (task.kind === "external") return { kind: "completed", task: task.id, output: { value: (result ?? null) as Json, outlets: [] } };
  return { kind: "completed", task: task.id, output: result as TaskOutput };
}

/** What an activity that failed for good means for its task. */
export function failedEvent(task: PlanTask, error: unknown): RunEvent {
  let cause = error;
  // The activity of a task in a pool is that of a child.
  while (cause instanceof ActivityFailure || cause instanceof ChildWorkflowFailure) cause = cause.cause;
  if (cause instanceof TerminatedFailure) return { kind: "failed", task: task.id, error: "its workflow was terminated" };
  if (cause instanceof CancelledFailure) return { kind: "cancelled", task: task.id };
  if (cause instanceof TimeoutFailure) {
    if (cause.timeoutType === TimeoutType.HEARTBEAT) return { kind: "lost", task: task.id, attempts: begunAttempts(cause.lastHeartbeatDetails) };
    if (cause.timeoutType === TimeoutType.SCHEDULE_TO_START)
      return { kind: "failed", task: task.id, error: `no worker took it within ${task.startTimeout} ms`, code: "E_TASK_TIMEOUT" };
    return { kind: "failed", task: task.id, error: `it did not finish within ${task.timeout} ms`, code: "E_TASK_TIMEOUT" };
  }
  if (cause instanceof ApplicationFailure) {
    if (cause.type === WORKER_STOPPED) return { kind: "lost", task: task.id, attempts: begunAttempts({ attempt: cause.details?.[0] }) };
    const published = task.kind === "map" ? publishedBy(cause.details?.[0]) : {};
    return { kind: "failed", task: task.id, error: cause.message, ...published, ...(cause.type?.startsWith("E_") === true ? { code: cause.type } : {}) };
  }
  return { kind: "failed", task: task.id, error: messageOf(cause) };
}

/** At least the lost attempt itself had begun, also if its worker died before it could say so. */
function begunAttempts(details: unknown): number {
  const attempt = (details as Partial<HeartbeatDetails> | null | undefined)?.attempt;
  return typeof attempt === "number" && attempt >= 1 ? attempt : 1;
}

/** What the items of a failed map published. */
function publishedBy(details: unknown): { readonly published?: readonly string[] } {
  const { published } = (details ?? {}) as Partial<MapFailureDetails>;
  return Array.isArray(published) ? { published } : {};
}
