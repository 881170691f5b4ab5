import { type RawBuilder, sql } from "kysely";
import type { AssetEvent } from "../../core/event.ts";
import type { JsonObject } from "../../core/json.ts";
import type { Database } from "../database.ts";
import { indexable, instant } from "../text.ts";

/** An event as the store has it. */
export interface StoredEvent extends AssetEvent {
  readonly registry: string;
  readonly watcher: string | null;
}

interface EventRow {
  readonly registry: string;
  readonly seq: number;
  readonly at: number;
  readonly asset: string;
  readonly partition: string;
  readonly source: string;
  readonly id: string;
  readonly time: number;
  readonly data: JsonObject;
  readonly groups: readonly string[] | null;
  readonly hops: number;
  readonly run: string | null;
  readonly watcher: string | null;
  readonly by: string | null;
  readonly traceparent: string | null;
}

/** Columns of an event under the name `e`, for `toEvent`. */
export const EVENT_COLUMNS: RawBuilder<unknown> = sql.raw(
  "e.registry, e.seq, e.at, e.asset, e.partition, e.source, e.id, e.time, e.data, e.groups, e.hops, e.run, e.watcher, e.published_by as by, e.traceparent",
);

export function toEvent(row: EventRow): StoredEvent {
  const { groups, run, partition, by, traceparent, ...rest } = row;
  return {
    ...{ ...rest, partition: partition === "" ? null : partition },
    ...(groups === null ? {} : { groups }),
    ...(run === null ? {} : { run }),
    ...(by === null ? {} : { by }),
    ...(traceparent === null ? {} : { traceparent }),
  };
}
export type { EventRow };

/** Events with this id; an id may occur once in each source. Newest first. */
export async function findEvents(db: Database, name: { readonly id: string; readonly source?: string }): Promise<readonly StoredEvent[]> {
  const { rows } = await sql<EventRow>`
    select ${EVENT_COLUMNS} from ${db.tables.events} e
    where e.id = ${indexable(name.id)} and (${name.source ?? null}::text is null or e.source = ${name.source ?? null})
    order by e.at desc, e.seq desc`.execute(db.kysely);
  return rows.map(toEvent);
}

export interface RecordedFilter {
  /** Without it the events of all assets. */
  readonly assets?: readonly string[];
  /** Acceptance, milliseconds since 1970: from here on, inclusive. */
  readonly since: number;
  /** Exclusive. */
  readonly until?: number;
  /** Events in memory at once. @default 1,000 */
  readonly pageSize?: number;
}

/** Accepted events in the order of their acceptance, for replay and for a consumer that starts in the past. */
export async function* recordedEvents(db: Database, filter: RecordedFilter): AsyncGenerator<StoredEvent> {
  const { pageSize = 1_000 } = filter;
  const since = instant(filter.since);
  const until = filter.until === undefined ? "infinity" : instant(filter.until);
  const assets = filter.assets === undefined ? sql`true` : sql`e.asset = any(${filter.assets.map(indexable)}::text[])`;
  let after: EventRow | undefined;
  for (;;) {
    const rest: RawBuilder<unknown> =
      after === undefined ? sql`true` : sql`(e.at, e.registry, e.seq) > (${instant(after.at)}::timestamptz, ${after.registry}, ${after.seq}::bigint)`;
    const { rows } = await sql<EventRow>`
      select ${EVENT_COLUMNS} from ${db.tables.events} e
      where ${assets} and e.at >= ${since}::timestamptz and e.at < ${until}::timestamptz
      and e.day >= (${since}::timestamptz at time zone 'UTC')::date and ${rest}
      order by e.at, e.registry, e.seq limit ${pageSize}`.execute(db.kysely);
    yield* rows.map(toEvent);
    if (rows.length < pageSize) return;
    after = rows.at(-1);
  }
}
