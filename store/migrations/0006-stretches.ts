import { sql } from "kysely";
import type { Step } from "./step.ts";

/** Pending events that a registry keeps here and not in its state: not by day, since a paused DAG may want them back after years. */
export const stretches: Step = async ({ kysely, tables: t }) => {
  await sql`create table ${t.stretches} (
    name text primary key, count int not null, events text not null, kept_at timestamptz not null, released_at timestamptz)`.execute(kysely);
  await sql`create index on ${t.stretches} (released_at) where released_at is not null`.execute(kysely);
};
