import { describe, expect, it } from "vitest";
import type { TaskOptions } from "../../../core/authoring/task.ts";
import { checkTriggerRule, resolveTaskOptions, TASK_DEFAULTS, type TaskDefaults } from "../../../core/authoring/task-options.ts";
import { TRIGGER_RULES } from "../../../core/plan.ts";
import { caught, said } from "../caught.ts";

describe("a task's own word wins over its DAG's, and that over ours", () => {
  it.each<[string, TaskOptions, TaskDefaults, unknown]>([
    ["nobody says anything", {}, {}, TASK_DEFAULTS],
    ["the DAG says", {}, { retries: 3, timeout: "2m" }, { ...TASK_DEFAULTS, retries: 3, timeout: 120_000 }],
    ["the task says", { retries: 1, timeout: "90s" }, { retries: 3, timeout: "2m" }, { ...TASK_DEFAULTS, retries: 1, timeout: 90_000 }],
    ["the task says none", { retries: 0 }, { retries: 3 }, TASK_DEFAULTS],
    [
      "both say a part of the backoff",
      { backoff: { max: "1h" } },
      { backoff: { initial: "10s", max: "1m", factor: 3 } },
      { ...TASK_DEFAULTS, backoff: { initial: 10_000, factor: 3, max: 3_600_000 } },
    ],
    [
      "the first wait is longer than our longest",
      { backoff: { initial: "10m" } },
      {},
      { ...TASK_DEFAULTS, backoff: { initial: 600_000, factor: 2, max: 600_000 } },
    ],
    ["the wait stays as it is", { backoff: { factor: 1 } }, {}, { ...TASK_DEFAULTS, backoff: { initial: 1_000, factor: 1, max: 300_000 } }],
  ])("%s", (_, own, defaults, resolved) => {
    expect(resolveTaskOptions(own, defaults, "dag x, task t")).toEqual(resolved);
  });
});

describe("options that cannot be meant", () => {
  it.each<[unknown, RegExp]>([
    [{ retries: -1 }, /^E_OPTION: dag x, task t has retries -1/],
    [{ retries: "3" }, /^E_OPTION: dag x, task t has retries 3/],
    [{ retries: Number.NaN }, /^E_OPTION: dag x, task t has retries NaN/],
    [{ timeout: 60 }, /^E_DURATION/],
    [{ timeout: "0ms" }, /^E_OPTION: .*timeout of 0, in which nothing can run/],
    [{ backoff: { initial: "0s" } }, /^E_OPTION: .*backoff from 0 ms/],
    [{ backoff: { initial: "10s", max: "5s" } }, /^E_OPTION: .*backoff from 10000 ms to 5000 ms/],
    [{ backoff: { factor: Number.POSITIVE_INFINITY } }, /^E_OPTION: .*factor of Infinity/],
    [{ backoff: { factor: 0 } }, /^E_OPTION: .*factor of 0/],
  ])("%j", (options, text) => {
    expect(said(() => resolveTaskOptions(options as TaskOptions, {}, "dag x, task t"))).toMatch(text);
  });

  it("say where a duration stands", () => {
    expect(caught(() => resolveTaskOptions({ timeout: "soon" as never }, {}, "dag x, task t")).where).toBe("dag x, task t, timeout");
    expect(caught(() => resolveTaskOptions({ backoff: { max: "soon" as never } }, {}, "dag x, task t")).where).toBe("dag x, task t, backoff.max");
  });
});

describe("rules", () => {
  it.each(TRIGGER_RULES)("%s is one", (rule) => {
    expect(checkTriggerRule(rule, "dag x, task t")).toBe(rule);
  });

  it("without one it is all-succeeded, and another is refused with the list", () => {
    expect(checkTriggerRule(undefined, "dag x, task t")).toBe("all-succeeded");
    expect(said(() => checkTriggerRule("all_success", "dag x, task t"))).toContain(`it is one of ${TRIGGER_RULES.join(", ")}`);
    expect(caught(() => checkTriggerRule(7, "dag x, task t")).code).toBe("E_OPTION");
  });
});
