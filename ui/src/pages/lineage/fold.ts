import { type Graph, type GraphEdge, type GraphNode, keyOf } from "./graph.ts";

/** What can be folded: a project, or a group of assets. */
export interface Fold {
  readonly kind: "project" | "group";
  readonly id: string;
}

/** The worst first: what a folded node shows is the worst of what it hides. */
const GRAVITY = ["failed", "faulted", "stopped", "stale", "backing-off", "paused", "running", "waiting"];

export function foldKey({ kind, id }: Fold): string {
  return keyOf(kind, id);
}

/** What could be folded in a graph, in order of name, with how many nodes each would hide. */
export function foldsOf({ nodes }: Graph): readonly (Fold & { readonly members: number })[] {
  const found = new Map<string, Fold & { members: number }>();
  const count = (fold: Fold): void => {
    const known = found.get(foldKey(fold));
    if (known === undefined) found.set(foldKey(fold), { ...fold, members: 1 });
    else known.members += 1;
  };
  for (const node of nodes) {
    if (node.project !== null) count({ kind: "project", id: node.project });
    for (const id of node.groups) count({ kind: "group", id });
  }
  return [...found.values()].filter(({ members }) => members > 1).sort((a, b) => b.kind.localeCompare(a.kind) || a.id.localeCompare(b.id));
}

/**
 * What of a large graph is folded when it is first shown, by key: its projects, or where there is only one its groups. A graph that would be
 * next to nothing then is shown as it is.
 */
export function firstFolds(folds: readonly Fold[]): readonly string[] {
  for (const kind of ["project", "group"] as const) {
    const found = folds.filter((fold) => fold.kind === kind);
    if (found.length > 1) return found.map(foldKey);
  }
  return [];
}

/**
 * The graph with one node in place of all those of each folded project and group. A node goes into the first fold that holds it, in the
 * order given; edges inside a fold vanish, and those that become the same are one.
 */
export function foldGraph(graph: Graph, folded: readonly string[]): Graph {
  if (folded.length === 0) return graph;
  const home = new Map<string, string>();
  const hidden = new Map<string, GraphNode[]>();
  for (const node of graph.nodes) {
    const own = [...(node.project === null ? [] : [keyOf("project", node.project)]), ...node.groups.map((id) => keyOf("group", id))];
    const fold = folded.find((key) => own.includes(key));
    home.set(node.key, fold ?? node.key);
    if (fold !== undefined) hidden.set(fold, [...(hidden.get(fold) ?? []), node]);
  }
  const edges = new Map<string, GraphEdge>();
  for (const edge of graph.edges) {
    const from = home.get(edge.from) ?? edge.from;
    const to = home.get(edge.to) ?? edge.to;
    if (from !== to) edges.set(`${from}\n${to}`, { from, to, how: edge.how });
  }
  return {
    nodes: [...graph.nodes.filter(({ key }) => home.get(key) === key), ...[...hidden].map(([key, members]) => foldedNode(key, members))],
    edges: [...edges.values()],
  };
}

function foldedNode(key: string, members: readonly GraphNode[]): GraphNode {
  const states = new Set(members.map(({ status }) => status));
  const at = members
    .map((node) => node.at ?? "")
    .sort()
    .at(-1);
  return {
    key,
    kind: "fold",
    id: key.slice(key.indexOf(" ") + 1),
    project: null,
    groups: [],
    status: GRAVITY.find((state) => states.has(state)) ?? null,
    note: `${count(members, "asset")} · ${count(members, "dag")}`,
    at: at === undefined || at === "" ? null : at,
    pending: members.reduce((sum, { pending }) => sum + pending, 0),
    members: members.length,
  };
}

function count(members: readonly GraphNode[], kind: "asset" | "dag"): string {
  const found = members.filter((node) => node.kind === kind).length;
  const word = kind === "asset" ? "asset" : "DAG";
  return `${found} ${word}${found === 1 ? "" : "s"}`;
}
