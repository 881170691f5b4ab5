import { type RawBuilder, sql } from "kysely";
import { defined } from "../core/defined.ts";
import type { EventInput } from "../core/event.ts";
import type { QuarantinedEvent } from "../core/fact.ts";
import { formatInstant } from "../core/time/time.ts";
import type { Outbox, OutboxBatch } from "../watchers/outbox.ts";
import type { Database } from "./database.ts";
import type { FactOf } from "./fact-rows.ts";
import { insertRows, newestOf, type Row } from "./rows.ts";
import { QUARANTINED } from "./shapes.ts";
import { indexable, instant, jsonText, optional, storable } from "./text.ts";

/** An event that breaks the contract of its asset and was put aside, whole; `at` is when that was. Instants are milliseconds since 1970. */
export interface QuarantineEntry extends QuarantinedEvent {
  /** What it breaks. */
  readonly why: string;
  readonly watcher: string | null;
  readonly releasedAt: number | null;
  readonly releasedBy: string | null;
  readonly droppedAt: number | null;
  readonly droppedBy: string | null;
  /** What the person said who released or dropped it. */
  readonly settledWhy: string | null;
}

export interface QuarantineFilter {
  readonly asset?: string;
  readonly source?: string;
  readonly id?: string;
  /** Only those that were neither released nor dropped. */
  readonly waiting?: boolean;
  /** The last event of the page before. */
  readonly after?: Pick<QuarantineEntry, "at" | "source" | "id">;
  /** @default 100 */
  readonly limit?: number;
}

/** What one puts aside again waits again: it may say something else by now. */
export async function projectQuarantined(tx: Database, registry: string, facts: readonly FactOf<"quarantined">[]): Promise<void> {
  const rows = newestOf(
    facts.map((fact) => quarantinedRow(registry, fact)),
    ({ source, id }) => JSON.stringify([source, id]),
    (row, than) => String(row.at) > String(than.at) || (row.at === than.at && Number(row.n) > Number(than.n)),
  );
  await insertRows(
    tx,
    QUARANTINED,
    rows,
    sql`on conflict (source, id) do update set registry = excluded.registry, n = excluded.n, at = excluded.at, asset = excluded.asset, why = excluded.why,
      event = excluded.event, watcher = excluded.watcher, run = excluded.run,
      released_at = null, released_by = null, dropped_at = null, dropped_by = null, settled_why = null
      where (excluded.at, excluded.n) > (kept.at, kept.n)`,
  );
}

function quarantinedRow(registry: string, { n, at, event, why, watcher }: FactOf<"quarantined">): Row<typeof QUARANTINED> {
  return {
    ...{ source: indexable(event.source), id: indexable(event.id), registry, n, at: instant(at) },
    ...{ asset: indexable(event.asset), why: storable(why), event: jsonText(event) },
    ...{ watcher: optional(watcher, storable), run: optional(event.run, indexable) },
  };
}

/** Newest first. */
export async function listQuarantined(db: Database, filter: QuarantineFilter = {}): Promise<readonly QuarantineEntry[]> {
  const { asset, source, id, waiting = false, after, limit = 100 } = filter;
  const conditions: RawBuilder<unknown>[] = [
    sql`true`,
    ...(asset === undefined ? [] : [sql`asset = ${indexable(asset)}`]),
    ...(source === undefined ? [] : [sql`source = ${indexable(source)}`]),
    ...(id === undefined ? [] : [sql`id = ${indexable(id)}`]),
    ...(waiting ? [WAITING] : []),
    ...(after === undefined ? [] : [sql`(at, source, id) < (${instant(after.at)}::timestamptz, ${indexable(after.source)}, ${indexable(after.id)})`]),
  ];
  const { rows } = await sql<Omit<QuarantineEntry, keyof QuarantinedEvent> & { readonly event: QuarantinedEvent; readonly at: number }>`
    select event, at, why, watcher,
      released_at as "releasedAt", released_by as "releasedBy", dropped_at as "droppedAt", dropped_by as "droppedBy", settled_why as "settledWhy"
    from ${db.tables.quarantined} where ${sql.join(conditions, sql` and `)} order by at desc, source desc, id desc limit ${limit}`.execute(db.kysely);
  return rows.map(({ event, ...row }) => ({ ...event, ...row }));
}

const WAITING = sql`released_at is null and dropped_at is null`;

/** What one of them is called. */
export type QuarantineName = Pick<QuarantineEntry, "source" | "id">;

export interface Release {
  readonly entry: QuarantineEntry;
  readonly by: string;
  readonly why?: string | undefined;
  /** Hands a batch to the registry; resolves once it is accepted. */
  readonly send: (batch: OutboxBatch) => Promise<void>;
}

/**
 * Publishes a quarantined event as it is. It goes through an outbox of its own, as dead letters do: after a crash in the middle a repeat of the
 * call sends the same batch, and the same event counts once.
 */
export async function releaseQuarantined(db: Database, outbox: Outbox, now: () => number, { entry, by, why, send }: Release): Promise<boolean> {
  const session = await outbox.open({ id: "quarantine/released", source: "quarantine", fingerprint: "quarantine" });
  await session.append({ events: [asPublished(entry)], cursor: undefined, seen: [], poison: [] });
  for (const batch of await session.unsent()) {
    await send(batch);
    await session.markSent(batch.seq, batch.generation);
  }
  return (await settle(db, [entry], sql`released_at = ${instant(now())}, released_by = ${storable(by)}, settled_why = ${optional(why, storable)}`)) > 0;
}

export interface QuarantineDrop {
  readonly events: readonly QuarantineName[];
  readonly by: string;
  readonly why: string;
}

/** Lets go of quarantined events that wait; they stay, with who and why. Returns how many it were. */
export async function dropQuarantined(db: Database, now: number, { events, by, why }: QuarantineDrop): Promise<number> {
  return await settle(db, events, sql`dropped_at = ${instant(now)}, dropped_by = ${storable(by)}, settled_why = ${storable(why)}`);
}

async function settle(db: Database, events: readonly QuarantineName[], end: RawBuilder<unknown>): Promise<number> {
  const [sources, ids] = [events.map(({ source }) => indexable(source)), events.map(({ id }) => indexable(id))];
  const { rows } = await sql`
    update ${db.tables.quarantined} set ${end}
    where (source, id) in (select * from unnest(${sources}::text[], ${ids}::text[])) and ${WAITING} returning id`.execute(db.kysely);
  return rows.length;
}

function asPublished({ asset, source, id, time, partition, data, hops, groups, by, traceparent }: QuarantineEntry): EventInput {
  return { asset, source, id, time: formatInstant(time), partition, data, hops, ...defined({ groups, by, traceparent }) };
}
