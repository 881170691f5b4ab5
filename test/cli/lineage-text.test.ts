import { describe, expect, it } from "vitest";
import { lineageMermaid } from "../../cli/lineage-mermaid.ts";
import { lineageText } from "../../cli/lineage-text.ts";
import type { Lineage, LineageEdge, LineageNode } from "../../store/queries/lineage.ts";
import { plain } from "./plain.ts";

const asset = (id: string) => ({ kind: "asset" as const, id });
const dag = (id: string) => ({ kind: "dag" as const, id });
const watcher = (id: string) => ({ kind: "watcher" as const, id });

function graph(...arrows: readonly (readonly [LineageEdge["from"], LineageEdge["to"], LineageEdge["how"]])[]): Lineage {
  const nodes = new Map<string, LineageNode>();
  for (const [from, to] of arrows) for (const place of [from, to]) nodes.set(`${place.kind} ${place.id}`, { ...place, depth: 0 });
  return { nodes: [...nodes.values()], edges: arrows.map(([from, to, how]) => ({ from, to, how, task: null })) };
}

const DIAMOND = graph(
  [watcher("arrive"), asset("s3://raw"), "watch"],
  [asset("s3://raw"), dag("left"), "on"],
  [asset("s3://raw"), dag("right"), "on"],
  [dag("left"), asset("s3://joined"), "outlet"],
  [dag("right"), asset("s3://joined"), "outlet"],
  [asset("s3://joined"), dag("mart"), "keep"],
);

describe("lineage as text", () => {
  it("grows a tree in each direction, and unfolds what meets again once", () => {
    expect(lineageText(asset("s3://raw"), DIAMOND, "both", plain.paint).split("\n")).toEqual([
      "s3://raw is made from",
      "└─ arrive watcher",
      "",
      "s3://raw is used for",
      "├─ left dag",
      "│  └─ s3://joined",
      "│     └─ mart dag",
      "└─ right dag",
      "   └─ s3://joined (see above)",
    ]);
  });

  it("says when there is nothing", () => {
    expect(lineageText(asset("s3://raw"), { nodes: [], edges: [] }, "down", plain.paint)).toBe("s3://raw is used for nothing that is known");
  });

  it("comes to an end on a cycle", () => {
    const cycle = graph([asset("s3://a"), dag("one"), "on"], [dag("one"), asset("s3://a"), "outlet"]);
    expect(lineageText(asset("s3://a"), cycle, "down", plain.paint).split("\n")).toEqual(["s3://a is used for", "└─ one dag", "   └─ s3://a (see above)"]);
  });
});

describe("lineage for Mermaid", () => {
  it("draws assets, DAGs and watchers, and what is not used up with a dotted arrow", () => {
    expect(lineageMermaid(asset("s3://joined"), DIAMOND).split("\n")).toEqual([
      "flowchart LR",
      '  w0(["arrive"])',
      '  a1[("s3://raw")]',
      '  d2["left"]',
      '  d3["right"]',
      '  a4[("s3://joined")]',
      '  d5["mart"]',
      "  w0 --> a1",
      "  a1 --> d2",
      "  a1 --> d3",
      "  d2 --> a4",
      "  d3 --> a4",
      "  a4 -. keep .-> d5",
      "  style a4 stroke-width:3px",
    ]);
  });

  it("quotes what would end a label", () => {
    expect(lineageMermaid(asset('s3://a"b<c'), { nodes: [{ ...asset('s3://a"b<c'), depth: 0 }], edges: [] })).toContain('a0[("s3://a&quot;b&lt;c")]');
  });
});
