import { describe, expect, it } from "vitest";
import { ROOM } from "../../ui/src/pages/lineage/direction.ts";
import type { Graph, GraphNode } from "../../ui/src/pages/lineage/graph.ts";
import { rankedLayout } from "../../ui/src/pages/lineage/ranked-layout.ts";

function graphOf(names: readonly string[], edges: readonly (readonly [string, string])[]): Graph {
  const plain = { kind: "asset" as const, project: null, groups: [], status: null, note: null, at: null, pending: 0, members: 1 };
  return { nodes: names.map((key): GraphNode => ({ ...plain, key, id: key })), edges: edges.map(([from, to]) => ({ from, to, how: "on" })) };
}

/** Names in the order in which they lie: layer by layer, and in each from one side to the other. */
function layersOf(graph: Graph, direction: "right" | "down" = "right"): readonly (readonly string[])[] {
  const [along, across] = direction === "right" ? [0, 1] : [1, 0];
  const places = Object.entries(rankedLayout(graph, direction)).sort(
    ([, a], [, b]) => (a[along] ?? 0) - (b[along] ?? 0) || (a[across] ?? 0) - (b[across] ?? 0),
  );
  const layers = new Map<number, string[]>();
  for (const [name, place] of places) layers.set(place[along] ?? 0, [...(layers.get(place[along] ?? 0) ?? []), name]);
  return [...layers.values()];
}

/** A lake of so many tables: each is made from up to three of the layer before, as `next` says. */
function lake(layers: number, breadth: number): Graph {
  const name = (layer: number, at: number): string => `${layer}/${String(at).padStart(4, "0")}`;
  const names = Array.from({ length: layers * breadth }, (_, index) => name(Math.floor(index / breadth), index % breadth));
  const edges = names
    .filter((_, index) => index >= breadth)
    .flatMap((to, index) => [0, 1, 7].map((step): [string, string] => [name(Math.floor(index / breadth), (index * 3 + step) % breadth), to]));
  return graphOf(names, edges);
}

describe("a large graph, by ranks", () => {
  it.each([
    ["a chain", ["a", "b", "c"], ["ab", "bc"], [["a"], ["b"], ["c"]]],
    ["what skips a layer", ["a", "b", "c"], ["ab", "bc", "ac"], [["a"], ["b"], ["c"]]],
    ["a source that only the end reads, right before it", ["a", "b", "c", "x"], ["ab", "bc", "xc"], [["a"], ["b", "x"], ["c"]]],
    ["a circle, cut where it comes back", ["a", "b", "c"], ["ab", "bc", "ca"], [["a"], ["b"], ["c"]]],
    ["what reads what it writes", ["a", "b"], ["ab", "bb"], [["a"], ["b"]]],
    ["an edge to what is not there", ["a"], ["az"], [["a"]]],
    ["nothing", [], [], []],
  ] as const)("%s", (_, names, edges, layers) => {
    const graph = graphOf(
      names,
      edges.map((edge) => [edge.charAt(0), edge.charAt(1)] as const),
    );
    expect(layersOf(graph).map((layer) => [...layer].sort())).toEqual(layers);
    expect(layersOf(graph, "down").map((layer) => [...layer].sort())).toEqual(layers);
  });

  it("puts neighbours side by side, so that no two edges of a plain pairing cross", () => {
    const graph = graphOf(
      ["a", "b", "c", "m", "x", "y", "z"],
      [
        ["m", "a"],
        ["m", "b"],
        ["m", "c"],
        ["a", "z"],
        ["b", "y"],
        ["c", "x"],
      ],
    );
    const [, made = [], after = []] = layersOf(graph);
    expect(after.map((name) => ({ z: "a", y: "b", x: "c" })[name])).toEqual(made);
  });

  it("draws a chain straight, also below a fork", () => {
    const forked = graphOf(
      ["raw", "a1", "a2", "a3", "b1"],
      [
        ["raw", "a1"],
        ["a1", "a2"],
        ["a2", "a3"],
        ["raw", "b1"],
      ],
    );
    const { a1, a2, a3 } = rankedLayout(forked, "down");
    expect([a2?.[0], a3?.[0]]).toEqual([a1?.[0], a1?.[0]]);
  });

  it("places parts that do not hang together beside or below one another", () => {
    const places = rankedLayout(
      graphOf(
        ["a", "b", "x", "y"],
        [
          ["a", "b"],
          ["x", "y"],
        ],
      ),
      "right",
    );
    expect(new Set(Object.values(places).map(String)).size).toBe(4);
  });

  it.each(["right", "down"] as const)("lets no two of 2,000 nodes overlap, and every edge go %s", (direction) => {
    const graph = lake(20, 100);
    const places = rankedLayout(graph, direction);
    expect(Object.keys(places)).toHaveLength(2_000);
    const [along, across] = direction === "right" ? ([0, 1] as const) : ([1, 0] as const);
    const lines = new Map<number, number[]>();
    for (const place of Object.values(places)) lines.set(place[along], [...(lines.get(place[along]) ?? []), place[across]]);
    for (const line of lines.values()) {
      const sorted = line.sort((a, b) => a - b);
      // Places are whole pixels.
      expect(Math.min(...sorted.slice(1).map((at, index) => at - (sorted[index] ?? 0)))).toBeGreaterThanOrEqual(ROOM[direction].beside - 1);
    }
    for (const { from, to } of graph.edges) expect((places[to]?.[along] ?? 0) - (places[from]?.[along] ?? 0)).toBeGreaterThan(0);
  });

  it("is the same whatever order the nodes come in", () => {
    const graph = lake(4, 10);
    expect(rankedLayout({ nodes: graph.nodes.toReversed(), edges: graph.edges }, "right")).toEqual(rankedLayout(graph, "right"));
  });
});
