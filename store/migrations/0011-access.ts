import { sql } from "kysely";
import type { Step } from "./step.ts";

/** Who may use the API, and what they did: rows of operations are added, and never changed. */
export const access: Step = async ({ kysely, schema, tables: t }) => {
  const kept = sql.id(schema, "operations_are_kept");
  const statements = [
    sql`create table ${t.api_tokens} (
      id text primary key, name text not null, hash text not null unique, scopes text[] not null, "by" text not null, at timestamptz not null,
      expires_at timestamptz, used_at timestamptz, revoked_at timestamptz, revoked_by text)`,
    sql`create unique index on ${t.api_tokens} (name) where revoked_at is null`,
    sql`create table ${t.people} (
      name text primary key, password text not null, scopes text[] not null, "by" text not null, at timestamptz not null, changed_at timestamptz not null)`,
    // How somebody signed in: by a password (person names a row of people), or at the provider of OpenID Connect.
    sql`create table ${t.sessions} (
      hash text primary key, person text not null, how text not null, subject text, groups text[] not null,
      at timestamptz not null, seen_at timestamptz not null, ends_at timestamptz not null)`,
    sql`create index on ${t.sessions} (person)`,
    sql`create index on ${t.sessions} (ends_at)`,

    // What no fact of the registry tells, such as a run that was cancelled: numbered here, under the name of no registry.
    sql`alter table ${t.operations} add column subject text, add column refused text`,
    sql`create sequence ${t.operation_numbers}`,
    sql`create function ${kept}() returns trigger language plpgsql as $$ begin raise exception 'operations are only added, never changed'; end $$`,
    sql`create trigger operations_are_kept before update or delete on ${t.operations} for each row execute function ${kept}()`,
    sql`create trigger operations_are_not_emptied before truncate on ${t.operations} for each statement execute function ${kept}()`,
  ];
  for (const statement of statements) await statement.execute(kysely);
};
