import { sql } from "kysely";
import type { Step } from "./step.ts";

/** Positions of watchers and what they have not yet sent. Batches are text: what is sent again is the same to the byte. */
export const outbox: Step = async ({ kysely, tables: t }) => {
  const statements = [
    sql`create table ${t.watchers} (
      id text primary key, source text not null, fingerprint text, token bigint not null, generation int not null,
      last_seq bigint not null, sent_seq bigint not null, cursor text, start_at text,
      status text, error text, code text, opened_at timestamptz, reported_at timestamptz, appended_at timestamptz, sent_at timestamptz)`,
    sql`create table ${t.outbox_batches} (
      watcher text not null, generation int not null, seq bigint not null, batch text not null, at timestamptz not null, sent_at timestamptz,
      primary key (watcher, generation, seq))`,
    sql`create index on ${t.outbox_batches} (watcher, generation, seq) where sent_at is null`,
    sql`create index on ${t.outbox_batches} (sent_at) where sent_at is not null`,
    sql`create table ${t.outbox_events} (
      watcher text not null, generation int not null, source text not null, id text not null, seq bigint not null,
      primary key (watcher, generation, source, id))`,
    sql`create table ${t.watcher_seen} (watcher text not null, item text not null, version text not null, primary key (watcher, item))`,
    sql`create table ${t.watcher_resets} (
      id text primary key, watcher text not null, "to" text not null, deliver text not null, "by" text not null, at timestamptz not null,
      generation int not null, cursor_before text)`,
    sql`create index on ${t.watcher_resets} (watcher, at)`,
    sql`create table ${t.dead_letters} (
      watcher text not null, id text not null, reason text not null, raw text not null, times int not null, first_at timestamptz not null,
      at timestamptz not null, redelivered_at timestamptz, redelivered_by text,
      primary key (watcher, id))`,
    sql`create index on ${t.dead_letters} (at)`,
  ];
  for (const statement of statements) await statement.execute(kysely);
};
