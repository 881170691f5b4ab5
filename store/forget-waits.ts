import { sql } from "kysely";
import { type Database, inTransaction } from "./database.ts";
import { instant } from "./text.ts";

/** So long after its end the place of a wait is kept, in milliseconds: what a worker says may come late, and an end before a rerun. */
const KEEP = 86_400_000;

/**
 * Lets go of where finished `d.waitFor` tasks stood, as each has a reader of its own: `wait/<run>/<Temporal run>/<task>`. What a task took stays as
 * long as the task is remembered, and dead letters stay for people. A wait whose end nobody told the store of stays.
 */
export async function forgetFinishedWaits(db: Database, now: number): Promise<void> {
  await inTransaction(db, async (tx) => {
    const { tables: t } = tx;
    const before = instant(now - KEEP);
    const { rows } = await sql<{ id: string }>`
      select w.id from (
        select id, regexp_match(id, '^wait/(.*)/([^/]+)/([^/]+)$') as name from ${t.watchers} where id like 'wait/%') w
      where exists (
        select from ${t.tasks} k
        where k.run = w.name[1] and k.temporal_run_id = w.name[2] and k.task = w.name[3]
        and k.status in ('succeeded', 'failed', 'cancelled', 'skipped') and k.at < ${before})
      or exists (
        select from ${t.runs} r
        where r.run = w.name[1] and r.temporal_run_id = w.name[2] and r.ended_at < ${before})`.execute(tx.kysely);
    if (rows.length === 0) return;
    const ids = rows.map(({ id }) => id);
    await sql`delete from ${t.kept_items} where owner = any(${ids}::text[])`.execute(tx.kysely);
    for (const table of [t.watcher_seen, t.outbox_events]) await sql`delete from ${table} where watcher = any(${ids}::text[])`.execute(tx.kysely);
    await sql`delete from ${t.watchers} where id = any(${ids}::text[])`.execute(tx.kysely);
  });
}
