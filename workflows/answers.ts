import { ApplicationFailure, defineSignal, defineUpdate, setHandler } from "@temporalio/workflow";
import type { AssetEvent } from "../core/event.ts";
import { isRecord } from "../core/json.ts";
import { type EventAnswer, RUN_SIGNALS, RUN_UPDATES, type TaskAnswer } from "../core/run-protocol.ts";

/** What the tasks of a run wait for that somebody else says. */
export interface Answers {
  /** From now on the task takes an answer; `given` says whether it has one. */
  /** The event that the task waits for, once the registry has told of it: it may have come before the task began. */
  event(task: string): AssetEvent | undefined;
  expect(task: string): { given(): TaskAnswer | undefined; close(): void };
}

/** Takes events by the signal `assetEvent`, and answers by the update `answer`. One that nothing waits for is refused, and leaves no trace in the history. */
export function takeAnswers(): Answers {
  const open = new Map<string, TaskAnswer | undefined>();
  const events = new Map<string, AssetEvent>();

  function validate(answer: unknown): void {
    if (!isRecord(answer) || typeof answer.task !== "string" || typeof answer.approved !== "boolean") {
      throw refusal(`${JSON.stringify(answer)?.slice(0, 200)} is no answer: it needs task and approved`);
    }
    if (!open.has(answer.task)) throw refusal(`task "${answer.task}" does not wait for an answer${openText()}`);
    if (open.get(answer.task) !== undefined) throw refusal(`task "${answer.task}" has its answer already`);
  }

  function openText(): string {
    const waiting = [...open].filter(([, answer]) => answer === undefined).map(([task]) => `"${task}"`);
    return waiting.length === 0 ? "; no task of this run does" : `; those that do are ${waiting.join(", ")}`;
  }

  setHandler(defineUpdate<void, [TaskAnswer]>(RUN_UPDATES.answer), (answer) => void open.set(answer.task, answer), { validator: validate });
  setHandler(defineSignal<[EventAnswer]>(RUN_SIGNALS.assetEvent), ({ task, event }) => {
    if (!events.has(task)) events.set(task, event);
  });
  return {
    event: (task) => events.get(task),
    expect: (task) => {
      open.set(task, undefined);
      return { given: () => open.get(task), close: () => void open.delete(task) };
    },
  };
}

function refusal(message: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(message, "E_APPROVAL");
}
