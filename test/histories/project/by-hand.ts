import { setTimeout as sleep } from "node:timers/promises";
import { dag } from "headgate";
import { z } from "zod";

/** DAGs without a condition: each shows one thing that a run can go through. */

export const forked = dag("forked", {}, (d) => {
  const gate = d.branch("gate", { paths: ["left", "right"], run: () => "left" });
  const left = d.task("left", { after: [gate.left], run: () => 1 });
  const right = d.task("right", { after: [gate.right], run: () => 2 });
  d.task("join", { needs: { left, right }, when: "none-failed-min-one-succeeded", run: ({ left, right }) => [left.status, right.status] });
  const skips = d.task("skips", { run: (_, ctx) => ctx.skip("nothing to do") });
  d.task("never", { after: [skips], run: () => null });
});

export const flaky = dag("flaky", {}, (d) => {
  d.task("third-time", {
    retries: 2,
    backoff: { initial: "200ms", factor: 1 },
    run: (_, ctx) => {
      if (ctx.attempt < 3) throw new Error(`attempt ${ctx.attempt} fails`);
      return ctx.attempt;
    },
  });
});

export const broken = dag("broken", {}, (d) => {
  const fails = d.task("fails", {
    run: () => {
      throw new Error("could not write", { cause: new RangeError("disk full") });
    },
  });
  d.task("never", { after: [fails], run: () => null });
  d.task("cleanup", { needs: { fails }, when: "all-done", run: ({ fails }) => fails.status });
});

/** Waits until it is told to stop. The task that a worker lost gets a second round, which ends at once. */
export const patient = dag("patient", { params: z.object({ again: z.boolean().default(false) }) }, (d) => {
  const waits = d.task("waits", {
    run: (_, ctx) => (ctx.params.again && ctx.attempt > 1 ? undefined : sleep(600_000, undefined, { signal: ctx.signal })),
  });
  d.task("after", { after: [waits], when: "always", run: () => null });
});

/** Hands one of its tasks to a worker of somebody else. */
export const remote = dag("remote", {}, (d) => {
  const rows = d.task("rows", { run: () => [1, 2, 3] });
  const sum = d.external("sum", { taskQueue: "elsewhere", activity: "addUp", needs: { rows }, returns: z.number() });
  d.task("double", { needs: { sum }, run: ({ sum }) => sum * 2 });
});

/** Goes over a list: one item fails once, one skips itself, one fails for good. */
export const spread = dag("spread", {}, (d) => {
  const list = d.task("list", { run: () => ["good", "second-time", "nothing", "never"] });
  const each = d.map("each", {
    over: list,
    limit: 2,
    retries: 1,
    backoff: { initial: "200ms", factor: 1 },
    whenFailed: "keep",
    run: (how, ctx) => {
      if (how === "nothing") ctx.skip("nothing to do");
      if (how === "never" || (how === "second-time" && ctx.attempt === 1)) throw new Error(`${how} failed`);
      return how;
    },
  });
  d.task("tell", { needs: { each }, run: ({ each }) => each.map(({ status }) => status) });
});

/** Waits for a time, for an instant and for a person. */
export const held = dag("held", {}, (d) => {
  const at = d.task("at", { run: () => new Date().toISOString() });
  const pause = d.sleep("pause", { for: "500ms", after: [at] });
  const until = d.waitUntil("until", { until: at, after: [pause] });
  const review = d.approve("review", { timeout: "1h", after: [until] });
  d.approve("late", { timeout: "500ms", onTimeout: "skip" });
  d.task("tell", { needs: { review }, run: ({ review }) => review.reason });
});

/** Needs a place of a pool. */
export const pooled = dag("pooled", {}, (d) => {
  d.task("only", { pool: "narrow", run: () => 1 });
});

/** Runs another DAG, which fails; tears down, and tells of it. */
export const rented = dag("rented", { deadline: "1h" }, (d) => {
  const up = d.task("up", { run: () => 1 });
  const work = d.group("work", { after: [up] }, (g) => void g.run("below", broken));
  d.teardown("down", { setup: up, after: [work], run: () => null });
  d.onFailure("alert", { run: ({ task }) => task });
});
