import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Catalog, CatalogAsset } from "../../core/catalog.ts";
import type { AssetEvent } from "../../core/event.ts";
import type { Fact } from "../../core/fact.ts";
import type { FreshnessPolicy } from "../../core/freshness.ts";
import { emptyState, explain, nextWakeup, openRegistry, type RegistryInput, stateOf, step } from "../../registry/index.ts";
import { catalogOf, continuedAsNew, deployed, NOW } from "./machine.ts";
import { at, ev, on, play, uri } from "./play.ts";

const FRESHNESS = "headgate://freshness/s3/lake/a";
const stale = on(FRESHNESS, { where: { state: "stale" } });
const within = { uri: uri("a"), freshness: { within: "1h" } };
const bySix = { uri: uri("a"), freshness: { by: "0 6 * * *", tz: "UTC" } };

describe("a condition on the freshness of an asset", () => {
  it.each([
    [
      "is due when the asset is too old",
      { on: stale },
      within,
      [["00:00", { event: ev("a", "1") }], ["00:59"], ["01:00"]],
      ["d@01:00 2026-01-01T00:00:00.000Z/2"],
    ],
    [
      "is due once, however long it stays stale",
      { on: stale },
      within,
      [["00:00", { event: ev("a", "1") }], ["09:00"]],
      ["d@01:00 2026-01-01T00:00:00.000Z/2"],
    ],
    ["is due once if nothing ever comes", { on: stale }, within, [["00:00"], ["09:00"]], ["d@01:00 2026-01-01T00:00:00.000Z/1"]],
    [
      "hears of each change, and of no update that changes nothing",
      { on: on(FRESHNESS), mode: "each" },
      within,
      [
        ["00:00", { event: ev("a", "1") }],
        ["00:30", { event: ev("a", "2") }],
        ["02:00", { event: ev("a", "3") }],
        ["02:10", { event: ev("a", "4") }],
        ["03:00"],
      ],
      ["d@00:00 2026-01-01T00:00:00.000Z/1", "d@01:30 2026-01-01T00:00:00.000Z/2", "d@02:00 2026-01-01T00:00:00.000Z/3"],
    ],
    ["an update at the very deadline is in time", { on: stale }, bySix, [["00:00"], ["+1 06:00", { event: ev("a", "1") }], ["+1 07:00"]], []],
    [
      "the first deadline that can be missed is one whose whole window was watched",
      { on: stale },
      bySix,
      [["00:00"], ["+2 07:00"]],
      ["d@+1 06:00 2026-01-01T00:00:00.000Z/1"],
    ],
    [
      "a pattern finds it",
      { on: { pattern: "headgate://freshness/s3/lake/*", where: { state: "stale" } } },
      within,
      [["00:00"], ["02:00"]],
      ["d@01:00 2026-01-01T00:00:00.000Z/1"],
    ],
    ["a pattern for the data of people does not", { on: { pattern: "**" } }, within, [["00:00"], ["02:00"]], []],
    [
      "combines with others",
      { on: { all: [stale, on("b")] } },
      within,
      [["00:00", { event: ev("b", "1") }], ["02:00"]],
      ["d@01:00 1,2026-01-01T00:00:00.000Z/1"],
    ],
  ] as const)("%s", (_, dag, asset, timeline, started) => {
    expect(play(dag as never, timeline as never, { assets: [asset] }).started).toEqual(started);
  });

  it("lets a DAG make its own outlet anew when it is stale: that is no cycle", () => {
    const refresh = { on: stale, runs: { duration: "10m", outlets: [uri("a")] } };
    expect(play(refresh, [["00:00"], ["04:00"]], { assets: [within] }).started.map((run) => run.slice(0, 7))).toEqual(["d@01:00", "d@02:10", "d@03:20"]);
  });

  it("warns of nothing: its events are no unknown assets", () => {
    expect(play({ on: on("b") }, [["00:00"], ["02:00"]], { assets: [within] }).warnings).toEqual([]);
  });

  it("an asset with slices is looked at as a whole", () => {
    const sliced = { ...within, partitions: { grain: "day", tz: "UTC" } };
    const timeline = [
      ["00:00", { event: ev("a", "1", { partition: "2026-01-01" }) }],
      ["00:59", { event: ev("a", "2", { partition: "2025-12-01" }) }],
      ["01:30"],
    ];
    expect(play({ on: stale }, timeline as never, { assets: [sliced] }).started).toEqual([]);
  });
});

describe("a deploy", () => {
  const register = (assets: readonly object[]) => ({ register: { assets, dags: [{ id: "d", on: on(FRESHNESS), mode: "each" }] } });
  const told = (timeline: readonly unknown[], asset: object = within): readonly string[] =>
    play({ on: on(FRESHNESS), mode: "each" }, timeline as never, { assets: [asset] }).started.map((run) => run.split(" ")[0] ?? "");

  it("that says nothing new of freshness changes nothing", () => {
    expect(told([["00:00", { event: ev("a", "1") }], ["00:30", register([within])], ["00:59"]])).toEqual(["d@00:00"]);
  });
  it("with a longer time makes a stale asset fresh", () => {
    expect(told([["00:00", { event: ev("a", "1") }], ["01:30", register([{ ...within, freshness: { within: "2h" } }])], ["02:00"]])).toEqual([
      "d@00:00",
      "d@01:00",
      "d@01:30",
      "d@02:00",
    ]);
  });
  it("that takes the policy away says so, and nobody looks any more", () => {
    expect(told([["00:00", { event: ev("a", "1") }], ["01:30", register([])], ["09:00"]])).toEqual(["d@00:00", "d@01:00", "d@01:30"]);
  });
  it("that brings it again begins anew", () => {
    expect(told([["00:00", { event: ev("a", "1") }], ["00:10", register([])], ["00:20", register([within])], ["01:20"]])).toEqual([
      "d@00:00",
      "d@00:10",
      "d@01:20",
    ]);
  });
});

const MINUTE = 60_000;
function watching(policy?: FreshnessPolicy): Catalog {
  const asset: CatalogAsset = { uri: uri("a"), schema: false, tags: [], meta: {}, ...(policy === undefined ? {} : { freshness: policy }) };
  return catalogOf({}, { assets: [asset] });
}
function changesIn(facts: readonly Fact[]): readonly AssetEvent[] {
  return facts.flatMap((fact) => (fact.kind === "event" && fact.event.asset === FRESHNESS ? [fact.event] : []));
}

describe("the registry", () => {
  const deploy = (policy: FreshnessPolicy | undefined): RegistryInput => ({ kind: "register", project: "test", revision: 1, catalog: watching(policy) });

  it("costs nothing for an asset that does not say how fresh it must be", () => {
    const registry = openRegistry(emptyState("e"));
    step(registry, [deploy(undefined), { kind: "publish", events: [ev("a", "1")] }], NOW);
    expect(stateOf(registry).freshness).toBeUndefined();
    expect(nextWakeup(registry)).toBeNull();
  });

  it("goes on after a restart with what it knew, and says nothing twice", () => {
    let registry = openRegistry(emptyState("e"));
    step(registry, [deploy({ within: "1h" }), { kind: "publish", events: [ev("a", "1")] }], NOW);
    registry = continuedAsNew(registry);
    expect(nextWakeup(registry)).toBe(NOW + 60 * MINUTE);
    const [change] = changesIn(step(registry, [], NOW + 60 * MINUTE).facts);
    expect(change).toMatchObject({
      ...{ source: "freshness:s3://lake/a", id: "2026-01-01T00:00:00.000Z/2", hops: 0, partition: null },
      data: { asset: uri("a"), state: "stale", was: "fresh", since: at("01:00"), updatedAt: at("00:00"), expected: "within 1h" },
    });
    registry = continuedAsNew(registry);
    expect(nextWakeup(registry)).toBeNull();
    expect(changesIn(step(registry, [], NOW + 600 * MINUTE).facts)).toEqual([]);
  });

  it("explains a DAG that waits for a change by how fresh the asset is", () => {
    const registry = deployed(catalogOf({ d: { on: { asset: FRESHNESS, where: { state: "stale" } } } }, { assets: watching({ within: "1h" }).assets }));
    step(registry, [{ kind: "publish", events: [ev("a", "1")] }], NOW);
    expect(explain(registry, { dag: "d" }, NOW + MINUTE).text).toContain(`(s3://lake/a is fresh since ${at("00:00")}, looked at again at ${at("01:00")})`);
  });

  it("begins to look at once when a state of an earlier release is opened", () => {
    const registry = openRegistry(emptyState("e"));
    registry.freshness.on = false;
    step(registry, [deploy({ within: "1h" }), { kind: "publish", events: [ev("a", "1")] }], NOW);
    expect([stateOf(registry).freshness, nextWakeup(registry)]).toEqual([undefined, null]);
    const opened = openRegistry(stateOf(registry));
    expect(nextWakeup(opened)).toBe(NOW);
    step(opened, [], NOW + MINUTE);
    expect(nextWakeup(opened)).toBe(NOW + 61 * MINUTE);
  });

  it("gives the change the hops of the update that made it", () => {
    const registry = openRegistry(emptyState("e"));
    const { facts } = step(registry, [deploy({ within: "1h" }), { kind: "publish", events: [{ ...ev("a", "1"), hops: 7 }] }], NOW);
    expect(changesIn(facts)).toMatchObject([{ hops: 7, data: { state: "fresh", was: "unknown" } }]);
  });

  it("says the same as a model that looks at each minute", () => {
    const policy = fc.oneof(
      fc.integer({ min: 1, max: 9 }).map((minutes): FreshnessPolicy => ({ within: `${minutes}m` })),
      fc.integer({ min: 2, max: 9 }).map((minutes): FreshnessPolicy => ({ by: `*/${minutes} * * * *` })),
      fc
        .tuple(fc.integer({ min: 2, max: 9 }), fc.integer({ min: 1, max: 12 }))
        .map(([by, old]): FreshnessPolicy => ({ by: `*/${by} * * * *`, within: `${old}m` })),
    );
    const gaps = fc.array(fc.tuple(fc.integer({ min: 0, max: 15 }), fc.boolean()), { maxLength: 12 });
    fc.assert(
      fc.property(policy, fc.integer({ min: 0, max: 59 }), gaps, (policy, start, gaps) => {
        const updates: { readonly minute: number; readonly reopens: boolean }[] = [];
        for (const [gap, reopens] of gaps) updates.push({ minute: (updates.at(-1)?.minute ?? start) + gap, reopens });
        const last = (updates.at(-1)?.minute ?? start) + 25;
        const said: string[] = [];
        let registry = openRegistry(emptyState("e"));
        const note = (facts: readonly Fact[]): void => {
          for (const { at: minute, data } of changesIn(facts)) said.push(`${data.state}@${(minute - NOW) / MINUTE}`);
        };
        note(step(registry, [deploy(policy)], NOW + start * MINUTE).facts);
        const wakeUntil = (minute: number): void => {
          for (let next = nextWakeup(registry); next !== null && next < NOW + minute * MINUTE; next = nextWakeup(registry))
            note(step(registry, [], next).facts);
        };
        for (const [index, { minute, reopens }] of updates.entries()) {
          wakeUntil(minute);
          note(step(registry, [{ kind: "publish", events: [ev("a", `${index}`)] }], NOW + minute * MINUTE).facts);
          if (reopens) registry = continuedAsNew(registry);
        }
        wakeUntil(last);
        expect(said).toEqual(
          model(
            policy,
            start,
            updates.map(({ minute }) => minute),
            last,
          ),
        );
      }),
    );
  });
});

/** The rules of docs/semantics.md, played minute by minute, with nothing remembered but the updates. */
function model(policy: FreshnessPolicy, start: number, updates: readonly number[], last: number): readonly string[] {
  const minutesOf = (text: string | undefined): number => Number(text?.replace("m", ""));
  const said: string[] = [];
  let state = "unknown";
  const isTick = (minute: number): boolean => "by" in policy && (minute % 60) % Number(policy.by.slice(2, 4)) === 0;
  for (let minute = start; minute < last; minute += 1) {
    const came = updates.filter((update) => update <= minute);
    if (came.includes(minute)) turn("fresh", minute);
    if (!("by" in policy)) {
      const oldest = minute - minutesOf(policy.within);
      if (oldest >= start && !came.some((update) => update > oldest)) turn("stale", minute);
    } else if (isTick(minute)) {
      let from = minute - minutesOf(policy.within);
      if (policy.within === undefined) for (from = minute - 1; !isTick(from); ) from -= 1;
      if (from >= start && !came.some((update) => update > from)) turn("stale", minute);
    }
  }
  return said;

  function turn(next: string, minute: number): void {
    if (state === next) return;
    state = next;
    said.push(`${next}@${minute}`);
  }
}
