import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { asset, dag, daily, NonRetryableError } from "../../core/index.ts";
import type { Connector } from "../../core/tasks/connection.ts";
import { event, testDag } from "../../testing/index.ts";

const raw = asset("s3://lake/raw", { partitions: daily({ tz: "Europe/Berlin" }), schema: z.object({ key: z.string() }) });
const clean = asset("s3://lake/clean", { partitions: daily({ tz: "Europe/Berlin" }), schema: z.object({ rows: z.number() }) });
const flag = asset("s3://lake/flag");
const mart = asset("s3://lake/mart");
const DAY = "2026-11-23";
const warehouse: Connector<{ query(text: string): Promise<string> }> = {
  kind: "postgres",
  name: "warehouse",
  open: () => {
    throw new Error("a test must not open it");
  },
  close: () => undefined,
};

const orders = dag("orders", { on: raw, outlets: [mart], params: z.object({ factor: z.number().default(2) }) }, (d) => {
  const load = d.task("load", {
    needs: { events: raw },
    outlets: [flag],
    run: ({ events }, ctx) => {
      ctx.log.info("loading", { n: events.length });
      return { keys: events.map((one) => one.data.key), at: new Date(0), ds: ctx.ds, interval: ctx.interval, nothing: undefined as string | undefined };
    },
  });
  const store = d.task("store", { needs: { load }, run: async (_, ctx) => (await ctx.connection(warehouse)).query("insert") });
  d.task("save", {
    needs: { load },
    after: [store],
    outlets: [clean],
    run: ({ load }, ctx) => ctx.publish(clean, { data: { rows: load.keys.length * ctx.params.factor } }),
  });
});

const connections = { warehouse: { query: async (text: string) => `${text} done` } };
const events = [event(raw, { key: "a" }, { partition: DAY }), event(raw, { key: "b" }, { partition: DAY })];

describe("testDag", () => {
  it("runs a DAG to its end, with events, values, parameters, connections and outlets", async () => {
    const run = await testDag(orders).run({ events, connections });
    expect(run.status).toBe("succeeded");
    expect(run.task("load").value).toEqual({
      keys: ["a", "b"],
      at: "1970-01-01T00:00:00.000Z",
      ds: DAY,
      interval: { start: "2026-11-22T23:00:00.000Z", end: "2026-11-23T23:00:00.000Z" },
    });
    expect(run.task("store").value).toBe("insert done");
    expect(run.published(clean)).toMatchObject([{ data: { rows: 4 }, partition: DAY, source: "run:orders", hops: 1 }]);
    expect(run.published().map((one) => one.asset)).toEqual(["s3://lake/flag", "s3://lake/clean", "s3://lake/mart"]);
    expect(run.logs).toEqual([{ task: "load", attempt: 1, level: "info", text: "loading", fields: { n: 2 } }]);
  });

  it("takes fakes for tasks, as values and as functions", async () => {
    const run = await testDag(orders).run({
      events,
      params: { factor: 5 },
      tasks: { load: { keys: ["x"] }, store: async () => "faked" },
    });
    expect(run.task("load")).toMatchObject({ status: "succeeded", attempts: 1, value: { keys: ["x"] } });
    expect(run.task("store").value).toBe("faked");
    expect(run.published(clean)[0]?.data).toEqual({ rows: 5 });
    expect(run.published(flag)).toEqual([]);
  });

  it.each([
    ["a fake of a task that does not exist", { events, tasks: { lod: 1 } }, "E_REFERENCE"],
    ["parameters that do not fit", { events, params: { factor: "x" } }, "E_PARAMS"],
  ])("throws for %s", async (_, options, code) => {
    await expect(testDag(orders).run(options as never)).rejects.toMatchObject({ code });
  });

  it("fails the task that asks for a connection which the test does not give", async () => {
    const run = await testDag(orders).run({ events });
    expect(run.task("store")).toMatchObject({ status: "failed", error: { code: "E_CONNECTION" } });
    expect(run.task("save")).toMatchObject({ status: "failed", attempts: 0, why: '"store" failed' });
    expect(run).toMatchObject({ status: "failed", error: expect.stringContaining('the test gives no connection "warehouse"') });
    expect(run.published(mart)).toEqual([]);
  });

  it("tries again at once, as often as the task allows", async () => {
    const flaky = dag("flaky", {}, (d) => {
      d.task("third", {
        retries: 2,
        backoff: { initial: "1h", max: "1h" },
        run: (_, ctx) => {
          if (ctx.attempt < 3) throw new Error("not yet");
          return ctx.attempt;
        },
      });
      d.task("hopeless", {
        retries: 5,
        run: () => {
          throw new NonRetryableError("no such table");
        },
      });
      d.task("never", {
        retries: 1,
        run: () => {
          throw new RangeError("no");
        },
      });
    });
    const run = await testDag(flaky).run();
    expect(run.task("third")).toMatchObject({ status: "succeeded", attempts: 3, value: 3, error: undefined });
    expect(run.task("hopeless")).toMatchObject({ status: "failed", attempts: 1, why: "no such table" });
    expect(run.task("never")).toMatchObject({ status: "failed", attempts: 2, why: "no", error: expect.any(RangeError) });
  });

  it("follows branches, skips and rules as a run does", async () => {
    const forked = dag("forked", {}, (d) => {
      const gate = d.branch("gate", { paths: ["left", "right"], run: () => ["right"] });
      const left = d.task("left", { after: [gate.left], run: () => 1 });
      const right = d.task("right", { after: [gate.right], run: (_, ctx) => ctx.skip("empty") });
      d.task("join", { needs: { left, right }, when: "all-done", run: ({ left, right }) => [left.status, right.status] });
    });
    const run = await testDag(forked).run();
    expect(run.tasks.map(({ id, status, why }) => [id, status, why])).toEqual([
      ["gate", "succeeded", undefined],
      ["left", "skipped", 'path "left" of "gate" was not chosen'],
      ["right", "skipped", "empty"],
      ["join", "succeeded", undefined],
    ]);
    expect(run.task("join").value).toEqual(["skipped", "skipped"]);
    const other = await testDag(forked).run({ tasks: { gate: "left" } });
    expect(other.task("left").status).toBe("succeeded");
  });

  it("wants a fake for a task whose code is elsewhere, and checks what it returns", async () => {
    const remote = dag("remote", {}, (d) => {
      const sum = d.external("sum", { taskQueue: "py", activity: "sum", returns: z.number() });
      d.task("double", { needs: { sum }, run: ({ sum }) => sum * 2 });
    });
    await expect(testDag(remote).run()).rejects.toMatchObject({ code: "E_REFERENCE" });
    expect((await testDag(remote).run({ tasks: { sum: 21 } })).task("double").value).toBe(42);
    expect((await testDag(remote).run({ tasks: { sum: "many" } })).task("sum")).toMatchObject({ status: "failed", error: { code: "E_RESULT_JSON" } });
  });

  it("cuts a task off at its timeout and aborts its signal", async () => {
    let told: unknown;
    const slow = dag("slow", {}, (d) => {
      d.task("hangs", {
        timeout: "50ms",
        run: (_, ctx) => {
          ctx.signal.addEventListener("abort", () => {
            told = ctx.signal.reason;
          });
          return new Promise<null>(() => undefined);
        },
      });
    });
    expect((await testDag(slow).run()).task("hangs")).toMatchObject({ status: "failed", error: { code: "E_TASK_TIMEOUT" } });
    expect(told).toMatchObject({ code: "E_TASK_TIMEOUT" });
  });

  it("cancels as a person would", async () => {
    const stop = new AbortController();
    const long = dag("long", {}, (d) => {
      const waits = d.task("waits", {
        run: async (_, ctx) => {
          setTimeout(() => stop.abort(), 10);
          await sleep(60_000, undefined, { signal: ctx.signal });
        },
      });
      d.task("next", { after: [waits], when: "all-done", run: () => null });
    });
    const run = await testDag(long).run({ signal: stop.signal });
    expect(run).toMatchObject({ status: "cancelled", error: "the run was cancelled" });
    expect(run.tasks.map((task) => task.status)).toEqual(["cancelled", "cancelled"]);
  });
});

describe("what a task publishes", () => {
  const publishing = (
    run: (ctx: { publish(asset: unknown, publication?: unknown): void; unchanged(asset: unknown): void }) => unknown,
    outlets: unknown = [clean, flag],
  ) =>
    testDag(dag("publishing", {}, (d) => void d.task("t", { outlets: outlets as never, run: (_, ctx) => run(ctx as never) as null }))).run({ partition: DAY });

  it("is every event of it, in order, with ids of its own", async () => {
    const run = await publishing((ctx) => {
      ctx.publish(clean, { data: { rows: 1 } });
      ctx.publish(clean, { data: { rows: 2 }, partition: "2026-11-24", time: "2026-11-24T10:00:00Z" });
    });
    expect(run.published()).toMatchObject([
      { asset: clean.uri, id: "publishing/test-1/test/t/0", data: { rows: 1 }, partition: DAY },
      { asset: clean.uri, id: "publishing/test-1/test/t/1", data: { rows: 2 }, partition: "2026-11-24", time: "2026-11-24T10:00:00Z" },
      { asset: flag.uri, id: "publishing/test-1/test/t/2", data: {}, partition: DAY },
    ]);
  });

  it("replaces what was said before if it says merge", async () => {
    const run = await publishing((ctx) => {
      ctx.publish(clean, { data: { rows: 1 } });
      ctx.publish(clean, { data: { rows: 2 }, merge: true });
    });
    expect(run.published(clean)).toMatchObject([{ data: { rows: 2 } }]);
  });

  it("is nothing for what it calls unchanged", async () => {
    const run = await publishing((ctx) => {
      ctx.unchanged(clean);
      ctx.unchanged(flag);
    });
    expect(run).toMatchObject({ status: "succeeded" });
    expect(run.published()).toEqual([]);
  });

  it("is nothing if it fails or skips itself", async () => {
    const failing = await publishing((ctx) => {
      ctx.publish(clean, { data: { rows: 1 } });
      throw new Error("late");
    });
    expect(failing.published()).toEqual([]);
    const skipping = await publishing((ctx) => {
      ctx.publish(clean, { data: { rows: 1 } });
      (ctx as unknown as { skip(why: string): never }).skip("nothing new");
    });
    expect(skipping.task("t").status).toBe("skipped");
    expect(skipping.published()).toEqual([]);
  });

  it("may be any asset if its outlets are dynamic", async () => {
    const run = await publishing((ctx) => ctx.publish(mart), "dynamic");
    expect(run.published().map((one) => one.asset)).toEqual([mart.uri]);
  });

  it.each([
    ["an outlet with a schema about which nothing was said", () => undefined, "E_OUTLET_SILENT"],
    ["an asset that is no outlet", (ctx) => ctx.publish(mart), "E_OUTLET_UNDECLARED"],
    ["what is no asset", (ctx) => ctx.publish("s3://lake/clean"), "E_OUTLET_UNDECLARED"],
    ["data that break the schema", (ctx) => ctx.publish(clean, { data: { rows: "x" } }), "E_EVENT_DATA"],
    ["data that are no JSON", (ctx) => ctx.publish(flag, { data: { size: 1n } }), "E_EVENT_DATA"],
    ["a key of another grain", (ctx) => ctx.publish(clean, { data: { rows: 1 }, partition: "2026-11" }), "E_EVENT_PARTITION"],
    ["a time without a zone", (ctx) => ctx.publish(flag, { time: "2026-11-23 10:00" }), "E_EVENT"],
    ["an event that is too large", (ctx) => ctx.publish(flag, { data: { text: "x".repeat(200_000) } }), "E_EVENT_SIZE"],
  ] satisfies [string, Parameters<typeof publishing>[0], string][])("is refused for %s: %s", async (_, run, code) => {
    const result = await publishing(run);
    expect(result.task("t")).toMatchObject({ status: "failed", error: { code } });
  });

  it("is refused if an asset has partitions and the run none", async () => {
    const run = await testDag(dag("bare", {}, (d) => void d.task("t", { outlets: [clean], run: (_, ctx) => ctx.publish(clean, { data: { rows: 1 } }) }))).run();
    expect(run.task("t")).toMatchObject({ status: "failed", error: { code: "E_EVENT_PARTITION" } });
  });
});

describe("event", () => {
  it.each([
    [() => event(raw, { key: 1 } as never, { partition: DAY }), "E_EVENT_DATA"],
    [() => event(raw, { key: "a" }, { partition: "2026-1-1" }), "E_EVENT_PARTITION"],
    [() => event(raw, { key: "a" }, { time: "yesterday" }), "E_EVENT"],
  ])("refuses what the registry would refuse (%#)", (make, code) => {
    expect(make).toThrow(expect.objectContaining({ code }));
  });
});
