import { type RawBuilder, sql } from "kysely";
import type { CatalogEdge } from "../catalog-edges.ts";
import type { Database } from "../database.ts";
import type { LineageEdge, LineageEnd } from "./lineage.ts";

interface EdgeRow {
  readonly from_kind: LineageEnd["kind"];
  readonly from_id: string;
  readonly to_kind: LineageEnd["kind"];
  readonly to_id: string;
  readonly how: CatalogEdge["how"];
  readonly task: string;
}

/** The edges that leave these nodes downwards, or come to them from above, in these catalogues. Groups and patterns are the assets that they stand for. */
export async function edgesOfLevel(
  db: Database,
  catalogs: readonly string[],
  level: readonly LineageEnd[],
  way: "up" | "down",
): Promise<readonly LineageEdge[]> {
  const given = {
    deployed: sql`${catalogs}::text[]`,
    level: sql`unnest(${level.map(({ kind }) => kind)}::text[], ${level.map(({ id }) => id)}::text[]) as f(kind, id)`,
  };
  const { rows } = await (way === "down" ? downwards(db, given) : upwards(db, given)).execute(db.kysely);
  return rows.map((row) => ({
    from: { kind: row.from_kind, id: row.from_id },
    to: { kind: row.to_kind, id: row.to_id },
    how: row.how,
    task: row.task === "" ? null : row.task,
  }));
}

interface Given {
  /** Hashes of catalogues, as an array. */
  readonly deployed: RawBuilder<unknown>;
  /** The nodes, as a relation `f(kind, id)`. */
  readonly level: RawBuilder<unknown>;
}

/** What a pattern begins with: most assets are told apart by that alone, before its regular expression is compiled. */
const LITERAL = sql`substring(e.from_id from '^[^*?]*')`;

/** A DAG that publishes an asset does not wait for it by a group or a pattern. */
function isForeign({ tables: t }: Database, { deployed }: Given, asset: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`not exists (select from ${t.edges} o where o.from_kind = 'dag' and o.from_id = e.to_id and o.to_kind = 'asset' and o.to_id = ${asset} and o.catalog = any(${deployed}))`;
}

function downwards(db: Database, given: Given): RawBuilder<EdgeRow> {
  const { tables: t } = db;
  // `offset 0` keeps the patterns outside: each is compiled once for all assets.
  return sql<EdgeRow>`
    select e.from_kind, e.from_id, e.to_kind, e.to_id, e.how, e.task
    from ${given.level} join ${t.edges} e on e.from_kind = f.kind and e.from_id = f.id where e.catalog = any(${given.deployed})
    union
    select 'asset', f.id, e.to_kind, e.to_id, e.how, e.task
    from ${given.level},
      lateral (select definition from ${t.definitions} where asset = f.id order by last_at desc, last_n desc, hash limit 1) d,
      lateral json_array_elements_text(d.definition -> 'groups') as g(name)
      join ${t.edges} e on e.from_kind = 'group' and e.from_id = g.name and e.catalog = any(${given.deployed})
    where f.kind = 'asset' and ${isForeign(db, given, sql`f.id`)}
    union
    select 'asset', f.id, e.to_kind, e.to_id, e.how, e.task
    from (select * from ${t.edges} where from_kind = 'pattern' and catalog = any(${given.deployed}) order by matches offset 0) e,
      lateral (select f.id from ${given.level} where f.kind = 'asset' and case when starts_with(f.id, ${LITERAL}) then f.id ~ e.matches else false end offset 0) f
    where ${isForeign(db, given, sql`f.id`)}`;
}

function upwards(db: Database, given: Given): RawBuilder<EdgeRow> {
  const { tables: t } = db;
  return sql<EdgeRow>`
    select e.from_kind, e.from_id, e.to_kind, e.to_id, e.how, e.task
    from ${given.level} join ${t.edges} e on e.to_kind = f.kind and e.to_id = f.id
    where e.catalog = any(${given.deployed}) and e.from_kind in ('asset', 'dag', 'watcher')
    union
    select 'asset', d.asset, e.to_kind, e.to_id, e.how, e.task
    from ${given.level} join ${t.edges} e on e.to_kind = f.kind and e.to_id = f.id and e.from_kind = 'group' and e.catalog = any(${given.deployed})
      join ${t.definitions} d on (d.definition -> 'groups')::jsonb ? e.from_id
    where not exists (
      select from ${t.definitions} later where later.asset = d.asset
      and (later.last_at > d.last_at or (later.last_at = d.last_at and (later.last_n > d.last_n or (later.last_n = d.last_n and later.hash < d.hash)))))
    and ${isForeign(db, given, sql`d.asset`)}
    union
    select 'asset', a.asset, e.to_kind, e.to_id, e.how, e.task
    from ${given.level} join ${t.edges} e on e.to_kind = f.kind and e.to_id = f.id and e.from_kind = 'pattern' and e.catalog = any(${given.deployed})
      join ${t.assets} a on a.asset collate "C" >= ${LITERAL} and a.asset collate "C" < ${LITERAL} || ${"\u{10ffff}"} and a.asset ~ e.matches
    where ${isForeign(db, given, sql`a.asset`)}`;
}
