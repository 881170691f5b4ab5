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

/** So many events are looked at on the way back in time before the assets of a prefix are asked: below a prefix that is busy, a page is found among them. */
const LOOKED_AT = 5_000;

/** Newest acceptance first. */
export async function listEvents(db: Database, filter: EventFilter = {}): Promise<readonly StoredEvent[]> {
  const { prefix, limit = 50 } = filter;
  if (prefix === undefined) return await eventsFrom(db, sql`${db.tables.events} e`, filter, limit);
  const few = await fewAssetsBelow(db, prefix, limit);
  if (few !== undefined) return await eventsFrom(db, eventsOf(db, few, filter, limit), filter, limit);
  const lately = isNarrowed(filter) ? [] : await eventsFrom(db, lateEvents(db, filter), filter, limit, sql`starts_with(e.asset, ${prefix})`);
  return lately.length === limit ? lately : await eventsFrom(db, await belowPrefix(db, prefix, filter, limit), filter, limit);
}

async function eventsFrom(
  db: Database,
  from: RawBuilder<unknown>,
  filter: EventFilter,
  limit: number,
  also: RawBuilder<unknown> = sql`true`,
): Promise<readonly StoredEvent[]> {
  const { rows } = await sql<EventRow>`
    select ${EVENT_COLUMNS} from ${from} where ${sql.join([also, ...conditionsOf(filter)], sql` and `)} ${NEWEST} limit ${limit}`.execute(db.kysely);
  return rows.map(toEvent);
}

/** By something that has an index of its own, and few events. */
function isNarrowed({ asset, source, id, run }: EventFilter): boolean {
  return [asset, source, id, run].some((one) => one !== undefined);
}

/** The newest events that the filter lets through, of whatever asset. */
function lateEvents({ tables: t }: Database, filter: EventFilter): RawBuilder<unknown> {
  return sql`(select e.* from ${t.events} e where ${sql.join(conditionsOf(filter), sql` and `)} ${NEWEST} limit ${sql.lit(LOOKED_AT)}) e`;
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

/** The assets below a prefix, if they are not more than `most`. */
async function fewAssetsBelow({ kysely, tables: t }: Database, prefix: string, most: number): Promise<readonly string[] | undefined> {
  const { rows } = await sql<{ asset: string }>`
    select asset from ${t.assets} where ${startsWith(sql`asset`, prefix)} and last_at is not null limit ${most + 1}`.execute(kysely);
  return rows.length > most ? undefined : rows.map(({ asset }) => asset);
}

/** The newest events of each of these assets. */
function eventsOf({ tables: t }: Database, assets: readonly string[], filter: EventFilter, limit: number): RawBuilder<unknown> {
  const conditions = sql.join([sql`e.asset = a.asset`, ...conditionsOf(filter)], sql` and `);
  return sql`(select e.* from unnest(${[...assets]}::text[]) as a(asset),
    lateral (select e.* from ${t.events} e where ${conditions} ${NEWEST} limit ${limit}) e) e`;
}

/**
 * Events of many assets below a prefix that is not busy, as what stands behind `from`. Postgres cannot know whether these assets are busy, but the
 * assets' own rows can: the newest so many events are those of the so many assets that changed last; and assets with few events are read
 * whole, while of many events some are found soon by going back in time.
 */
async function belowPrefix(db: Database, prefix: string, filter: EventFilter, limit: number): Promise<RawBuilder<unknown>> {
  const { tables: t } = db;
  const { rows } = await sql<{ events: number; newest: readonly string[] | null }>`
    select coalesce(sum(versions), 0) as events, (array_agg(asset order by last_at desc))[1:${sql.lit(limit)}] as newest
    from ${t.assets} where ${startsWith(sql`asset`, prefix)} and last_at is not null`.execute(db.kysely);
  const { events = 0, newest } = rows[0] ?? {};
  const { source, id, run, until, after } = filter;
  if ([source, id, run, until, after].every((one) => one === undefined)) return eventsOf(db, newest ?? [], filter, limit);
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
