import { sql } from "kysely";
import type { Cause, RecordedRun } from "../../core/run.ts";
import type { Database } from "../database.ts";
import { indexable, instant } from "../text.ts";
import { EVENT_COLUMNS, type EventRow, type StoredEvent, toEvent } from "./events.ts";

export interface HistoryFilter {
  readonly dag: string;
  readonly since: number;
  /** Exclusive. */
  readonly until: number;
}

/** Runs of a DAG that started in that time, or ran when it began; oldest first. */
export async function runsWithEvents(db: Database, { dag, since, until }: HistoryFilter): Promise<readonly RecordedRun[]> {
  const { tables: t } = db;
  const from = sql`${instant(since)}::timestamptz`;
  const runs = await sql<Omit<RecordedRun, "events" | "cause"> & { cause_kind: Cause["kind"]; cause_text: string }>`
    select run, started_at as at, ended_at as "endedAt", status, key, partition, cause_kind, cause_text, plan from ${t.runs}
    where dag = ${indexable(dag)} and started_at < ${instant(until)}::timestamptz and (started_at >= ${from} or ended_at >= ${from} or ended_at is null)
    order by started_at, run`.execute(db.kysely);
  const taken = await sql<EventRow & { taker: string }>`
    select distinct on (l.run, e.at, e.registry, e.seq) l.run as taker, ${EVENT_COLUMNS}
    from ${t.ledger} l join ${t.events} e on e.registry = l.registry and e.seq = l.seq
    where l.dag = ${indexable(dag)} and l.fate = 'consumed' and l.at >= ${from} and l.at < ${instant(until)}::timestamptz
    order by l.run, e.at, e.registry, e.seq`.execute(db.kysely);
  const byRun = new Map<string, StoredEvent[]>();
  for (const { taker, ...event } of taken.rows) {
    const events = byRun.get(taker);
    if (events === undefined) byRun.set(taker, [toEvent(event)]);
    else events.push(toEvent(event));
  }
  return runs.rows.map(({ cause_kind, cause_text, ...run }) => ({ ...run, cause: { kind: cause_kind, text: cause_text }, events: byRun.get(run.run) ?? [] }));
}

/** Events that a DAG held at an instant, in the order of their acceptance. */
export async function pendingAt(db: Database, { dag, at }: { readonly dag: string; readonly at: number }): Promise<readonly StoredEvent[]> {
  const { tables: t } = db;
  const { rows } = await sql<EventRow>`
    with last as (
      select distinct on (registry, seq, key) registry, seq, fate from ${t.ledger}
      where dag = ${indexable(dag)} and at < ${instant(at)}::timestamptz order by registry, seq, key, n desc)
    select ${EVENT_COLUMNS} from ${t.events} e
    where exists (select from last l where l.registry = e.registry and l.seq = e.seq and l.fate in ('pending', 'returned'))
    order by e.at, e.registry, e.seq`.execute(db.kysely);
  return rows.map(toEvent);
}

/** When a catalogue with this DAG was first deployed; null if never. */
export async function firstDeployOf(db: Database, dag: string): Promise<number | null> {
  const { tables: t } = db;
  const { rows } = await sql<{ at: number | null }>`
    select min(d.at) as at from ${t.deploys} d join ${t.catalogs} c on c.hash = d.catalog
    where exists (select from ${t.plans} p where p.dag = ${indexable(dag)} and (c.body -> 'dags')::jsonb ? p.hash)`.execute(db.kysely);
  return rows[0]?.at ?? null;
}
