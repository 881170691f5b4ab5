import { describe, expect, it } from "vitest";
import { z } from "zod";
import { all, any, asset, dag, daily, group, pattern, runEnds, watch } from "../../core/index.ts";
import { assertNoCycles, expectAsset, expectLineage, testWatcher } from "../../testing/index.ts";
import { files } from "../../watchers/files/index.ts";

const raw = asset("lake://raw/orders/date={ds}/", { partitions: daily(), schema: z.object({ size: z.number().positive(), path: z.string() }) });
const clean = asset("lake://clean/orders");
const customers = asset("lake://clean/customers");
const mart = asset("lake://mart/orders", { groups: "marts" });
const report = asset("lake://report/orders");
const nothing = asset("lake://nothing");

const run = (): void => undefined;
const ordersClean = dag("orders-clean", { on: any(raw, nothing) }, (d) => d.task("load", { outlets: [clean], run }));
const ordersMart = dag("orders-mart", { on: all(clean, customers), outlets: [mart] }, (d) => d.task("build", { run }));
const reports = dag("reports", { on: group("marts") }, (d) => d.task("draw", { outlets: [report], run }));
const lake = { ordersClean, ordersMart, reports, helper: () => 1 };

describe("expectLineage", () => {
  it("finds the shortest way, through conditions, outlets and groups", () => {
    expect(expectLineage(lake).from(raw).to(report)).toEqual([
      ...["lake://raw/orders", "dag orders-clean", "lake://clean/orders", "dag orders-mart", "lake://mart/orders"],
      ...["dag reports", "lake://report/orders"],
    ]);
  });

  it("goes through what it is told, in that order", () => {
    const way = expectLineage([lake]).from(raw).through(ordersClean, mart);
    expect(way.to(report)).toHaveLength(7);
    expect(() => expectLineage(lake).from(raw).through(mart, clean).to(report)).toThrow(
      [
        "no way from lake://raw/orders through lake://mart/orders, lake://clean/orders to lake://report/orders",
        "the ways are",
        "  lake://raw/orders -> dag orders-clean -> lake://clean/orders -> dag orders-mart -> lake://mart/orders -> dag reports -> lake://report/orders",
      ].join("\n"),
    );
  });

  it("shows the ways that there are where one is missing", () => {
    expect(() => expectLineage([ordersClean, reports]).from(raw).to(report)).toThrow(
      [
        "no way from lake://raw/orders to lake://report/orders",
        "from lake://raw/orders it goes",
        "  lake://raw/orders -> dag orders-clean -> lake://clean/orders",
        "to lake://report/orders comes",
        "  dag reports -> lake://report/orders",
      ].join("\n"),
    );
  });

  it("says what it knows of where it does not know an asset", () => {
    expect(() => expectLineage(ordersClean).from(raw).to(mart)).toThrow(
      /names lake:\/\/mart\/orders; it has\n {2}dag orders-clean\n {2}lake:\/\/clean\/orders\n/,
    );
  });

  it("follows the end of another DAG's runs, and patterns, but no DAG's own pattern", () => {
    const after = dag("after", { on: runEnds("orders-clean"), outlets: [report] }, (d) => d.task("tell", { run }));
    expect(expectLineage([ordersClean, after]).from(raw).to(report)).toContain("headgate://runs/orders-clean");
    const copies = dag("copies", { on: pattern("lake://clean/*"), outlets: [customers] }, (d) => d.task("copy", { run }));
    expect(expectLineage([ordersClean, copies]).from(raw).to(customers)).toContain("dag copies");
    expect(() => expectLineage([copies]).from(customers).to(customers)).not.toThrow();
    expect(() => expectLineage([copies]).from(customers).through(copies).to(customers)).toThrow(/no way/);
  });

  it("shows a few of very many ways", () => {
    const layer = (n: number) => [asset(`lake://${n}/a`), asset(`lake://${n}/b`), asset(`lake://${n}/c`)] as const;
    const between = Array.from({ length: 12 }, (_, n) => dag(`layer-${n}`, { on: any(...layer(n)), outlets: layer(n + 1) }, (d) => d.task("go", { run })));
    const message = messageOf(() =>
      expectLineage([...between, ordersClean])
        .from(layer(0)[0])
        .to(clean),
    );
    expect(message.split("\n").length).toBeLessThan(30);
    expect(message).toMatch(/^ {2}\.\.\.$/m);
  });

  it("refuses to look at no DAG", () => {
    expect(() => expectLineage({ helper: () => 1 })).toThrow("expectLineage was given no DAG");
  });
});

describe("assertNoCycles", () => {
  it("takes DAGs that form none", () => assertNoCycles(lake));

  it("shows the circle, as a deploy does", () => {
    const back = dag("back", { on: mart, outlets: [customers] }, (d) => d.task("go", { run }));
    expect(() => assertNoCycles([lake, back])).toThrow(
      "assets and DAGs form a cycle: lake://mart/orders -> dag back -> lake://clean/customers -> dag orders-mart -> lake://mart/orders",
    );
  });

  it("lets a DAG that says so break one", () => {
    const back = dag("back", { on: mart, outlets: [customers], cycle: true }, (d) => d.task("go", { run }));
    assertNoCycles([lake, back]);
  });
});

describe("expectAsset", () => {
  it("knows the normal form of a URI, and samples of the data", () => {
    expectAsset(raw).toBe("lake://raw/orders").toAccept({ size: 3, path: "a" }).toRefuse({ size: 0, path: "a" }, "size: ").toRefuse({ size: 1 });
  });

  it.each([
    ["another URI", () => expectAsset(raw).toBe("lake://raw/orders/"), 'its URI is "lake://raw/orders", not "lake://raw/orders/"'],
    ["a sample that is refused", () => expectAsset(raw).toAccept({ size: 0, path: "a" }), 'its schema refuses {"size":0,"path":"a"}: size: '],
    ["a sample that is accepted", () => expectAsset(raw).toRefuse({ size: 1, path: "a" }), 'its schema accepts {"size":1,"path":"a"}'],
    ["another reason", () => expectAsset(raw).toRefuse({ size: 1 }, "size: "), 'for another reason than "size: ": path: '],
    ["no schema", () => expectAsset(clean).toRefuse({ any: 1 }), "it has no schema"],
  ])("says so of %s", (_, check, text) => {
    expect(check).toThrow(expect.objectContaining({ code: "E_EXPECTED", message: expect.stringContaining(text) }) as Error);
  });
});

describe("testWatcher", () => {
  const arrivals = watch("arrivals", files({ path: "landing/{ds}" }), {
    publishes: raw,
    map: ({ path, size }) => (path.endsWith(".csv") ? { data: { path, size } } : undefined),
  });
  const file = (path: string, size: number): object => ({ path, size, modifiedAt: "2026-11-23T08:00:00.000Z", uri: `file:///landing/${path}`, version: "1" });

  it("makes events of items as in production, with partition and id", async () => {
    const { events, ignored, poison } = await testWatcher(arrivals).map([
      file("2026-11-23/a.csv", 3),
      file("2026-11-23/readme.txt", 9),
      file("2026-11-23/b.csv", 0),
    ]);
    expect(events).toMatchObject([
      { asset: "lake://raw/orders", partition: "2026-11-23", id: "2026-11-23/a.csv@1", data: { path: "2026-11-23/a.csv", size: 3 } },
    ]);
    expect(ignored).toBe(1);
    expect(poison).toMatchObject([{ id: "2026-11-23/b.csv@1", reason: expect.stringContaining("E_EVENT_DATA") }]);
  });
});

function messageOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    return (error as Error).message;
  }
  return "";
}
