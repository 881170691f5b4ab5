import { ApplicationFailure, condition, isCancellation, sleep } from "@temporalio/workflow";
import { messageOf } from "../core/errors.ts";
import type { AssetEvent } from "../core/event.ts";
import type { PlanTask } from "../core/plan.ts";
import type { TaskAnswer } from "../core/run-protocol.ts";
import type { TaskOutput } from "../core/tasks/task-io.ts";
import { type BegunWait, endByAnswer, endByEvent, endByTimeout, type WaitEnd } from "../interpreter/index.ts";
import type { Answers } from "./answers.ts";
import { recordTask } from "./record-task.ts";
import type { TaskCommon } from "./start-task.ts";

/** Waits in the run itself: a timer or an answer, and no worker. Rejects as an activity would. */
export async function startWait(task: PlanTask, wait: BegunWait, common: TaskCommon, answers: Answers): Promise<TaskOutput> {
  if (wait.kind === "wrong") throw ApplicationFailure.nonRetryable(wait.error, wait.code);
  recordTask(task, common, "waiting", wait.why);
  try {
    const end = await endOf(task, wait, answers);
    if ("error" in end) throw ApplicationFailure.nonRetryable(end.error, end.code);
    const { skipped } = end.output;
    recordTask(task, common, skipped === undefined ? "succeeded" : "skipped", skipped);
    return end.output;
  } catch (error) {
    recordTask(task, common, isCancellation(error) ? "cancelled" : "failed", messageOf(error));
    throw error;
  }
}

async function endOf(task: PlanTask, wait: Exclude<BegunWait, { kind: "wrong" }>, answers: Answers): Promise<WaitEnd> {
  switch (wait.kind) {
    case "instant": {
      const left = wait.at - Date.now();
      if (left > 0) await sleep(left, { summary: task.id });
      return { output: { value: null, outlets: [] } };
    }
    case "event": {
      const inTime = await isTrue(() => answers.event(task.id) !== undefined, wait.deadline, task.id);
      return inTime ? endByEvent(answers.event(task.id) as AssetEvent) : endByTimeout(task);
    }
    case "approval": {
      const answer = answers.expect(task.id);
      try {
        const inTime = await isTrue(() => answer.given() !== undefined, wait.deadline, task.id);
        return inTime ? endByAnswer(answer.given() as TaskAnswer, Date.now()) : endByTimeout(task);
      } finally {
        answer.close();
      }
    }
  }
}

/** False if the deadline passed first. */
async function isTrue(look: () => boolean, deadline: number | null, summary: string): Promise<boolean> {
  if (deadline !== null) return await condition(look, Math.max(1, deadline - Date.now()), { summary });
  await condition(look);
  return true;
}
