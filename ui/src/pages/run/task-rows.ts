import type { RunAttempt, RunDetails } from "../../api/schema.gen.ts";
import { shownStatus } from "../../parts/task-graph/shown-status.ts";

/** One task of a run, or one item of a map, with all its attempts, the oldest first. */
export interface TaskRow {
  readonly task: string;
  /** Of an item: the map that it belongs to. */
  readonly map: string | null;
  /** As it is shown: a task that never began since something before it failed is `not reached`. */
  readonly status: string;
  readonly at: string | null;
  readonly why: string | null;
  readonly attempts: readonly RunAttempt[];
}

/**
 * The tasks in the order of the plan, with those that only the run knows (items of maps, tasks of an older plan) after the task that they
 * belong to. Of a run that was reset only the last execution counts.
 */
export function taskRowsOf(
  { tasks, attempts, temporalRunId }: Pick<RunDetails, "tasks" | "attempts" | "temporalRunId">,
  planned: readonly string[],
): readonly TaskRow[] {
  const isNow = (one: { readonly temporalRunId: string }): boolean => temporalRunId === null || one.temporalRunId === temporalRunId;
  const states = new Map(tasks.filter(isNow).map((state) => [state.task, state]));
  const tries = attempts.filter(isNow);
  const ids = new Set([...planned, ...states.keys(), ...tries.map(({ task }) => task)]);
  const order = new Map(planned.map((id, index) => [id, index]));
  return [...ids]
    .map((task): TaskRow => {
      const state = states.get(task);
      const own = tries.filter((one) => one.task === task).sort((a, b) => a.attempt - b.attempt);
      return {
        task,
        map: mapOf(task),
        status: shownStatus({ status: state?.status ?? own.at(-1)?.status ?? "waiting", why: state?.why ?? null }),
        at: state?.at ?? null,
        why: state?.why ?? null,
        attempts: own,
      };
    })
    .sort((a, b) => place(a, order) - place(b, order) || itemOf(a.task) - itemOf(b.task));
}

/** `load` of `load[3]`; null for what is no item. */
export function mapOf(task: string): string | null {
  return /^(.*)\[\d+\]$/.exec(task)?.[1] ?? null;
}

function itemOf(task: string): number {
  return Number(/\[(\d+)\]$/.exec(task)?.[1] ?? -1);
}

function place({ task, map }: TaskRow, order: ReadonlyMap<string, number>): number {
  return order.get(map ?? task) ?? order.size;
}
