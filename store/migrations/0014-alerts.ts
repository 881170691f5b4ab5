import { sql } from "kysely";
import type { Step } from "./step.ts";

/** What people were told of, and what they still have to be told; indexes by which a look at what is wrong costs little. */
export const alerts: Step = async ({ kysely, tables: t }) => {
  const statements = [
    sql`create table ${t.notifiers} (name text primary key, looked_at timestamptz not null)`,
    sql`create table ${t.alerts} (
      notifier text not null, kind text not null, subject text not null, opened_at timestamptz not null, resolved_at timestamptz,
      problem json not null, channels json not null,
      primary key (notifier, kind, subject, opened_at))`,
    // Two that look at once could otherwise both open it.
    sql`create unique index on ${t.alerts} (notifier, kind, subject) where resolved_at is null`,
    sql`create table ${t.alert_messages} (
      id text not null, channel text not null, notifier text not null, alert text not null, message text not null, at timestamptz not null,
      next_at timestamptz not null, attempts int not null default 0, sent_at timestamptz, given_up_at timestamptz, error text,
      primary key (id, channel))`,
    sql`create index on ${t.alert_messages} (notifier, next_at) where sent_at is null and given_up_at is null`,
    sql`create index on ${t.alert_messages} (alert, channel)`,
    sql`create index on ${t.runs} (ended_at) where status = 'failed'`,
    sql`create index on ${t.runs} (dag, key, started_at) where status = 'succeeded'`,
    sql`create index on ${t.warnings} (dag, at) where code = 'E_LOOP'`,
    sql`create index on ${t.dead_letters} (watcher) where redelivered_at is null and dropped_at is null`,
  ];
  for (const statement of statements) await statement.execute(kysely);
};
