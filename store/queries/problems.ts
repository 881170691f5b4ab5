import { type RawBuilder, sql } from "kysely";
import type { Problem } from "../../core/alert.ts";
import type { ProblemKind } from "../../core/notify.ts";
import type { Database } from "../database.ts";
import { instant } from "../text.ts";

/** A run that failed longer ago and was never repeated is not news. */
const NEWS = 30 * 86_400_000;

type Found = Pick<Problem, "subject" | "since" | "count" | "detail" | "run">;
type Known = Pick<Problem, "project" | "owner" | "tags">;

/** What is wrong now with what is deployed. What is over, or of nobody any more, is not in it. */
export async function findProblems(db: Database, now: number): Promise<readonly Problem[]> {
  const problems = await Promise.all([
    gather(db, "run-failed", failedRuns(db, now), dagsOf),
    gather(db, "asset-stale", staleAssets(db), assetsOf),
    gather(db, "dag-quarantined", quarantined(db), dagsOf),
    gather(db, "dag-looping", looping(db), dagsOf),
    gather(db, "watcher-stopped", stoppedWatchers(db), watchersOf),
    gather(db, "dead-letters", deadLetters(db), watchersOf),
    gather(db, "events-quarantined", quarantinedEvents(db), assetsOf),
  ]);
  return problems.flat();
}

type Deployed = (db: Database, subjects: readonly string[]) => RawBuilder<Known & { readonly subject: string }>;

async function gather(db: Database, kind: ProblemKind, query: RawBuilder<Found>, deployed: Deployed): Promise<readonly Problem[]> {
  const { rows } = await query.execute(db.kysely);
  if (rows.length === 0) return [];
  const known = await deployed(
    db,
    rows.map(({ subject }) => subject),
  ).execute(db.kysely);
  const bySubject = new Map(known.rows.map((row) => [row.subject, row]));
  return rows.flatMap((found) => {
    const whose = bySubject.get(found.subject);
    return whose === undefined ? [] : [{ kind, ...found, project: whose.project, owner: whose.owner, tags: whose.tags ?? [] }];
  });
}

/** A key of a DAG fails until a later run of it succeeds, or its run is marked. */
function failedRuns(db: Database, now: number): RawBuilder<Found> {
  return sql`
    select dag as subject, min(ended_at) as since, count(*) as count, (array_agg(run order by ended_at desc))[1] as run,
      (array_agg(error order by ended_at desc))[1] as detail
    from ${db.tables.last_ends} where status = 'failed' and ended_at > ${instant(now - NEWS)} group by dag`;
}

function staleAssets(db: Database): RawBuilder<Found> {
  return sql`select asset as subject, since, 1 as count, null as run, 'It must be ' || expected || '.' as detail from ${db.tables.freshness} where state = 'stale'`;
}

function quarantined(db: Database): RawBuilder<Found> {
  return sql`select dag as subject, at as since, 1 as count, null as run, faulted as detail from ${db.tables.current_consumers} where faulted is not null`;
}

/** Paused by the registry itself, until somebody resumes it. */
function looping(db: Database): RawBuilder<Found> {
  const { tables: t } = db;
  return sql`
    select distinct on (w.dag) w.dag as subject, w.at as since, 1 as count, null as run, w.text as detail
    from ${t.warnings} w join ${t.current_consumers} c on c.dag = w.dag and c.paused
    where w.code = 'E_LOOP' and not exists (select 1 from ${t.operations} o where o.operation = 'resume' and o.dag = w.dag and o.at > w.at)
    order by w.dag, w.at desc`;
}

function stoppedWatchers(db: Database): RawBuilder<Found> {
  return sql`select id as subject, reported_at as since, 1 as count, null as run, error as detail from ${db.tables.watchers} where status = 'stopped' and id not like '%/%'`;
}

function deadLetters(db: Database): RawBuilder<Found> {
  return sql`
    select watcher as subject, min(first_at) as since, count(*) as count, null as run, (array_agg(reason order by at desc))[1] as detail
    from ${db.tables.dead_letters} where redelivered_at is null and dropped_at is null group by watcher`;
}

function quarantinedEvents(db: Database): RawBuilder<Found> {
  return sql`
    select asset as subject, min(at) as since, count(*) as count, null as run, (array_agg(why order by at desc))[1] as detail
    from ${db.tables.quarantined} where released_at is null and dropped_at is null group by asset`;
}

const dagsOf: Deployed = ({ tables: t }, dags) => sql`
  select distinct on (p.dag) p.dag as subject, d.project, p.plan ->> 'owner' as owner, p.plan -> 'tags' as tags
  from ${t.current_deploys} d join ${t.catalogs} c on c.hash = d.catalog, json_array_elements_text(c.body -> 'dags') h join ${t.plans} p on p.hash = h
  where p.dag = any(${dags}::text[])`;

const assetsOf: Deployed = ({ tables: t }, assets) => sql`
  select asset as subject, project, definition ->> 'owner' as owner, definition -> 'tags' as tags from ${t.current_definitions} where asset = any(${assets}::text[])`;

/** A watcher belongs to whom the asset belongs that it publishes. */
const watchersOf: Deployed = ({ tables: t }, watchers) => sql`
  select distinct on (e.from_id) e.from_id as subject, d.project, a.definition ->> 'owner' as owner, a.definition -> 'tags' as tags
  from ${t.current_deploys} d join ${t.edges} e on e.catalog = d.catalog and e.from_kind = 'watcher' left join ${t.current_definitions} a on a.asset = e.to_id
  where e.from_id = any(${watchers}::text[]) order by e.from_id, e.to_id`;
