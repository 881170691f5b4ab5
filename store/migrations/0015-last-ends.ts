import { sql } from "kysely";
import type { Step } from "./step.ts";

/** The newest end of each key of each DAG, so that what fails now is found without a look at the rest of the runs. */
export const lastEnds: Step = async ({ kysely, schema, tables: t }) => {
  const statements = [
    sql`create table ${t.last_ends} (
      dag text not null, key text not null, run text not null, status text not null, started_at timestamptz not null, n bigint not null,
      ended_at timestamptz not null, error text,
      primary key (dag, key))`,
    sql`create index on ${t.last_ends} (ended_at) where status = 'failed'`,
    sql`create index on ${t.last_ends} (ended_at)`,
    sql`insert into ${t.last_ends} (dag, key, run, status, started_at, n, ended_at, error)
      select distinct on (dag, key) dag, key, run, status, started_at, n, ended_at, error from ${t.runs}
      where status in ('succeeded', 'failed') and ended_at > now() - interval '30 days' order by dag, key, started_at desc, n desc`,
    sql`drop index if exists ${sql.id(schema, "runs_ended_at_idx")}`,
    sql`drop index if exists ${sql.id(schema, "runs_dag_key_started_at_idx")}`,
  ];
  for (const statement of statements) await statement.execute(kysely);
};
