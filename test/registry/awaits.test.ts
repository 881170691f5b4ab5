import { describe, expect, it } from "vitest";
import { z } from "zod";
import { asset } from "../../core/authoring/asset.ts";
import { buildCatalog } from "../../core/authoring/catalog-build.ts";
import { dag } from "../../core/authoring/dag.ts";
import { daily } from "../../core/authoring/partitions.ts";
import { explain, type Registry, type RegistryInput, type StepResult, stateOf, step } from "../../registry/index.ts";
import { continuedAsNew, deployed, NOW } from "./machine.ts";

const orders = asset("s3://lake/orders", { partitions: daily() });
const rates = asset("s3://lake/rates", { partitions: daily(), schema: z.object({ bank: z.string() }) });
const news = asset("s3://lake/news");

const DEFINITIONS = [
  dag("priced", { on: orders }, (d) => {
    d.waitForAsset("rates", rates, { where: { bank: "ecb" } });
    d.waitForAsset("news", news);
    d.waitForAsset("first", rates, { partition: "2026-01-01" });
    d.waitForAsset("any", rates, { partition: "any" });
  }),
  dag("also", { on: rates }, (d) => {
    d.task("work", { run: () => 1 });
  }),
  dag("own", { on: news }, (d) => {
    d.waitForAsset("more", news);
  }),
];
const { catalog, errors } = buildCatalog("test", DEFINITIONS, { taskQueue: "test" });

const DAY = "2026-01-02";
const rate = (id: string, bank = "ecb", partition = DAY) => ({ asset: rates.uri, source: "x", id, partition, data: { bank } });
const newsEvent = (id: string) => ({ asset: news.uri, source: "x", id });
const publish = (registry: Registry, ...events: readonly object[]): StepResult => step(registry, [{ kind: "publish", events }], NOW);
const told = ({ answers }: StepResult): string[] => answers.map(({ task, event }) => `${task} ${event.id}`);

/** A registry with a run of `priced` for that day. */
function begun(): { readonly registry: Registry; readonly run: string } {
  const registry = deployed(catalog);
  const { starts } = publish(registry, { asset: orders.uri, source: "x", id: "o1", partition: DAY });
  return { registry, run: starts[0]?.id as string };
}
/** How many waits are in the state. */
const awaitedEvents = (registry: Registry): number =>
  Object.values(stateOf(registry).consumers)
    .flatMap(({ running }) => Object.values(running))
    .reduce((sum, { awaits = [] }) => sum + awaits.length, 0);
const end = (run: string): RegistryInput => ({ kind: "runEnded", run, dag: "priced", temporalRunId: "t", status: "succeeded", outlets: [] });

describe("a run that waits for events of assets", () => {
  it("is made of definitions without a mistake", () => {
    expect(errors).toEqual([]);
  });

  it("is told of the first one of its slice that its filter wants, once", () => {
    const { registry, run } = begun();
    expect(told(publish(registry, rate("r1", "boe"), rate("r2", "ecb", "2026-01-03")))).toEqual(["any r1"]);
    const { answers } = publish(registry, rate("r3"), rate("r4"));
    expect(answers).toMatchObject([{ run, task: "rates", event: { id: "r3", partition: DAY, data: { bank: "ecb" } } }]);
    expect(told(publish(registry, rate("r5"), rate("r6", "boe", "2026-01-01")))).toEqual(["first r6"]);
  });

  it("does not take them: who waits for the asset by its condition gets them all the same", () => {
    const { registry } = begun();
    const { starts, answers } = publish(registry, rate("r1"));
    expect(answers.length).toBeGreaterThan(0);
    expect(starts.map(({ dag: id, input }) => [id, input.events?.map((event) => event.id)])).toEqual([["also", ["r1"]]]);
  });

  it("hears of no event that was there before it, nor of a repeat of one", () => {
    const registry = deployed(catalog);
    publish(registry, newsEvent("n0"));
    publish(registry, { asset: orders.uri, source: "x", id: "o1", partition: DAY });
    expect(told(publish(registry, newsEvent("n0")))).toEqual([]);
    expect(told(publish(registry, newsEvent("n1"))).sort()).toEqual(["more n1", "news n1"]);
  });

  it("is not told of what it publishes itself", () => {
    const { registry, run } = begun();
    const outlet = (of: string): object => ({ asset: news.uri, source: "run:priced", id: `${of}/t/write/1` });
    expect(told(publish(registry, outlet(run))).filter((line) => line.startsWith("news"))).toEqual([]);
    expect(told(publish(registry, outlet("priced/e1-99")))).toContain("news priced/e1-99/t/write/1");
  });

  it("goes on waiting when the registry continues as new", () => {
    const { registry, run } = begun();
    publish(registry, newsEvent("n1"));
    const next = continuedAsNew(registry);
    expect(told(publish(next, newsEvent("n2"))).filter((line) => line.startsWith("news"))).toEqual([]);
    expect(publish(next, rate("r1")).answers.map((answer) => [answer.run, answer.task])).toEqual([
      [run, "rates"],
      [run, "any"],
    ]);
  });

  it("is forgotten when it ends, and leaves nothing in the state", () => {
    const { registry, run } = begun();
    expect(awaitedEvents(registry)).toBe(4);
    step(registry, [end(run)], NOW);
    expect(awaitedEvents(registry)).toBe(0);
    expect(told(publish(registry, rate("r1")))).toEqual([]);
  });

  it("waits from when the registry hears of it, if a person started it", () => {
    const registry = deployed(catalog);
    const cause = { kind: "person" as const, text: "test" };
    step(registry, [{ kind: "runStarted", run: "priced/by-hand", temporalRunId: "t", dag: "priced", partition: null, cause }], NOW);
    expect(told(publish(registry, rate("r1", "ecb", "2026-01-05")))).toEqual(["rates r1", "any r1"]);
  });

  it("says what it waits for", () => {
    const { registry, run } = begun();
    publish(registry, newsEvent("n1"), rate("r1"));
    expect(explain(registry, { run }, NOW).text).toContain("its task first waits for an event of s3://lake/rates 2026-01-01");
    expect(explain(registry, { run }, NOW).data).toMatchObject({ awaits: [{ task: "first", asset: "s3://lake/rates", partition: "2026-01-01" }] });
  });
});
