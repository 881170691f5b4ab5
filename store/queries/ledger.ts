import { sql } from "kysely";
import type { Fate } from "../../core/fact.ts";
import type { Database } from "../database.ts";
import { indexable } from "../text.ts";

/** What became of an event for one consumer and key. */
export interface LedgerEntry {
  readonly registry: string;
  readonly seq: number;
  readonly source: string;
  readonly id: string;
  readonly asset: string;
  readonly dag: string;
  readonly key: string;
  readonly fate: Fate;
  readonly why: string | null;
  readonly run: string | null;
  readonly at: number;
  /** All its fates so far, oldest first; the last one holds. */
  readonly history: readonly { readonly fate: Fate; readonly why: string | null; readonly run: string | null; readonly at: number }[];
}

/** Repeats of an event that were dropped. */
export interface DuplicateEntry {
  readonly at: number;
  readonly source: string;
  readonly id: string;
  readonly asset: string;
  /** The repeat said something else than the first. */
  readonly differed: boolean;
}

/** What each consumer did with an event. Empty for an event that no consumer saw. */
export async function ledgerOf(db: Database, event: { readonly id: string; readonly source?: string }): Promise<readonly LedgerEntry[]> {
  const { tables: t } = db;
  const { rows } = await sql<LedgerEntry>`
    select distinct on (e.at, l.registry, l.seq, l.dag, l.key)
      l.registry, l.seq, e.source, e.id, e.asset, l.dag, l.key, l.fate, l.why, l.run, l.at,
      (select json_agg(json_build_object('fate', h.fate, 'why', h.why, 'run', h.run, 'at', floor(extract(epoch from h.at) * 1000)) order by h.n)
       from ${t.ledger} h where h.registry = l.registry and h.seq = l.seq and h.dag = l.dag and h.key = l.key) as history
    from ${t.events} e join ${t.ledger} l on l.registry = e.registry and l.seq = e.seq
    where e.id = ${indexable(event.id)} and (${event.source ?? null}::text is null or e.source = ${event.source ?? null})
    order by e.at, l.registry, l.seq, l.dag, l.key, l.n desc`.execute(db.kysely);
  return rows;
}

export async function duplicatesOf(db: Database, event: { readonly id: string; readonly source?: string }): Promise<readonly DuplicateEntry[]> {
  const { rows } = await sql<DuplicateEntry>`
    select at, source, id, asset, differed from ${db.tables.duplicates}
    where id = ${indexable(event.id)} and (${event.source ?? null}::text is null or source = ${event.source ?? null}) order by at, n`.execute(db.kysely);
  return rows;
}

/** How many events, fates and so on were counted though only samples are kept. */
export async function countersOf(
  db: Database,
  filter: { readonly dag?: string; readonly since?: string } = {},
): Promise<readonly { readonly kind: "filtered" | "duplicate"; readonly dag: string; readonly day: string; readonly count: number }[]> {
  const { rows } = await sql<{ kind: "filtered" | "duplicate"; dag: string; day: string; count: number }>`
    select kind, dag, day, sum(count) as count from ${db.tables.counters}
    where (${filter.dag ?? null}::text is null or dag = ${filter.dag ?? null}) and (${filter.since ?? null}::date is null or day >= ${filter.since ?? null}::date)
    group by kind, dag, day order by day desc, kind, dag`.execute(db.kysely);
  return rows;
}

/** What happened to a set of ids that somebody put in: each id is counted under exactly one of the fates. */
export interface Tally {
  /** Ids that were asked about, each once. */
  readonly in: number;
  /** Of them, those that are recorded as an event. */
  readonly accepted: number;
  readonly consumed: number;
  /** Still `pending` or `returned`. */
  readonly pending: number;
  /** Ended in another way: superseded, expired, filtered, dropped, referenced. */
  readonly other: number;
  /** Neither of these: no event, or an event without a recorded fate. */
  readonly lost: number;
  /** Consumed more than once: by two runs without a return or a redelivery between them, or as two events. */
  readonly doubled: number;
}

/** Counts what a consumer did with the events of these ids. One that an operator gave again may be consumed again. `filtered` counts as long as its sample is kept. */
export async function tally(db: Database, of: { readonly dag: string; readonly ids: readonly string[]; readonly source?: string }): Promise<Tally> {
  const { tables: t } = db;
  const ids = [...new Set(of.ids.map(indexable))];
  const { rows } = await sql<Tally>`
    with asked as (select id from unnest(${ids}::text[]) as r(id)),
    found as (
      select a.id, e.registry, e.seq from asked a join ${t.events} e on e.id = a.id
      where ${of.source ?? null}::text is null or e.source = ${of.source ?? null}),
    slots as (
      select f.id, f.registry, f.seq, l.key, (array_agg(l.fate order by l.n desc))[1] as fate,
        count(distinct l.run) filter (where l.fate = 'consumed') - count(distinct l.n) filter (where l.fate = 'returned' or l.why like 'redelivered%') as runs
      from found f join ${t.ledger} l on l.registry = f.registry and l.seq = f.seq and l.dag = ${indexable(of.dag)}
      group by f.id, f.registry, f.seq, l.key),
    each as (
      select a.id, exists (select from found f where f.id = a.id) as accepted,
        coalesce(bool_or(s.fate = 'consumed'), false) as consumed,
        coalesce(bool_or(s.fate in ('pending', 'returned')), false) as pending,
        bool_or(s.fate is not null) as known,
        coalesce(max(s.runs) > 1 or count(distinct (s.registry, s.seq)) filter (where s.fate = 'consumed') > 1, false) as doubled
      from asked a left join slots s on s.id = a.id group by a.id)
    select count(*) as in, count(*) filter (where accepted) as accepted, count(*) filter (where consumed) as consumed,
      count(*) filter (where pending and not consumed) as pending, count(*) filter (where known and not pending and not consumed) as other,
      count(*) filter (where not known) as lost, count(*) filter (where doubled) as doubled
    from each`.execute(db.kysely);
  return rows[0] as Tally;
}
