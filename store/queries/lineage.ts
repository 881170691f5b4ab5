import type { CatalogEdge } from "../catalog-edges.ts";
import type { Database } from "../database.ts";
import { indexable } from "../text.ts";
import { listDeploys } from "./catalogs.ts";
import { edgesOfLevel } from "./lineage-level.ts";

export interface LineageNode {
  readonly kind: "asset" | "dag" | "watcher";
  readonly id: string;
  /** Steps from the start; an asset and the DAG after it are one step apart. */
  readonly depth: number;
}

export type LineageEnd = Pick<LineageNode, "kind" | "id">;

export interface LineageEdge {
  readonly from: LineageEnd;
  readonly to: LineageEnd;
  readonly how: CatalogEdge["how"];
  /** The task of an outlet; null for an outlet of the DAG, and for other edges. */
  readonly task: string | null;
}

export interface Lineage {
  /** Nearest first. The start is among them. */
  readonly nodes: readonly LineageNode[];
  readonly edges: readonly LineageEdge[];
}

export interface LineageOptions {
  /** `up` to what it is made from, `down` to what is made from it. @default "both" */
  readonly direction?: "up" | "down" | "both";
  /** Most steps. @default 200 */
  readonly depth?: number;
}

/** The graph of assets, DAGs and watchers around an asset or DAG, as it is deployed now. Groups and patterns are shown as the assets that they stand for. */
export async function lineage(db: Database, start: string | LineageEnd, options: LineageOptions = {}): Promise<Lineage> {
  const { direction = "both", depth = 200 } = options;
  const from: LineageEnd = typeof start === "string" ? { kind: "asset", id: indexable(start) } : { kind: start.kind, id: indexable(start.id) };
  const catalogs = (await listDeploys(db)).map(({ catalog }) => catalog);
  const walks = await Promise.all((direction === "both" ? (["up", "down"] as const) : [direction]).map((way) => walk(db, catalogs, from, way, depth)));
  const nodes = new Map<string, LineageNode>();
  const edges = new Map<string, LineageEdge>();
  for (const found of walks) {
    for (const node of found.nodes) {
      const key = keyOf(node);
      if (node.depth < (nodes.get(key)?.depth ?? Number.POSITIVE_INFINITY)) nodes.set(key, node);
    }
    for (const edge of found.edges) edges.set(JSON.stringify(edge), edge);
  }
  return { nodes: [...nodes.values()].sort((a, b) => a.depth - b.depth), edges: [...edges.values()] };
}

/** Level by level, so that each is a few lookups: how much else is deployed does not matter. A cycle ends where all was seen. */
async function walk(db: Database, catalogs: readonly string[], from: LineageEnd, way: "up" | "down", depth: number): Promise<Lineage> {
  const nodes = new Map<string, LineageNode>([[keyOf(from), { ...from, depth: 0 }]]);
  const edges: LineageEdge[] = [];
  for (let level: readonly LineageEnd[] = [from], step = 1; level.length > 0 && step <= depth; step += 1) {
    const found = await edgesOfLevel(db, catalogs, level, way);
    edges.push(...found);
    const next: LineageNode[] = [];
    for (const edge of found) {
      const { kind, id } = way === "down" ? edge.to : edge.from;
      if (nodes.has(keyOf({ kind, id }))) continue;
      const node = { kind, id, depth: step };
      nodes.set(keyOf(node), node);
      next.push(node);
    }
    level = next;
  }
  return { nodes: [...nodes.values()], edges };
}

function keyOf({ kind, id }: LineageEnd): string {
  return `${kind} ${id}`;
}
