import { sql } from "kysely";
import type { Database } from "../database.ts";
import { instant } from "../text.ts";

/** Somebody who signs in with a password. Instants are milliseconds since 1970. */
export interface StoredPerson {
  readonly name: string;
  /** As `parseScope` of the API reads them. */
  readonly scopes: readonly string[];
  readonly by: string;
  readonly at: number;
  readonly changedAt: number;
}

export interface People {
  /** Adds a person or gives one another password and other rights: their sessions end. */
  put(person: Pick<StoredPerson, "name" | "scopes" | "by"> & { readonly password: string }): Promise<void>;
  /** Adds a person if there is none at all: the first one. True if it did. */
  addFirst(person: Pick<StoredPerson, "name" | "scopes" | "by"> & { readonly password: string }): Promise<boolean>;
  /** The hash of their password; undefined for nobody. */
  passwordOf(name: string): Promise<string | undefined>;
  list(): Promise<readonly StoredPerson[]>;
  /** Their sessions end. False if there is none of this name. */
  remove(name: string): Promise<boolean>;
}

export function createPeople(db: Database, now: () => number): People {
  const { tables: t } = db;
  return {
    put: async ({ name, password, scopes, by }) => {
      await sql`
        with gone as (delete from ${t.sessions} where person = ${name} and how = 'password')
        insert into ${t.people} as one (name, password, scopes, "by", at, changed_at)
        values (${name}, ${password}, ${[...scopes]}::text[], ${by}, ${instant(now())}, ${instant(now())})
        on conflict (name) do update set password = excluded.password, scopes = excluded.scopes, changed_at = excluded.changed_at`.execute(db.kysely);
    },
    addFirst: async ({ name, password, scopes, by }) => {
      const { rows } = await sql`
        insert into ${t.people} (name, password, scopes, "by", at, changed_at)
        select ${name}, ${password}, ${[...scopes]}::text[], ${by}, ${instant(now())}, ${instant(now())} where not exists (select from ${t.people})
        on conflict do nothing returning name`.execute(db.kysely);
      return rows.length > 0;
    },
    passwordOf: async (name) => (await sql<{ password: string }>`select password from ${t.people} where name = ${name}`.execute(db.kysely)).rows[0]?.password,
    list: async () =>
      (await sql<StoredPerson>`select name, scopes, "by", at, changed_at as "changedAt" from ${t.people} order by name`.execute(db.kysely)).rows,
    remove: async (name) => {
      const { rows } = await sql`
        with gone as (delete from ${t.sessions} where person = ${name} and how = 'password')
        delete from ${t.people} where name = ${name} returning name`.execute(db.kysely);
      return rows.length > 0;
    },
  };
}
