import { sql } from "kysely";
import type { RunStatus } from "../../core/run.ts";
import type { Database } from "../database.ts";

/** A consumer as the store knows it, with its last run and what failed runs hold. */
export interface DagSummary {
  readonly dag: string;
  readonly project: string;
  readonly paused: boolean;
  /** Why its evaluation is quarantined. */
  readonly faulted: string | null;
  /** Since when it is as it is. */
  readonly since: number;
  readonly running: number;
  readonly lastRun: { readonly run: string; readonly status: RunStatus; readonly startedAt: number; readonly endedAt: number | null } | null;
  /** Failed runs, and the events that stay with them. */
  readonly failedRuns: number;
  readonly heldEvents: number;
}

export async function listDags(db: Database): Promise<readonly DagSummary[]> {
  const { tables: t } = db;
  const { rows } = await sql<DagSummary>`
    select c.dag, c.project, c.paused, c.faulted, c.at as since, r.running, r."failedRuns", r."heldEvents", l."lastRun"
    from ${t.current_consumers} c,
    lateral (
      select count(*) filter (where status in ('queued', 'running')) as running, count(*) filter (where status = 'failed') as "failedRuns",
        coalesce(sum(events) filter (where status = 'failed'), 0) as "heldEvents"
      from ${t.runs} r where r.dag = c.dag) r
    left join lateral (
      select json_build_object('run', run, 'status', status, 'startedAt', floor(extract(epoch from started_at) * 1000), 'endedAt', floor(extract(epoch from ended_at) * 1000)) as "lastRun"
      from ${t.runs} r where r.dag = c.dag order by started_at desc, run limit 1) l on true
    order by c.dag`.execute(db.kysely);
  return rows;
}
