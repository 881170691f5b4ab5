import { sql } from "kysely";
import type { Step } from "./step.ts";

/** Hints of what was written lately, in the order in which it was begun; kept for minutes. */
export const changes: Step = async ({ kysely, tables: t }) => {
  await sql`create table ${t.changes} (id bigint generated always as identity primary key, at timestamptz not null default now(), hints json not null)`.execute(
    kysely,
  );
};
