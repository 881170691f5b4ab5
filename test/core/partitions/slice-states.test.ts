import { describe, expect, it } from "vitest";
import type { CatalogAsset } from "../../../core/catalog.ts";
import type { ConditionNode, PartitionDefinition } from "../../../core/condition.ts";
import { type SliceRun, type SliceWorld, sliceStates, upstreamAssets } from "../../../core/partitions/slice-states.ts";
import type { Plan } from "../../../core/plan.ts";

const NOW = Date.parse("2026-01-03T12:00:00Z");
const uri = (name: string): string => `s3://lake/${name}`;

function asset(name: string, partitions?: PartitionDefinition, groups?: readonly string[]): CatalogAsset {
  return {
    uri: uri(name),
    schema: false,
    tags: [],
    meta: {},
    ...(partitions === undefined ? {} : { partitions }),
    ...(groups === undefined ? {} : { groups }),
  };
}

function plan(dag: string, on: ConditionNode, outlet: string): Plan {
  return { version: 1, dag, tags: [], meta: {}, on, policy: {}, tasks: [], outlets: [{ asset: uri(outlet), schema: false }], params: null };
}

const day: PartitionDefinition = { grain: "day" };
const assets = [asset("raw", { grain: "hour" }, ["sources"]), asset("rates"), asset("clean", { grain: "hour" }), asset("day", day), asset("mart", day)];
const plans = [
  plan("clean", { all: [{ asset: uri("raw") }, { asset: uri("rates"), keep: true }] }, "clean"),
  plan("roll", { asset: uri("clean"), partitions: { map: "rollup", grain: "day" } }, "day"),
  plan("mart", { asset: uri("day"), partitions: { map: "window", from: -1, to: 0 } }, "mart"),
];

/** `[asset, slice, accepted at, run that made it and its start]`: made at minutes after midnight of the second. */
type Made = readonly [name: string, slice: string, at: number, by?: string];

function world(made: readonly Made[], newest: Readonly<Record<string, Partial<SliceRun>>> = {}): SliceWorld {
  const slices = new Map<string, Map<string, { version: number; at: number; run: string | null }>>();
  const makers = new Map<string, { startedAt: number; partition: string | null }>();
  for (const [name, slice, at, by] of made) {
    const own = slices.get(uri(name)) ?? new Map();
    const run = by === undefined ? null : `${by}/e-${makers.size + 1}`;
    slices.set(uri(name), own.set(slice, { version: 1, at: minute(at), run }));
    // It started a minute before it published.
    if (run !== null) makers.set(run, { startedAt: minute(at - 1), partition: slice === "" ? null : slice });
  }
  const newestRuns = new Map(
    Object.entries(newest).map(([slice, run]) => [
      slice,
      { run: "mart/e-9", dag: "mart", status: "failed", startedAt: minute(99), error: null, ...run } as SliceRun,
    ]),
  );
  return { plans, assets, slices, makers, newestRuns };
}
const minute = (at: number): number => Date.parse("2026-01-02T00:00:00Z") + at * 60_000;
const stateOf = (given: SliceWorld, name: string, key: string) => sliceStates(given, uri(name), [key], NOW)[0];

const GOOD: readonly Made[] = [
  ["rates", "", 1],
  ["raw", "2026-01-01T05", 10],
  ["clean", "2026-01-01T05", 12, "clean"],
  ["day", "2026-01-01", 14, "roll"],
  ["mart", "2026-01-01", 16, "mart"],
  ["mart", "2026-01-02", 16, "mart"],
];

describe("a slice", () => {
  it.each(["clean", "day", "mart"])("of %s is present when it was made from what its upstream is now", (name) => {
    expect(stateOf(world(GOOD), name, name === "clean" ? "2026-01-01T05" : "2026-01-01")).toMatchObject({ status: "present", version: 1, why: null });
  });

  it.each<[string, Made, string, string, string]>([
    ["an upstream slice changed", ["raw", "2026-01-01T05", 20], "clean", "2026-01-01T05", "s3://lake/raw 2026-01-01T05 changed after it was made"],
    ["a slice that is rolled up changed", ["clean", "2026-01-01T07", 20], "day", "2026-01-01", "s3://lake/clean 2026-01-01T07 changed after it was made"],
    ["a kept asset without partitions changed", ["rates", "", 20], "clean", "2026-01-01T05", "s3://lake/rates changed after it was made"],
    ["something further up changed", ["raw", "2026-01-01T05", 20], "mart", "2026-01-01", "s3://lake/raw 2026-01-01T05 changed after it was made"],
    ["a slice of its window changed", ["day", "2026-01-01", 20], "mart", "2026-01-02", "s3://lake/day 2026-01-01 changed after it was made"],
    [
      "its run had started when upstream changed",
      ["raw", "2026-01-01T05", 11.5],
      "clean",
      "2026-01-01T05",
      "s3://lake/raw 2026-01-01T05 changed after it was made",
    ],
  ])("is stale when %s", (_, change, name, key, why) => {
    expect(stateOf(world([...GOOD, change]), name, key)).toMatchObject({ status: "stale", why });
  });

  it.each<[string, Made, string, string]>([
    ["another slice changed", ["raw", "2026-01-01T06", 20], "clean", "2026-01-01T05"],
    ["a slice after its window changed", ["day", "2026-01-02", 20], "mart", "2026-01-01"],
    ["it came from outside", ["rates", "", 20], "raw", "2026-01-01T05"],
    ["upstream changed when its run started", ["raw", "2026-01-01T05", 11], "clean", "2026-01-01T05"],
  ])("is not stale when %s", (_, change, name, key) => {
    expect(stateOf(world([...GOOD, change]), name, key)).toMatchObject({ status: "present" });
  });

  it.each<[string, Partial<SliceRun>, string, string | null]>([
    ["failed when the newest run for it failed", { error: "no such table" }, "failed", "mart/e-9 failed: no such table"],
    ["failed when it was cancelled", { status: "cancelled" }, "failed", "mart/e-9 cancelled"],
    ["running while a run is under way", { status: "running" }, "running", "mart/e-9"],
    ["present when it was made after a run that failed", { startedAt: minute(2) }, "present", null],
    ["present when the newest run succeeded", { status: "succeeded" }, "present", null],
  ])("is %s", (_, run, status, why) => {
    expect(stateOf(world(GOOD, { "2026-01-01": run }), "mart", "2026-01-01")).toMatchObject({ status, why, version: 1 });
  });

  it.each([
    ["missing when its time is over", "2026-01-02", "missing"],
    ["open while its time lasts", "2026-01-03", "open"],
  ])("that has no event is %s", (_, key, status) => {
    expect(stateOf(world([]), "day", key)).toEqual({ partition: key, status, version: 0, madeAt: null, run: null, why: null });
  });

  it("of an asset without partitions is the one with no key", () => {
    expect(stateOf(world(GOOD), "rates", "")).toMatchObject({ partition: null, status: "present" });
  });

  it("is no trap where assets go round in a circle", () => {
    const round = [plan("a", { asset: uri("b") }, "a"), plan("b", { asset: uri("a") }, "b")];
    const given = {
      ...world([
        ["a", "", 5, "a"],
        ["b", "", 6, "b"],
      ]),
      plans: round,
      assets: [],
    };
    expect(stateOf(given, "a", "")).toMatchObject({ status: "stale" });
    expect(stateOf(given, "b", "")).toMatchObject({ status: "stale" });
  });
});

describe("the assets that one is made from", () => {
  it.each([
    ["mart", ["mart", "day", "clean", "raw", "rates"]],
    ["raw", ["raw"]],
  ])("of %s", (name, expected) => {
    expect(upstreamAssets(plans, assets, uri(name))).toEqual(expected.map(uri));
  });

  it("are the members of its groups and patterns, too", () => {
    const grouped = [plan("x", { any: [{ group: "sources" }, { pattern: "s3://lake/r*" }] }, "x")];
    expect(upstreamAssets(grouped, assets, uri("x"))).toEqual([uri("x"), uri("raw"), uri("rates")]);
  });
});
