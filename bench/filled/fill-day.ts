import { type RawBuilder, sql } from "kysely";
import type { Database, DayTable } from "../../store/database.ts";
import { partName } from "../../store/days.ts";
import { FILLED_REGISTRY, type Sizes } from "./sizes.ts";

/** A calendar day, or the part of it that the history has; instants in milliseconds since 1970. */
export interface Span {
  readonly day: string;
  readonly from: number;
  readonly to: number;
}

const DAY = 86_400_000;
const TASKS = ["extract", "load", "publish"] as const;

/** Events, runs, fates, tasks, attempts and logs of one day. Those of a run are of its day, as if nothing lasted over midnight. */
export async function fillDay(db: Database, sizes: Sizes, span: Span): Promise<void> {
  const { kysely, tables: t } = db;
  const { days, events, runs, seed, until } = sizes;
  const start = until - days * DAY;
  const first = (count: number, at: number): number => Math.ceil(((at - start) / (days * DAY)) * count);
  const atOf = (i: string, count: number): RawBuilder<unknown> =>
    sql`date_trunc('milliseconds', to_timestamp((${sql.lit(start)}::float8 + ${sql.raw(i)}::float8 * ${sql.lit((days * DAY) / count)}::float8) / 1000))`;
  // From 0 to 1, the same for the same number: Postgres keeps its hash functions.
  const chance = (of: string, salt: number): RawBuilder<unknown> =>
    sql.raw(`((hashint8extended((${of})::bigint, ${seed * 1_000 + salt}) & 4294967295)::float8 / 4294967296.0)`);
  const range = (count: number): RawBuilder<unknown> => sql.raw(`generate_series(${first(count, span.from)}, ${first(count, span.to) - 1})`);
  const isLast = span.to === until;

  // A few DAGs run every minute, most a few times a day; which run of the day took an event is a question of its time.
  await run(sql`drop table if exists filled_runs`);
  await run(sql`
    create temporary table filled_runs as
    select one.i, d.dag, d.hash, d.dag || '/filled-' || (one.i + 1) as run, at, ${chance("one.i", 2)} as luck,
      (row_number() over w - 1)::int as slot, (count(*) over (partition by d.dag))::int as total
    from (select i, ${atOf("i", runs)} as at, floor(power(${chance("i", 1)}, 3) * (select count(*) from filled_dags))::int as pick from ${range(runs)} as i) one
    join filled_dags d on d.i = one.pick window w as (partition by d.dag order by one.i)`);
  await run(sql`create index on filled_runs (dag, slot)`);
  await run(sql`analyze filled_runs`);
  const share = sql`extract(epoch from (e.at at time zone 'UTC') - date_trunc('day', e.at at time zone 'UTC')) / 86400.0`;

  await part(
    "events",
    (table) => sql`
    insert into ${table} (day, registry, seq, n, at, asset, partition, source, id, time, data, groups, hops, run, watcher)
    select ${span.day}::date, ${FILLED_REGISTRY}, e.i + 1, (e.i + 1) * 16, e.at, a.asset, case when a.daily then ${span.day} else '' end,
      case when r.run is null then 's3://lake' else 'headgate' end,
      case when r.run is null then 'part-' || (e.i + 1) || '.parquet@1' else r.run || '/0/publish/' || (e.i + 1) end,
      e.at, json_build_object('key', 'part-' || (e.i + 1) || '.parquet', 'rows', floor(${chance("e.i", 4)} * 100000)::int), null,
      case when r.run is null then 0 else 1 end, r.run, case when r.run is null then 'arrive' end
    from (select i, ${atOf("i", events)} as at, floor(power(${chance("i", 3)}, 2) * (select count(*) from filled_assets))::int as pick from ${range(events)} as i) e
    join filled_assets a on a.i = e.pick
    left join filled_runs r on r.dag = a.producer and r.slot = least(r.total - 1, floor(${share} * r.total)::int)`,
  );

  await part(
    "ledger",
    (table) => sql`
    with seen as materialized (
      select e.seq, e.at, w.dag, r.run, row_number() over (partition by e.seq order by w.dag) as place
      from ${partOf("events")} e join filled_waits w on w.asset = e.asset
      left join filled_runs r on r.dag = w.dag and r.slot = least(r.total - 1, floor(${share} * r.total)::int))
    insert into ${table} (day, registry, seq, dag, key, n, at, fate, why, run)
    select ${span.day}::date, ${FILLED_REGISTRY}, seq, dag, '', seq * 16 + least(place, 7) * 2 - 1, at, 'pending', null, null from seen where place <= 7
    union all
    select ${span.day}::date, ${FILLED_REGISTRY}, seq, dag, '', seq * 16 + least(place, 7) * 2, at,
      case when run is null then 'superseded' else 'consumed' end, case when run is null then 'a newer event came' end, run
    from seen where place <= 7 ${isLast ? sql`and run is not null` : sql``}`,
  );

  const ended = sql`date_trunc('milliseconds', r.at + make_interval(secs => 5 + ${chance("r.i", 5)} * 600))`;
  const soon = sql`${ended} > to_timestamp(${sql.lit(until)}::float8 / 1000)`;
  const status = sql`case when ${soon} then 'running' when r.luck < 0.05 then 'failed' when r.luck < 0.06 then 'cancelled' else 'succeeded' end`;
  await part(
    "runs",
    (table) => sql`
    insert into ${table} (day, registry, run, n, at, dag, status, partition, key, plan, cause_kind, cause_text, started_at, temporal_run_id, ended_at, error, events)
    select ${span.day}::date, ${FILLED_REGISTRY}, r.run, ${sql.lit(events * 16)} + (r.i + 1) * 2, case when ${soon} then r.at else ${ended} end, r.dag, ${status},
      case when r.i % 3 = 0 then ${span.day} end, '', r.hash, case when r.i % 200 = 0 then 'rerun' when r.i % 100 = 1 then 'backfill' else 'condition' end,
      case when r.i % 200 = 0 then r.dag || '/filled-' || r.i when r.i % 100 = 1 then 'b-' || r.i / 10000 else 'all of its assets were there' end,
      r.at, 't-' || r.i, case when not ${soon} then ${ended} end, case when r.luck < 0.05 and not ${soon} then 'E_TASK: the warehouse refused the batch' end,
      coalesce(c.events, 0)
    from filled_runs r left join (select run, count(*)::int as events from ${partOf("ledger")} where fate = 'consumed' group by run) c on c.run = r.run`,
  );

  const task = sql`unnest(${sql.lit(`{${TASKS.join(",")}}`)}::text[]) with ordinality as k(task, place)`;
  const taskStatus = sql`case when ${soon} then case k.place when 1 then 'succeeded' when 2 then 'running' else 'queued' end
    when r.luck < 0.05 then case k.place when 1 then 'succeeded' when 2 then 'failed' else 'skipped' end else 'succeeded' end`;
  await part(
    "tasks",
    (table) => sql`
    insert into ${table} (day, run, temporal_run_id, task, dag, status, at, why, stamp)
    select ${span.day}::date, r.run, 't-' || r.i, k.task, r.dag, ${taskStatus}, r.at + k.place * interval '1 second', null, r.i * 4 + k.place
    from filled_runs r, ${task}`,
  );
  await part(
    "attempts",
    (table) => sql`
    insert into ${table} (day, run, temporal_run_id, task, attempt, dag, round, status, started_at, ended_at, worker, error, code, stamp)
    select ${span.day}::date, r.run, 't-' || r.i, k.task, 1, r.dag, 1, case when ${taskStatus} = 'skipped' then 'cancelled' else ${taskStatus} end,
      r.at + k.place * interval '1 second', case when not ${soon} then ${ended} end, 'worker-' || r.i % 20,
      case when ${taskStatus} = 'failed' then 'the warehouse refused the batch' end, case when ${taskStatus} = 'failed' then 'E_TASK' end, r.i * 4 + k.place
    from filled_runs r, ${task} where ${taskStatus} not in ('skipped', 'queued')`,
  );
  await part(
    "logs",
    (table) => sql`
    insert into ${table} (day, run, temporal_run_id, task, attempt, line, at, level, text, fields)
    select ${span.day}::date, r.run, 't-' || r.i, 'load', 1, line, r.at + line * interval '100 milliseconds', case when line % 7 = 0 then 'warn' else 'info' end,
      'wrote batch ' || line, json_build_object('rows', line * 1000)
    from filled_runs r, generate_series(1, 20) as line where r.i % 20 = 0`,
  );
  await part(
    "rejected",
    (table) => sql`
    insert into ${table} (day, registry, n, at, code, why, event)
    select ${span.day}::date, ${FILLED_REGISTRY}, i * 16 + 15, ${atOf("i", events)}, 'E_EVENT_DATA', 'rows: expected a number', json_build_object('asset', 's3://lake/x', 'id', i)
    from ${range(events)} as i where i % 1000 = 0`,
  );
  await part(
    "warnings",
    (table) => sql`
    insert into ${table} (day, registry, n, at, code, text, dag)
    select ${span.day}::date, ${FILLED_REGISTRY}, i * 16 + 15, ${atOf("i", events)}, 'W_SLOW', 'a step took long', null from ${range(events)} as i where i % 2000 = 1`,
  );
  await part(
    "duplicates",
    (table) => sql`
    insert into ${table} (day, registry, n, at, source, id, asset, differed)
    select ${span.day}::date, ${FILLED_REGISTRY}, e.seq * 16 + 14, e.at, e.source, e.id, e.asset, false from ${partOf("events")} e where e.seq % 500 = 0`,
  );
  await countSlices();

  /** A bare table takes rows much faster; being attached it gets all indexes of its parent, each by one sort. */
  async function part(table: DayTable, rows: (part: RawBuilder<unknown>) => RawBuilder<unknown>): Promise<void> {
    const own = partOf(table);
    await run(sql`create table ${own} (like ${t[table]} including defaults including constraints)`);
    await run(rows(own));
    await run(sql`alter table ${t[table]} attach partition ${own} for values from (${sql.lit(span.day)}) to (${sql.lit(dayAfter(span.day))})`);
    await run(sql`analyze ${own}`);
  }

  /** Each asset's and slice's count and newest event, as the projection keeps them. */
  async function countSlices(): Promise<void> {
    const last = "last_at, last_registry, last_seq, last_time, last_source, last_id, last_run";
    const newer = last
      .split(", ")
      .map((column) => `${column} = excluded.${column}`)
      .join(", ");
    for (const [table, key, more] of [
      [t.slices, "asset, partition", ""],
      [t.assets, "asset", ", last_partition"],
    ] as const) {
      await run(sql`
        with counted as (select ${sql.raw(key)}, count(*) as versions, min(at) as first_at, max(seq) as seq from ${partOf("events")} group by ${sql.raw(key)})
        insert into ${table} as kept (${sql.raw(key)}, versions, first_at, ${sql.raw(last + more)})
        select ${sql.raw(
          key
            .split(", ")
            .map((column) => `c.${column}`)
            .join(", "),
        )}, c.versions, c.first_at, e.at, e.registry, e.seq, e.time, e.source, e.id, e.run ${sql.raw(more === "" ? "" : ", e.partition")}
        from counted c join ${partOf("events")} e on e.seq = c.seq
        on conflict (${sql.raw(key)}) do update set versions = kept.versions + excluded.versions, first_at = least(kept.first_at, excluded.first_at),
          ${sql.raw(newer + (more === "" ? "" : ", last_partition = excluded.last_partition"))}`);
    }
  }

  function partOf(table: DayTable): RawBuilder<unknown> {
    return sql.id(db.schema, partName(table, span.day));
  }

  async function run(statement: RawBuilder<unknown>): Promise<void> {
    await statement.execute(kysely);
  }
}

function dayAfter(day: string): string {
  return new Date(Date.parse(day) + DAY).toISOString().slice(0, 10);
}
