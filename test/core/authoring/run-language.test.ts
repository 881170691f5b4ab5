import { describe, expect, it } from "vitest";
import type { Scope } from "../../../core/authoring/task.ts";
import { dag } from "../../../core/index.ts";
import { caught } from "../caught.ts";

type Untyped = Scope<never, never> &
  Record<"task" | "map" | "group" | "teardown" | "shortCircuit" | "onFailure" | "run", (...args: readonly unknown[]) => never>;
const child = dag("child", {}, () => undefined);
const run = (): null => null;
const refused = (build: (d: Untyped) => unknown): unknown => caught(() => dag("x", {}, ((d: Untyped) => void build(d)) as never));

describe("what a run can do", () => {
  it("is in the plan only where it is asked for", () => {
    const { plan } = dag("plain", {}, (d) => void d.task("a", { run })).plan;
    expect(Object.keys(plan)).not.toContain("deadline");
    expect(Object.keys(plan.tasks[0] ?? {})).toEqual(["id", "kind", "needs", "after", "when", "retries", "timeout", "backoff", "outlets"]);
  });

  it("has a task's own priority, or its DAG's", () => {
    const tasksOf = (options: { readonly priority?: number }) =>
      dag("urgent", options, (d) => {
        d.task("as-the-dag", { run });
        d.task("own", { run, priority: -1 });
        d.task("none", { run, priority: 0 });
      }).plan.plan.tasks.map(({ priority }) => priority);
    expect(tasksOf({ priority: 2 })).toEqual([2, -1, undefined]);
    expect(tasksOf({})).toEqual([undefined, -1, undefined]);
    expect(() => dag("wrong", {}, (d) => void d.task("a", { run, priority: 1.5 }))).toThrow("task a has priority 1.5");
  });

  it("is in the plan as data", () => {
    const { plan } = dag("full", { deadline: "2h" }, (d) => {
      const up = d.task("up", { run, startTimeout: "5m", pool: "warehouse" });
      d.teardown("down", { setup: up, run });
      d.shortCircuit("enough", { run: () => true });
      d.onFailure("alert", { run, retries: 3 });
      d.run("sub", child, { params: up as never, wait: false });
      d.run("plain", child);
      d.run("again", child, { retries: 2, backoff: { initial: "1m" } });
    }).plan;
    expect(plan.deadline).toBe(7_200_000);
    expect(plan.tasks).toMatchObject([
      { id: "up", startTimeout: 300_000, pool: "warehouse" },
      { id: "down", when: "all-done", needs: [{ name: "setup", task: "up" }], teardown: { setup: "up", failsRun: false } },
      { id: "enough", shortCircuit: true },
      { id: "alert", atEnd: "failed", retries: 3 },
      { id: "sub", kind: "run", needs: [{ name: "params", task: "up" }], subRun: { dag: "child", wait: false } },
      { id: "plain", kind: "run", needs: [], retries: 0, subRun: { dag: "child", wait: true } },
      { id: "again", retries: 2, backoff: { initial: 60_000 } },
    ]);
  });

  it("groups leave their teardowns behind: who comes after the group does not wait for them", () => {
    const { plan } = dag("grouped", {}, (d) => {
      const g = d.group("g", (g) => {
        const up = g.task("up", { run });
        const work = g.task("work", { after: [up], run });
        g.teardown("down", { setup: up, after: [work], run });
      });
      d.task("after", { after: [g], run });
    }).plan;
    expect(plan.tasks.at(-1)?.after).toEqual([{ task: "g.work" }]);
  });

  it.each([
    ["a group without tasks", (d: Untyped) => d.group("g", () => undefined), "E_OPTION", "no tasks"],
    ["a group without a callback", (d: Untyped) => d.group("g", {}), "E_OPTION", "no callback"],
    ["a group with the name of a task", (d: Untyped) => [d.task("g", { run }), d.group("g", () => undefined)], "E_DUPLICATE_ID", '"g"'],
    ["a task with the name of a group", (d: Untyped) => [d.group("g", (g: Untyped) => g.task("a", { run })), d.task("g", { run })], "E_DUPLICATE_ID", '"g"'],
    [
      "a group as a need",
      (d: Untyped) => d.task("b", { needs: { g: d.group("g", (g: Untyped) => g.task("a", { run })) }, run }),
      "E_REFERENCE",
      "a group, which has no value",
    ],
    ["a dot in an id", (d: Untyped) => d.task("a.b", { run }), "E_ID", "kebab-case"],
    ["a teardown without a setup", (d: Untyped) => d.teardown("down", { run }), "E_REFERENCE", '"setup"'],
    [
      "a need called setup",
      (d: Untyped) => {
        const a = d.task("a", { run });
        return d.teardown("down", { setup: a, needs: { setup: a }, run });
      },
      "E_REFERENCE",
      "another name",
    ],
    ["a pool with no name", (d: Untyped) => d.task("a", { pool: "My Pool", run }), "E_ID", "my-pool"],
    [
      "a pool for what waits",
      (d: Untyped) => (d as unknown as Untyped & { sleep(...args: unknown[]): never }).sleep("a", { for: "1h", pool: "p" }),
      "E_OPTION",
      '"pool"',
    ],
    ["a run of what is no DAG", (d: Untyped) => d.run("child", "child"), "E_REFERENCE", "no DAG"],
    ["a run for an empty partition", (d: Untyped) => d.run("child", child, { partition: "" }), "E_PARTITION", "no key"],
    ["a run with parameters that are not JSON", (d: Untyped) => d.run("child", child, { params: { at: new Date(0) } }), "E_OPTION", "not JSON"],
    ["a map over a list that no task returned", (d: Untyped) => d.map("each", { over: [1, 2], run }), "E_REFERENCE", "d.task(id, { run: () => list })"],
    ["retries of a run that nobody waits for", (d: Untyped) => d.run("child", child, { wait: false, retries: 1 }), "E_OPTION", "nobody would hear"],
    ["a task at the end that waits for another", (d: Untyped) => d.onFailure("alert", { after: [], run }), "E_OPTION", '"after"'],
  ])("refuses %s", (_, build, code, says) => {
    const error = refused(build) as { code: string; message: string; hint?: string };
    expect(error).toMatchObject({ code });
    expect(`${error.message} ${error.hint}`).toContain(says);
  });

  it("refuses a deadline of nothing", () => {
    expect(caught(() => dag("x", { deadline: "0s" }, () => undefined))).toMatchObject({ code: "E_OPTION" });
  });
});
