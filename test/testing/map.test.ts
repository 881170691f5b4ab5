import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { asset, dag } from "../../core/index.ts";
import { testDag } from "../../testing/index.ts";

const parts = asset("s3://lake/parts");

describe("a map in testDag", () => {
  const doubling = dag("doubling", {}, (d) => {
    const list = d.task("list", { run: () => [3, 1, 2] });
    const each = d.map("each", {
      over: list,
      limit: 2,
      outlets: [parts],
      run: async (n, ctx) => {
        await sleep(n * 5);
        ctx.log.info("item", { n });
        return { n: n * 2, index: ctx.index };
      },
    });
    d.task("sum", { needs: { each }, run: ({ each }) => each.reduce((sum, one) => sum + one.n, 0) });
  });

  it("runs the handler for each item, and hands the results on in the order of the list", async () => {
    const run = await testDag(doubling).run();
    expect(run.task("each").value).toEqual([
      { n: 6, index: 0 },
      { n: 2, index: 1 },
      { n: 4, index: 2 },
    ]);
    expect(run.task("sum").value).toBe(12);
    expect(run.task("each").items.map(({ index, status, attempts }) => [index, status, attempts])).toEqual([
      [0, "succeeded", 1],
      [1, "succeeded", 1],
      [2, "succeeded", 1],
    ]);
  });

  it("publishes for each item, under an id of its own", async () => {
    const run = await testDag(doubling).run();
    expect(
      run
        .published(parts)
        .map(({ id }) => id)
        .sort(),
    ).toEqual([0, 1, 2].map((index) => `doubling/test-1/test/each[${index}]/0`));
    expect(run.logs.map(({ task }) => task).sort()).toEqual(["each[0]", "each[1]", "each[2]"]);
  });

  it("takes a list in place of its results, or a function in place of its handler", async () => {
    const byValue = await testDag(doubling).run({ tasks: { each: [{ n: 1, index: 0 }] } });
    expect(byValue.task("sum").value).toBe(1);
    const byFunction = await testDag(doubling).run({ tasks: { each: (n: number) => ({ n, index: 0 }) } });
    expect(byFunction.task("sum").value).toBe(6);
  });

  it("tries each item by its own retries, and fails with the first that is out of them", async () => {
    const flaky = dag("flaky", {}, (d) => {
      const list = d.task("list", { run: () => ["once", "twice", "never"] });
      const each = d.map("each", {
        over: list,
        retries: 1,
        run: (how, ctx) => {
          if (how === "never" || (how === "twice" && ctx.attempt === 1)) throw new Error(`${how} failed`);
          return how;
        },
      });
      d.task("after", { after: [each], run: () => 1 });
    });
    const run = await testDag(flaky).run();
    expect(run.status).toBe("failed");
    expect(run.task("each")).toMatchObject({ status: "failed", why: "1 of 3 items failed; first item 2: never failed", attempts: 5 });
    expect(run.task("each").items.map(({ status, attempts }) => [status, attempts])).toEqual([
      ["succeeded", 1],
      ["succeeded", 2],
      ["failed", 2],
    ]);
    expect((run.task("each").error as Error).message).toBe("never failed");
    expect(run.task("after").status).toBe("failed");
  });

  it("keeps the outcome of each item if it is told so", async () => {
    const keeping = dag("keeping", {}, (d) => {
      const list = d.task("list", { run: () => [1, 2, 3] });
      const each = d.map("each", {
        over: list,
        whenFailed: "keep",
        run: (n, ctx) => {
          if (n === 1) ctx.skip("nothing in it");
          if (n === 2) throw new Error("two failed");
          return n;
        },
      });
      d.task("after", { needs: { each }, run: ({ each }) => each.map((one) => (one.status === "succeeded" ? one.value : one.status)) });
    });
    const run = await testDag(keeping).run();
    expect(run.task("after").value).toEqual(["skipped", "failed", 3]);
  });

  it("is stopped with its run: its items hear it, and no other starts", async () => {
    const stop = new AbortController();
    const started: number[] = [];
    const endless = dag("endless", {}, (d) => {
      const list = d.task("list", { run: () => [1, 2, 3, 4] });
      d.map("each", {
        over: list,
        limit: 2,
        run: async (n, ctx) => {
          started.push(n);
          if (started.length === 2) stop.abort();
          await sleep(60_000, undefined, { signal: ctx.signal });
        },
      });
    });
    const run = await testDag(endless).run({ signal: stop.signal });
    expect(run.status).toBe("cancelled");
    expect(started).toEqual([1, 2]);
    expect(run.task("each").items.map(({ status }) => status)).toEqual(["cancelled", "cancelled"]);
  });

  it("over something else than a list fails with its own code", async () => {
    const odd = dag("odd", {}, (d) => {
      const list = d.task("list", { run: (): readonly number[] => [1] });
      d.map("each", { over: list, run: (n) => n });
    });
    const run = await testDag(odd).run({ tasks: { list: "no list" } });
    expect(run.error).toContain("what it goes over is not a list");
  });
});
