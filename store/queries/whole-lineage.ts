import { sql } from "kysely";
import type { Database } from "../database.ts";
import { deployedCatalogs } from "./deployed.ts";
import type { LineageEdge, LineageNode } from "./lineage.ts";

export interface WholeLineage {
  readonly nodes: readonly Pick<LineageNode, "kind" | "id">[];
  readonly edges: readonly LineageEdge[];
  /** There is more than `limit` arrows: the rest is left out. */
  readonly more: boolean;
}

/** All that is deployed now, with what stands beside every arrow. `limit` arrows at most. */
export async function wholeLineage(db: Database, limit: number): Promise<WholeLineage> {
  const [{ rows }, catalogs] = await Promise.all([
    sql<LineageEdge>`
      select json_build_object('kind', from_kind, 'id', from_id) as from, json_build_object('kind', to_kind, 'id', to_id) as to, how, nullif(task, '') as task
      from ${db.tables.lineage_edges} order by from_kind, from_id, to_kind, to_id, how, task limit ${limit + 1}`.execute(db.kysely),
    deployedCatalogs(db),
  ]);
  const edges = rows.slice(0, limit);
  const ends = edges.flatMap(({ from, to }) => [from, to]);
  const more = rows.length > limit;
  // Where arrows are left out, what they would lead to is left out as well.
  const alone = more ? [] : catalogs.flatMap(namesOf);
  return { nodes: [...new Map([...ends, ...alone].map((node) => [`${node.kind} ${node.id}`, node])).values()], edges, more };
}

function namesOf({ assets, dags, watchers }: Awaited<ReturnType<typeof deployedCatalogs>>[number]): readonly Pick<LineageNode, "kind" | "id">[] {
  return [
    ...assets.map(({ uri }) => ({ kind: "asset" as const, id: uri })),
    ...dags.map(({ plan }) => ({ kind: "dag" as const, id: plan.dag })),
    ...watchers.map(({ id }) => ({ kind: "watcher" as const, id })),
  ];
}
