import { sql } from "kysely";
import type { Step } from "./step.ts";

/** What was deployed: catalogues and plans by their hash, asset definitions with their history, and the edges between assets and DAGs. */
export const catalogs: Step = async ({ kysely, tables: t }) => {
  const statements = [
    sql`create table ${t.catalogs} (hash text primary key, project text not null, first_at timestamptz not null, body json not null)`,
    sql`create table ${t.plans} (hash text primary key, dag text not null, plan json not null)`,
    sql`create index on ${t.plans} (dag)`,
    sql`create table ${t.deploys} (
      registry text not null, project text not null, revision bigint not null, n bigint not null, at timestamptz not null, catalog text not null,
      primary key (registry, project, revision))`,
    sql`create index on ${t.deploys} (catalog)`,
    sql`create view ${t.current_deploys} as select distinct on (project) * from ${t.deploys} order by project, at desc, n desc`,

    sql`create table ${t.definitions} (
      asset text not null, hash text not null, project text not null, definition json not null,
      first_at timestamptz not null, first_n bigint not null, last_at timestamptz not null, last_n bigint not null,
      primary key (asset, hash))`,
    sql`create view ${t.current_definitions} as
      select distinct on (asset) d.*, count(*) over (partition by asset) as versions,
        rank() over (partition by asset order by first_at, first_n, hash) as version
      from ${t.definitions} d order by asset, last_at desc, last_n desc, hash`,

    // Edges belong to a catalogue and never change; which of them hold is a question of what is deployed.
    sql`create table ${t.edges} (
      catalog text not null, from_kind text not null, from_id text not null, to_kind text not null, to_id text not null, how text not null,
      task text not null, matches text,
      primary key (catalog, from_kind, from_id, to_kind, to_id, how, task))`,
    // `not in` is looked up in a hash; as an anti join it becomes a nested loop, since nothing is known of the rows above.
    sql`create view ${t.lineage_edges} as
      with now as materialized (select e.* from ${t.edges} e join ${t.current_deploys} d on d.catalog = e.catalog),
      direct as (
        select from_kind, from_id, to_kind, to_id, how, task from now where from_kind in ('asset', 'dag', 'watcher')),
      grouped as (
        select distinct 'asset', d.asset, e.to_kind, e.to_id, e.how, e.task
        from now e join ${t.current_definitions} d on (d.definition -> 'groups')::jsonb ? e.from_id where e.from_kind = 'group'),
      matched as (
        select distinct 'asset', a.asset, e.to_kind, e.to_id, e.how, e.task
        from now e join ${t.assets} a on a.asset ~ e.matches where e.from_kind = 'pattern')
      select * from direct
      union
      select * from (select * from grouped union select * from matched) as reached(from_kind, from_id, to_kind, to_id, how, task)
      where (to_id, from_id) not in (select from_id, to_id from direct where from_kind = 'dag' and to_kind = 'asset')`,

    sql`create table ${t.consumers} (
      registry text not null, dag text not null, n bigint not null, at timestamptz not null, project text not null, paused boolean not null, faulted text,
      primary key (registry, dag))`,
    sql`create view ${t.current_consumers} as select distinct on (dag) * from ${t.consumers} order by dag, at desc, n desc`,
  ];
  for (const statement of statements) await statement.execute(kysely);
};
