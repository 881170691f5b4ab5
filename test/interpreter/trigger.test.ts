import { describe, expect, it } from "vitest";
import { TRIGGER_RULES, type TriggerRule } from "../../core/plan.ts";
import { planOf, play } from "./play.ts";

/** How the three tasks before `join` end, one letter each: s(ucceeded), f(ailed), k (skipped), o(pen: still running). */
type Ends = string;
type Said = "run" | "wait" | "skipped" | "failed";

/** Worked out by hand from Airflow's TriggerRuleDep; a skip waits until nothing can fail any more. */
const RULES: Record<TriggerRule, Record<Ends, Said>> = {
  "all-succeeded": {
    sss: "run",
    sso: "wait",
    ssf: "failed",
    sof: "failed",
    ssk: "skipped",
    sok: "wait",
    skf: "failed",
    kkk: "skipped",
    fff: "failed",
    ooo: "wait",
  },
  "all-done": { sss: "run", sso: "wait", ssf: "run", sof: "wait", ssk: "run", skf: "run", kkk: "run", fff: "run", ooo: "wait" },
  "one-succeeded": { sss: "run", sso: "run", soo: "run", skf: "run", kkk: "skipped", kkf: "failed", fff: "failed", ffo: "wait", kko: "wait", ooo: "wait" },
  "one-failed": { sss: "skipped", sso: "wait", foo: "run", skf: "run", kkk: "skipped", ssk: "skipped", fff: "run", ooo: "wait" },
  "none-failed": { sss: "run", ssk: "run", kkk: "run", sso: "wait", kko: "wait", foo: "failed", skf: "failed", fff: "failed", ooo: "wait" },
  "none-failed-min-one-succeeded": {
    sss: "run",
    ssk: "run",
    skk: "run",
    kkk: "skipped",
    sko: "wait",
    foo: "failed",
    skf: "failed",
    fff: "failed",
    ooo: "wait",
  },
  "all-failed": { fff: "run", ffo: "wait", soo: "skipped", koo: "skipped", ffs: "skipped", ffk: "skipped", sss: "skipped", kkk: "skipped", ooo: "wait" },
  "none-skipped": { sss: "run", ssf: "run", fff: "run", ffo: "wait", koo: "skipped", ssk: "skipped", kkk: "skipped", ooo: "wait" },
  always: { sss: "run", fff: "run", kkk: "run", ooo: "run", skf: "run" },
};

const CASES = TRIGGER_RULES.flatMap((rule) => Object.entries(RULES[rule]).map(([ends, said]) => ({ rule, ends, said })));

function joinAfter(rule: TriggerRule, ends: Ends): Said {
  const run = play(planOf({ a: {}, b: {}, c: {}, join: { after: ["a", "b", "c"], when: rule } }));
  ["a", "b", "c"].forEach((task, index) => {
    if (ends[index] === "s") run.succeed(task);
    if (ends[index] === "f") run.fail(task);
    if (ends[index] === "k") run.succeed(task, { skipped: "nothing to do" });
  });
  if (run.scheduled().includes("join")) return "run";
  const status = run.statuses().join;
  return status === "waiting" ? "wait" : (status as Said);
}

describe("a trigger rule", () => {
  it.each(CASES)("$rule says $said when the three before it are $ends", ({ rule, ends, said }) => {
    expect(joinAfter(rule, ends)).toBe(said);
  });

  it.each(CASES.filter(({ ends }) => !ends.includes("o")))("$rule says the same of $ends in every order", ({ rule, ends, said }) => {
    const [x = "", y = "", z = ""] = ends;
    for (const order of [x + y + z, x + z + y, y + x + z, y + z + x, z + x + y, z + y + x]) expect(joinAfter(rule, order)).toBe(said);
  });

  it.each(TRIGGER_RULES)("%s lets a task run that has nothing before it", (rule) => {
    expect(play(planOf({ only: { when: rule } })).scheduled()).toEqual(["only"]);
  });

  it.each([
    ["all-succeeded", "failed"],
    ["all-done", "run"],
    ["one-failed", "run"],
    ["none-failed", "failed"],
  ] as const)("%s counts a task that never ran because of a failure as failed: %s", (rule, said) => {
    const run = play(planOf({ a: {}, b: { after: ["a"] }, c: { after: ["b"], when: rule } }));
    run.fail("a");
    expect(run.state().tasks.b).toMatchObject({ status: "failed", upstream: true, why: '"a" failed', round: 0 });
    expect(run.scheduled().includes("c") ? "run" : run.statuses().c).toBe(said);
  });
});

describe("a branch", () => {
  const gate = { paths: ["left", "right"] };

  it("runs the tasks of the chosen path and skips the others with all that hangs on them", () => {
    const run = play(planOf({ gate, l: { after: ["gate.left"] }, l2: { after: ["l"] }, r: { after: ["gate.right"] }, r2: { after: ["r"] } }));
    run.succeed("gate", { paths: ["left"] });
    expect(run.statuses()).toMatchObject({ l: "running", l2: "waiting", r: "skipped", r2: "skipped" });
    expect(run.state().tasks.r?.why).toBe('path "right" of "gate" was not chosen');
    expect(run.state().tasks.r2?.why).toBe('"r" was skipped');
  });

  it.each([[["left", "right"], { l: "running", r: "running" }] as const, [[], { l: "skipped", r: "skipped" }] as const])("may choose %j", (paths, expected) => {
    const run = play(planOf({ gate, l: { after: ["gate.left"] }, r: { after: ["gate.right"] } }));
    run.succeed("gate", { paths });
    expect(run.statuses()).toMatchObject(expected);
  });

  it.each(["all-done", "none-failed", "always"] as const)("skips a task of a path that was not chosen also under %s", (when) => {
    const run = play(planOf({ gate, r: { after: ["gate.right"], when } }));
    expect(run.scheduled()).toEqual(["gate"]);
    run.succeed("gate", { paths: ["left"] });
    expect(run.statuses()).toMatchObject({ r: "skipped" });
    expect(run.end()?.status).toBe("succeeded");
  });

  it("leaves a join alone that a chosen path leads to as well", () => {
    const plan = planOf({ gate, work: { after: ["gate.left"] }, join: { after: ["gate.right", "work"], when: "none-failed-min-one-succeeded" } });
    const through = play(plan);
    through.succeed("gate", { paths: ["left"] });
    expect(through.statuses().join).toBe("waiting");
    through.succeed("work");
    expect(through.statuses().join).toBe("running");
    const past = play(plan);
    past.succeed("gate", { paths: ["right"] });
    expect(past.statuses()).toMatchObject({ work: "skipped", join: "running" });
  });

  it("joins two paths under none-failed-min-one-succeeded", () => {
    const run = play(
      planOf({ gate, l: { after: ["gate.left"] }, r: { after: ["gate.right"] }, join: { after: ["l", "r"], when: "none-failed-min-one-succeeded" } }),
    );
    run.succeed("gate", { paths: ["left"] });
    run.succeed("l");
    expect(run.statuses().join).toBe("running");
  });

  it("that fails fails what hangs on its paths", () => {
    const run = play(planOf({ gate, l: { after: ["gate.left"] } }));
    run.fail("gate");
    expect(run.statuses()).toEqual({ gate: "failed", l: "failed" });
  });
});
