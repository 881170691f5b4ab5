import { describe, expect, it } from "vitest";
import type { ConditionNode } from "../../core/condition.ts";
import { bringCatalogs, carriedStateOf, catalogsToLoad, nextWakeup, planByHash, stateOf, step } from "../../registry/index.ts";
import { a, catalogOf, continuedAsNew, deployed, NOW } from "./machine.ts";

const ON_A: ConditionNode = { asset: "s3://lake/a" };
const HOUR = 3_600_000;
const kept = (): boolean => true;

describe("what is carried from one run of the registry to the next", () => {
  it("names catalogues by their hash once they are kept elsewhere, and holds them whole until then", () => {
    const [sales, stock] = [catalogOf({ d: { on: ON_A } }, { project: "sales" }), catalogOf({ e: { on: ON_A } }, { project: "stock" })];
    const carried = carriedStateOf(deployed(sales, stock), (hash) => hash === sales.hash);
    expect(carried.projects).toMatchObject({ sales: { catalog: sales.hash }, stock: { catalog: stock } });
    expect(catalogsToLoad(carried)).toEqual([sales.hash]);
    expect(() => bringCatalogs(carried, new Map())).toThrow(`catalogue ${sales.hash} was not loaded`);
  });

  it("has no word of consumers that wait for their first event, or have nothing left of the last one", () => {
    const registry = deployed(
      catalogOf(Object.fromEntries(Array.from({ length: 1_000 }, (_, n) => [`d${n}`, { on: n === 7 ? ON_A : { asset: `s3://x/${n}` } }]))),
    );
    const [start] = step(registry, [{ kind: "publish", events: [a("1")] }], NOW + 1).starts;
    expect(Object.keys(carriedStateOf(registry, kept).consumers)).toEqual(["d7"]);
    step(registry, [{ kind: "runEnded", run: start?.id ?? "", dag: "d7", temporalRunId: "t", status: "succeeded", outlets: [] }], NOW + 2);
    const carried = carriedStateOf(registry, kept);
    expect(carried.consumers).toEqual({});
    expect(carried.projects.test?.births).toEqual([[1_000, NOW, 1]]);
    expect(JSON.stringify(carried).length).toBeLessThan(1_000);
  });

  it("tells consumers that were registered at different times apart", () => {
    const registry = deployed(catalogOf({ d0: { on: ON_A }, d2: { on: ON_A } }));
    step(registry, [{ kind: "publish", events: [a("1", { asset: "s3://lake/b" })] }], NOW + 1);
    const second = catalogOf({ d0: { on: ON_A }, d1: { on: ON_A }, d2: { on: ON_A } });
    step(registry, [{ kind: "register", project: "test", revision: 2, catalog: second }], NOW + 2);
    expect(carriedStateOf(registry, kept).projects.test?.births).toEqual([
      [1, NOW, 1],
      [1, NOW + 2, 2],
      [1, NOW, 1],
    ]);
    expect(stateOf(continuedAsNew(registry))).toEqual(stateOf(registry));
  });

  it.each<readonly [what: string, on: ConditionNode | null, edited: ConditionNode | null]>([
    ["a condition that was edited", { all: [ON_A, { asset: "s3://lake/b" }] }, { all: [{ asset: "s3://lake/c" }, ON_A] }],
    ["a condition that was taken away", ON_A, null],
    ["a condition that came later", null, ON_A],
    ["clocks", { all: [{ cron: "0 6 * * *", tz: "Europe/Berlin" }, ON_A] }, { any: [{ every: "15m" }, { cron: "0 6 * * *", tz: "Europe/Berlin" }] }],
    ["a silence", { absent: ON_A, for: "1h" }, { absent: ON_A, for: "2h" }],
  ])("changes nothing about %s", (_, on, edited) => {
    const played = deployed(catalogOf({ d: { on } }));
    step(played, [{ kind: "publish", events: [a("1")] }], NOW + HOUR);
    expect(stateOf(continuedAsNew(played))).toEqual(stateOf(played));
    step(played, [{ kind: "register", project: "test", revision: 2, catalog: catalogOf({ d: { on: edited } }) }], NOW + 2 * HOUR);
    step(played, [{ kind: "publish", events: [a("2")] }], NOW + 3 * HOUR);
    const again = continuedAsNew(played);
    expect(stateOf(again)).toEqual(stateOf(played));
    expect(nextWakeup(again)).toBe(nextWakeup(played));
  });

  it("keeps what earlier catalogues left behind: assets, and plans that running runs are pinned to", () => {
    const first = catalogOf({ d: { on: ON_A } }, { assets: [{ uri: "s3://lake/a", schema: true, tags: [], meta: {} }] });
    const registry = deployed(first);
    step(registry, [{ kind: "publish", events: [a("1")], checked: true }], NOW + 1);
    step(registry, [{ kind: "register", project: "test", revision: 2, catalog: catalogOf({ d: { on: ON_A, policy: { mode: "each" } } }) }], NOW + 2);
    expect(catalogsToLoad(carriedStateOf(registry, kept))).toHaveLength(2);
    const again = continuedAsNew(registry);
    expect(again.assets.find("s3://lake/a")?.schema).toBe(true);
    expect(planByHash(again, first.dags[0]?.hash ?? "")).toEqual(first.dags[0]);
  });

  it("is apart from the registry: later steps do not change it", () => {
    const registry = deployed(catalogOf({ d: { on: { all: [ON_A, { asset: "s3://lake/b" }] } } }));
    const carried = carriedStateOf(registry, kept);
    const before = structuredClone(carried);
    step(registry, [{ kind: "publish", events: [a("1")] }], NOW + 1);
    expect(carried).toEqual(before);
  });
});
