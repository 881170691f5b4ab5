import type { EndStatus, TaskStatus } from "../core/run.ts";
import type { RunFailure, RunSuccess } from "../core/tasks/run-end.ts";
import { formatDuration } from "../core/time/duration.ts";
import type { Graph } from "./graph.ts";
import type { RunCommand, TaskState } from "./state.ts";

/** What the end of a run follows from. */
export interface Ended {
  readonly graph: Graph;
  readonly tasks: Readonly<Record<string, TaskState>>;
  readonly cancelling: boolean;
  readonly expired: boolean;
  readonly firstFailure: string | undefined;
}

/** As Airflow: the leaves decide. A failed task whose failure something after it took care of does not fail the run. */
export function endStatus({ graph, tasks, cancelling, expired }: Ended): EndStatus {
  if (cancelling) return expired ? "failed" : "cancelled";
  const failed = graph.leaves.some((id) => tasks[id]?.status === "failed" || tasks[id]?.status === "cancelled");
  return failed ? "failed" : "succeeded";
}

type EndReason = Pick<Extract<RunCommand, { kind: "end" }>, "error" | "code" | "failedTask">;

/** Why the run did not succeed. */
export function endReason(ended: Ended, status: EndStatus): EndReason {
  const { graph, tasks, expired, firstFailure } = ended;
  if (status === "cancelled") return { error: "the run was cancelled" };
  if (status === "succeeded") return {};
  if (expired) return { error: `the run did not end within ${formatDuration(graph.plan.deadline ?? 0)}`, code: "E_RUN_DEADLINE" };
  const failure = firstFailure === undefined ? undefined : tasks[firstFailure];
  if (failure === undefined || firstFailure === undefined) return {};
  return { failedTask: firstFailure, error: `task "${firstFailure}" failed: ${failure.why ?? "no reason given"}`, code: failure.code ?? "E_TASK_FAILED" };
}

/** What tasks are given that run once the end is known. */
export function endFacts(ended: Ended, status: EndStatus): RunFailure | RunSuccess {
  const { graph, tasks } = ended;
  const statuses: Record<string, TaskStatus> = {};
  for (const { id, atEnd } of graph.plan.tasks) if (atEnd === undefined) statuses[id] = tasks[id]?.status ?? "waiting";
  if (status === "succeeded") return { status, tasks: statuses };
  const { error = "the run failed", code = "E_TASK_FAILED", failedTask } = endReason(ended, status);
  const failed = graph.plan.tasks.flatMap(({ id }) => {
    const task = tasks[id];
    return task?.status === "failed" && task.upstream !== true ? [{ task: id, error: task.why ?? "", code: task.code ?? null }] : [];
  });
  return { status: "failed", error, code, task: failedTask ?? null, failed, tasks: statuses };
}
