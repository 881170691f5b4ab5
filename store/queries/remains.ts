import { sql } from "kysely";
import type { AssetEvent } from "../../core/event.ts";
import type { Fate } from "../../core/fact.ts";
import type { WatcherBatch } from "../../core/registry-protocol.ts";
import type { Cause } from "../../core/run.ts";
import type { Database } from "../database.ts";
import { indexable, instant } from "../text.ts";
import { EVENT_COLUMNS, type EventRow, toEvent } from "./events.ts";

/** Facts of one instant may have been cut apart by the end of the registry: for events of this time before it, nobody is sure. */
const UNSURE_MS = 60_000;
const RECENT = 10_000;
const ENDS = 2_000;

/** A fate that holds, of an event that may still be pending for somebody. */
export interface RemainingFate {
  readonly seq: number;
  readonly dag: string;
  readonly key: string;
  readonly fate: Fate;
  readonly why: string | null;
  readonly run: string | null;
}

/** A run of which no end is recorded. */
export interface StoredRun {
  readonly run: string;
  readonly dag: string;
  readonly temporalRunId: string | null;
  readonly startedAt: number;
  readonly key: string;
  readonly partition: string | null;
  readonly plan: string | null;
  readonly cause: Cause;
  /** A task of it began: it certainly was there. */
  readonly attempted: boolean;
}

/** What the store knows of one registry, for one whose workflow is gone. */
export interface StoredRemains {
  /** The highest numbers that are recorded. */
  readonly counters: { readonly event: number; readonly fact: number };
  /** From here on it is not certain that all was recorded, in milliseconds since 1970. */
  readonly sureUntil: number;
  /** The last fact. */
  readonly lastAt: number;
  /** Events that are pending for somebody, and all of the uncertain time, in the order of their numbers. */
  readonly events: readonly AssetEvent[];
  /** The last fates of these events. */
  readonly fates: readonly RemainingFate[];
  /** Pending events whose own record is no longer kept. */
  readonly forgotten: number;
  readonly paused: readonly { readonly dag: string; readonly since: number; readonly by: string | null }[];
  readonly hold: { readonly since: number; readonly by: string | null } | null;
  readonly recent: readonly AssetEvent[];
  readonly ends: readonly { readonly run: string; readonly temporalRunId: string; readonly at: number }[];
  /** Runs that the store says are running. */
  readonly running: readonly StoredRun[];
  /** Watchers' batches of which it is not certain that the registry took them, in order, and the last one before. */
  readonly watchers: readonly { readonly watcher: string; readonly generation: number; readonly seq: number; readonly batches: readonly WatcherBatch[] }[];
}

/** Undefined if the store has never heard of this registry. */
export async function remainsOf(db: Database, registry: string): Promise<StoredRemains | undefined> {
  const { tables: t, kysely } = db;
  const [known] = (
    await sql<{ fact: number; contiguous: number; lastAt: number }>`
      select upper(covered) - 1 as fact, (select upper(r) - 1 from unnest(covered) r order by lower(r) limit 1) as contiguous, last_at as "lastAt"
      from ${t.registries} where registry = ${registry}`.execute(kysely)
  ).rows;
  if (known === undefined) return undefined;
  const [counted] = (
    await sql<{ event: number; sureUntil: number | null }>`
      select coalesce(max(seq), 0) as event, (max(at) filter (where n <= ${known.contiguous}::bigint)) as "sureUntil" from ${t.events} where registry = ${registry}`.execute(
      kysely,
    )
  ).rows;
  const sureUntil = (counted?.sureUntil ?? 0) - UNSURE_MS;

  const pending = await sql<{ seq: number }>`
    select distinct l.seq from ${t.ledger} l where l.registry = ${registry} and l.fate in ('pending', 'returned')
    and not exists (select from ${t.ledger} m where m.registry = l.registry and m.seq = l.seq and m.dag = l.dag and m.key = l.key and m.n > l.n)`.execute(
    kysely,
  );
  const seqs = pending.rows.map(({ seq }) => seq);
  const events = await sql<EventRow>`
    select ${EVENT_COLUMNS} from ${t.events} e
    where e.registry = ${registry} and (e.seq = any(${seqs}::bigint[]) or (e.at >= ${instant(sureUntil)}::timestamptz and e.day >= ${instant(sureUntil).slice(0, 10)}::date))
    order by e.seq`.execute(kysely);
  const found = new Set(events.rows.map(({ seq }) => seq));
  const fates = await sql<RemainingFate>`
    select distinct on (seq, dag, key) seq, dag, key, fate, why, run from ${t.ledger}
    where registry = ${registry} and seq = any(${[...found]}::bigint[]) order by seq, dag, key, n desc`.execute(kysely);
  const recent = await sql<EventRow>`
    select ${EVENT_COLUMNS} from ${t.events} e where e.registry = ${registry} and e.watcher is null and e.id not like '#%'
    and e.at >= ${instant(known.lastAt - 86_400_000)}::timestamptz and e.day >= ${instant(known.lastAt - 86_400_000).slice(0, 10)}::date
    order by e.seq desc limit ${RECENT}`.execute(kysely);
  const ends = await sql<{ run: string; temporalRunId: string; at: number }>`
    select run, temporal_run_id as "temporalRunId", ended_at as at from ${t.runs}
    where registry = ${registry} and ended_at is not null and temporal_run_id is not null order by ended_at desc limit ${ENDS}`.execute(kysely);
  const running = await sql<StoredRun>`
    select r.run, r.dag, r.temporal_run_id as "temporalRunId", r.started_at as "startedAt", r.key, r.partition, r.plan,
      json_build_object('kind', r.cause_kind, 'text', r.cause_text) as cause, exists (select from ${t.attempts} a where a.run = r.run) as attempted
    from ${t.current_runs} r where r.registry = ${registry} and r.status in ('queued', 'running')`.execute(kysely);

  return {
    counters: { event: counted?.event ?? 0, fact: known.fact },
    sureUntil,
    lastAt: known.lastAt,
    events: events.rows.map(assetEvent),
    fates: fates.rows,
    forgotten: seqs.filter((seq) => !found.has(seq)).length,
    ...(await stopsOf(db, registry)),
    recent: recent.rows.map(assetEvent).reverse(),
    ends: ends.rows.reverse(),
    running: running.rows,
    watchers: await uncertainBatches(db, sureUntil),
  };
}

/** The newest event of each partition of these assets. */
export async function newestEvents(db: Database, registry: string, assets: readonly string[]): Promise<readonly AssetEvent[]> {
  const { tables: t } = db;
  const { rows } = await sql<EventRow>`
    select ${EVENT_COLUMNS} from ${t.slices} s join ${t.events} e on e.registry = s.last_registry and e.seq = s.last_seq
    where s.asset = any(${assets}::text[]) and s.last_registry = ${registry} order by e.seq`.execute(db.kysely);
  return rows.map(assetEvent);
}

/** Which of these ids the registry accepted, as `[source, id]` in JSON. */
export async function acceptedNames(db: Database, registry: string, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ source: string; id: string }>`
    select distinct source, id from ${db.tables.events} where registry = ${registry} and id = any(${ids.map(indexable)}::text[])`.execute(db.kysely);
  return new Set(rows.map(({ source, id }) => JSON.stringify([source, id])));
}

/** What these runs consumed last, as the ledger says it. */
export async function eventsOfRuns(
  db: Database,
  registry: string,
  runs: readonly string[],
): Promise<readonly { readonly dag: string; readonly run: string; readonly event: AssetEvent }[]> {
  const { tables: t } = db;
  const { rows } = await sql<EventRow & { of: string; dag: string }>`
    select ${EVENT_COLUMNS}, l.dag, l.run as of from ${t.fates} l join ${t.events} e on e.registry = l.registry and e.seq = l.seq
    where l.registry = ${registry} and l.fate = 'consumed' and l.run = any(${runs}::text[]) order by e.seq`.execute(db.kysely);
  return rows.map(({ dag, of, ...row }) => ({ dag, run: of, event: assetEvent(row) }));
}

/** Of these runs, what the ledger says each of them ever consumed: `run seq`. */
export async function consumedBy(db: Database, registry: string, runs: readonly string[]): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ run: string; seq: number }>`
    select distinct run, seq from ${db.tables.ledger} where registry = ${registry} and run = any(${runs}::text[]) and fate = 'consumed'`.execute(db.kysely);
  return new Set(rows.map(({ run, seq }) => `${run} ${seq}`));
}

/** Says that facts up to a number will not come any more: what is missing of them is lost, and nobody waits for it. */
export async function closeFacts(db: Database, registry: string, upto: number): Promise<void> {
  await sql`update ${db.tables.registries} set covered = ${`{[1,${upto}]}`}::int8multirange + covered where registry = ${registry}`.execute(db.kysely);
}

async function stopsOf(db: Database, registry: string): Promise<Pick<StoredRemains, "hold" | "paused">> {
  const { tables: t } = db;
  const { rows } = await sql<{ dag: string; since: number; by: string | null }>`
    select c.dag, c.at as since, (select o."by" from ${t.operations} o where o.registry = c.registry and o.dag = c.dag and o.operation = 'pause' order by n desc limit 1) as "by"
    from ${t.consumers} c where c.registry = ${registry} and c.paused`.execute(db.kysely);
  const held = await sql<{ operation: string; since: number; by: string | null }>`
    select operation, at as since, "by" from ${t.operations} where registry = ${registry} and operation in ('hold', 'release') order by n desc limit 1`.execute(
    db.kysely,
  );
  const [last] = held.rows;
  return { paused: rows, hold: last?.operation === "hold" ? { since: last.since, by: last.by } : null };
}

/** Batches that were not marked as sent before the uncertain time. */
async function uncertainBatches(db: Database, sureUntil: number): Promise<StoredRemains["watchers"]> {
  const { tables: t } = db;
  const { rows } = await sql<{ watcher: string; generation: number; sent: number; batch: string | null }>`
    select w.id as watcher, w.generation, w.sent_seq as sent, b.batch from ${t.watchers} w
    left join ${t.outbox_batches} b on b.watcher = w.id and b.generation = w.generation and (b.sent_at is null or b.sent_at >= ${instant(sureUntil)}::timestamptz)
    order by w.id, b.seq`.execute(db.kysely);
  const watchers = new Map<string, { watcher: string; generation: number; seq: number; batches: WatcherBatch[] }>();
  for (const { batch, generation, sent, watcher } of rows) {
    const mine = watchers.get(watcher) ?? { watcher, generation, seq: sent, batches: [] };
    watchers.set(watcher, mine);
    if (batch === null) continue;
    const parsed = JSON.parse(batch) as WatcherBatch;
    if (mine.batches.length === 0) mine.seq = parsed.seq - 1;
    mine.batches.push(parsed);
  }
  return [...watchers.values()];
}

function assetEvent(row: EventRow): AssetEvent {
  const { registry: _, watcher: __, ...event } = toEvent(row);
  return event;
}
