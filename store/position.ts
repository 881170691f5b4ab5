import { sql } from "kysely";
import type { SeenSet } from "../core/source.ts";
import type { WatcherPosition } from "../core/watcher-protocol.ts";
import type { Database } from "./database.ts";
import { indexable, storable } from "./text.ts";

/** A position as its column holds it: a word, or JSON of an object. */
export function positionText(position: WatcherPosition): string {
  return typeof position === "string" ? position : JSON.stringify(position);
}

export function toPosition(text: string): WatcherPosition {
  return text === "beginning" || text === "now" ? text : (JSON.parse(text) as WatcherPosition);
}

/** Versions of items that a watcher's batches made known. */
export function seenSet(db: Database, watcher: string): SeenSet {
  return {
    unseen: async (items) => {
      if (items.length === 0) return [];
      const { rows } = await sql<{ place: number }>`
        select place from unnest(${items.map((one) => indexable(one.item))}::text[], ${items.map((one) => storable(one.version))}::text[]) with ordinality as r(item, version, place)
        left join ${db.tables.watcher_seen} s on s.watcher = ${watcher} and s.item = r.item
        where s.version is distinct from r.version order by place`.execute(db.kysely);
      return rows.flatMap(({ place }) => items[place - 1] ?? []);
    },
  };
}

/** Where a watcher stands; changes nothing and fences nobody. */
export async function positionOf(db: Database, watcher: string): Promise<{ cursor?: unknown; startAt?: WatcherPosition; seen: SeenSet }> {
  const { rows } = await sql<{ cursor: string | null; start_at: string | null }>`
    select cursor, start_at from ${db.tables.watchers} where id = ${watcher}`.execute(db.kysely);
  const { cursor = null, start_at = null } = rows[0] ?? {};
  return {
    ...(cursor === null ? {} : { cursor: JSON.parse(cursor) as unknown }),
    ...(start_at === null ? {} : { startAt: toPosition(start_at) }),
    seen: seenSet(db, watcher),
  };
}
