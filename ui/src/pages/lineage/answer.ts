import { type Graph, type GraphNode, keyOf, type NodeKind } from "./graph.ts";

interface NodeName {
  readonly kind: NodeKind;
  readonly id: string;
}

/** A node as the API tells it: an asset with its newest event, a DAG with its newest run. */
type AnswerNode = NodeName & {
  readonly project?: string | null;
  readonly groups?: readonly string[];
  readonly at?: string | null;
  readonly status?: string | null;
  readonly pending?: number;
  readonly running?: number;
  readonly paused?: boolean;
  readonly faulted?: string | null;
};

export interface LineageAnswer {
  readonly nodes: readonly AnswerNode[];
  readonly edges: readonly { readonly from: NodeName; readonly to: NodeName; readonly how: string }[];
}

export function toGraph({ nodes, edges }: LineageAnswer): Graph {
  return {
    nodes: nodes.map(toNode),
    edges: edges.map(({ from, to, how }) => ({ from: keyOf(from.kind, from.id), to: keyOf(to.kind, to.id), how })),
  };
}

function toNode(node: AnswerNode): GraphNode {
  const { kind, id, project = null, groups = [], at = null, pending = 0 } = node;
  return { key: keyOf(kind, id), kind, id, project, groups, at, pending, status: node.status ?? null, note: null, members: 1 };
}
