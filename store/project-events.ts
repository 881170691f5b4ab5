import { sql } from "kysely";
import type { Database } from "./database.ts";
import { columnList, type Row, relation } from "./rows.ts";
import { EVENTS } from "./shapes.ts";

/**
 * Writes events and counts those that are new in their asset and partition, by one statement: what is a repeat, no count sees.
 * An event never changes, so the first fact of it is as good as any other.
 */
export async function projectEvents(tx: Database, rows: readonly Row<typeof EVENTS>[]): Promise<void> {
  if (rows.length === 0) return;
  const { tables: t } = tx;
  const names = columnList(Object.keys(EVENTS.columns));
  const last = ["last_at", "last_registry", "last_seq", "last_time", "last_source", "last_id", "last_run"];
  const isLater = (kept: string) =>
    sql.raw(
      `${kept}.last_at is null or (excluded.last_at, excluded.last_registry, excluded.last_seq) > (${kept}.last_at, ${kept}.last_registry, ${kept}.last_seq)`,
    );
  const takeLater = (kept: string, columns: readonly string[]) =>
    sql.join(columns.map((column) => sql`${sql.id(column)} = case when ${isLater(kept)} then ${sql.id("excluded", column)} else ${sql.id(kept, column)} end`));
  await sql`
    with fresh as (
      insert into ${t.events} (${names}) select ${names} from ${relation(EVENTS, rows)} on conflict do nothing returning *),
    in_slices as (
      insert into ${t.slices} as s (asset, partition, versions, first_at, ${columnList(last)})
      select distinct on (asset, partition) asset, partition, count(*) over w, min(at) over w, at, registry, seq, time, source, id, run
      from fresh window w as (partition by asset, partition) order by asset, partition, at desc, registry desc, seq desc
      on conflict (asset, partition) do update set
        versions = s.versions + excluded.versions, first_at = least(s.first_at, excluded.first_at), ${takeLater("s", last)})
    insert into ${t.assets} as a (asset, versions, first_at, ${columnList(last)}, last_partition)
    select distinct on (asset) asset, count(*) over w, min(at) over w, at, registry, seq, time, source, id, run, partition
    from fresh window w as (partition by asset) order by asset, at desc, registry desc, seq desc
    on conflict (asset) do update set
      versions = a.versions + excluded.versions, first_at = least(a.first_at, excluded.first_at), ${takeLater("a", [...last, "last_partition"])}`.execute(
    tx.kysely,
  );
}
