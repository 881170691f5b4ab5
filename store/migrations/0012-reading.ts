import { sql } from "kysely";
import type { Step } from "./step.ts";

/** Indexes behind what people read by the API: each of its lists, filters and walks has one, at any size of the store. */
export const reading: Step = async ({ kysely, tables: t }) => {
  const statements = [
    // The newest of all, and of one source. An asset, an id and a run have theirs.
    sql`create index on ${t.events} (at)`,
    sql`create index on ${t.events} (source, at)`,

    sql`create index on ${t.runs} (status, started_at)`,
    sql`create index on ${t.runs} (dag, status, started_at)`,
    sql`create index on ${t.runs} (partition, started_at) where partition is not null`,
    sql`create index on ${t.runs} (cause_text) where cause_kind in ('backfill', 'repair')`,

    // A prefix is looked up by bytes, whatever the collation of the database.
    sql`create index on ${t.assets} (asset collate "C")`,
    sql`create index on ${t.definitions} ((definition ->> 'owner'))`,
    sql`create index on ${t.definitions} using gin (((definition -> 'tags')::jsonb))`,
    sql`create index on ${t.definitions} using gin (((definition -> 'groups')::jsonb))`,

    // Steps of lineage, in both directions.
    sql`create index on ${t.edges} (from_kind, from_id)`,
    sql`create index on ${t.edges} (to_kind, to_id)`,

    sql`create index on ${t.consumers} (dag, at desc, n desc)`,
    sql`create index on ${t.operations} (dag, at)`,
    sql`create index on ${t.operations} (request) where request is not null`,
    sql`create index on ${t.dead_letters} (watcher, at)`,
  ];
  for (const statement of statements) await statement.execute(kysely);
};
