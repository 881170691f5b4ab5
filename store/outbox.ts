import { type RawBuilder, sql } from "kysely";
import { HeadgateError } from "../core/errors.ts";
import type { EventInput } from "../core/event.ts";
import { batchText } from "../core/written-events.ts";
import type { KeptItem, Outbox, OutboxBatch, OutboxReset, OutboxSession } from "../watchers/outbox.ts";
import { type Database, inTransaction } from "./database.ts";
import { positionText, seenSet, toPosition } from "./position.ts";
import { indexable, instant, jsonText, storable } from "./text.ts";

/** Most bytes of one batch: a signal of more would be refused by Temporal, and the watcher would stand still. */
const BATCH_BYTES = 1024 * 1024;
/** Most of a dead letter that is kept, in characters. */
const DEAD_LETTER_CHARACTERS = 64 * 1024;

interface WatcherRow {
  readonly fingerprint: string | null;
  readonly token: number;
  readonly generation: number;
  readonly last_seq: number;
  readonly sent_seq: number;
  readonly cursor: string | null;
  readonly start_at: string | null;
}

/** The outbox in Postgres. `now` gives the time that rows carry. */
export function createOutbox(db: Database, now: () => number): Outbox {
  const { tables: t } = db;

  const open: Outbox["open"] = (watcher) =>
    inTransaction(db, async (tx) => {
      const row = await lockWatcher(tx, watcher.id, watcher.source);
      if (row.fingerprint !== null && row.fingerprint !== watcher.fingerprint) {
        throw new HeadgateError("E_WATCHER_CHANGED", `it reads ${watcher.source} now, and its position belongs to ${row.fingerprint}`, {
          where: `watcher ${watcher.id}`,
          hint: "reset its position, from now or from the beginning",
        });
      }
      const token = row.token + 1;
      await sql`
        update ${t.watchers} set token = ${token}, source = ${storable(watcher.source)}, fingerprint = ${watcher.fingerprint}, opened_at = ${instant(now())}
        where id = ${watcher.id}`.execute(tx.kysely);
      return openSession(db, watcher.id, { ...row, token }, now);
    });

  const reset: Outbox["reset"] = (request) => inTransaction(db, (tx) => resetWatcher(tx, request, now()));

  return { open, reset };
}

function openSession(db: Database, watcher: string, row: WatcherRow, now: () => number): OutboxSession {
  const { tables: t } = db;
  const { token, generation } = row;

  const unsent: OutboxSession["unsent"] = async () => {
    const { rows } = await sql<{ batch: string }>`
      select batch from ${t.outbox_batches} where watcher = ${watcher} and sent_at is null order by generation, seq`.execute(db.kysely);
    return rows.map((one) => JSON.parse(one.batch) as OutboxBatch);
  };

  const append: OutboxSession["append"] = (input) =>
    inTransaction(db, async (tx) => {
      const { last_seq } = await checkFence(tx, watcher, token);
      const seq = last_seq + 1;
      const at = instant(now());
      const events = await keepNewEvents(tx, watcher, generation, seq, input.events);
      const batch: OutboxBatch | undefined = events.length === 0 ? undefined : { watcher, generation, seq, events };
      await keepItems(tx, watcher, generation, seq, input.keep ?? [], at);
      await keepSeen(tx, watcher, input.seen);
      await keepPoison(tx, watcher, input.poison, at);
      const cursor = input.cursor === undefined ? null : JSON.stringify(input.cursor);
      await sql`
        ${batch === undefined ? sql`` : keepingBatch(tx, batch, at)}
        update ${t.watchers} set cursor = coalesce(${cursor}::text, cursor), last_seq = ${batch === undefined ? last_seq : seq}, appended_at = ${at} where id = ${watcher}`.execute(
        tx.kysely,
      );
      return batch;
    });

  // One statement, so one turn to Postgres for each batch: the row of the watcher is the fence, and locked by its own update.
  const markSent: OutboxSession["markSent"] = async (seq, of = generation) => {
    const at = instant(now());
    const { rows } = await sql`
      with held as (
        update ${t.watchers} set sent_at = ${at}, sent_seq = case when generation = ${of} then greatest(sent_seq, ${seq}) else sent_seq end
        where id = ${watcher} and token = ${token} returning id),
      marked as (
        update ${t.outbox_batches} as batch set sent_at = ${at} from held
        where batch.watcher = held.id and batch.generation = ${of} and batch.seq = ${seq} and batch.sent_at is null)
      select id from held`.execute(db.kysely);
    if (rows.length === 0) throw fenced(watcher);
  };

  // Not an error when fenced: what a session says of itself at its end must not hide why it ended.
  const report: OutboxSession["report"] = async ({ status, error, code }) => {
    const known = error === undefined ? null : storable(error);
    await sql`
      update ${t.watchers} set status = ${status}, error = ${known}, code = ${code ?? null}, reported_at = ${instant(now())}
      where id = ${watcher} and token = ${token}`.execute(db.kysely);
  };

  return {
    generation,
    cursor: row.cursor === null ? undefined : JSON.parse(row.cursor),
    ...(row.start_at === null ? {} : { startAt: toPosition(row.start_at) }),
    sent: row.sent_seq,
    seen: seenSet(db, watcher),
    unsent,
    append,
    markSent,
    report,
  };
}

async function resetWatcher(tx: Database, request: OutboxReset, now: number): Promise<{ readonly generation: number }> {
  const { tables: t } = tx;
  const { watcher } = request;
  const row = await lockWatcher(tx, watcher, "");
  const again = request.deliver === "redeliver";
  const generation = again ? row.generation + 1 : row.generation;
  const { rows } = await sql`
    insert into ${t.watcher_resets} (id, watcher, "to", deliver, "by", why, at, generation, cursor_before)
    values (${request.id}, ${watcher}, ${positionText(request.to)}, ${request.deliver}, ${storable(request.by)},
      ${request.why === undefined ? null : storable(request.why)}, ${instant(now)}, ${generation}, ${row.cursor})
    on conflict do nothing returning id`.execute(tx.kysely);
  if (rows.length === 0) return { generation: row.generation };
  await sql`delete from ${t.watcher_seen} where watcher = ${watcher}`.execute(tx.kysely);
  await sql`
    update ${t.watchers} set token = token + 1, cursor = null, fingerprint = null, start_at = ${positionText(request.to)}, generation = ${generation},
      last_seq = ${again ? 0 : row.last_seq}, sent_seq = ${again ? 0 : row.sent_seq} where id = ${watcher}`.execute(tx.kysely);
  return { generation };
}

/** The watcher's row, made if it is new, locked until the transaction ends: what two sessions do falls one after the other. */
async function lockWatcher(tx: Database, watcher: string, source: string): Promise<WatcherRow> {
  const { tables: t } = tx;
  await sql`
    insert into ${t.watchers} (id, source, token, generation, last_seq, sent_seq) values (${watcher}, ${storable(source)}, 0, 1, 0, 0) on conflict do nothing`.execute(
    tx.kysely,
  );
  const { rows } = await sql<WatcherRow>`
    select fingerprint, token, generation, last_seq, sent_seq, cursor, start_at from ${t.watchers} where id = ${watcher} for update`.execute(tx.kysely);
  return rows[0] as WatcherRow;
}

async function checkFence(tx: Database, watcher: string, token: number): Promise<{ readonly last_seq: number }> {
  const { rows } = await sql<{ last_seq: number }>`
    select last_seq from ${tx.tables.watchers} where id = ${watcher} and token = ${token} for update`.execute(tx.kysely);
  const [row] = rows;
  if (row === undefined) throw fenced(watcher);
  return row;
}

/** Those that this generation did not have, each once, in their order. */
async function keepNewEvents(tx: Database, watcher: string, generation: number, seq: number, events: readonly EventInput[]): Promise<readonly EventInput[]> {
  if (events.length === 0) return [];
  const [sources, ids] = [events.map(sourceOf), events.map(idOf)];
  const first = sources[0] as string;
  // A watcher's events are of one source, which is said once; and hardly ever is one of them not new.
  const others = sources.every((source) => source === first) ? [] : sources;
  const { rows } = await sql<{ count: number; fresh: string | null }>`
    with fresh as (
      insert into ${tx.tables.outbox_events} (watcher, generation, source, id, seq)
      select ${watcher}, ${generation}, coalesce(source, ${first}), id, ${seq} from unnest(${others}::text[], ${ids}::text[]) as r(source, id)
      on conflict do nothing returning source, id)
    select count(*) as count, case when count(*) < ${events.length} then json_agg(json_build_array(source, id))::text end as fresh from fresh`.execute(
    tx.kysely,
  );
  const [found] = rows;
  if (found?.count === events.length) return events;
  const fresh = new Set((JSON.parse(found?.fresh ?? "[]") as unknown[]).map((one) => JSON.stringify(one)));
  return events.filter((event) => fresh.delete(JSON.stringify([sourceOf(event), idOf(event)])));
}

/** Stands before a statement, and keeps the batch with it. */
function keepingBatch(tx: Database, batch: OutboxBatch, at: string): RawBuilder<unknown> {
  const text = batchText(batch);
  const bytes = Buffer.byteLength(text);
  if (bytes > BATCH_BYTES) {
    throw new HeadgateError("E_EVENT_SIZE", `a batch of ${batch.events.length} events has ${bytes} bytes, over ${BATCH_BYTES}`, {
      where: `watcher ${batch.watcher}`,
      hint: "append fewer events at once, or put less into their data",
    });
  }
  return sql`with kept as (
    insert into ${tx.tables.outbox_batches} (watcher, generation, seq, batch, at) values (${batch.watcher}, ${batch.generation}, ${batch.seq}, ${text}, ${at}))`;
}

/** Those that this generation did not have, for tasks to take. */
async function keepItems(tx: Database, reader: string, generation: number, seq: number, items: readonly KeptItem[], at: string): Promise<void> {
  const fresh = await keepNewEvents(
    tx,
    reader,
    generation,
    seq,
    items.map(({ id }) => ({ asset: "", source: reader, id })),
  );
  if (fresh.length === 0) return;
  const texts = new Map(items.map(({ id, item }) => [id, jsonText(item ?? null)]));
  await sql`
    insert into ${tx.tables.kept_items} (owner, item, at)
    select ${indexable(reader)}, item, ${at}::timestamptz from unnest(${fresh.map(({ id = "" }) => texts.get(id) ?? "null")}::text[]) with ordinality as r(item, place)
    order by place`.execute(tx.kysely);
}

async function keepSeen(tx: Database, watcher: string, seen: Parameters<OutboxSession["append"]>[0]["seen"]): Promise<void> {
  if (seen.length === 0) return;
  const last = new Map(seen.map((one) => [indexable(one.item), storable(one.version)]));
  await sql`
    insert into ${tx.tables.watcher_seen} (watcher, item, version)
    select ${watcher}, item, version from unnest(${[...last.keys()]}::text[], ${[...last.values()]}::text[]) as r(item, version)
    on conflict (watcher, item) do update set version = excluded.version`.execute(tx.kysely);
}

async function keepPoison(tx: Database, watcher: string, poison: Parameters<OutboxSession["append"]>[0]["poison"], at: string): Promise<void> {
  if (poison.length === 0) return;
  const last = [...new Map(poison.map((item) => [indexable(item.id), item])).entries()];
  const raws = last.map(([, item]) => storable(item.raw.slice(0, DEAD_LETTER_CHARACTERS)));
  await sql`
    insert into ${tx.tables.dead_letters} as kept (watcher, id, reason, raw, times, first_at, at)
    select ${watcher}, id, reason, raw, 1, ${at}, ${at}
    from unnest(${last.map(([id]) => id)}::text[], ${last.map(([, item]) => storable(item.reason))}::text[], ${raws}::text[]) as r(id, reason, raw)
    on conflict (watcher, id) do update set
      reason = excluded.reason, raw = excluded.raw, at = excluded.at, times = kept.times + 1, redelivered_at = null, redelivered_by = null,
      dropped_at = null, dropped_by = null, dropped_why = null`.execute(tx.kysely);
}

/** A watcher's events have both; what lacks one is told apart by the other. */
function sourceOf(event: EventInput): string {
  return indexable(event.source ?? "");
}

function idOf(event: EventInput): string {
  return indexable(event.id ?? "");
}

function fenced(watcher: string): HeadgateError {
  return new HeadgateError("E_WATCHER_FENCED", "another session holds it", {
    where: `watcher ${watcher}`,
    hint: "let the newer session go on; this one has to end",
  });
}
