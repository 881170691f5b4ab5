import { describe, expect, it } from "vitest";
import type { RunAttempt, RunTask } from "../../ui/src/api/schema.gen.ts";

import { ganttOf } from "../../ui/src/pages/run/gantt-of.ts";
import { taskRowsOf } from "../../ui/src/pages/run/task-rows.ts";

const NOW = "temporal-2";
const at = (second: number): string => new Date(second * 1_000).toISOString();
const attempt = (task: string, attempt: number, from: number, to: number | null, temporalRunId = NOW): RunAttempt => ({
  ...{ temporalRunId, task, attempt, round: 1, status: to === null ? "running" : "succeeded", startedAt: at(from), endedAt: to === null ? null : at(to) },
  ...{ worker: "w", error: null, code: null },
});
const state = (task: string, status: RunTask["status"], temporalRunId = NOW) => ({ temporalRunId, task, status, at: at(0), why: null });

describe("the tasks of a run", () => {
  it("stand in the order of the plan, items of a map behind their map and in their order", () => {
    const tasks = [
      state("publish", "waiting"),
      state("index[10]", "running"),
      state("index[2]", "succeeded"),
      state("index", "running"),
      state("load", "succeeded"),
    ];
    const rows = taskRowsOf({ tasks, attempts: [], temporalRunId: NOW }, ["load", "index", "publish"]);
    expect(rows.map(({ task }) => task)).toEqual(["load", "index", "index[2]", "index[10]", "publish"]);
  });

  it("one that the deployed plan no longer has comes last, one that has not begun waits", () => {
    const rows = taskRowsOf({ tasks: [state("old", "succeeded")], attempts: [], temporalRunId: NOW }, ["load"]);
    expect(rows.map(({ task, status }) => [task, status])).toEqual([
      ["load", "waiting"],
      ["old", "succeeded"],
    ]);
  });

  it("of a run that was reset only what happened since counts", () => {
    const attempts = [attempt("load", 1, 0, 1, "temporal-1"), attempt("load", 2, 5, 6), attempt("load", 1, 3, 4)];
    const [load] = taskRowsOf({ tasks: [state("load", "failed", "temporal-1"), state("load", "succeeded")], attempts, temporalRunId: NOW }, ["load"]);
    expect([load?.status, load?.attempts.map(({ startedAt }) => startedAt)]).toEqual(["succeeded", [at(3), at(5)]]);
  });
});

describe("bars over time", () => {
  const rows = taskRowsOf({ tasks: [], attempts: [attempt("load", 1, 0, 5), attempt("load", 2, 8, null)], temporalRunId: NOW }, ["load"]);

  it("each attempt is a bar, and what still runs ends now", () => {
    const { rows: drawn } = ganttOf(rows, 0, 10_000);
    expect(drawn[0]?.bars.map(({ from, to }) => [from, to])).toEqual([
      [0, 0.5],
      [0.8, 1],
    ]);
  });

  it.each([
    [500, 100],
    [10_000, 2_000],
    [3_600_000, 600_000],
    [40 * 86_400_000, 7 * 86_400_000],
  ])("a line of %i ms has a mark every %i ms", (span, step) => {
    const { ticks } = ganttOf([], 0, span);
    expect(ticks[1]?.ms).toBe(step);
    expect(ticks.length).toBeLessThanOrEqual(7);
  });
});
