import type { Duration } from "../core/condition.ts";
import { HeadgateError } from "../core/errors.ts";
import type { AssetEvent } from "../core/event.ts";
import type { PlanTask } from "../core/plan.ts";
import { parseDuration } from "../core/time/duration.ts";
import { type BegunWait, endByAnswer, endByEvent, endByTimeout, type RunEvent, type WaitEnd } from "../interpreter/index.ts";
import type { TestEvent } from "./event.ts";
import type { TestClock } from "./test-clock.ts";

/** What a person says in a test, and after how long. `true` and `false` stand for an answer at once. */
export type TestAnswer = boolean | { readonly approved: boolean; readonly by?: string; readonly reason?: string; readonly after?: Duration };

/** The waits of a tested run. */
export interface TestWaits {
  begin(task: PlanTask, wait: BegunWait): void;
  readonly size: number;
  /** When the next one ends; for ever if only a person could end one. */
  nextAt(): number;
  /** Moves the clock to where the next wait ends. Throws `E_REFERENCE` if only a person could end one, and the test has no answer. */
  next(): RunEvent;
  /** One that ends because its run was cancelled. */
  cancelOne(): RunEvent;
}

/** An event that a task waits for: there when the task begins, or so long after. */
export type TestArrival = TestEvent | { readonly event: TestEvent; readonly after: Duration };

export interface WaitEnds {
  readonly answers: Readonly<Record<string, TestAnswer>>;
  readonly arrivals: Readonly<Record<string, TestArrival>>;
  /** The event as the registry has it, accepted at that instant. */
  readonly toEvent: (event: TestEvent, at: number) => AssetEvent;
}

export function playWaits(clock: TestClock, { answers, arrivals, toEvent }: WaitEnds, where: string): TestWaits {
  const open = new Map<string, { readonly at: number; readonly end: () => WaitEnd }>();

  const kinds = new Map<string, BegunWait["kind"]>();

  function begin(task: PlanTask, wait: BegunWait): void {
    const now = clock.now();
    kinds.set(task.id, wait.kind);
    if (wait.kind === "wrong") open.set(task.id, { at: now, end: () => wait });
    else if (wait.kind === "instant") open.set(task.id, { at: wait.at, end: () => ({ output: { value: null, outlets: [] } }) });
    else if (wait.kind === "event") open.set(task.id, untilArrival(task, now, wait.deadline ?? Number.POSITIVE_INFINITY));
    else {
      const { after, ...answer } = answerOf(answers[task.id]);
      const at = answer.approved === undefined ? Number.POSITIVE_INFINITY : now + (after === undefined ? 0 : parseDuration(after));
      const deadline = wait.deadline ?? Number.POSITIVE_INFINITY;
      open.set(
        task.id,
        at <= deadline
          ? { at, end: () => endByAnswer({ ...answer, approved: answer.approved === true }, at) }
          : { at: deadline, end: () => endByTimeout(task) },
      );
    }
  }

  function untilArrival(task: PlanTask, now: number, deadline: number): { readonly at: number; readonly end: () => WaitEnd } {
    const arrival = arrivals[task.id];
    const { event, after } = arrival === undefined || !("event" in arrival) ? { event: arrival, after: undefined } : arrival;
    const at = event === undefined ? Number.POSITIVE_INFINITY : now + (after === undefined ? 0 : parseDuration(after));
    return event !== undefined && at <= deadline ? { at, end: () => endByEvent(toEvent(event, at)) } : { at: deadline, end: () => endByTimeout(task) };
  }

  function next(): RunEvent {
    const [task, wait] = [...open].reduce((first, one) => (one[1].at < first[1].at ? one : first));
    if (wait.at === Number.POSITIVE_INFINITY) {
      const isEvent = kinds.get(task) === "event";
      throw new HeadgateError(
        "E_REFERENCE",
        `task "${task}" waits for ${isEvent ? "an event" : "a person"} for ever, and the test has ${isEvent ? "none" : "no answer"}`,
        {
          where,
          hint: `give one: ${isEvent ? `arrivals: { ${JSON.stringify(task)}: event(...) }` : `answers: { ${JSON.stringify(task)}: true }`}`,
        },
      );
    }
    open.delete(task);
    clock.moveTo(wait.at);
    const end = wait.end();
    return "output" in end ? { kind: "completed", task, output: end.output } : { kind: "failed", task, error: end.error, code: end.code };
  }

  return {
    begin,
    get size() {
      return open.size;
    },
    next,
    nextAt: () => Math.min(...[...open.values()].map(({ at }) => at)),
    cancelOne: () => {
      const [task = ""] = open.keys();
      open.delete(task);
      return { kind: "cancelled", task };
    },
  };
}

function answerOf(given: TestAnswer | undefined): { readonly approved?: boolean; readonly by?: string; readonly reason?: string; readonly after?: Duration } {
  if (given === undefined) return {};
  return typeof given === "boolean" ? { approved: given, by: "testDag" } : { by: "testDag", ...given };
}
