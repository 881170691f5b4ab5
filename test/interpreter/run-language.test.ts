import { describe, expect, it } from "vitest";
import { planOf, play, type ShortTask } from "./play.ts";

const down = (setup: string, after: readonly string[] = [], failsRun = false): ShortTask => ({
  after: [setup, ...after],
  needs: [{ name: "setup", task: setup }],
  when: "all-done",
  teardown: { setup, failsRun },
});
const CLUSTER = { up: {}, work: { after: ["up"] }, down: down("up", ["work"]) };

describe("a teardown", () => {
  it("runs after the tasks between, with the value of its setup", () => {
    const run = play(planOf(CLUSTER));
    run.succeed("up");
    expect(run.scheduled()).toEqual(["up", "work"]);
    run.succeed("work");
    expect(run.commands.at(-1)).toMatchObject({ task: "down", input: { setup: "value of up" } });
    run.succeed("down");
    expect(run.end()).toMatchObject({ status: "succeeded" });
  });

  it("runs when a task between failed, which fails the run all the same", () => {
    const run = play(planOf(CLUSTER));
    run.succeed("up");
    run.fail("work");
    expect(run.scheduled()).toEqual(["up", "work", "down"]);
    run.succeed("down");
    expect(run.end()).toMatchObject({ status: "failed", failedTask: "work" });
  });

  it("that fails fails the run only if it is asked to, and never names its failure", () => {
    for (const [failsRun, status] of [
      [false, "succeeded"],
      [true, "failed"],
    ] as const) {
      const run = play(planOf({ ...CLUSTER, down: down("up", ["work"], failsRun) }));
      run.succeed("up");
      run.succeed("work");
      run.fail("down", "gone already");
      expect(run.end()).toMatchObject({ status, ...(failsRun ? { failedTask: "down" } : {}) });
    }
    const both = play(planOf({ ...CLUSTER, other: {} }));
    both.succeed("up");
    both.succeed("work");
    both.fail("down");
    both.fail("other");
    expect(both.end()).toMatchObject({ status: "failed", failedTask: "other" });
  });

  it("is skipped if there is nothing to tear down", () => {
    const run = play(planOf(CLUSTER));
    run.fail("up");
    expect(run.state().tasks.down).toMatchObject({ status: "skipped", why: 'its setup "up" failed' });
    expect(run.end()).toMatchObject({ status: "failed", failedTask: "up" });
  });

  it("runs in a run that is cancelled, once what ran has ended", () => {
    const run = play(planOf({ ...CLUSTER, next: { after: ["work"] } }));
    run.succeed("up");
    run.send({ kind: "cancel" });
    expect(run.scheduled()).toEqual(["up", "work"]);
    run.send({ kind: "cancelled", task: "work" });
    expect(run.scheduled()).toEqual(["up", "work", "down"]);
    run.send({ kind: "lost", task: "down", attempts: 1 });
    expect(run.scheduled()).toEqual(["up", "work", "down", "down"]);
    run.succeed("down");
    expect(run.end()).toMatchObject({ status: "cancelled" });
    expect(run.statuses()).toEqual({ up: "succeeded", work: "cancelled", next: "cancelled", down: "succeeded" });
  });

  it("that waits while its setup is cancelled has nothing to tear down", () => {
    const run = play(planOf(CLUSTER));
    run.send({ kind: "cancel" });
    run.send({ kind: "cancelled", task: "up" });
    expect(run.statuses()).toMatchObject({ down: "skipped" });
    expect(run.end()).toMatchObject({ status: "cancelled" });
  });
});

describe("a short circuit", () => {
  const plan = planOf({
    up: {},
    enough: { after: ["up"], shortCircuit: true },
    load: { after: ["enough"] },
    report: { after: ["load"], when: "all-done" },
    always: { after: ["enough"], when: "all-failed" },
    other: {},
    join: { after: ["load", "other"], when: "all-done" },
    down: down("up", ["load"]),
  });

  it("skips everything below it whatever its rule, and says why; teardowns run", () => {
    const run = play(plan);
    run.succeed("up");
    run.send({ kind: "completed", task: "enough", output: { value: false, outlets: [], stopped: "no rows" } });
    const why = '"enough" stopped here: no rows';
    for (const task of ["load", "report", "always", "join"]) expect(run.state().tasks[task]).toMatchObject({ status: "skipped", why });
    expect(run.scheduled()).toEqual(["up", "other", "enough", "down"]);
    run.succeed("down");
    run.succeed("other");
    expect(run.end()).toMatchObject({ status: "succeeded" });
  });

  it("that goes on is a task like any other", () => {
    const run = play(plan);
    run.succeed("up");
    run.succeed("enough");
    expect(run.scheduled()).toEqual(["up", "other", "enough", "load"]);
  });
});

describe("tasks at the end of a run", () => {
  const ends = { alert: { atEnd: "failed" }, thank: { atEnd: "succeeded" } } as const;

  it("get the facts of a failure once everything has ended", () => {
    const run = play(planOf({ a: {}, b: { after: ["a"] }, c: {}, ...ends }));
    run.fail("a", "disk full");
    expect(run.scheduled()).toEqual(["a", "c"]);
    run.succeed("c");
    expect(run.commands.at(-1)).toMatchObject({
      task: "alert",
      input: {
        status: "failed",
        task: "a",
        error: 'task "a" failed: disk full',
        code: "E_TASK_FAILED",
        failed: [{ task: "a", error: "disk full", code: null }],
        tasks: { a: "failed", b: "failed", c: "succeeded" },
      },
    });
    expect(run.end()).toBeUndefined();
    run.succeed("alert");
    expect(run.end()).toMatchObject({ status: "failed", failedTask: "a" });
    expect(run.state().tasks.thank).toMatchObject({ status: "skipped", why: "the run failed" });
  });

  it.each(["succeed", "fail"] as const)("do not change the end of the run if they %s", (what) => {
    const run = play(planOf({ a: {}, ...ends }, { outlets: [{ asset: "s3://lake/mart", schema: false }] }));
    run.succeed("a", { publishes: ["s3://lake/a"] });
    expect(run.commands.map(({ kind }) => kind)).toEqual(["schedule", "publish", "schedule"]);
    run[what]("thank");
    expect(run.end()).toMatchObject({ status: "succeeded", outlets: [{ asset: "s3://lake/mart" }] });
    expect(run.statuses()).toMatchObject({ alert: "skipped" });
  });

  it("never run in a run that is cancelled", () => {
    const run = play(planOf({ a: {}, ...ends }));
    run.send({ kind: "cancel" });
    run.send({ kind: "cancelled", task: "a" });
    expect(run.end()).toMatchObject({ status: "cancelled" });
    expect(run.statuses()).toMatchObject({ alert: "cancelled", thank: "cancelled" });
  });

  it("of a run without other tasks run at once", () => {
    const run = play(planOf({ ...ends }));
    expect(run.scheduled()).toEqual(["thank"]);
    run.succeed("thank");
    expect(run.end()).toMatchObject({ status: "succeeded" });
  });
});

describe("a deadline", () => {
  it("cancels what runs, tears down, tells of it, and fails the run", () => {
    const run = play(planOf({ ...CLUSTER, next: { after: ["work"] }, alert: { atEnd: "failed" } }, { deadline: 7_200_000 }));
    run.succeed("up");
    run.send({ kind: "deadline" });
    expect(run.state().tasks.next).toMatchObject({ status: "cancelled", why: "the deadline of the run passed" });
    run.send({ kind: "cancelled", task: "work" });
    run.succeed("down");
    expect(run.commands.at(-1)).toMatchObject({
      task: "alert",
      input: { error: "the run did not end within 2h", code: "E_RUN_DEADLINE", task: null, failed: [] },
    });
    run.send({ kind: "lost", task: "alert", attempts: 1 });
    run.succeed("alert");
    expect(run.end()).toEqual({ kind: "end", status: "failed", outlets: [], error: "the run did not end within 2h", code: "E_RUN_DEADLINE" });
  });

  it.each([
    ["the run is being cancelled", "cancelled"],
    ["the end is known", "succeeded"],
  ])("changes nothing once %s", (_, status) => {
    const run = play(planOf({ a: {}, thank: { atEnd: "succeeded" } }, { deadline: 1_000 }));
    if (status === "cancelled") run.send({ kind: "cancel" });
    else run.succeed("a");
    run.send({ kind: "deadline" });
    if (status === "cancelled") run.send({ kind: "cancelled", task: "a" });
    else run.succeed("thank");
    expect(run.end()).toMatchObject({ status });
  });
});
