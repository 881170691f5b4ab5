import { sql } from "kysely";
import type { ChangeHint } from "../../core/change.ts";
import type { Database } from "../database.ts";

/** Hints that were written together. Numbers grow in the order in which they were begun, not in that in which they can be seen. */
export interface StoredChange {
  readonly id: number;
  readonly hints: readonly ChangeHint[];
}

/** What came after a number, and of the numbers before it those that were missing then. */
export async function listChanges(
  db: Database,
  { after, missing = [], limit = 1_000 }: { readonly after: number; readonly missing?: readonly number[]; readonly limit?: number },
): Promise<readonly StoredChange[]> {
  const { rows } = await sql<StoredChange>`
    select id, hints from ${db.tables.changes} where id > ${after}::bigint or id = any(${[...missing]}::bigint[]) order by id limit ${limit}`.execute(
    db.kysely,
  );
  return rows;
}

/** The numbers that are kept. @returns zeros while there are none */
export async function changeBounds(db: Database): Promise<{ readonly first: number; readonly last: number }> {
  const { rows } = await sql<{ first: number | null; last: number | null }>`select min(id) as first, max(id) as last from ${db.tables.changes}`.execute(
    db.kysely,
  );
  return { first: rows[0]?.first ?? 0, last: rows[0]?.last ?? 0 };
}

/** A text for each watcher that differs after each change of it. */
export async function watcherVersions(db: Database): Promise<ReadonlyMap<string, string>> {
  const { rows } = await sql<{ id: string; version: string }>`select id, xmin::text as version from ${db.tables.watchers} where id not like '%/%'`.execute(
    db.kysely,
  );
  return new Map(rows.map(({ id, version }) => [id, version]));
}
