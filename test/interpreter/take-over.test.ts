import { describe, expect, it } from "vitest";
import type { KeptRun } from "../../core/run.ts";
import { FACTS, type Play, planOf, play } from "./play.ts";

const OUTLET = { asset: "s3://lake/a", schema: false };
const CHAIN = planOf(
  {
    extract: {},
    load: { needs: [{ name: "rows", task: "extract" }] },
    publish: { after: ["load"] },
    report: { after: ["extract"] },
  },
  { outlets: [OUTLET] },
);

function rerun(tasks: KeptRun["tasks"], from: readonly string[] = [], plan = CHAIN): Play {
  return play(plan, { ...FACTS, kept: { run: "play/0", tasks, ...(from.length === 0 ? {} : { from }) } });
}
const done = (value: unknown = null, more: object = {}) => ({ status: "succeeded" as const, value: value as null, ...more });

describe("a rerun", () => {
  it("begins with what failed, and hands it the values that it took over", () => {
    const run = rerun({ extract: done([1, 2]), report: done() });
    expect(run.scheduled()).toEqual(["load"]);
    expect(run.commands[0]).toMatchObject({ task: "load", round: 1, input: { rows: [1, 2] } });
    expect(run.state().tasks.extract).toMatchObject({ status: "succeeded", why: "kept from play/0" });
    run.succeed("load");
    run.succeed("publish");
    expect(run.end()).toMatchObject({ status: "succeeded" });
  });

  it.each([
    ["from the first task", ["extract"], ["extract"]],
    ["from one in the middle, with all that follows it", ["load"], ["load"]],
    ["from a leaf alone", ["report"], ["report"]],
  ])("of a run that succeeded runs again %s", (_, from, begins) => {
    const all = { extract: done(), load: done(), publish: done(), report: done() };
    const run = rerun(all, from);
    expect(run.scheduled()).toEqual(begins);
    const waits = Object.entries(run.statuses()).filter(([, status]) => status === "waiting");
    expect(waits.map(([id]) => id)).toEqual({ extract: ["load", "publish", "report"], load: ["publish"], report: [] }[from[0] as string]);
  });

  it("runs what did not end well again, also if it is told to begin elsewhere", () => {
    expect(rerun({ extract: done(), load: done(), publish: done() }, ["publish"]).scheduled()).toEqual(["publish", "report"]);
  });

  it("sets up anew what was torn down, keeps the others, and tells of its own end", () => {
    const plan = planOf({
      up: {},
      good: { after: ["up"] },
      bad: { after: ["up"] },
      down: { after: ["up", "good", "bad"], needs: [{ name: "setup", task: "up" }], when: "all-done", teardown: { setup: "up", failsRun: false } },
      alert: { atEnd: "failed" },
      thank: { atEnd: "succeeded" },
    });
    const run = rerun({ up: done(), good: done(), down: done(), alert: done() }, [], plan);
    expect(run.scheduled()).toEqual(["up"]);
    for (const task of ["up", "bad", "down", "thank"]) run.succeed(task);
    expect(run.scheduled()).toEqual(["up", "bad", "down", "thank"]);
    expect(run.end()).toMatchObject({ status: "succeeded" });
    const whole = rerun({ up: done(), good: done(), bad: done(), down: done(), thank: done() }, [], plan);
    expect(whole.scheduled()).toEqual(["thank"]);
  });

  it("runs a task that the first run did not have", () => {
    expect(rerun({ load: done(), publish: done() }).scheduled()).toEqual(["extract"]);
  });

  it("publishes no outlet of the DAG that a task which it kept had published", () => {
    const kept = { extract: done(null, { published: [OUTLET.asset] }), load: done(), publish: done() };
    const run = rerun(kept);
    run.succeed("report");
    expect(run.end()).toMatchObject({ status: "succeeded", outlets: [] });
  });

  it("keeps the way that a branch went, and what was skipped by it with its reason", () => {
    const plan = planOf({
      gate: { paths: ["good", "bad"] },
      promote: { after: ["gate.good"] },
      quarantine: { after: ["gate.bad"] },
      last: { after: ["promote"] },
    });
    const why = 'path "bad" of "gate" was not chosen';
    const run = rerun({ gate: done(["good"], { paths: ["good"] }), quarantine: { status: "skipped", why } }, [], plan);
    expect(run.scheduled()).toEqual(["promote"]);
    expect(run.state().tasks.quarantine).toMatchObject({ status: "skipped", why });
  });
});
