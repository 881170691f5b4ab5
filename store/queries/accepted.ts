import { sql } from "kysely";
import type { Database } from "../database.ts";
import { indexable, instant } from "../text.ts";
import { EVENT_COLUMNS, type EventRow, type StoredEvent, toEvent } from "./events.ts";

/** Events of one registry by the numbers under which it accepted them. */
export interface AcceptedFilter {
  readonly registry: string;
  /** Accepted at this instant or later, in milliseconds since 1970. */
  readonly since: number;
  /** Numbers between these two, both exclusive. */
  readonly after: number;
  readonly before: number;
  /** Without it the events of all assets. */
  readonly assets?: readonly string[];
  /** Events in memory at once. @default 1,000 */
  readonly pageSize?: number;
}

/** In the order of their numbers. */
export async function* acceptedEvents(db: Database, filter: AcceptedFilter): AsyncGenerator<StoredEvent> {
  const { pageSize = 1_000 } = filter;
  const assets = filter.assets === undefined ? sql`true` : sql`e.asset = any(${filter.assets.map(indexable)}::text[])`;
  for (let after = filter.after; ; ) {
    const { rows } = await sql<EventRow>`
      select ${EVENT_COLUMNS} from ${db.tables.events} e
      where ${assets} and ${within({ ...filter, after })} order by e.seq limit ${pageSize}`.execute(db.kysely);
    yield* rows.map(toEvent);
    const last = rows.at(-1);
    if (rows.length < pageSize || last === undefined) return;
    after = last.seq;
  }
}

/**
 * How many of the events that the registry accepted in that time are not in the store: facts come late, and some never. The oldest
 * that is in counts as the first, and the number before `before` as the last.
 */
export async function missingEvents(db: Database, filter: Omit<AcceptedFilter, "assets" | "pageSize">): Promise<number> {
  const { tables: t } = db;
  const { rows } = await sql<{ there: number; first: number | null; newest: number | null }>`
    select count(*) as there, min(e.seq) as first,
      (select max(n.seq) from ${t.events} n where n.registry = ${filter.registry} and n.seq < ${filter.before}::bigint) as newest
    from ${t.events} e where ${within(filter)}`.execute(db.kysely);
  const { there = 0, first = null, newest = null } = rows[0] ?? {};
  if (first !== null) return filter.before - first - there;
  // None of that time: then the newest one is older, unless it is still on its way.
  return Math.max(0, filter.before - 1 - Math.max(newest ?? 0, filter.after));
}

function within({ registry, since, after, before }: Omit<AcceptedFilter, "assets" | "pageSize">): ReturnType<typeof sql> {
  return sql`e.registry = ${registry} and e.seq > ${after}::bigint and e.seq < ${before}::bigint
    and e.at >= ${instant(since)}::timestamptz and e.day >= (${instant(since)}::timestamptz at time zone 'UTC')::date`;
}
