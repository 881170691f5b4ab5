import { sql } from "kysely";
import type { Database } from "./database.ts";

/** A fact of a kind that is counted, of which only samples are kept. */
export interface Sampled {
  readonly n: number;
  readonly day: string;
  /** Empty where there is none. */
  readonly dag: string;
}
export type SampledKind = "filtered" | "duplicate";

/** An event that `unless` resets by may have been pending before; all other filtered ones never were anything else. */
const NOT_SAMPLED = "reset";

export function isSampledFate({ fate, why }: { readonly fate: unknown; readonly why: unknown }): boolean {
  return fate === "filtered" && why !== NOT_SAMPLED;
}

interface Group {
  readonly dag: string;
  readonly day: string;
}

/**
 * Counts facts, each once, and says which to write. Kept are the `limit` facts with the lowest `n` of each DAG and day,
 * whatever the order in which they arrive. A repeat from an earlier call is known by the registry's covered `n`.
 */
export async function countSampled<F extends Sampled>(
  tx: Database,
  registry: string,
  kind: SampledKind,
  facts: readonly F[],
  limit: number,
): Promise<{ readonly keep: readonly F[]; readonly full: readonly Group[] }> {
  const fresh = await freshOf(tx, registry, facts);
  if (fresh.length === 0) return { keep: [], full: [] };
  const groups = groupsOf(fresh);
  const counters = await sql<Group & { count: number; upto: number | null }>`
    insert into ${tx.tables.counters} as kept (registry, kind, dag, day, count)
    select ${registry}, ${kind}, dag, day, count
    from unnest(${groups.map((group) => group.dag)}::text[], ${groups.map((group) => group.day)}::date[], ${groups.map((group) => group.count)}::bigint[]) as r(dag, day, count)
    on conflict (registry, kind, dag, day) do update set count = kept.count + excluded.count
    returning dag, day, count, upto`.execute(tx.kysely);
  if (limit === Number.POSITIVE_INFINITY) return { keep: fresh, full: [] };
  const upto = new Map(counters.rows.map((row) => [keyOf(row), row.upto]));
  const keep = fresh.filter((fact) => fact.n < (upto.get(keyOf(fact)) ?? Number.POSITIVE_INFINITY));
  const touched = new Set(keep.map(keyOf));
  return { keep, full: counters.rows.filter((row) => row.count > limit && touched.has(keyOf(row))) };
}

/** After the samples are written: drops those beyond the limit, and notes where the kept ones end. */
export async function trimSamples(tx: Database, registry: string, kind: SampledKind, full: readonly Group[], limit: number): Promise<void> {
  if (full.length === 0) return;
  const { tables: t } = tx;
  const [table, dag, only] =
    kind === "filtered" ? [t.ledger, sql`l.dag`, sql`l.fate = 'filtered' and l.why is distinct from ${NOT_SAMPLED}`] : [t.duplicates, sql`''`, sql`true`];
  await sql`
    with ranked as (
      select g.dag, l.day, l.n, row_number() over (partition by g.dag, l.day order by l.n) as rank
      from unnest(${full.map((group) => group.dag)}::text[], ${full.map((group) => group.day)}::date[]) as g(dag, day)
      join ${table} l on l.day = g.day and ${dag} = g.dag and ${only} and l.registry = ${registry}),
    ends as (select dag, day, n from ranked where rank = ${limit}),
    gone as (delete from ${table} l using ends e where l.day = e.day and ${dag} = e.dag and ${only} and l.registry = ${registry} and l.n > e.n)
    update ${t.counters} c set upto = e.n from ends e where c.registry = ${registry} and c.kind = ${kind} and c.dag = e.dag and c.day = e.day`.execute(
    tx.kysely,
  );
}

async function freshOf<F extends Sampled>(tx: Database, registry: string, facts: readonly F[]): Promise<readonly F[]> {
  if (facts.length === 0) return [];
  const { rows } = await sql<{ n: number }>`
    select n from unnest(${facts.map((fact) => fact.n)}::bigint[]) as r(n)
    where not coalesce((select covered from ${tx.tables.registries} where registry = ${registry}), '{}') @> n`.execute(tx.kysely);
  const fresh = new Set(rows.map((row) => row.n));
  return facts.filter((fact) => fresh.delete(fact.n));
}

function groupsOf(facts: readonly Sampled[]): (Group & { readonly count: number })[] {
  const groups = new Map<string, Group & { count: number }>();
  for (const fact of facts) {
    const group = groups.get(keyOf(fact)) ?? { dag: fact.dag, day: fact.day, count: 0 };
    group.count += 1;
    groups.set(keyOf(fact), group);
  }
  return [...groups.values()];
}

function keyOf({ dag, day }: Group): string {
  return `${day} ${dag}`;
}
