import { sql } from "kysely";
import type { Step } from "./step.ts";

/** What is still to be told to an OpenLineage server: a row for each run and each deploy, for each project that has one. */
export const openLineage: Step = async ({ kysely, tables: t }) => {
  const statements = [
    sql`create table ${t.openlineage_targets} (project text primary key, since timestamptz not null, held_by text, held_until timestamptz)`,
    // `told`: 0 nothing, 1 the start, 2 all of it.
    sql`create table ${t.openlineage_outbox} (
      project text not null, kind text not null, id text not null, day date not null, dag text not null, n bigint not null, ended boolean not null,
      at timestamptz not null, told int not null default 0, told_at timestamptz, error text,
      primary key (project, kind, id, day))`,
    sql`create index on ${t.openlineage_outbox} (project, n) where told = 0 or (told = 1 and ended)`,
    sql`create index on ${t.openlineage_outbox} (day)`,
  ];
  for (const statement of statements) await statement.execute(kysely);
};
