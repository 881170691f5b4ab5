import { describe, expect, it } from "vitest";
import type { AssetEvent } from "../../core/event.ts";
import { buildGraph, MAX_LOST, MAX_RUNNING } from "../../interpreter/index.ts";
import { FACTS, planOf, play } from "./play.ts";

const EVENT: AssetEvent = {
  seq: 7,
  asset: "s3://lake/raw",
  source: "external",
  id: "e7",
  time: Date.UTC(2026, 10, 23),
  at: Date.UTC(2026, 10, 24),
  partition: "2026-11-23",
  data: { key: "a" },
  hops: 2,
};

describe("a run", () => {
  it("starts what waits for nothing, and each other task when the last one before it has succeeded", () => {
    const run = play(planOf({ a: {}, b: {}, c: { after: ["a", "b"] } }));
    expect(run.scheduled()).toEqual(["a", "b"]);
    run.succeed("a");
    expect(run.scheduled()).toEqual(["a", "b"]);
    run.succeed("b");
    expect(run.scheduled()).toEqual(["a", "b", "c"]);
    run.succeed("c");
    expect(run.end()).toEqual({ kind: "end", status: "succeeded", outlets: [] });
  });

  it("without tasks succeeds at once", () => {
    expect(play(planOf({})).end()).toEqual({ kind: "end", status: "succeeded", outlets: [] });
  });

  it("hands the values of needs and the consumed events to the handler", () => {
    const plan = planOf({ load: { needs: [{ name: "raw", asset: EVENT.asset }] }, save: { needs: [{ name: "rows", task: "load" }] } });
    const run = play(plan, { ...FACTS, events: [EVENT, { ...EVENT, asset: "s3://lake/other" }] });
    expect(run.commands[0]).toMatchObject({
      input: { raw: [{ asset: "s3://lake/raw", id: "e7", source: "external", time: "2026-11-23T00:00:00.000Z", partition: "2026-11-23", data: { key: "a" } }] },
    });
    run.succeed("load");
    expect(run.commands[1]).toMatchObject({ task: "save", input: { rows: "value of load" } });
  });

  it("shows outcomes instead of values under another rule than all-succeeded", () => {
    const needs = ["ok", "bad", "not", "slow"].map((task) => ({ name: task, task }));
    const run = play(planOf({ ok: {}, bad: {}, not: {}, slow: {}, after: { needs, when: "one-failed" } }));
    run.succeed("ok");
    run.succeed("not", { skipped: "no rows" });
    run.fail("bad", "disk full");
    expect(run.commands.at(-1)).toMatchObject({
      task: "after",
      input: {
        ok: { status: "succeeded", value: "value of ok" },
        bad: { status: "failed", error: "disk full" },
        not: { status: "skipped", why: "no rows" },
        slow: { status: "unfinished" },
      },
    });
  });

  it.each([
    ["fails if a leaf failed", { a: {}, b: { after: ["a"] } }, "failed"],
    ["fails if a leaf never ran because of a failure", { x: {}, a: {}, b: { after: ["a", "x"] } }, "failed"],
    ["succeeds if something after the failure took care of it", { a: {}, clean: { after: ["a"], when: "all-done" } }, "succeeded"],
  ] as const)("%s", (_, tasks, expected) => {
    const run = play(planOf(tasks as never));
    run.fail("a");
    for (const task of run.scheduled()) run.succeed(task);
    expect(run.end()?.status).toBe(expected);
  });

  it("succeeds if its leaves are skipped", () => {
    const run = play(planOf({ a: {}, never: { after: ["a"], when: "all-failed" } }));
    run.succeed("a");
    expect(run.statuses()).toEqual({ a: "succeeded", never: "skipped" });
    expect(run.end()?.status).toBe("succeeded");
  });

  it("names the first failure and its code at the end", () => {
    const run = play(planOf({ a: {}, b: {}, c: { after: ["a", "b"] } }));
    run.send({ kind: "failed", task: "b", error: "too slow", code: "E_TASK_TIMEOUT" });
    run.fail("a");
    expect(run.end()).toMatchObject({ status: "failed", failedTask: "b", error: 'task "b" failed: too slow', code: "E_TASK_TIMEOUT" });
  });

  it("ignores what comes too late", () => {
    const run = play(planOf({ a: {}, b: { after: ["a"] } }));
    run.succeed("a");
    const before = run.state();
    expect(run.fail("a")).toEqual([]);
    expect(run.fail("unknown")).toEqual([]);
    expect(run.state()).toBe(before);
  });

  it("keeps a bounded number of tasks running and the others queued in order", () => {
    const run = play(planOf(Object.fromEntries(Array.from({ length: MAX_RUNNING + 2 }, (_, n) => [`t${n}`, {}]))));
    expect(run.scheduled()).toHaveLength(MAX_RUNNING);
    expect(run.statuses()[`t${MAX_RUNNING}`]).toBe("queued");
    run.succeed("t3");
    expect(run.scheduled().at(-1)).toBe(`t${MAX_RUNNING}`);
  });

  it("is JSON at every moment", () => {
    const run = play(planOf({ a: {}, b: { after: ["a"] } }));
    for (const step of [() => run.succeed("a", { publishes: ["s3://x"] }), () => run.fail("b")]) {
      expect(JSON.parse(JSON.stringify(run.state()))).toEqual(run.state());
      step();
    }
    expect(JSON.parse(JSON.stringify(run.state()))).toEqual(run.state());
  });
});

describe("outlets", () => {
  const plan = planOf({ a: {}, b: { after: ["a"] } }, { outlets: [{ asset: "s3://mart", schema: false }] });

  it("are published when their task has completed; those of the last one and of the DAG go with the end", () => {
    const run = play(plan, { ...FACTS, partition: "2026-11-23", hops: 3 });
    expect(run.succeed("a", { publishes: ["s3://one", "s3://two"] }).map((command) => command.kind)).toEqual(["publish", "schedule"]);
    expect(run.commands.find((command) => command.kind === "publish")?.outlets.map((outlet) => outlet.asset)).toEqual(["s3://one", "s3://two"]);
    run.succeed("b", { publishes: ["s3://three"] });
    expect(run.end()?.outlets).toEqual([
      { asset: "s3://three" },
      { asset: "s3://mart", id: "play/1/t1/$dag/0", source: "run:play", partition: "2026-11-23", data: {}, hops: 4 },
    ]);
  });

  it("of the DAG are not repeated if a task published them", () => {
    const run = play(plan);
    run.succeed("a", { publishes: ["s3://mart"] });
    run.succeed("b");
    expect(run.end()?.outlets).toEqual([]);
  });

  it("of the DAG are not published by a run that failed; those of its last task are", () => {
    const run = play(planOf({ a: {}, b: {}, c: {} }, { outlets: [{ asset: "s3://mart", schema: false }] }));
    run.fail("a");
    run.succeed("b");
    run.succeed("c", { publishes: ["s3://c"] });
    expect(run.end()).toMatchObject({ status: "failed", outlets: [{ asset: "s3://c" }] });
  });
});

describe("a lost worker", () => {
  it("makes the task start again with the retries that it had", () => {
    const run = play(planOf({ a: { retries: 2 } }));
    expect(run.send({ kind: "lost", task: "a", attempts: 1 })).toMatchObject([{ kind: "schedule", task: "a", round: 2, attemptsBefore: 1, retries: 2 }]);
  });

  it("leaves the retries that errors of the handler used up before it used up", () => {
    const run = play(planOf({ a: { retries: 2 } }));
    expect(run.send({ kind: "lost", task: "a", attempts: 3 })).toMatchObject([{ round: 2, attemptsBefore: 3, retries: 0 }]);
  });

  it("is forgiven ten times in a row", () => {
    const run = play(planOf({ a: {} }));
    for (let n = 0; n < MAX_LOST; n += 1) expect(run.send({ kind: "lost", task: "a", attempts: 1 })).toHaveLength(1);
    run.send({ kind: "lost", task: "a", attempts: 1 });
    expect(run.state().tasks.a).toMatchObject({ status: "failed", code: "E_TASK_LOST", why: "its worker was lost 11 times in a row" });
    expect(run.end()).toMatchObject({ status: "failed", code: "E_TASK_LOST" });
  });

  it("begins a new row when the handler ran to an error in between", () => {
    const run = play(planOf({ a: { retries: 5 } }));
    for (let n = 0; n < MAX_LOST; n += 1) run.send({ kind: "lost", task: "a", attempts: 1 });
    run.send({ kind: "lost", task: "a", attempts: 2 });
    expect(run.state().tasks.a).toMatchObject({ status: "running", lost: 1, retries: 4 });
  });
});

describe("cancellation", () => {
  it("starts nothing more, waits for what runs and ends as cancelled", () => {
    const run = play(planOf({ a: {}, b: {}, c: { after: ["a"] }, d: { after: ["c"], when: "always" } }));
    run.succeed("d", { publishes: ["s3://d"] });
    run.send({ kind: "cancel" });
    expect(run.statuses()).toEqual({ a: "running", b: "running", c: "cancelled", d: "succeeded" });
    run.send({ kind: "cancelled", task: "a" });
    expect(run.end()).toBeUndefined();
    run.succeed("b", { publishes: ["s3://b"] });
    expect(run.end()).toEqual({ kind: "end", status: "cancelled", outlets: [{ asset: "s3://b" }], error: "the run was cancelled" });
    expect(run.statuses()).toEqual({ a: "cancelled", b: "succeeded", c: "cancelled", d: "succeeded" });
  });

  it("does not start a task again whose worker was lost meanwhile", () => {
    const run = play(planOf({ a: {} }));
    run.send({ kind: "cancel" });
    run.send({ kind: "lost", task: "a", attempts: 1 });
    expect(run.statuses()).toEqual({ a: "cancelled" });
    expect(run.end()?.status).toBe("cancelled");
  });

  it("of one task fails what needs it", () => {
    const run = play(planOf({ a: {}, b: { after: ["a"] } }));
    run.send({ kind: "cancelled", task: "a" });
    expect(run.statuses()).toEqual({ a: "cancelled", b: "failed" });
    expect(run.end()).toMatchObject({ status: "failed", failedTask: "a" });
  });
});

describe("a plan that is no graph", () => {
  it.each([
    [{ a: { after: ["b"] } }, "E_REFERENCE", '"b"'],
    [{ gate: { paths: ["x"] }, a: { after: ["gate.y"] } }, "E_REFERENCE", 'path "y"'],
    [{ a: { after: ["b"] }, b: { after: ["a"] }, c: {} }, "E_CYCLE", '"a", "b"'],
  ] as const)("%j is refused with %s", (tasks, code, text) => {
    expect(() => buildGraph(planOf(tasks as never))).toThrow(expect.objectContaining({ code, message: expect.stringContaining(text) }));
  });
});

describe("results that the store keeps", () => {
  const kept = (bytes: number) => ({ $headgate: "kept", key: "result/1", index: 0, bytes }) as never;

  it("have a limit for all of a run; the task that goes over it fails", () => {
    const run = play(planOf({ a: {}, b: {}, c: {} }));
    const outlets = [{ asset: "s3://lake/b" }];
    for (const [task, mebibytes] of [
      ["a", 600],
      ["b", 500],
      ["c", 400],
    ] as const)
      run.send({ kind: "completed", task, output: { value: kept(mebibytes * 1024 * 1024), outlets: task === "b" ? outlets : [] } });
    expect(run.statuses()).toEqual({ a: "succeeded", b: "failed", c: "succeeded" });
    expect(run.end()).toMatchObject({ status: "failed", failedTask: "b", code: "E_RESULT_SIZE", outlets: [] });
  });
});
