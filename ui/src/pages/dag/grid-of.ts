import type { GridRun } from "../../api/schema.gen.ts";
import { shownStatus } from "../../parts/task-graph/shown-status.ts";

export interface Grid {
  /** The newest last. */
  readonly columns: readonly {
    readonly run: GridRun;
    /** Milliseconds, so far. */
    readonly took: number;
    /** Of its bar, as a share of the longest. */
    readonly height: number;
    readonly states: ReadonlyMap<string, string>;
  }[];
  readonly tasks: readonly string[];
  /** How long the longest run took, in milliseconds. */
  readonly longest: number;
}

/** Runs as columns and tasks as rows. Tasks that the plan no longer has come last. */
export function gridOf(runs: readonly GridRun[], planned: readonly string[], now: number): Grid {
  const spans = runs.map(({ startedAt, endedAt }) => Math.max(0, (endedAt === null ? now : Date.parse(endedAt)) - Date.parse(startedAt)));
  const longest = Math.max(1, ...spans);
  const known = new Set([...planned, ...runs.flatMap(({ tasks }) => tasks.map(({ task }) => task))]);
  return {
    columns: runs
      .map((run, index) => ({
        ...{ run, took: spans[index] ?? 0, height: (spans[index] ?? 0) / longest },
        states: new Map(run.tasks.map((task) => [task.task, shownStatus(task)])),
      }))
      .toReversed(),
    tasks: [...known],
    longest,
  };
}
