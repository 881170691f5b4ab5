import { CancellationScope } from "@temporalio/workflow";
import type { PlanTask } from "../core/plan.ts";
import type { TaskStatus } from "../core/run.ts";
import { impatient, logUnheard } from "./run-activities.ts";
import type { TaskCommon } from "./start-task.ts";

/** For people: a task without an activity of its own cannot say how it is. Nothing waits for it. */
export function recordTask(task: PlanTask, { run }: TaskCommon, status: TaskStatus, why?: string): void {
  const { id, temporalRunId, dag } = run;
  const told = { run: id, temporalRunId, dag, task: task.id, status, at: Date.now(), ...(why === undefined ? {} : { why }) };
  CancellationScope.nonCancellable(() => impatient.recordTask(told)).catch(logUnheard);
}
