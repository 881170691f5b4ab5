import { sql } from "kysely";
import type { Database } from "../database.ts";
import { indexable } from "../text.ts";
import type { DagSummary } from "./dags.ts";

/** How a DAG is, as far as the store knows. */
export interface DagState extends Pick<DagSummary, "dag" | "paused" | "faulted" | "running" | "lastRun"> {
  /** Since when it is as it is; null if no registry ever said. */
  readonly since: number | null;
}

/** The states of some DAGs, each by a few lookups. */
export async function dagStates(db: Database, dags: readonly string[]): Promise<ReadonlyMap<string, DagState>> {
  const { tables: t } = db;
  const { rows } = await sql<DagState>`
    select asked.dag, coalesce(c.paused, false) as paused, c.faulted, c.at as since, r.running, l."lastRun"
    from unnest(${dags.map(indexable)}::text[]) as asked(dag)
    left join lateral (select paused, faulted, at from ${t.consumers} where dag = asked.dag order by at desc, n desc limit 1) c on true
    cross join lateral (select count(*) as running from ${t.runs} where dag = asked.dag and status in ('queued', 'running')) r
    left join lateral (
      select json_build_object('run', run, 'status', status, 'startedAt', floor(extract(epoch from started_at) * 1000), 'endedAt', floor(extract(epoch from ended_at) * 1000)) as "lastRun"
      from ${t.runs} where dag = asked.dag order by started_at desc, run limit 1) l on true`.execute(db.kysely);
  return new Map(rows.map((row) => [row.dag, row]));
}
