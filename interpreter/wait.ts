import type { Approval } from "../core/authoring/wait.ts";
import type { AssetEvent } from "../core/event.ts";
import type { JsonObject } from "../core/json.ts";
import type { PlanTask, PlanTimeout, PlanWait } from "../core/plan.ts";
import type { TaskAnswer } from "../core/run-protocol.ts";
import type { TaskOutput } from "../core/tasks/task-io.ts";
import { formatDuration } from "../core/time/duration.ts";
import { formatInstant, parseInstant } from "../core/time/time.ts";
import { toConsumed } from "./task-values.ts";

/** A wait that has begun. Instants are milliseconds since 1970. */
export type BegunWait =
  | { readonly kind: "instant"; readonly at: number; readonly why: string }
  | { readonly kind: "approval" | "event"; readonly deadline: number | null; readonly why: string }
  /** It has nothing to wait for. */
  | { readonly kind: "wrong"; readonly error: string; readonly code: string };

/** What a task of kind `wait` waits for, given the values that it needs. `why` is what a person reads meanwhile; `name` is run and task. */
export function beginWait(wait: PlanWait, input: JsonObject, now: number, name: string): BegunWait {
  switch (wait.for) {
    case "time":
      return until(now + wait.ms);
    case "instant": {
      const at = wait.at ?? instantOf(input.until);
      if (at !== null) return until(at);
      return { kind: "wrong", error: `it should wait until ${JSON.stringify(input.until ?? null).slice(0, 100)}, which is no instant`, code: "E_WAIT_INSTANT" };
    }
    case "event": {
      const slice = wait.partition === "same" ? ", of the slice of the run" : wait.partition === "any" ? "" : ` ${wait.partition}`;
      return { kind: "event", deadline: deadlineOf(wait, now), why: `waits for an event of ${wait.asset}${slice}` };
    }
    case "approval":
      return { kind: "approval", deadline: deadlineOf(wait, now), why: `waits for a person: headgate runs approve ${name}` };
  }
}

function deadlineOf({ timeout }: PlanTimeout, now: number): number | null {
  return timeout === undefined ? null : now + timeout;
}

function until(at: number): BegunWait {
  return { kind: "instant", at, why: `waits until ${formatInstant(at)}` };
}

function instantOf(value: unknown): number | null {
  return typeof value === "string" ? parseInstant(value) : null;
}

/** How a wait ended: with a value, or failed. */
export type WaitEnd = { readonly output: TaskOutput } | { readonly error: string; readonly code: string };

/** What a person's answer makes of a task. */
export function endByAnswer({ approved, by = "somebody", reason }: Omit<TaskAnswer, "task">, now: number): WaitEnd {
  if (!approved) return { error: `rejected by ${by}${reason === undefined ? "" : `: ${reason}`}`, code: "E_REJECTED" };
  return { output: { value: { by, reason: reason ?? null, at: formatInstant(now) } satisfies Approval, outlets: [] } };
}

/** What the event that was waited for makes of a task. */
export function endByEvent(event: AssetEvent): WaitEnd {
  return { output: { value: toConsumed(event), outlets: [] } };
}

/** What becomes of a wait whose time is over. */
export function endByTimeout(task: PlanTask): WaitEnd {
  const { timeout = 0, onTimeout } = task.wait as Extract<PlanWait, PlanTimeout>;
  const why = `it waited ${formatDuration(timeout)} in vain`;
  return onTimeout === "skip" ? { output: { value: null, outlets: [], skipped: why } } : { error: why, code: "E_WAIT_TIMEOUT" };
}
