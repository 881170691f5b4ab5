import { sql } from "kysely";
import type { Database } from "../database.ts";

/** One hop of an event through a DAG: from its acceptance to the first line of task code. */
export interface Hop {
  readonly run: string;
  readonly dag: string;
  readonly partition: string | null;
  /** Assets whose events the run consumed. */
  readonly assets: readonly string[];
  readonly events: number;
  /** When the newest of them was accepted, in milliseconds since 1970. */
  readonly acceptedAt: number;
  /** When the first task began. */
  readonly startedAt: number;
}

/** Runs whose first task began after an instant, oldest first. A run that consumed nothing is none. */
export async function recentHops(db: Database, since: number, limit = 500): Promise<readonly Hop[]> {
  const { tables: t } = db;
  const { rows } = await sql<Hop>`
    with begun as (
      select run, min(dag) as dag, min(started_at) as started_at from ${t.attempts}
      where started_at > to_timestamp(${since}::float8 / 1000) and started_at < now() + interval '1 minute' group by run)
    select b.run, b.dag, min(r.partition) as partition, array_agg(distinct e.asset) as assets, count(distinct (e.registry, e.seq)) as events,
      max(e.at) as "acceptedAt", b.started_at as "startedAt"
    from begun b
      join ${t.current_runs} r on r.run = b.run
      join ${t.ledger} l on l.run = b.run and l.fate = 'consumed'
      join ${t.events} e on e.registry = l.registry and e.seq = l.seq
    group by b.run, b.dag, b.started_at order by b.started_at limit ${limit}`.execute(db.kysely);
  return rows;
}
