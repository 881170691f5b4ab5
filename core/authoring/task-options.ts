import { HeadgateError } from "../errors.ts";
import { type PlanTask, TRIGGER_RULES, type TriggerRule } from "../plan.ts";
import { parseDuration } from "../time/duration.ts";
import type { Backoff, TaskOptions } from "./task.ts";

/** What a task does when it and its DAG say nothing, in milliseconds. */
export const TASK_DEFAULTS = { retries: 0, timeout: 3_600_000, backoff: { initial: 1_000, factor: 2, max: 300_000 } } as const;

export interface TaskDefaults {
  readonly retries?: number;
  readonly timeout?: string;
  readonly backoff?: Backoff;
  readonly priority?: number | undefined;
}

/** Retries, timeout and backoff of a task: its own, else the DAG's, else ours. Throws `E_OPTION`, `E_DURATION`. */
export function resolveTaskOptions(
  options: TaskOptions,
  defaults: TaskDefaults,
  where: string,
): Pick<PlanTask, "retries" | "timeout" | "backoff" | "startTimeout" | "priority"> {
  const retries = options.retries ?? defaults.retries ?? TASK_DEFAULTS.retries;
  if (!Number.isSafeInteger(retries) || retries < 0) {
    throw new HeadgateError("E_OPTION", `${where} has retries ${String(retries)}`, {
      where,
      hint: "retries are a whole number from 0 on: the attempts after the first one",
    });
  }
  const timeoutText = options.timeout ?? defaults.timeout;
  const timeout = timeoutText === undefined ? TASK_DEFAULTS.timeout : parseDuration(timeoutText, `${where}, timeout`);
  if (timeout === 0) {
    throw new HeadgateError("E_OPTION", `${where} has a timeout of 0, in which nothing can run`, {
      where,
      hint: `give a time such as "10m", or leave it out for 1 hour`,
    });
  }
  const priority = options.priority ?? defaults.priority ?? 0;
  if (!Number.isSafeInteger(priority)) {
    throw new HeadgateError("E_OPTION", `${where} has priority ${String(priority)}`, { where, hint: "a priority is a whole number; larger goes first" });
  }
  const startTimeout = readLongest(options.startTimeout, `${where}, startTimeout`);
  return {
    retries,
    timeout,
    backoff: resolveBackoff({ ...defaults.backoff, ...options.backoff }, where),
    ...(startTimeout === undefined ? {} : { startTimeout }),
    ...(priority === 0 ? {} : { priority }),
  };
}

/** The longest time that something may take; `undefined` stays. Throws `E_DURATION`, and `E_OPTION` for none at all. */
export function readLongest(text: unknown, where: string): number | undefined {
  if (text === undefined) return undefined;
  const ms = parseDuration(text as string, where);
  if (ms > 0) return ms;
  throw new HeadgateError("E_OPTION", `${where} is 0, in which nothing can happen`, { where, hint: 'give a time such as "10m", or leave it out' });
}

export function checkTriggerRule(rule: unknown, where: string): TriggerRule {
  const known = TRIGGER_RULES.find((candidate) => candidate === (rule ?? "all-succeeded"));
  if (known === undefined) {
    throw new HeadgateError("E_OPTION", `${where} has an unknown "when": ${JSON.stringify(rule)}`, { where, hint: `it is one of ${TRIGGER_RULES.join(", ")}` });
  }
  return known;
}

function resolveBackoff(backoff: Backoff, where: string): PlanTask["backoff"] {
  const initial = backoff.initial === undefined ? TASK_DEFAULTS.backoff.initial : parseDuration(backoff.initial, `${where}, backoff.initial`);
  const max = backoff.max === undefined ? Math.max(TASK_DEFAULTS.backoff.max, initial) : parseDuration(backoff.max, `${where}, backoff.max`);
  const factor = backoff.factor ?? TASK_DEFAULTS.backoff.factor;
  if (!Number.isFinite(factor) || factor < 1) {
    throw new HeadgateError("E_OPTION", `${where} has a backoff factor of ${String(factor)}`, {
      where,
      hint: "the factor is a number from 1 on; 1 keeps the wait as it is",
    });
  }
  if (initial === 0 || max < initial) {
    throw new HeadgateError("E_OPTION", `${where} has a backoff from ${initial} ms to ${max} ms`, {
      where,
      hint: "the first wait is above 0 and not longer than the longest",
    });
  }
  return { initial, max, factor };
}
