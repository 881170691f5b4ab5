import { sql } from "kysely";
import { DAY_TABLES, type Database, type DayTable, inTransaction } from "./database.ts";
import { type Days, listParts } from "./days.ts";
import { forgetFinishedWaits } from "./forget-waits.ts";
import { dayOf, instant } from "./text.ts";

const DAY = 86_400_000;

/** For how many days each kind is kept; pending events that left a registry's state, after they came back to it. */
export type Retention = Readonly<Record<DayTable | "outbox" | "catalogs" | "counters" | "stretches", number>>;

export const DEFAULT_RETENTION: Retention = {
  events: 180,
  ledger: 180,
  runs: 365,
  tasks: 90,
  attempts: 90,
  logs: 14,
  rejected: 30,
  warnings: 30,
  duplicates: 14,
  outbox: 7,
  catalogs: 180,
  counters: 365,
  stretches: 7,
};

/** What `retain` removed: days by table. */
export interface Retained {
  readonly dropped: readonly { readonly table: DayTable; readonly day: string }[];
}

/**
 * Makes the parts of today and tomorrow, so that no write has to, and drops the days that are over. What is still pending in a
 * dropped day of the ledger is carried into today. A dropped day stays dropped: facts of it that arrive later are left out.
 */
export async function retain(db: Database, days: Days, now: number, retention: Retention): Promise<Retained> {
  for (const table of DAY_TABLES) await days.ensure(table, [dayOf(now), dayOf(now + DAY)]);
  const dropped: { table: DayTable; day: string }[] = [];
  for (const table of DAY_TABLES) {
    const last = dayOf(now - (retention[table] + 1) * DAY);
    for (const { name, day } of await listParts(db, table)) {
      if (day > last) continue;
      await dropDay(db, table, name, day, now);
      dropped.push({ table, day });
    }
  }
  if (dropped.length > 0) days.forget();
  await forgetFinishedWaits(db, now);
  await pruneRest(db, now, retention);
  return { dropped };
}

async function dropDay(db: Database, table: DayTable, name: string, day: string, now: number): Promise<void> {
  const part = sql.id(db.schema, name);
  const { tables: t } = db;
  await inTransaction(db, async (tx) => {
    // First the horizon: a projection that has not seen it fails on the missing part and looks again.
    await sql`
      insert into ${t.horizons} as kept (kind, day) values (${table}, ${day}::date)
      on conflict (kind) do update set day = greatest(kept.day, excluded.day)`.execute(tx.kysely);
    if (table === "ledger") {
      await sql`
        insert into ${t.ledger} (day, registry, seq, dag, key, n, at, fate, why, run)
        select ${dayOf(now)}::date, o.registry, o.seq, o.dag, o.key, o.n, o.at, o.fate, o.why, o.run
        from ${t.fates} o where o.day = ${day}::date and o.fate in ('pending', 'returned')
        on conflict do nothing`.execute(tx.kysely);
    }
    await sql`drop table ${part}`.execute(tx.kysely);
  });
}

async function pruneRest(db: Database, now: number, retention: Retention): Promise<void> {
  const { kysely, tables: t } = db;
  await sql`delete from ${t.outbox_batches} where sent_at < ${instant(now - retention.outbox * DAY)}`.execute(kysely);
  await sql`delete from ${t.openlineage_outbox} where day < ${dayOf(now - retention.runs * DAY)}::date or (told = 2 and told_at < ${instant(now - retention.outbox * DAY)})`.execute(
    kysely,
  );
  await sql`delete from ${t.stretches} where released_at < ${instant(now - retention.stretches * DAY)}`.execute(kysely);
  // As long as the tasks are remembered that took them: a run may wait for weeks before it reads them.
  await sql`delete from ${t.kept_items} where taken_at < ${instant(now - retention.tasks * DAY)}`.execute(kysely);
  // What waits for a person stays for as long as it waits.
  await sql`delete from ${t.quarantined} where coalesce(released_at, dropped_at) < ${instant(now - retention.rejected * DAY)}`.execute(kysely);
  // Older than what people are told of.
  await sql`delete from ${t.last_ends} where ended_at < ${instant(now - 31 * DAY)}`.execute(kysely);
  await sql`delete from ${t.alerts} where resolved_at < ${instant(now - retention.warnings * DAY)}`.execute(kysely);
  await sql`delete from ${t.alert_messages} where coalesce(sent_at, given_up_at) < ${instant(now - retention.warnings * DAY)}`.execute(kysely);
  await sql`delete from ${t.counters} where day < ${dayOf(now - retention.counters * DAY)}::date`.execute(kysely);
  // A catalogue stays as long as a deploy names it; of old deploys only the newest of each project is kept.
  const old = instant(now - retention.catalogs * DAY);
  await sql`
    delete from ${t.deploys} d where at < ${old}
    and not exists (select from ${t.current_deploys} c where c.registry = d.registry and c.project = d.project and c.revision = d.revision)`.execute(kysely);
  await sql`delete from ${t.catalogs} c where first_at < ${old} and not exists (select from ${t.deploys} d where d.catalog = c.hash)`.execute(kysely);
  await sql`delete from ${t.edges} e where not exists (select from ${t.catalogs} c where c.hash = e.catalog)`.execute(kysely);
}
