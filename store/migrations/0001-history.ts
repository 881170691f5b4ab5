import { sql } from "kysely";
import type { Step } from "./step.ts";

/**
 * What happened. A table split by day has the day in its key, because Postgres checks uniqueness within a part only. Where
 * the facts of one thing can fall on two days (a fate, a run whose id is used again) reading takes the highest `n`.
 * JSON is `json`, not `jsonb`: it is kept to the letter, and takes text that `jsonb` refuses.
 */
export const history: Step = async ({ kysely, tables: t }) => {
  const statements = [
    sql`create table ${t.events} (
      day date not null, registry text not null, seq bigint not null, n bigint not null, at timestamptz not null,
      asset text not null, partition text not null, source text not null, id text not null, time timestamptz not null,
      data json not null, groups json, hops int not null, run text, watcher text,
      primary key (registry, seq, day)) partition by range (day)`,
    sql`create index on ${t.events} (asset, at)`,
    sql`create index on ${t.events} (asset, partition, at, seq)`,
    sql`create index on ${t.events} (id)`,
    sql`create index on ${t.events} (run) where run is not null`,

    // Every fate that an event ever had for a consumer and key: only with all of them can one see that it was consumed twice.
    sql`create table ${t.ledger} (
      day date not null, registry text not null, seq bigint not null, dag text not null, key text not null, n bigint not null,
      at timestamptz not null, fate text not null, why text, run text,
      primary key (registry, seq, dag, key, n, day)) partition by range (day)`,
    sql`create index on ${t.ledger} (dag, at)`,
    sql`create index on ${t.ledger} (run) where run is not null`,
    sql`create view ${t.fates} as select distinct on (registry, seq, dag, key) * from ${t.ledger} order by registry, seq, dag, key, n desc`,

    sql`create table ${t.runs} (
      day date not null, registry text not null, run text not null, n bigint not null, at timestamptz not null, dag text not null,
      status text not null, partition text, key text not null, plan text, cause_kind text not null, cause_text text not null,
      started_at timestamptz not null, temporal_run_id text, ended_at timestamptz, error text, events int not null,
      primary key (run, registry, day)) partition by range (day)`,
    sql`create index on ${t.runs} (dag, started_at)`,
    sql`create index on ${t.runs} (started_at)`,
    sql`create index on ${t.runs} (dag) where status in ('queued', 'running')`,
    sql`create view ${t.current_runs} as select distinct on (run) * from ${t.runs} order by run, at desc, n desc`,

    sql`create table ${t.tasks} (
      day date not null, run text not null, temporal_run_id text not null, task text not null, dag text not null, status text not null,
      at timestamptz not null, why text, stamp bigint not null,
      primary key (run, temporal_run_id, task, day)) partition by range (day)`,
    sql`create table ${t.attempts} (
      day date not null, run text not null, temporal_run_id text not null, task text not null, attempt int not null, dag text not null,
      round int not null, status text not null, started_at timestamptz not null, ended_at timestamptz, worker text not null,
      error text, code text, stamp bigint not null,
      primary key (run, temporal_run_id, task, attempt, day)) partition by range (day)`,
    sql`create index on ${t.attempts} (dag, started_at)`,
    sql`create table ${t.logs} (
      day date not null, run text not null, temporal_run_id text not null, task text not null, attempt int not null, line int not null,
      at timestamptz not null, level text not null, text text not null, fields json,
      primary key (run, temporal_run_id, task, attempt, line, day)) partition by range (day)`,

    sql`create table ${t.rejected} (
      day date not null, registry text not null, n bigint not null, at timestamptz not null, code text not null, why text not null, event json not null,
      primary key (registry, n, day)) partition by range (day)`,
    sql`create index on ${t.rejected} (at)`,
    sql`create table ${t.warnings} (
      day date not null, registry text not null, n bigint not null, at timestamptz not null, code text not null, text text not null, dag text,
      primary key (registry, n, day)) partition by range (day)`,
    sql`create index on ${t.warnings} (at)`,
    sql`create table ${t.duplicates} (
      day date not null, registry text not null, n bigint not null, at timestamptz not null, source text not null, id text not null,
      asset text not null, differed boolean not null,
      primary key (registry, n, day)) partition by range (day)`,
    sql`create index on ${t.duplicates} (id)`,

    // Each asset, and each of its partitions: how many events it had, and the first and the last of them.
    sql`create table ${t.assets} (
      asset text primary key, versions bigint not null default 0, first_at timestamptz, last_at timestamptz, last_registry text,
      last_seq bigint, last_time timestamptz, last_partition text, last_source text, last_id text, last_run text)`,
    sql`create table ${t.slices} (
      asset text not null, partition text not null, versions bigint not null default 0, first_at timestamptz, last_at timestamptz, last_registry text,
      last_seq bigint, last_time timestamptz, last_source text, last_id text, last_run text,
      primary key (asset, partition))`,
    // Counted from the newest event back, so that a version keeps its number when old days are dropped.
    sql`create view ${t.asset_versions} as
      select e.*, s.versions + 1 - row_number() over (partition by e.asset, e.partition order by e.at desc, e.registry desc, e.seq desc) as version
      from ${t.events} e join ${t.slices} s on s.asset = e.asset and s.partition = e.partition`,

    // Which facts are in: counting needs to know a repeat, and a person whether the store is complete.
    sql`create table ${t.registries} (registry text primary key, covered int8multirange not null, first_at timestamptz not null, last_at timestamptz not null)`,
    sql`create table ${t.counters} (
      registry text not null, kind text not null, dag text not null, day date not null, count bigint not null, upto bigint,
      primary key (registry, kind, dag, day))`,
    // Days up to this one are dropped and stay so.
    sql`create table ${t.horizons} (kind text primary key, day date not null)`,
    sql`create table ${t.unprojected} (
      registry text not null, n bigint not null, kind text not null, at timestamptz not null, error text not null, fact text not null,
      primary key (registry, n, kind))`,
  ];
  for (const statement of statements) await statement.execute(kysely);
};
