import { sql } from "kysely";
import type { Step } from "./step.ts";

/** How fresh each asset is that says how fresh it must be: its last change. */
export const freshness: Step = async ({ kysely, tables: t }) => {
  await sql`create table ${t.freshness} (
    asset text primary key, state text not null, since timestamptz not null, expected text, registry text not null, seq bigint not null, at timestamptz not null)`.execute(
    kysely,
  );
  await sql`create index on ${t.freshness} (state) where state = 'stale'`.execute(kysely);
};
