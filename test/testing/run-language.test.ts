import { describe, expect, it } from "vitest";
import { z } from "zod";
import { asset, dag } from "../../core/index.ts";
import { testDag } from "../../testing/index.ts";

const mart = asset("s3://lake/mart");

describe("testDag plays", () => {
  it("groups, in which tasks have the name of the group, and which others come after", async () => {
    const lake = dag("lake", {}, (d) => {
      const first = d.task("first", { run: () => 1 });
      const load = d.group("load", { after: [first] }, (g) => {
        const raw = g.task("raw", { run: () => 2 });
        const inner = g.group("inner", (h) => void h.task("deep", { run: () => 3 }));
        const clean = g.task("clean", { needs: { raw }, after: [inner], run: ({ raw }) => raw * 10 });
        return { clean };
      });
      d.task("last", { needs: { clean: load.tasks.clean }, after: [load], run: ({ clean }) => clean + 1 });
    });
    const edges = Object.fromEntries(lake.plan.plan.tasks.map(({ id, after }) => [id, after.map(({ task }) => task)]));
    expect(edges).toEqual({
      first: [],
      "load.raw": ["first"],
      "load.inner.deep": ["first"],
      "load.clean": ["load.inner.deep"],
      last: ["load.clean"],
    });
    const run = await testDag(lake).run({ tasks: { "load.raw": 4 } });
    expect(run.task("last").value).toBe(41);
  });

  it("setup and teardown, with the value of the setup, in a run that is cancelled, too", async () => {
    const done: unknown[] = [];
    const stop = new AbortController();
    const cluster = dag("cluster", {}, (d) => {
      const up = d.task("up", { run: () => ({ id: "c1" }) });
      const work = d.task("work", {
        needs: { up },
        run: (_, ctx) => new Promise<void>((_, reject) => ctx.signal.addEventListener("abort", () => reject(ctx.signal.reason))),
      });
      d.teardown("down", { setup: up, needs: { work }, run: ({ setup, work }, ctx) => void done.push([setup.id, work.status, ctx.signal.aborted]) });
    });
    setImmediate(() => stop.abort());
    const run = await testDag(cluster).run({ signal: stop.signal });
    expect(run.status).toBe("cancelled");
    expect(done).toEqual([["c1", "failed", false]]);
  });

  it("a short circuit with its reason, and as a fake", async () => {
    const daily = dag("daily", {}, (d) => {
      const enough = d.shortCircuit("enough", { run: () => "no new rows" });
      d.task("load", { after: [enough], when: "all-done", run: () => 1 });
    });
    expect((await testDag(daily).run()).task("load")).toMatchObject({ status: "skipped", why: '"enough" stopped here: no new rows' });
    expect((await testDag(daily).run({ tasks: { enough: true } })).task("load").value).toBe(1);
    expect((await testDag(daily).run({ tasks: { enough: "perhaps" } })).task("load").why).toContain("perhaps");
  });

  it("what is to run when the run has failed or succeeded", async () => {
    const said: unknown[] = [];
    const told = dag("told", {}, (d) => {
      d.task("works", { run: () => 1 });
      d.onFailure("alert", { run: (failure, ctx) => void said.push([failure.task, failure.error, ctx.run.dag]) });
      d.onSuccess("thank", { run: ({ tasks }) => void said.push(tasks.works) });
    });
    expect((await testDag(told).run()).task("alert")).toMatchObject({ status: "skipped", why: "the run succeeded" });
    const failing = { works: () => Promise.reject(new Error("disk full")) };
    expect((await testDag(told).run({ tasks: failing })).status).toBe("failed");
    expect(said).toEqual(["succeeded", ["works", 'task "works" failed: disk full', "told"]]);
  });

  it("the DAGs that tasks run, with their parameters, partition, waits and failures", async () => {
    const child = dag("child", { params: z.object({ region: z.string(), rows: z.number().default(2) }), outlets: [mart] }, (d) => {
      const night = d.sleep("night", { for: "8h" });
      d.task("load", {
        after: [night],
        run: (_, ctx) => {
          if (ctx.params.region === "us") throw new Error(`no rows for ${ctx.partition}`);
        },
      });
    });
    const parent = dag("parent", {}, (d) => {
      const where = d.task("where", { run: () => ({ region: "us" }) });
      const eu = d.run("eu", child, { params: { region: "eu" } });
      d.task("after", { needs: { eu }, run: ({ eu }) => eu.run });
      d.run("us", child, { params: where, partition: "2026-11-24" });
      d.run("loose", child, { params: where, wait: false });
    });
    const run = await testDag(parent).run({ partition: "2026-11-23", now: "2026-11-23T00:00:00Z" });
    expect(run.task("after")).toMatchObject({ value: "child/test-1", endedAt: expect.stringMatching(/^2026-11-23T(08|16):00/) });
    expect(run.published(mart)).toMatchObject([{ source: "run:child", partition: "2026-11-23" }]);
    expect(run.task("us")).toMatchObject({ status: "failed", error: { code: "E_SUB_RUN", message: expect.stringContaining("no rows for 2026-11-24") } });
    expect(run.task("loose")).toMatchObject({ status: "succeeded", value: { status: "running" } });
    expect((await testDag(parent).run({ tasks: { eu: { run: "x", status: "succeeded" }, us: null, loose: null } })).task("after").value).toBe("x");
  });

  it("another run below a task with retries, when the first one failed", async () => {
    let tries = 0;
    const child = dag("child", {}, (d) => {
      d.task("load", {
        run: () => {
          tries += 1;
          if (tries === 1) throw new Error("away");
        },
      });
    });
    const parent = dag("parent", {}, (d) => void d.run("sub", child, { retries: 1 }));
    const run = await testDag(parent).run();
    expect(run.task("sub")).toMatchObject({ status: "succeeded", attempts: 2, value: { run: "child/test-2" } });
  });

  it("a deadline, at its moment", async () => {
    const slow = dag("slow", { deadline: "2h" }, (d) => {
      d.sleep("night", { for: "8h" });
      d.onFailure("alert", { run: ({ code }) => code });
    });
    const run = await testDag(slow).run({ now: "2026-11-23T00:00:00Z" });
    expect(run).toMatchObject({ status: "failed", error: "the run did not end within 2h" });
    expect(run.task("night")).toMatchObject({ status: "cancelled", endedAt: "2026-11-23T02:00:00.000Z" });
    expect(run.task("alert").value).toBe("E_RUN_DEADLINE");
  });
});
