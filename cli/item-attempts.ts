import type { RunAttempt } from "../store/queries/runs.ts";
import { count } from "./text/count-text.ts";

/** Items whose attempts a person is shown: of ten thousand, some that failed say enough. */
const MOST_ITEMS = 20;

/** The map that an attempt's task is an item of: `load` for `load[17]`. */
export function mapOf(task: string): string | undefined {
  return /^(.*)\[\d+\]$/.exec(task)?.[1];
}

/** All attempts of a task, and of its items if it is a map. */
export function attemptsOf(task: string, attempts: readonly RunAttempt[]): readonly RunAttempt[] {
  return attempts.filter((one) => one.task === task || mapOf(one.task) === task);
}

/** Without those of items that went well at once, and of the other items only the first. */
export function attemptsToShow(attempts: readonly RunAttempt[]): readonly RunAttempt[] {
  const eventful = new Set(attempts.filter((one) => mapOf(one.task) !== undefined && (one.attempt > 1 || one.status === "failed")).map(({ task }) => task));
  const shown = new Set([...eventful].slice(0, MOST_ITEMS));
  return attempts.filter(({ task }) => mapOf(task) === undefined || shown.has(task));
}

/** How the items of a running map are: `12 running, 3 ended badly of 420 started`. Undefined for what is no map. */
export function itemsText(task: string, attempts: readonly RunAttempt[]): string | undefined {
  const last = new Map(
    attempts
      .filter((one) => mapOf(one.task) === task)
      .toSorted((a, b) => a.attempt - b.attempt)
      .map((attempt) => [attempt.task, attempt]),
  );
  if (last.size === 0) return undefined;
  const by = (status: RunAttempt["status"]): number => [...last.values()].filter((one) => one.status === status).length;
  const parts = [`${count(last.size, "item")} started`, `${by("running")} running`];
  if (by("failed") > 0) parts.push(`${by("failed")} failed`);
  return parts.join(", ");
}
