// The graph of what is deployed, as the page works on it: plain data, without anything of the drawing.

export type NodeKind = "asset" | "dag" | "watcher";

/** A node of the lineage, with what is known of it now. Instants are ISO 8601. */
export interface GraphNode {
  /** Kind and id: a DAG may have the name of an asset. */
  readonly key: string;
  readonly kind: NodeKind | "fold";
  readonly id: string;
  readonly project: string | null;
  readonly groups: readonly string[];
  /** The state that is drawn as a mark, in words of the glossary; null while there is none to speak of. */
  readonly status: string | null;
  /** What else is said in one short line. */
  readonly note: string | null;
  /** When its newest event was accepted, or its newest run started. */
  readonly at: string | null;
  /** Events that wait at it. */
  readonly pending: number;
  /** How many nodes it stands for, if it is folded. */
  readonly members: number;
}

export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  /** How the one who reads takes it: `on`, `keep`, `absent`, `unless`, `end`; `outlet` and `watch` for who writes. */
  readonly how: string;
}

export interface Graph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

export function keyOf(kind: string, id: string): string {
  return `${kind} ${id}`;
}

/** The neighbours of each node, one way. */
export function neighbours(edges: readonly GraphEdge[], way: "up" | "down"): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const { from, to } of edges) {
    const [here, there] = way === "down" ? [from, to] : [to, from];
    const known = found.get(here);
    if (known === undefined) found.set(here, [there]);
    else known.push(there);
  }
  return found;
}

/** What can be reached from a node one way, itself included, at most `steps` edges away. */
export function reach(edges: readonly GraphEdge[], start: string, way: "up" | "down", steps = Number.POSITIVE_INFINITY): ReadonlySet<string> {
  const next = neighbours(edges, way);
  const found = new Set([start]);
  let front = [start];
  for (let step = 0; step < steps && front.length > 0; step += 1) {
    const beyond = front.flatMap((key) => next.get(key) ?? []).filter((key) => !found.has(key));
    for (const key of beyond) found.add(key);
    front = [...new Set(beyond)];
  }
  return found;
}

/** A name for the form of a graph: the same as long as no node or edge comes or goes, whatever their states. */
export function formOf({ nodes, edges }: Graph): string {
  const text = `${nodes
    .map(({ key }) => key)
    .sort()
    .join("\n")}\n\n${edges
    .map(({ from, to }) => `${from}>${to}`)
    .sort()
    .join("\n")}`;
  // cyrb53: what is compared are the graphs of one browser, not secrets.
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    high = Math.imul(high ^ code, 2654435761);
    low = Math.imul(low ^ code, 1597334677);
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  return `${nodes.length}-${(4294967296 * (2097151 & low) + (high >>> 0)).toString(36)}`;
}
