import { sql } from "kysely";
import type { Step } from "./step.ts";

/** What people did to the registry: few rows, kept for ever. */
export const operations: Step = async ({ kysely, tables: t }) => {
  await sql`create table ${t.operations} (
    registry text not null, n bigint not null, at timestamptz not null, operation text not null, dag text, key text,
    "by" text, why text, request text, events int not null,
    primary key (registry, n))`.execute(kysely);
  await sql`create index on ${t.operations} (at)`.execute(kysely);
};
