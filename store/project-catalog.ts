import { sql } from "kysely";
import type { Catalog } from "../core/catalog.ts";
import { canonicalJson, contentHash } from "../core/hash.ts";
import type { Json } from "../core/json.ts";
import { type CatalogEdge, edgesOf } from "./catalog-edges.ts";
import type { Database } from "./database.ts";
import type { FactOf } from "./fact-rows.ts";
import { insertRows, newestOf, type Row, replaceWhen } from "./rows.ts";
import { CATALOGS, DEFINITIONS, DEPLOYS, EDGES, PLANS } from "./shapes.ts";
import { indexable, instant, jsonText } from "./text.ts";

/** A deploy with what it brought. */
export type CatalogFact = FactOf<"catalog"> & { readonly catalog: Catalog };

export function isWhole(fact: FactOf<"catalog">): fact is CatalogFact {
  return fact.catalog !== undefined;
}

/**
 * Writes what a deploy brought. Catalogues, plans and edges are kept once for each hash; a definition of an asset keeps when it
 * was first and last deployed, which gives its versions their order whatever the order of the facts.
 */
export async function projectCatalogs(tx: Database, registry: string, facts: readonly CatalogFact[]): Promise<void> {
  if (facts.length === 0) return;
  const keepFirst = sql`on conflict do nothing`;
  const catalogs = newestOf(
    facts,
    (fact) => fact.catalog.hash,
    (fact, than) => fact.at < than.at,
  );

  await insertRows(tx, CATALOGS, catalogs.map(catalogRow), sql`on conflict (hash) do update set first_at = least(kept.first_at, excluded.first_at)`);
  await insertRows(
    tx,
    PLANS,
    newestOf(
      catalogs.flatMap(planRows),
      (row) => String(row.hash),
      () => false,
    ),
    keepFirst,
  );
  await insertRows(
    tx,
    EDGES,
    catalogs.flatMap((fact) => edgesOf(fact.catalog).map((edge) => edgeRow(fact.catalog.hash, edge))),
    keepFirst,
  );
  await projectDefinitions(tx, facts);
  const deploys = facts.map((fact) => ({
    registry,
    project: fact.project,
    revision: fact.revision,
    n: fact.n,
    at: instant(fact.at),
    catalog: fact.catalog.hash,
  }));
  const newestDeploys = newestOf(
    deploys,
    (row) => JSON.stringify([row.project, row.revision]),
    (row, than) => row.n > than.n,
  );
  await insertRows(tx, DEPLOYS, newestDeploys, replaceWhen(DEPLOYS, ["registry", "project", "revision"], sql`excluded.n > kept.n`));
}

async function projectDefinitions(tx: Database, facts: readonly CatalogFact[]): Promise<void> {
  const merged = new Map<string, Row<typeof DEFINITIONS>>();
  for (const fact of facts) {
    const at = instant(fact.at);
    for (const asset of fact.catalog.assets) {
      const value = asset as unknown as Json;
      const row = {
        asset: indexable(asset.uri),
        hash: contentHash(value),
        project: fact.project,
        definition: canonicalJson(value),
        first_at: at,
        first_n: fact.n,
        last_at: at,
        last_n: fact.n,
      };
      const key = `${row.asset} ${row.hash}`;
      const known = merged.get(key);
      merged.set(key, known === undefined ? row : span(known, row));
    }
  }
  const rows = [...merged.values()].sort((a, b) => (String(a.asset) < String(b.asset) ? -1 : 1));
  const isFirst = sql`(excluded.first_at, excluded.first_n) < (kept.first_at, kept.first_n)`;
  const isLast = sql`(excluded.last_at, excluded.last_n) > (kept.last_at, kept.last_n)`;
  await insertRows(
    tx,
    DEFINITIONS,
    rows,
    sql`on conflict (asset, hash) do update set
      first_at = case when ${isFirst} then excluded.first_at else kept.first_at end, first_n = case when ${isFirst} then excluded.first_n else kept.first_n end,
      last_at = case when ${isLast} then excluded.last_at else kept.last_at end, last_n = case when ${isLast} then excluded.last_n else kept.last_n end,
      project = case when ${isLast} then excluded.project else kept.project end`,
  );
  // A declared asset is listed before its first event.
  const uris = new Set([...rows.map((row) => String(row.asset)), ...facts.flatMap((fact) => assetsOfEdges(edgesOf(fact.catalog)))]);
  await sql`insert into ${tx.tables.assets} (asset) select unnest(${[...uris].sort()}::text[]) on conflict do nothing`.execute(tx.kysely);
}

function assetsOfEdges(edges: readonly CatalogEdge[]): string[] {
  return edges.flatMap((edge) => [...(edge.fromKind === "asset" ? [indexable(edge.fromId)] : []), ...(edge.toKind === "asset" ? [indexable(edge.toId)] : [])]);
}

function span(a: Row<typeof DEFINITIONS>, b: Row<typeof DEFINITIONS>): Row<typeof DEFINITIONS> {
  const before = (one: readonly unknown[], other: readonly unknown[]): boolean =>
    String(one[0]) < String(other[0]) || (one[0] === other[0] && Number(one[1]) < Number(other[1]));
  const first = before([b.first_at, b.first_n], [a.first_at, a.first_n]) ? b : a;
  const last = before([a.last_at, a.last_n], [b.last_at, b.last_n]) ? b : a;
  return { ...last, first_at: first.first_at, first_n: first.first_n };
}

/** Plans are kept apart, once for each hash: most deploys change few of them. */
function catalogRow(fact: CatalogFact): Row<typeof CATALOGS> {
  const { dags, ...rest } = fact.catalog;
  return { hash: rest.hash, project: rest.project, first_at: instant(fact.at), body: jsonText({ ...rest, dags: dags.map((dag) => dag.hash) }) };
}

function planRows(fact: CatalogFact): Row<typeof PLANS>[] {
  return fact.catalog.dags.map(({ hash, plan }) => ({ hash, dag: plan.dag, plan: jsonText(plan) }));
}

function edgeRow(catalog: string, edge: CatalogEdge): Row<typeof EDGES> {
  const { fromKind, toKind, how, task, matches } = edge;
  return { catalog, from_kind: fromKind, from_id: indexable(edge.fromId), to_kind: toKind, to_id: indexable(edge.toId), how, task, matches };
}
