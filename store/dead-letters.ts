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
}

/** Newest first. */
export async function listDeadLetters(db: Database, filter: { readonly watcher?: string; readonly limit?: number } = {}): Promise<readonly DeadLetter[]> {
  const { rows } = await sql<DeadLetter>`
    select watcher, id, reason, raw, times, first_at as "firstAt", at, redelivered_at as "redeliveredAt", redelivered_by as "redeliveredBy"
    from ${db.tables.dead_letters} where ${filter.watcher ?? null}::text is null or watcher = ${filter.watcher ?? null}
    order by at desc, id limit ${filter.limit ?? 100}`.execute(db.kysely);
  return rows;
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
