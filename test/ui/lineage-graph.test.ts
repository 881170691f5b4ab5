import { describe, expect, it } from "vitest";
import { directionOf } from "../../ui/src/pages/lineage/direction.ts";
import { firstFolds, foldGraph, foldsOf } from "../../ui/src/pages/lineage/fold.ts";
import { formOf, type Graph, type GraphNode, keyOf, reach } from "../../ui/src/pages/lineage/graph.ts";
import { type WalkReads, walkEvent } from "../../ui/src/pages/lineage/walk-event.ts";

/** `asset raw lake`, `dag clean lake failed`: kind, id, project, status. */
function node(text: string, more: Partial<GraphNode> = {}): GraphNode {
  const [kind = "", id = "", project = null, status = null] = text.split(" ");
  return { key: keyOf(kind, id), kind: kind as GraphNode["kind"], id, project, groups: [], status, note: null, at: null, pending: 0, members: 1, ...more };
}

const edge = (from: string, to: string) => ({ from, to, how: "on" });

const graph: Graph = {
  nodes: [
    node("asset raw lake"),
    node("dag clean lake failed", { pending: 2 }),
    node("asset orders lake"),
    node("dag mart shop running", { pending: 1 }),
    node("asset gold shop"),
  ],
  edges: [edge("asset raw", "dag clean"), edge("dag clean", "asset orders"), edge("asset orders", "dag mart"), edge("dag mart", "asset gold")],
};

describe("the lineage graph", () => {
  it.each([
    ["up", Number.POSITIVE_INFINITY, ["asset raw", "dag clean", "asset orders", "dag mart"]],
    ["up", 1, ["asset orders", "dag mart"]],
    ["down", 3, ["asset gold", "dag mart"]],
  ] as const)("reaches from a DAG %s in %s steps", (way, steps, found) => {
    expect([...reach(graph.edges, "dag mart", way, steps)].sort()).toEqual([...found].sort());
  });

  it("ends where a cycle comes back to itself", () => {
    expect(reach([edge("a", "b"), edge("b", "a")], "a", "down")).toEqual(new Set(["a", "b"]));
  });

  it("has the same form as long as no node or edge comes or goes", () => {
    const later = { nodes: [...graph.nodes].reverse().map((one) => ({ ...one, status: "succeeded" })), edges: graph.edges };
    expect(formOf(later)).toBe(formOf(graph));
    expect(formOf({ ...graph, edges: graph.edges.slice(1) })).not.toBe(formOf(graph));
  });

  it("runs down where it is a long chain, and to the right where it is broad", () => {
    expect(directionOf(graph, { width: 700, height: 700 })).toBe("down");
    const fan = Array.from({ length: 30 }, (_, index) => node(`asset a${index}`));
    const broad = { nodes: [node("dag hub"), ...fan], edges: fan.map(({ key }) => edge("dag hub", key)) };
    expect(directionOf(broad, { width: 1200, height: 700 })).toBe("right");
  });
});

describe("folding", () => {
  it("offers projects and groups with more than one node", () => {
    expect(foldsOf(graph).map(({ kind, id, members }) => `${kind} ${id} ${members}`)).toEqual(["project lake 3", "project shop 2"]);
  });

  it.each([
    ["projects", ["project lake", "project shop", "group sales"], ["project lake", "project shop"]],
    ["groups where there is one project", ["project lake", "group sales", "group stock"], ["group sales", "group stock"]],
    ["nothing where one node would be left", ["project lake", "group sales"], []],
  ])("begins with %s", (_, offered, folded) => {
    const folds = offered.map((key) => ({ kind: key.split(" ")[0] as "project" | "group", id: key.split(" ")[1] ?? "" }));
    expect(firstFolds(folds)).toEqual(folded);
  });

  it("puts one node in place of a project's, with the worst of its states and all that is pending", () => {
    const { nodes, edges } = foldGraph(graph, ["project lake"]);
    expect(nodes.map(({ key }) => key)).toEqual(["dag mart", "asset gold", "project lake"]);
    expect(nodes.at(-1)).toMatchObject({ kind: "fold", id: "lake", status: "failed", pending: 2, members: 3, note: "2 assets · 1 DAG" });
    expect(edges).toEqual([edge("project lake", "dag mart"), edge("dag mart", "asset gold")]);
  });

  it("draws one edge between two folds, however many there were", () => {
    const more = { ...graph, edges: [...graph.edges, edge("asset raw", "dag mart")] };
    expect(foldGraph(more, ["project lake", "project shop"]).edges).toEqual([edge("project lake", "project shop")]);
  });
});

describe("the way of an event", () => {
  const event = (asset: string, at: number, run: string | null, watcher: string | null = null) => ({
    ...{ source: "s", id: asset, asset, run, watcher },
    at: new Date(at).toISOString(),
  });
  const events = [event("raw", 1, null, "arrivals"), event("orders", 3, "clean/1"), event("gold", 5, "mart/1")];
  const runs: Record<string, Awaited<ReturnType<WalkReads["run"]>>> = {
    "clean/1": {
      run: "clean/1",
      dag: "clean",
      status: "succeeded",
      startedAt: new Date(2).toISOString(),
      consumed: events.slice(0, 1),
      published: events.slice(1, 2),
    },
    "mart/1": {
      run: "mart/1",
      dag: "mart",
      status: "succeeded",
      startedAt: new Date(4).toISOString(),
      consumed: events.slice(1, 2),
      published: events.slice(2),
    },
  };
  const taken: Record<string, string> = { raw: "clean/1", orders: "mart/1" };
  const reads: WalkReads = {
    story: async (_, id) => ({ events: events.filter((one) => one.id === id), fates: taken[id] === undefined ? [] : [{ fate: "consumed", run: taken[id] }] }),
    run: async (run) => runs[run]!,
  };

  it.each(["raw", "orders", "gold"])("is the same from outside to gold, wherever one begins: %s", async (id) => {
    const steps = await walkEvent({ source: "s", id }, reads);
    expect(steps.map(({ node: key }) => key)).toEqual(["asset raw", "dag clean", "asset orders", "dag mart", "asset gold"]);
    expect(steps[0]?.watcher).toBe("watcher arrivals");
  });

  it("is empty for an event that is not known", async () => {
    expect(await walkEvent({ source: "s", id: "nothing" }, reads)).toEqual([]);
  });
});
