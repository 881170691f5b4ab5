import { sql } from "kysely";
import type { Step } from "./step.ts";

/** Items that consume and trigger tasks took from a source: under their reader until a task takes them, then under the task. */
export const keptItems: Step = async ({ kysely, tables: t }) => {
  const statements = [
    sql`create table ${t.kept_items} (
      n bigint generated always as identity primary key, owner text not null, item text not null, at timestamptz not null, taken_at timestamptz)`,
    sql`create index on ${t.kept_items} (owner, n)`,
    sql`create index on ${t.kept_items} (taken_at) where taken_at is not null`,
  ];
  for (const statement of statements) await statement.execute(kysely);
};
