import { sql } from "kysely";
import type { Database } from "../../store/database.ts";
import { instant } from "../../store/text.ts";
import { FILLED_REGISTRY, type Sizes } from "./sizes.ts";

/** What the store knows of now: consumers, watchers with their letters, what people did, which facts are in. */
export async function fillPresent({ kysely, tables: t }: Database, { days, events, runs, until }: Sizes): Promise<void> {
  const now = sql`${instant(until)}::timestamptz`;
  const back = (share: string) => sql`${now} - make_interval(secs => (${sql.raw(share)})::float8 * ${sql.lit(days * 86_400)}::float8)`;
  const facts = events * 16 + runs * 2 + 16;
  const statements = [
    sql`insert into ${t.consumers} (registry, dag, n, at, project, paused, faulted)
      select ${FILLED_REGISTRY}, d.dag, ${sql.lit(facts)} + d.i, ${back("d.i / (d.i + 1000.0)")}, split_part(d.dag, '-', 1), d.i % 50 = 3,
        case when d.i % 500 = 4 then 'TypeError: its filter reads a field of nothing' end
      from filled_dags d`,
    sql`insert into ${t.registries} (registry, covered, first_at, last_at)
      values (${FILLED_REGISTRY}, ${sql.lit(`{[1,${facts}]}`)}::int8multirange, ${back("1")}, ${now})
      on conflict (registry) do update set covered = excluded.covered, last_at = excluded.last_at`,
    sql`insert into ${t.operations} (registry, n, at, operation, dag, key, "by", why, request, events)
      select ${FILLED_REGISTRY}, ${sql.lit(facts)} + 1000000 + o, ${back("o / 20000.0")}, (array['pause', 'resume', 'fire', 'clear', 'backfill'])[o % 5 + 1], d.dag, null,
        'person-' || o % 30, 'maintenance of the warehouse', 'q-' || o, o % 100
      from generate_series(0, 19999) as o join filled_dags d on d.i = o % (select count(*) from filled_dags)`,
    sql`insert into ${t.watchers} (id, source, fingerprint, token, generation, last_seq, sent_seq, cursor, start_at, status, error, code, opened_at, reported_at, appended_at, sent_at)
      select e.from_id, 's3://lake', 's3 lake', 1, 1, 1000, 1000, '{"after":"x"}', 'now',
        case when row_number() over (order by e.from_id) % 20 = 0 then 'backing-off' else 'running' end, null, null, ${back("0.5")}, ${now}, ${now}, ${now}
      from (select distinct from_id from ${t.edges} where from_kind = 'watcher') e`,
    sql`insert into ${t.outbox_batches} (watcher, generation, seq, batch, at, sent_at)
      select w.id, 1, b, '{}', ${now}, case when b < 100 then ${now} end from ${t.watchers} w, generate_series(1, 100) as b`,
    sql`insert into ${t.dead_letters} (watcher, id, reason, raw, times, first_at, at, redelivered_at)
      select w.id, 'letter-' || l, 'rows: expected a number', '{"rows":"many"}', 1, ${back("l / 100.0")}, ${back("l / 100.0")}, case when l % 2 = 0 then ${now} end
      from ${t.watchers} w, generate_series(1, 100) as l`,
    sql`insert into ${t.counters} (registry, kind, dag, day, count, upto)
      select ${FILLED_REGISTRY}, 'filtered', d.dag, (${now} at time zone 'UTC')::date - day, 5, null from filled_dags d, generate_series(0, 4) as day where d.i % 10 = 0`,
  ];
  for (const statement of statements) await statement.execute(kysely);
}
