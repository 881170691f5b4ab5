import { ApplicationFailure, CancelledFailure, type Info } from "@temporalio/activity";
import { ApplicationFailureCategory } from "@temporalio/common";
import { WORKER_STOPPED } from "../core/tasks/task-io.ts";
import { toFailure } from "./failure.ts";

/** These no other attempt makes good. */
const FINAL = ["E_TASK_GONE", "E_SQL_PARAM"] as const;

/** What an error means, given what the handler had been told before. */
export function judge(
  error: unknown,
  info: Info,
  cancellation: AbortSignal,
  timeout: AbortSignal,
): { readonly failure: Error; readonly status: "failed" | "cancelled" | "lost" } {
  if (cancellation.aborted) {
    const reason: unknown = cancellation.reason;
    if (isWorkerShutdown(reason)) return { failure: workerStopped(info), status: "lost" };
    return { failure: reason instanceof CancelledFailure ? reason : new CancelledFailure("the task was cancelled"), status: "cancelled" };
  }
  return { failure: toFailure(timeout.aborted ? timeout.reason : error, FINAL), status: "failed" };
}

/** True if it is the worker that stops, by the reason of an activity's cancellation, and not the run that wants the task to. */
export function isWorkerShutdown(reason: unknown): boolean {
  return reason instanceof CancelledFailure && reason.message === "WORKER_SHUTDOWN";
}

export function workerStopped(info: Info): ApplicationFailure {
  // Benign: a stop is no error, and the SDK would log it as one.
  return ApplicationFailure.create({
    message: "the worker stopped; the task starts again elsewhere",
    type: WORKER_STOPPED,
    nonRetryable: true,
    details: [info.attempt],
    category: ApplicationFailureCategory.BENIGN,
  });
}
