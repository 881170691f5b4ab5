import { sql } from "kysely";
import type { Catalog } from "../../core/catalog.ts";
import type { HashedPlan, Plan } from "../../core/plan.ts";
import type { Database } from "../database.ts";
import { storable } from "../text.ts";

/** A deploy that holds now. */
export interface Deploy {
  readonly project: string;
  readonly revision: number;
  readonly catalog: string;
  readonly at: number;
  readonly registry: string;
}

/** The newest deploy of each project. */
export async function listDeploys(db: Database): Promise<readonly Deploy[]> {
  const { rows } = await sql<Deploy>`select project, revision, catalog, at, registry from ${db.tables.current_deploys} order by project`.execute(db.kysely);
  return rows;
}

/** Most catalogues in memory: of each project the deployed one, and some of before. */
const MOST_KEPT = 64;
const kept = new WeakMap<object, Map<string, Catalog>>();

/** A catalogue as it was deployed, by its hash. It never changes, so it is read once: it may have megabytes. */
export async function catalogByHash(db: Database, hash: string): Promise<Catalog | undefined> {
  const own = kept.get(db.kysely) ?? new Map<string, Catalog>();
  kept.set(db.kysely, own);
  const found = own.get(hash) ?? (await readCatalog(db, hash));
  if (found === undefined) return undefined;
  own.delete(hash);
  own.set(hash, found);
  const [oldest] = own.keys();
  if (own.size > MOST_KEPT && oldest !== undefined) own.delete(oldest);
  return found;
}

async function readCatalog(db: Database, hash: string): Promise<Catalog | undefined> {
  const { tables: t } = db;
  const { rows } = await sql<{ body: Omit<Catalog, "dags"> & { dags: readonly string[] } }>`select body from ${t.catalogs} where hash = ${hash}`.execute(
    db.kysely,
  );
  const body = rows[0]?.body;
  if (body === undefined) return undefined;
  const found = await sql<{ hash: string; plan: Plan }>`select hash, plan from ${t.plans} where hash = any(${body.dags}::text[])`.execute(db.kysely);
  const plans = new Map(found.rows.map((row) => [row.hash, row]));
  return { ...body, dags: body.dags.flatMap((plan) => plans.get(plan) ?? []) };
}

/** When a catalogue was first deployed by its project, and the one that was deployed before it. */
export async function catalogBefore(db: Database, hash: string): Promise<{ readonly at: number; readonly before: string | null } | undefined> {
  const { tables: t } = db;
  const { rows } = await sql<{ at: number; before: string | null }>`
    select d.at, (select b.catalog from ${t.deploys} b where b.registry = d.registry and b.project = d.project and b.n < d.n order by b.n desc limit 1) as before
    from ${t.deploys} d where d.catalog = ${hash} order by d.at, d.n limit 1`.execute(db.kysely);
  return rows[0];
}

/** The plan of a run, by the hash that the run names. */
export async function planByHash(db: Database, hash: string): Promise<HashedPlan | undefined> {
  const { rows } = await sql<HashedPlan>`select hash, plan from ${db.tables.plans} where hash = ${storable(hash)}`.execute(db.kysely);
  return rows[0];
}
