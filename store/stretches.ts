import { sql } from "kysely";
import type { AssetEvent } from "../core/event.ts";
import type { Database } from "./database.ts";
import { instant } from "./text.ts";

/** Pending events that a registry does not hold itself. All calls may be repeated, and throw `E_STORE` when Postgres does not answer. */
export interface StoredStretches {
  /** A stretch that is kept already stays as it is. */
  keep(name: string, events: readonly AssetEvent[]): Promise<void>;
  /** In the order in which they were given; undefined if there is no such stretch. */
  read(name: string): Promise<readonly AssetEvent[] | undefined>;
  /** Nobody refers to these any more. They can be read for some days: the registry may be reset to before that. */
  release(names: readonly string[]): Promise<void>;
}

export function createStoredStretches(db: Database, now: () => number): StoredStretches {
  const { kysely, tables: t } = db;
  return {
    keep: async (name, events) => {
      // As text, and not as JSON of the database, which refuses the character 0.
      await sql`insert into ${t.stretches} (name, count, events, kept_at)
        values (${name}, ${events.length}, ${JSON.stringify(events)}, ${instant(now())}) on conflict do nothing`.execute(kysely);
    },
    read: async (name) => {
      const { rows } = await sql<{ readonly events: string }>`select events from ${t.stretches} where name = ${name}`.execute(kysely);
      return rows[0] === undefined ? undefined : (JSON.parse(rows[0].events) as readonly AssetEvent[]);
    },
    release: async (names) => {
      await sql`update ${t.stretches} set released_at = ${instant(now())} where name = any(${[...names]}::text[]) and released_at is null`.execute(kysely);
    },
  };
}
