import { sql } from "kysely";
import type { CatalogEdge } from "../catalog-edges.ts";
import type { Database } from "../database.ts";
import { indexable } from "../text.ts";

export interface LineageNode {
  readonly kind: "asset" | "dag" | "watcher";
  readonly id: string;
  /** Steps from the start; an asset and the DAG after it are one step apart. */
  readonly depth: number;
}

export interface LineageEdge {
  readonly from: { readonly kind: LineageNode["kind"]; readonly id: string };
  readonly to: { readonly kind: LineageNode["kind"]; readonly id: string };
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

interface EdgeRow {
  readonly from_kind: LineageNode["kind"];
  readonly from_id: string;
  readonly to_kind: LineageNode["kind"];
  readonly to_id: string;
  readonly how: CatalogEdge["how"];
  readonly task: string;
}

/** The graph of assets, DAGs and watchers around an asset or DAG, as it is deployed now. Groups and patterns are shown as the assets that they stand for. */
export async function lineage(
  db: Database,
  start: string | { readonly kind: LineageNode["kind"]; readonly id: string },
  options: LineageOptions = {},
): Promise<Lineage> {
  const { direction = "both", depth = 200 } = options;
  const from = typeof start === "string" ? { kind: "asset" as const, id: indexable(start) } : { ...start, id: indexable(start.id) };
  const walks = await Promise.all((direction === "both" ? (["up", "down"] as const) : [direction]).map((way) => walk(db, from, way, depth)));
  const nodes = new Map<string, LineageNode>();
  const edges = new Map<string, LineageEdge>();
  for (const found of walks) {
    for (const node of found.nodes) {
      const key = JSON.stringify([node.kind, node.id]);
      if (node.depth < (nodes.get(key)?.depth ?? Number.POSITIVE_INFINITY)) nodes.set(key, node);
    }
    for (const edge of found.edges) edges.set(JSON.stringify(edge), edge);
  }
  return { nodes: [...nodes.values()].sort((a, b) => a.depth - b.depth), edges: [...edges.values()] };
}

async function walk(db: Database, from: { readonly kind: string; readonly id: string }, way: "up" | "down", depth: number): Promise<Lineage> {
  const [here, there] = way === "down" ? (["from", "to"] as const) : (["to", "from"] as const);
  const column = (end: string, field: string) => sql.id("e", `${end}_${field}`);
  // A cycle, where one is allowed, ends at the greatest depth; `union` drops what a diamond repeats.
  const { rows } = await sql<{ node: LineageNode } | { edge: EdgeRow }>`
    with recursive graph as materialized (select * from ${db.tables.lineage_edges}),
    walk(kind, id, depth) as (
      select ${from.kind}::text, ${from.id}::text, 0
      union
      select ${column(there, "kind")}, ${column(there, "id")}, w.depth + 1
      from walk w join graph e on ${column(here, "kind")} = w.kind and ${column(here, "id")} = w.id where w.depth < ${depth}),
    reached as (select kind, id, min(depth) as depth from walk group by kind, id)
    select 'node' as what, json_build_object('kind', kind, 'id', id, 'depth', depth) as node, null as edge from reached
    union all
    select 'edge', null, row_to_json(e) from graph e join reached r on ${column(here, "kind")} = r.kind and ${column(here, "id")} = r.id where r.depth < ${depth}`.execute(
    db.kysely,
  );
  const nodes = rows.flatMap((row) => ("node" in row && row.node !== null ? [row.node] : []));
  const edges = rows.flatMap((row) => ("edge" in row && row.edge !== null ? [toEdge(row.edge)] : []));
  return { nodes: nodes.sort((a, b) => a.depth - b.depth), edges };
}

function toEdge(row: EdgeRow): LineageEdge {
  return { from: { kind: row.from_kind, id: row.from_id }, to: { kind: row.to_kind, id: row.to_id }, how: row.how, task: row.task === "" ? null : row.task };
}
