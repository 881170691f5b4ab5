import { type RawBuilder, sql } from "kysely";
import type { Database } from "../database.ts";
import { indexable, instant } from "../text.ts";
import { EVENT_COLUMNS, type EventRow, type StoredEvent, toEvent } from "./events.ts";
import { startsWith } from "./prefix.ts";

export interface EventFilter {
  readonly asset?: string;
  /** Beginning of the asset's URI. */
  readonly prefix?: string;
  /** Of `asset`. */
  readonly partition?: string;
  readonly source?: string;
  readonly id?: string;
  /** The run that published it. */
  readonly run?: string;
  /** Accepted at or after, milliseconds since 1970. */
  readonly since?: number;
  /** Accepted before. */
  readonly until?: number;
  /** The last event of the page before. */
  readonly after?: EventPlace;
  /** @default 50 */
  readonly limit?: number;
}

/** Where an event stands in a list by acceptance. */
export type EventPlace = Pick<StoredEvent, "at" | "registry" | "seq">;

/** Assets that hold fewer events than this together are read one by one; of more, some are met soon on the way back in time. */
const FEW_EVENTS = 20_000;

/** Newest acceptance first. */
export async function listEvents(db: Database, filter: EventFilter = {}): Promise<readonly StoredEvent[]> {
  const limit = filter.limit ?? 50;
  const from = filter.prefix === undefined ? sql`${db.tables.events} e` : await belowPrefix(db, filter.prefix, filter, limit);
  const { rows } = await sql<EventRow>`
    select ${EVENT_COLUMNS} from ${from} where ${sql.join(conditionsOf(filter), sql` and `)} ${NEWEST} limit ${limit}`.execute(db.kysely);
  return rows.map(toEvent);
}

const NEWEST = sql`order by e.at desc, e.registry desc, e.seq desc`;

function conditionsOf({ asset, partition, source, id, run, since, until, after }: EventFilter): RawBuilder<unknown>[] {
  return [
    sql`true`,
    ...(asset === undefined ? [] : [sql`e.asset = ${indexable(asset)}`]),
    ...(partition === undefined ? [] : [sql`e.partition = ${indexable(partition)}`]),
    ...(source === undefined ? [] : [sql`e.source = ${source}`]),
    ...(id === undefined ? [] : [sql`e.id = ${indexable(id)}`]),
    ...(run === undefined ? [] : [sql`e.run = ${indexable(run)}`]),
    ...(since === undefined ? [] : [sql`e.at >= ${instant(since)}::timestamptz and e.day >= ${instant(since).slice(0, 10)}::date`]),
    ...(until === undefined ? [] : [sql`e.at < ${instant(until)}::timestamptz and e.day <= ${instant(until).slice(0, 10)}::date`]),
    ...(after === undefined ? [] : [acceptedBefore(after)]),
  ];
}

/** What comes behind an event, newest acceptance first. */
function acceptedBefore({ at, registry, seq }: EventPlace): RawBuilder<unknown> {
  return sql`(e.at, e.registry, e.seq) < (${instant(at)}::timestamptz, ${registry}, ${seq}::bigint) and e.day <= ${instant(at).slice(0, 10)}::date`;
}

/**
 * Events of the assets below a prefix, as what stands behind `from`. Postgres cannot know whether these assets are busy, but the assets'
 * own rows can: the newest so many events are those of the so many assets that changed last; and assets with few events are read
 * whole, while of many events some are found soon by going back in time.
 */
async function belowPrefix(db: Database, prefix: string, filter: EventFilter, limit: number): Promise<RawBuilder<unknown>> {
  const { tables: t } = db;
  const { rows } = await sql<{ events: number; newest: readonly string[] | null; count: number }>`
    select count(*) as count, coalesce(sum(versions), 0) as events, (array_agg(asset order by last_at desc))[1:${sql.lit(limit)}] as newest
    from ${t.assets} where ${startsWith(sql`asset`, prefix)} and last_at is not null`.execute(db.kysely);
  const { count = 0, events = 0, newest } = rows[0] ?? {};
  const { source, id, run, until, after } = filter;
  const isFirst = [source, id, run, until, after].every((one) => one === undefined);
  if (isFirst || count <= limit) {
    const conditions = sql.join([sql`e.asset = a.asset`, ...conditionsOf(filter)], sql` and `);
    return sql`(select e.* from unnest(${newest ?? []}::text[]) as a(asset),
      lateral (select e.* from ${t.events} e where ${conditions} ${NEWEST} limit ${limit}) e) e`;
  }
  if (events <= FEW_EVENTS)
    return sql`(select e.* from ${t.events} e where e.asset = any(array(
    select asset from ${t.assets} where ${startsWith(sql`asset`, prefix)} and last_at is not null)) offset 0) e`;
  return sql`(select e.* from ${t.events} e where starts_with(e.asset, ${prefix})) e`;
}

export interface FateFilter {
  readonly dag: string;
  readonly fate: string;
  /** Fates since then, milliseconds since 1970. */
  readonly since: number;
  /** The last event of the page before, with the instant of its fate. */
  readonly after?: EventPlace;
  /** @default 50 */
  readonly limit?: number;
}

/** An event with a fate that holds, and since when. */
export interface FatedEvent extends StoredEvent {
  readonly fatedAt: number;
}

/** Events that a DAG did this with, the newest fate first. Only the fate that holds counts. */
export async function listFated(db: Database, { dag, fate, since, after, limit = 50 }: FateFilter): Promise<readonly FatedEvent[]> {
  const { tables: t } = db;
  const rest = after === undefined ? sql`true` : sql`(at, registry, seq) < (${instant(after.at)}::timestamptz, ${after.registry}, ${after.seq}::bigint)`;
  const { rows } = await sql<EventRow & { fatedAt: number }>`
    with last as (
      select distinct on (registry, seq, key) registry, seq, fate, at from ${t.ledger}
      where dag = ${indexable(dag)} and at >= ${instant(since)}::timestamptz and day >= ${instant(since).slice(0, 10)}::date
      order by registry, seq, key, n desc),
    shown as (
      select registry, seq, max(at) as at from last where fate = ${fate} group by registry, seq),
    page as (select * from shown where ${rest} order by at desc, registry desc, seq desc limit ${limit})
    select ${EVENT_COLUMNS}, p.at as "fatedAt" from page p, lateral (select * from ${t.events} e where e.registry = p.registry and e.seq = p.seq limit 1) e
    order by p.at desc, p.registry desc, p.seq desc`.execute(db.kysely);
  return rows.map(({ fatedAt, ...row }) => ({ ...toEvent(row), fatedAt }));
}
