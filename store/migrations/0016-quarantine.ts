import { sql } from "kysely";
import type { Step } from "./step.ts";

/** Events that a contract put aside, whole; and of accepted events who published them by the API, and the span that they come from. */
export const quarantine: Step = async ({ kysely, tables: t }) => {
  const statements = [
    sql`create table ${t.quarantined} (
      source text not null, id text not null, registry text not null, n bigint not null, at timestamptz not null,
      asset text not null, why text not null, event json not null, watcher text, run text,
      released_at timestamptz, released_by text, dropped_at timestamptz, dropped_by text, settled_why text,
      primary key (source, id))`,
    sql`create index on ${t.quarantined} (at)`,
    sql`create index on ${t.quarantined} (id)`,
    sql`create index on ${t.quarantined} (asset, at)`,
    sql`create index on ${t.quarantined} (asset, at) where released_at is null and dropped_at is null`,
    sql`alter table ${t.events} add column published_by text, add column traceparent text`,
  ];
  for (const statement of statements) await statement.execute(kysely);
};
