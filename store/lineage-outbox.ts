import { sql } from "kysely";
import type { RunStatus } from "../core/run.ts";
import type { Database } from "./database.ts";
import type { FactOf } from "./fact-rows.ts";
import type { CatalogFact } from "./project-catalog.ts";
import { dayOf, indexable, instant, optional, storable } from "./text.ts";

/** Something that an OpenLineage server is to hear of: a run by its workflow id, or a catalogue by its hash. */
export interface LineageEntry {
  readonly kind: "run" | "catalog";
  readonly id: string;
  /** UTC day on which it began, `2026-11-23`: ids of runs can be used again. */
  readonly day: string;
  /** True if the end is there to be told. */
  readonly ended: boolean;
  /** How much was told: nothing, or the start. */
  readonly told: 0 | 1;
}

/** What waits for the OpenLineage server of one project. Fed by the projection of facts, in the same transaction. */
export interface LineageOutbox {
  /** From now on runs and deploys of the project wait here; what is deployed now is the first. Once too often is harmless. */
  open(project: string): Promise<void>;
  /** True if `holder` may send until `ms` from now: one process at a time does. The same holder may ask again. */
  hold(project: string, holder: string, ms: number): Promise<boolean>;
  release(project: string, holder: string): Promise<void>;
  /** In the order of the facts. */
  due(project: string, limit: number): Promise<readonly LineageEntry[]>;
  /** `error`: it was refused for good. */
  told(project: string, entry: LineageEntry, upto: 1 | 2, error?: string): Promise<void>;
}

/** The events that a run published at its end are written with the fact of its end, or right after it. */
const SETTLED = "1 second";

const TOLD: readonly RunStatus[] = ["running", "succeeded", "failed", "cancelled"];

export function createLineageOutbox(db: Database, now: () => number): LineageOutbox {
  const { kysely, tables: t } = db;
  return {
    async open(project) {
      await sql`insert into ${t.openlineage_targets} (project, since) values (${project}, ${instant(now())}) on conflict do nothing`.execute(kysely);
      await sql`
        insert into ${t.openlineage_outbox} (project, kind, id, day, dag, n, ended, at)
        select project, 'catalog', catalog, (at at time zone 'UTC')::date, '', n, true, at from ${t.current_deploys} where project = ${project}
        on conflict do nothing`.execute(kysely);
    },
    async hold(project, holder, ms) {
      const { rows } = await sql`
        update ${t.openlineage_targets} set held_by = ${holder}, held_until = ${instant(now() + ms)}
        where project = ${project} and (held_by is null or held_by = ${holder} or held_until < ${instant(now())}) returning project`.execute(kysely);
      return rows.length > 0;
    },
    async release(project, holder) {
      await sql`update ${t.openlineage_targets} set held_by = null, held_until = null where project = ${project} and held_by = ${holder}`.execute(kysely);
    },
    async due(project, limit) {
      const { rows } = await sql<LineageEntry>`
        select kind, id, to_char(day, 'YYYY-MM-DD') as day, ended, told from ${t.openlineage_outbox} o
        where project = ${project} and (told = 0 or (told = 1 and ended)) and at <= now() - ${SETTLED}::interval
          and not exists (select from ${t.current_consumers} c where c.dag = o.dag and c.project <> o.project)
        order by n limit ${limit}`.execute(kysely);
      return rows;
    },
    async told(project, { kind, id, day }, upto, error) {
      await sql`
        update ${t.openlineage_outbox} set told = greatest(told, ${upto}), told_at = ${instant(now())}, error = ${optional(error, storable)}
        where project = ${project} and kind = ${kind} and id = ${id} and day = ${day}::date`.execute(kysely);
    },
  };
}

/**
 * Puts what facts say of runs and deploys into the outboxes of the projects that have one; nobody else pays for it. Of which project a DAG is
 * may be known later only, so that is looked at when it is read. Any order, any number of times: a run that was told stays told.
 */
export async function projectLineage(tx: Database, runs: readonly FactOf<"run">[], catalogs: readonly CatalogFact[]): Promise<void> {
  const told = runs.filter(({ status }) => TOLD.includes(status));
  if (told.length + catalogs.length === 0) return;
  const { kysely, tables: t } = tx;
  const targets = await sql<{ project: string }>`select project from ${t.openlineage_targets}`.execute(kysely);
  if (targets.rows.length === 0) return;
  await sql`
    insert into ${t.openlineage_outbox} as kept (project, kind, id, day, dag, n, ended, at)
    select target.project, 'run', r.id, r.day, min(r.dag), max(r.n), bool_or(r.ended), now()
    from unnest(${told.map(({ run }) => indexable(run))}::text[], ${told.map(({ dag }) => indexable(dag))}::text[], ${told.map(({ startedAt }) => dayOf(startedAt))}::date[],
      ${told.map(({ n }) => n)}::bigint[], ${told.map(({ endedAt }) => endedAt !== undefined)}::boolean[]) as r(id, dag, day, n, ended)
      cross join ${t.openlineage_targets} target
    group by 1, 3, 4
    on conflict (project, kind, id, day) do update set n = greatest(kept.n, excluded.n), ended = kept.ended or excluded.ended, at = excluded.at`.execute(
    kysely,
  );
  await sql`
    insert into ${t.openlineage_outbox} (project, kind, id, day, dag, n, ended, at)
    select distinct on (c.project, c.id) c.project, 'catalog', c.id, c.day, '', c.n, true, now()
    from unnest(${catalogs.map(({ project }) => project)}::text[], ${catalogs.map(({ hash }) => hash)}::text[], ${catalogs.map(({ at }) => dayOf(at))}::date[],
      ${catalogs.map(({ n }) => n)}::bigint[]) as c(project, id, day, n)
      join ${t.openlineage_targets} target using (project)
    on conflict do nothing`.execute(kysely);
}
