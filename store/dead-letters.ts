import { sql } from "kysely";
import { HeadgateError } from "../core/errors.ts";
import type { EventInput } from "../core/event.ts";
import type { Outbox, OutboxBatch } from "../watchers/outbox.ts";
import type { Database } from "./database.ts";
import { indexable, instant, storable } from "./text.ts";

/** An item that a watcher could not make an event of. */
export interface DeadLetter {
  readonly watcher: string;
  readonly id: string;
  readonly reason: string;
  /** What was read, as text; at most 64 Ki characters. */
  readonly raw: string;
  /** How often it was read. */
  readonly times: number;
  readonly firstAt: number;
  readonly at: number;
  readonly redeliveredAt: number | null;
  readonly redeliveredBy: string | null;
  readonly droppedAt: number | null;
  readonly droppedBy: string | null;
  readonly droppedWhy: string | null;
}

export interface DeadLetterFilter {
  readonly watcher?: string;
  /** Only those that were neither sent again nor dropped. */
  readonly waiting?: boolean;
  /** The last letter of the page before. */
  readonly after?: Pick<DeadLetter, "at" | "id">;
  /** @default 100 */
  readonly limit?: number;
}

/** Newest first. */
export async function listDeadLetters(db: Database, filter: DeadLetterFilter = {}): Promise<readonly DeadLetter[]> {
  const { limit = 100, waiting = false, watcher, after } = filter;
  const conditions = [
    sql`true`,
    ...(watcher === undefined ? [] : [sql`watcher = ${watcher}`]),
    ...(waiting ? [sql`redelivered_at is null and dropped_at is null`] : []),
    ...(after === undefined ? [] : [behind(after)]),
  ];
  const { rows } = await sql<DeadLetter>`
    ${letters(db)} where ${sql.join(conditions, sql` and `)}
    order by at desc, id limit ${limit}`.execute(db.kysely);
  return rows;
}

function behind({ at, id }: Pick<DeadLetter, "at" | "id">): ReturnType<typeof sql> {
  return sql`at <= ${instant(at)}::timestamptz and (at < ${instant(at)}::timestamptz or id > ${indexable(id)})`;
}

export async function showDeadLetter(db: Database, watcher: string, id: string): Promise<DeadLetter | undefined> {
  const { rows } = await sql<DeadLetter>`${letters(db)} where watcher = ${watcher} and id = ${indexable(id)}`.execute(db.kysely);
  return rows[0];
}

export interface Drop {
  readonly watcher: string;
  readonly ids: readonly string[];
  readonly by: string;
  readonly why: string;
}

/** Lets go of letters that wait; they stay, with who and why. Returns how many it were. One that is read again waits again. */
export async function dropDeadLetters(db: Database, now: number, { by, ids, watcher, why }: Drop): Promise<number> {
  const { rows } = await sql`
    update ${db.tables.dead_letters} set dropped_at = ${instant(now)}, dropped_by = ${storable(by)}, dropped_why = ${storable(why)}
    where watcher = ${watcher} and id = any(${ids.map(indexable)}::text[]) and redelivered_at is null and dropped_at is null returning id`.execute(db.kysely);
  return rows.length;
}

function letters(db: Database): ReturnType<typeof sql> {
  return sql`
    select watcher, id, reason, raw, times, first_at as "firstAt", at, redelivered_at as "redeliveredAt", redelivered_by as "redeliveredBy",
      dropped_at as "droppedAt", dropped_by as "droppedBy", dropped_why as "droppedWhy"
    from ${db.tables.dead_letters}`;
}

export interface Redelivery {
  readonly watcher: string;
  /** The dead letter's id. */
  readonly id: string;
  /** What the letter means, made by a person or by a corrected `map`. */
  readonly events: readonly EventInput[];
  readonly by: string;
  /** Hands a batch to the registry; resolves once it is accepted. */
  readonly send: (batch: OutboxBatch) => Promise<void>;
}

/**
 * Sends a dead letter again. It goes through an outbox of its own, `<watcher>/dead-letters`, whose batches have their own
 * numbers: so it disturbs no running session, and after a crash in the middle a repeat of the call sends the same batch.
 */
export async function redeliver(db: Database, outbox: Outbox, now: () => number, request: Redelivery): Promise<void> {
  const { watcher, by } = request;
  const id = indexable(request.id);
  const { rows } = await sql`select id from ${db.tables.dead_letters} where watcher = ${watcher} and id = ${id}`.execute(db.kysely);
  if (rows.length === 0)
    throw new HeadgateError("E_USAGE", `there is no dead letter "${request.id}"`, {
      where: `watcher ${watcher}`,
      hint: "list the dead letters of the watcher for their ids",
    });
  const session = await outbox.open({ id: `${watcher}/dead-letters`, source: `dead letters of ${watcher}`, fingerprint: "dead-letters" });
  await session.append({ events: request.events, cursor: undefined, seen: [], poison: [] });
  for (const batch of await session.unsent()) {
    await request.send(batch);
    await session.markSent(batch.seq, batch.generation);
  }
  await sql`
    update ${db.tables.dead_letters} set redelivered_at = ${instant(now())}, redelivered_by = ${storable(by)} where watcher = ${watcher} and id = ${id}`.execute(
    db.kysely,
  );
}
