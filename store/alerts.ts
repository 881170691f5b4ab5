import { sql } from "kysely";
import { type Alert, type AlertMessage, alertIdOf, type Problem } from "../core/alert.ts";
import { type Database, inTransaction } from "./database.ts";
import { findProblems } from "./queries/problems.ts";
import { instant, jsonText, storable } from "./text.ts";

/** What is to be told, given what is wrong and what was told. */
export interface AlertDecision {
  readonly open: readonly { readonly problem: Problem; readonly channels: readonly string[] }[];
  readonly resolve: readonly Alert[];
  /** For each channel of what opens or is over. */
  readonly messages: readonly { readonly channel: string; readonly message: AlertMessage }[];
}

/** A message that a channel still has to be told. */
export interface DueMessage {
  readonly channel: string;
  readonly message: AlertMessage;
  /** When it was written. */
  readonly at: number;
  /** How often it was tried, this time included. */
  readonly attempts: number;
}

/** What people were told, by notifier; and an outbox of what they still have to be told. */
export interface Alerts {
  /**
   * Looks at what is wrong, decides and writes it down, all in one transaction. Of several processes that look within `every` one does;
   * the others get false.
   */
  look(notifier: string, now: number, every: number, decide: (problems: readonly Problem[], open: readonly Alert[]) => AlertDecision): Promise<boolean>;
  /** Takes messages that are due, for a minute: whoever takes them and dies leaves them to the next. Those of one alert come in order. */
  take(notifier: string, now: number): Promise<readonly DueMessage[]>;
  sent(message: Pick<DueMessage, "channel" | "message">, now: number): Promise<void>;
  /** Tries it again at `next`; null gives it up. */
  failed(message: Pick<DueMessage, "channel" | "message">, error: string, next: number | null, now: number): Promise<void>;
}

const LEASE = 60_000;
const AT_ONCE = 20;

export function createAlerts(db: Database): Alerts {
  const { tables: t } = db;
  return {
    look: (notifier, now, every, decide) =>
      inTransaction(db, async (tx) => {
        // The row is the lock as well: who comes at the same time waits, and finds that it was done.
        const { rows } = await sql`
          insert into ${t.notifiers} as kept (name, looked_at) values (${notifier}, ${instant(now)})
          on conflict (name) do update set looked_at = excluded.looked_at where kept.looked_at <= ${instant(now - every)} returning name`.execute(tx.kysely);
        if (rows.length === 0) return false;
        const open = await openAlerts(tx, notifier);
        await write(tx, notifier, now, decide(await findProblems(tx, now), open));
        return true;
      }),
    take: async (notifier, now) => {
      const { rows } = await sql<{ channel: string; message: string; at: number; attempts: number }>`
        update ${t.alert_messages} set next_at = ${instant(now + LEASE)}, attempts = attempts + 1 where (id, channel) in (
          select m.id, m.channel from ${t.alert_messages} m
          where m.notifier = ${notifier} and m.sent_at is null and m.given_up_at is null and m.next_at <= ${instant(now)}
          and not exists (
            select 1 from ${t.alert_messages} b where b.alert = m.alert and b.channel = m.channel and b.at < m.at and b.sent_at is null and b.given_up_at is null)
          order by m.next_at limit ${AT_ONCE} for update skip locked)
        returning channel, message, at, attempts`.execute(db.kysely);
      return rows.map((row) => ({ ...row, message: JSON.parse(row.message) as AlertMessage }));
    },
    sent: async ({ channel, message }, now) => {
      await sql`update ${t.alert_messages} set sent_at = ${instant(now)}, error = null where id = ${message.id} and channel = ${channel}`.execute(db.kysely);
    },
    failed: async ({ channel, message }, error, next, now) => {
      await sql`
        update ${t.alert_messages} set error = ${storable(error)}, next_at = ${instant(next ?? now)}, given_up_at = ${next === null ? instant(now) : null}
        where id = ${message.id} and channel = ${channel}`.execute(db.kysely);
    },
  };
}

async function write(tx: Database, notifier: string, now: number, { open, resolve, messages }: AlertDecision): Promise<void> {
  const { kysely, tables: t } = tx;
  for (const { problem, channels } of open) {
    await sql`
      insert into ${t.alerts} (notifier, kind, subject, opened_at, problem, channels)
      values (${notifier}, ${problem.kind}, ${problem.subject}, ${instant(now)}, ${jsonText(problem)}, ${jsonText(channels)})`.execute(kysely);
  }
  for (const { kind, subject } of resolve) {
    await sql`
      update ${t.alerts} set resolved_at = ${instant(now)}
      where notifier = ${notifier} and kind = ${kind} and subject = ${subject} and resolved_at is null`.execute(kysely);
  }
  for (const { channel, message } of messages) {
    await sql`
      insert into ${t.alert_messages} (id, channel, notifier, alert, message, at, next_at)
      values (${message.id}, ${channel}, ${notifier}, ${message.alert}, ${jsonText(message)}, ${instant(now)}, ${instant(now)}) on conflict do nothing`.execute(
      kysely,
    );
  }
}

async function openAlerts(db: Database, notifier: string): Promise<readonly Alert[]> {
  const { rows } = await sql<AlertRow>`
    select problem, channels, opened_at as "openedAt", resolved_at as "resolvedAt" from ${db.tables.alerts} where notifier = ${notifier} and resolved_at is null`.execute(
    db.kysely,
  );
  return rows.map(toAlert);
}

interface AlertRow {
  readonly problem: Problem;
  readonly channels: readonly string[];
  readonly openedAt: number;
  readonly resolvedAt: number | null;
}

function toAlert({ problem, ...row }: AlertRow): Alert {
  return { ...problem, ...row };
}

/** What is wrong and told, the newest first; with `all` also what is over. */
export async function listAlerts(db: Database, filter: { readonly all?: boolean; readonly limit?: number } = {}): Promise<readonly Alert[]> {
  const { rows } = await sql<AlertRow>`
    select problem, channels, opened_at as "openedAt", resolved_at as "resolvedAt" from ${db.tables.alerts}
    where ${filter.all === true}::boolean or resolved_at is null order by opened_at desc, kind, subject limit ${filter.limit ?? 100}`.execute(db.kysely);
  return rows.map(toAlert);
}

export interface UntoldMessage {
  readonly channel: string;
  readonly title: string;
  readonly at: number;
  readonly attempts: number;
  readonly nextAt: number;
  readonly error: string | null;
}

/** Messages that their channels have not taken yet, the oldest first. */
export async function listUntold(db: Database, limit = 100): Promise<readonly UntoldMessage[]> {
  const { rows } = await sql<UntoldMessage>`
    select channel, message::json ->> 'title' as title, at, attempts, next_at as "nextAt", error from ${db.tables.alert_messages}
    where sent_at is null and given_up_at is null order by at, channel limit ${limit}`.execute(db.kysely);
  return rows;
}

/** That a channel is told of a problem. Instants are milliseconds since 1970. */
export interface Told {
  readonly channel: string;
  readonly openedAt: number;
  /** Null until the channel took it. */
  readonly sentAt: number | null;
  readonly attempts: number;
  readonly error: string | null;
}

/** Who was told of problems that are still open, by problem; of those that nobody was told of, nothing. */
export async function listTold(db: Database, problems: readonly Problem[]): Promise<ReadonlyMap<Problem, readonly Told[]>> {
  if (problems.length === 0) return new Map();
  const { tables: t } = db;
  const { rows: open } = await sql<{ no: number; problem: Problem; openedAt: number }>`
    select w.no::int as no, a.problem, a.opened_at as "openedAt"
    from unnest(${problems.map(({ kind }) => kind)}::text[], ${problems.map(({ subject }) => subject)}::text[]) with ordinality as w(kind, subject, no)
      join ${t.alerts} a on a.kind = w.kind and a.subject = w.subject and a.resolved_at is null`.execute(db.kysely);
  const opened = new Map(open.map((row) => [alertIdOf(row.problem, row.openedAt), row]));
  const { rows } = await sql<Omit<Told, "openedAt"> & { alert: string }>`
    select alert, channel, sent_at as "sentAt", attempts, error from ${t.alert_messages}
    where alert = any(${[...opened.keys()]}::text[]) and id = alert || '/opened' order by channel`.execute(db.kysely);
  const told = new Map<Problem, Told[]>();
  for (const { alert, ...message } of rows) {
    const from = opened.get(alert);
    const problem = problems[(from?.no ?? 0) - 1];
    if (from === undefined || problem === undefined) continue;
    told.set(problem, [...(told.get(problem) ?? []), { ...message, openedAt: from.openedAt }]);
  }
  return told;
}
