import { describe, expect, it } from "vitest";
import type { Catalog } from "../../core/catalog.ts";
import { emptyState, openRegistry, type RegisterReply, type Registry, stateOf, step } from "../../registry/index.ts";
import { a, catalogOf, continuedAsNew, deployed, NOW } from "./machine.ts";

const on = (name: string, more: object = {}): { readonly asset: string } => ({ asset: `s3://lake/${name}`, ...more });
const writes = (...names: readonly string[]): { readonly outlets: string[] } => ({ outlets: names.map((name) => `s3://lake/${name}`) });

function deploy(registry: Registry, revision: number, catalog: Catalog, now = NOW): RegisterReply {
  const [reply] = step(registry, [{ kind: "register", project: catalog.project, revision, catalog }], now).registered;
  if (reply === undefined) throw new Error("a deploy has a reply");
  return reply;
}

const sales = catalogOf({ orders: { on: on("a"), ...writes("orders") } }, { project: "sales" });
const stock = catalogOf({ shelves: { on: on("orders") } }, { project: "stock" });

describe("several projects on one registry", () => {
  it("each have their own task queue, and a condition on another project's asset works", () => {
    const registry = deployed(sales, stock);
    const [first] = step(registry, [{ kind: "publish", events: [a("1")] }], NOW).starts;
    const outlets = [{ asset: "s3://lake/orders", id: "o1" }];
    const ended = { run: first?.id ?? "", dag: "orders", temporalRunId: "t", status: "succeeded", outlets } as const;
    const [second] = step(registry, [{ kind: "runEnded", ...ended }], NOW).starts;
    expect([first, second].map((start) => [start?.dag, start?.taskQueue])).toEqual([
      ["orders", "queue-sales"],
      ["shelves", "queue-stock"],
    ]);
  });

  it("a deploy of one leaves what is pending for the others, and their plans, alone", () => {
    const registry = deployed(sales, catalogOf({ shelves: { on: { all: [on("a"), on("never")] } } }, { project: "stock" }));
    step(registry, [{ kind: "publish", events: [a("1")] }], NOW);
    const before = stateOf(registry).consumers.shelves;
    expect(deploy(registry, 2, catalogOf({ other: { on: on("b") } }, { project: "sales" }))).toMatchObject({ ok: true });
    expect(stateOf(registry).consumers.shelves).toEqual(before);
    expect([...registry.consumers.keys()].sort()).toEqual(["other", "shelves"]);
  });

  it("a partition definition of one project holds for the conditions of another, as soon as it is deployed", () => {
    const registry = deployed(catalogOf({ shelves: { on: on("orders") } }, { project: "stock" }));
    const defined = { uri: "s3://lake/orders", schema: false, tags: [], meta: {}, partitions: { keys: ["eu", "us"] } } as const;
    deploy(registry, 1, catalogOf({}, { project: "sales", assets: [defined as never] }));
    const { starts } = step(registry, [{ kind: "publish", events: [{ asset: "s3://lake/orders", id: "1", partition: "eu" }] }], NOW);
    expect(starts.map(({ input }) => input.partition)).toEqual(["eu"]);
  });

  it("the same deploy again changes nothing, also after the registry continued as new", () => {
    const registry = deployed(sales, stock);
    const before = stateOf(registry);
    for (const one of [registry, continuedAsNew(registry)]) {
      expect(deploy(one, 1, sales)).toMatchObject({ ok: true, dropped: 0 });
      expect({ ...stateOf(one), counters: null }).toEqual({ ...before, counters: null });
    }
  });
});

describe("two deploys at once", () => {
  const [one, other] = [catalogOf({ orders: { on: on("b") } }, { project: "sales" }), catalogOf({ orders: { on: on("c") } }, { project: "sales" })];

  it.each([
    ["the newer one first", [other, 3] as const, [one, 2] as const],
    ["the older one first", [one, 2] as const, [other, 3] as const],
  ])("end as the newer one, whole: %s", (_, first, second) => {
    const registry = deployed(sales);
    const replies = [first, second].map(([catalog, revision]) => deploy(registry, revision, catalog));
    expect(stateOf(registry).projects.sales).toMatchObject({ revision: 3, catalog: other });
    expect(registry.consumers.get("orders")?.plan).toEqual(other.dags[0]);
    expect(replies.filter(({ ok }) => !ok)).toEqual(first[1] === 3 ? [expect.objectContaining({ code: "E_DEPLOY_STALE" })] : []);
  });

  it("with one number are one deploy, and then the first one", () => {
    const registry = deployed(sales);
    expect([deploy(registry, 2, one), deploy(registry, 2, one), deploy(registry, 2, other)]).toMatchObject([
      { ok: true },
      { ok: true },
      { ok: false, code: "E_DEPLOY_STALE" },
    ]);
    expect(stateOf(registry).projects.sales?.catalog).toEqual(one);
  });

  it("of two projects have numbers of their own", () => {
    const registry = deployed(sales);
    deploy(registry, 100, sales);
    expect(deploy(registry, 1, stock)).toMatchObject({ ok: true });
  });
});

describe("what is wrong only with what other projects have is refused whole", () => {
  const cases: readonly (readonly [string, Catalog, Catalog, string, RegExp])[] = [
    ["a cycle over two projects", sales, catalogOf({ back: { on: on("orders"), ...writes("a") } }, { project: "stock" }), "E_CYCLE", /orders.*back/],
    [
      "a cycle through a pattern",
      sales,
      catalogOf({ back: { on: { pattern: "s3://lake/ord*" }, ...writes("a") } }, { project: "stock" }),
      "E_CYCLE",
      /orders.*back/,
    ],
    [
      "a cycle through a group",
      catalogOf(
        { orders: { on: on("a"), ...writes("orders") } },
        { project: "sales", assets: [{ uri: "s3://lake/orders", schema: false, tags: [], meta: {}, groups: ["g"] }] },
      ),
      catalogOf({ back: { on: { group: "g" }, ...writes("a") } }, { project: "stock" }),
      "E_CYCLE",
      /orders.*back/,
    ],
    [
      "a cycle through the end of a run",
      catalogOf({ orders: { on: { asset: "headgate://runs/back" } } }, { project: "sales" }),
      catalogOf({ back: { on: { asset: "headgate://runs/orders" } } }, { project: "stock" }),
      "E_CYCLE",
      /headgate:\/\/runs/,
    ],
    ["a DAG of another project", sales, catalogOf({ orders: { on: on("b") } }, { project: "stock" }), "E_DUPLICATE_ID", /sales and stock both/],
    [
      "another definition of an asset",
      catalogOf({}, { project: "sales", assets: [{ uri: "s3://lake/a", schema: true, tags: [], meta: {} }] }),
      catalogOf({}, { project: "stock", assets: [{ uri: "s3://lake/a", schema: false, tags: [], meta: {} }] }),
      "E_ASSET_DUPLICATE",
      /sales and stock define/,
    ],
  ];

  it.each(cases)("%s", (_, first, second, code, text) => {
    for (const [before, after] of [
      [first, second],
      [second, first],
    ] as const) {
      const registry = deployed(before);
      const state = stateOf(registry);
      const reply = deploy(registry, 1, after);
      expect(reply).toMatchObject({ ok: false, code });
      if (before === first) expect(reply).toMatchObject({ message: expect.stringMatching(text) });
      expect(stateOf(registry)).toEqual(state);
    }
  });
});

describe("what is no catalogue at all", () => {
  const good = catalogOf({ orders: { on: on("a") } }, { project: "sales" });
  it.each<readonly [what: string, input: object]>([
    ["nothing", { catalog: undefined }],
    ["a text", { catalog: "hello" }],
    ["an empty object", { catalog: {} }],
    ["one of another project", { catalog: { ...good, project: "stock" } }],
    ["a revision that is no number", { revision: "new" }],
    ["a project that would hide the state", { project: "__proto__", catalog: { ...good, project: "__proto__" } }],
    ["no task queue", { catalog: { ...good, taskQueue: undefined } }],
    ["assets that are no list", { catalog: { ...good, assets: 7 } }],
    ["an asset without a URI", { catalog: { ...good, assets: [{}] } }],
    ["a DAG without a plan", { catalog: { ...good, dags: [{ hash: "1" }] } }],
    ["a plan without a policy", { catalog: { ...good, dags: [{ hash: "1", plan: { ...good.dags[0]?.plan, policy: undefined } }] } }],
    ["a condition that is no node", { catalog: { ...good, dags: [{ hash: "1", plan: { ...good.dags[0]?.plan, on: 7 } }] } }],
    ["a condition with holes", { catalog: { ...good, dags: [{ hash: "1", plan: { ...good.dags[0]?.plan, on: { all: [null] } } }] } }],
    ["a template that cannot be read", { catalog: { ...good, assets: [{ uri: "s3://x", schema: false, tags: [], meta: {}, template: 7 }] } }],
  ])("is refused, and stops nothing: %s", (_, input) => {
    const registry = openRegistry(emptyState("e1"));
    const state = stateOf(registry);
    const [reply] = step(registry, [{ kind: "register", project: "sales", revision: 1, catalog: good, ...input } as never], NOW).registered;
    expect(reply).toMatchObject({ ok: false });
    expect({ ...stateOf(registry), clock: 0 }).toEqual(state);
    expect(deploy(registry, 1, good)).toMatchObject({ ok: true });
  });
});
