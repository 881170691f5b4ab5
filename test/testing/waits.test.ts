import { describe, expect, it } from "vitest";
import { z } from "zod";
import { asset, dag, type Source } from "../../core/index.ts";
import { event, testDag } from "../../testing/index.ts";

const mart = asset("s3://lake/mart");

const reviewed = dag("reviewed", {}, (d) => {
  const load = d.task("load", { run: () => 3 });
  const settle = d.sleep("settle", { for: "2h", after: [load] });
  const review = d.approve("review", { after: [settle], timeout: "7d" });
  d.task("release", { needs: { review }, outlets: [mart], run: ({ review }) => `released by ${review.by}: ${review.reason}` });
});
const START = "2026-11-23T08:00:00Z";

describe("waits in testDag", () => {
  it("take no time, and move the clock of the run", async () => {
    const begun = performance.now();
    const run = await testDag(reviewed).run({ now: START, answers: { review: { approved: true, by: "ana", reason: "fine", after: "1d" } } });
    expect(performance.now() - begun).toBeLessThan(2_000);
    expect(run.status).toBe("succeeded");
    expect(run.task("settle").endedAt).toBe("2026-11-23T10:00:00.000Z");
    expect(run.task("review")).toMatchObject({
      startedAt: "2026-11-23T10:00:00.000Z",
      endedAt: "2026-11-24T10:00:00.000Z",
      value: { by: "ana", reason: "fine" },
    });
    expect(run.task("release").value).toBe("released by ana: fine");
    expect(run.published(mart)).toMatchObject([{ time: "2026-11-24T10:00:00.000Z" }]);
  });

  it.each([
    ["a rejection", { answers: { review: { approved: false, by: "ana", reason: "counts are off" } } }, "rejected by ana: counts are off"],
    ["no answer in time", {}, "it waited 7d in vain"],
    ["an answer that comes too late", { answers: { review: { approved: true, after: "8d" as const } } }, "it waited 7d in vain"],
  ])("end with %s", async (_, options, why) => {
    const run = await testDag(reviewed).run({ now: START, ...options });
    expect(run.status).toBe("failed");
    expect(run.task("review").why).toBe(why);
    expect(run.task("release").status).toBe("failed");
  });

  it("end in the order of their instants, whatever the order in which they began", async () => {
    const order = dag("order", {}, (d) => {
      const at = d.task("at", { run: () => "2026-11-23T09:00:00+00:00" });
      const fixed = d.waitUntil("fixed", { until: "2026-11-23T10:00:00Z" });
      const given = d.waitUntil("given", { until: at });
      const over = d.waitUntil("over", { until: "2020-01-01T00:00:00Z" });
      d.task("last", { after: [fixed, given, over], run: () => 1 });
    });
    const run = await testDag(order).run({ now: START });
    expect(["over", "given", "fixed", "last"].map((id) => run.task(id).endedAt)).toEqual([
      "2026-11-23T08:00:00.000Z",
      "2026-11-23T09:00:00.000Z",
      "2026-11-23T10:00:00.000Z",
      "2026-11-23T10:00:00.000Z",
    ]);
  });

  it("that end without an answer as skipped skip what follows", async () => {
    const lenient = dag("lenient", {}, (d) => {
      const review = d.approve("review", { timeout: "1h", onTimeout: "skip" });
      d.task("after", { after: [review], run: () => 1 });
    });
    const run = await testDag(lenient).run();
    expect([run.status, run.task("review").status, run.task("after").status]).toEqual(["succeeded", "skipped", "skipped"]);
  });

  it("for a person whom the test does not play are an error, not an endless test", async () => {
    const endless = dag("endless", {}, (d) => {
      d.approve("review");
    });
    await expect(testDag(endless).run()).rejects.toMatchObject({ code: "E_REFERENCE", hint: 'give one: answers: { "review": true }' });
    expect((await testDag(endless).run({ tasks: { review: { by: "ana", reason: null, at: START } } })).status).toBe("succeeded");
  });

  it("until what is no instant fail", async () => {
    const odd = dag("odd", {}, (d) => {
      const at = d.task("at", { run: (): string => "tomorrow" });
      d.waitUntil("wait", { until: at });
    });
    expect((await testDag(odd).run()).error).toContain('it should wait until "tomorrow", which is no instant');
  });
});

/** A test never reads. */
async function* readNothing(): AsyncGenerator<{ items: readonly { n: number }[] }> {
  yield { items: [] };
}

describe("tasks that take from a source, in testDag", () => {
  const taking = dag("taking", {}, (d) => {
    const source: Source<{ n: number }> = { kind: "none", describe: () => "none", identify: ({ n }) => ({ id: String(n) }), read: readNothing };
    const batch = d.consume("batch", source, { max: 3 });
    d.map("each", { over: batch, run: ({ n }) => n * 2 });
  });

  it("get what the test gives them", async () => {
    const run = await testDag(taking).run({ tasks: { batch: [{ n: 1 }, { n: 2 }] } });
    expect(run.task("each").value).toEqual([2, 4]);
  });

  it("must be given something", async () => {
    await expect(testDag(taking).run()).rejects.toMatchObject({ code: "E_REFERENCE", hint: 'fake it: tasks: { "batch": ... }' });
  });
});

describe("a DAG of Airflow in testDag", () => {
  const moved = dag("moved", { params: z.object({ day: z.string() }) }, (d) => {
    const plan = d.task("plan", { run: () => 3 });
    const load = d.airflow("load", {
      ...{ connection: "airflow", dag: "orders_load", needs: { plan }, xcom: "load", returns: z.object({ rows: z.number() }) },
      conf: ({ plan }, run) => ({ rows: plan, day: run.params.day, ds: run.ds }),
    });
    d.task("check", { needs: { load }, run: ({ load }) => load.rows });
  });

  it("is faked by its value, or by a function of the conf that it would get", async () => {
    expect((await testDag(moved).run({ params: { day: "monday" }, tasks: { load: { rows: 5 } } })).task("check").value).toBe(5);
    const confs: unknown[] = [];
    const fake = (conf: { readonly rows: number }): unknown => {
      confs.push(conf);
      return { rows: conf.rows };
    };
    expect((await testDag(moved).run({ params: { day: "monday" }, tasks: { load: fake } })).task("check").value).toBe(3);
    expect(confs).toEqual([{ rows: 3, day: "monday", ds: null }]);
  });

  it("must be faked, by what it returns", async () => {
    await expect(testDag(moved).run({ params: { day: "monday" } })).rejects.toMatchObject({ code: "E_REFERENCE" });
    expect((await testDag(moved).run({ params: { day: "monday" }, tasks: { load: { rows: "many" } } })).task("load").status).toBe("failed");
  });
});

describe("an event of an asset that a task waits for in testDag", () => {
  const rates = asset("s3://lake/rates", { schema: z.object({ bank: z.string() }) });
  const priced = dag("priced", {}, (d) => {
    const rate = d.waitForAsset("rate", rates, { where: { bank: "ecb" }, timeout: "2h" });
    d.task("price", { needs: { rate }, run: ({ rate }) => `${rate.data.bank} ${rate.time}` });
  });
  const ecb = event(rates, { bank: "ecb" });

  it.each([
    ["is there at once", ecb, "ecb 2026-11-23T08:00:00.000Z"],
    ["comes after a time", { event: ecb, after: "90m" as const }, "ecb 2026-11-23T09:30:00.000Z"],
  ])("%s", async (_, arrival, value) => {
    expect((await testDag(priced).run({ now: START, arrivals: { rate: arrival } })).task("price").value).toBe(value);
  });

  it.each([
    ["comes too late", { rate: { event: ecb, after: "3h" as const } }],
    ["never comes", {}],
  ])("ends the wait when it %s", async (_, arrivals) => {
    const run = await testDag(priced).run({ now: START, arrivals });
    expect(run.task("rate")).toMatchObject({ status: "failed", why: "it waited 2h in vain", endedAt: "2026-11-23T10:00:00.000Z" });
  });

  it("must be given where nothing ends the wait", async () => {
    const endless = dag("endless", {}, (d) => d.waitForAsset("rate", rates));
    await expect(testDag(endless).run()).rejects.toMatchObject({ code: "E_REFERENCE", hint: 'give one: arrivals: { "rate": event(...) }' });
  });

  it.each([
    [{ partition: "monday" }, "E_PARTITION"],
    [{ where: { bank: { like: "e%" } } }, "E_CONDITION"],
    [{ timeout: "soon" }, "E_DURATION"],
    [{ since: "now" }, "E_OPTION"],
  ])("is refused with %j", (spec, code) => {
    expect(() => dag("wrong", {}, (d) => d.waitForAsset("rate", rates, spec as never))).toThrow(expect.objectContaining({ code }));
  });
});
