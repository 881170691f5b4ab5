import type { SubRun } from "../core/authoring/sub-run.ts";
import { HeadgateError } from "../core/errors.ts";
import type { JsonObject } from "../core/json.ts";
import type { PlanSubRun, PlanTask } from "../core/plan.ts";
import type { TaskInput, TaskOutput } from "../core/tasks/task-io.ts";
import type { TestRun } from "./test-run.ts";

/** Plays the DAG that a task runs, as a run of its own. Throws `E_SUB_RUN` if it is waited for and does not succeed. */
export async function playSubRun(
  task: PlanTask,
  input: TaskInput,
  attempt: number,
  play: (given: { readonly params: JsonObject; readonly partition: string | null }) => Promise<TestRun>,
): Promise<{ readonly run: TestRun; readonly output: TaskOutput }> {
  const { dag, params = (input.input.params ?? {}) as JsonObject, partition = input.partition, wait } = task.subRun as PlanSubRun;
  const run = await play({ params, partition });
  const id = `${dag}/test-${attempt}`;
  if (wait && run.status !== "succeeded") {
    throw new HeadgateError("E_SUB_RUN", `run ${id} ${run.status}: ${run.error ?? "no reason given"}`, { where: `dag ${input.run.dag}, task ${task.id}` });
  }
  const value: SubRun = { run: id, status: wait ? "succeeded" : "running" };
  return { run, output: { value: { ...value }, outlets: [] } };
}
