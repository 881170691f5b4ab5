import type { Lineage } from "../../api/schema.gen.ts";
import { type Graph, type GraphNode, keyOf } from "./graph.ts";

export function toGraph({ nodes, edges }: Lineage): Graph {
  return {
    nodes: nodes.map(toNode),
    edges: edges.map(({ from, to, how }) => ({ from: keyOf(from.kind, from.id), to: keyOf(to.kind, to.id), how })),
  };
}

function toNode(node: Lineage["nodes"][number]): GraphNode {
  const { kind, id, project } = node;
  const plain = { key: keyOf(kind, id), kind, id, project, groups: [], status: null, note: null, at: null, pending: 0, members: 1 };
  switch (node.kind) {
    case "asset":
      return { ...plain, groups: node.groups, at: node.at, note: ownNote(id), status: node.freshness === "unknown" ? null : node.freshness };
    case "dag": {
      const { at, pending = 0, running } = node;
      return { ...plain, at, pending, status: statusOf(node), note: running > 1 ? `${running} running` : null };
    }
    case "watcher":
      return { ...plain, note: node.source };
  }
}

/** What the assets say of themselves that Headgate updates itself; others are told apart by where they lie. */
function ownNote(asset: string): string | null {
  if (asset.startsWith("headgate://freshness/")) return "how fresh it is";
  return asset.startsWith("headgate://runs/") ? "ends of its runs" : null;
}

/** What is most worth knowing of a DAG: that nothing of it will run, that something does, or how its newest run ended. */
function statusOf({ faulted, paused, running, status }: Extract<Lineage["nodes"][number], { kind: "dag" }>): string | null {
  if (faulted !== null) return "faulted";
  if (paused) return "paused";
  return running > 0 ? "running" : status;
}
