import { sql } from "kysely";
import type { WatcherPosition } from "../../core/watcher-protocol.ts";
import type { Database } from "../database.ts";
import { toPosition } from "../position.ts";

export interface WatcherSummary {
  readonly watcher: string;
  readonly source: string;
  /** What its position belongs to: `kind source`. Null before the first session, and after a reset. */
  readonly fingerprint: string | null;
  readonly status: "running" | "backing-off" | "stopped" | null;
  readonly error: string | null;
  readonly code: string | null;
  readonly generation: number;
  /** Number of the last batch of this generation, and of the last one that was sent. */
  readonly lastSeq: number;
  readonly sentSeq: number;
  /** Batches that are not yet sent, and when the oldest of them was kept. */
  readonly unsent: number;
  readonly oldestUnsentAt: number | null;
  /** Letters that were neither sent again nor dropped. */
  readonly deadLetters: number;
  readonly openedAt: number | null;
  readonly reportedAt: number | null;
  readonly appendedAt: number | null;
  readonly sentAt: number | null;
}

export interface WatcherReset {
  readonly id: string;
  readonly to: WatcherPosition;
  readonly deliver: "redeliver" | "skip";
  readonly by: string;
  readonly why: string | null;
  readonly at: number;
  readonly generation: number;
  readonly cursorBefore: unknown;
}

export interface WatcherDetails extends WatcherSummary {
  readonly cursor: unknown;
  readonly startAt: WatcherPosition | null;
  /** Items whose version is known. */
  readonly seen: number;
  /** Newest first. */
  readonly resets: readonly WatcherReset[];
}

/** In order of their ids: all of them, or those of `ids`. */
export async function listWatchers(db: Database, { ids }: { readonly ids?: readonly string[] } = {}): Promise<readonly WatcherSummary[]> {
  const which = ids === undefined ? sql`w.id not like '%/%'` : sql`w.id = any(${[...ids]}::text[])`;
  const { rows } = await sql<WatcherSummary>`${summaries(db)} where ${which} order by w.id`.execute(db.kysely);
  return rows;
}

/** A task that takes from a source, where it stands. */
export interface TaskReader {
  readonly dag: string;
  readonly task: string;
  /** `kind source`. */
  readonly fingerprint: string;
}

/** Tasks that have taken from a source: each once for each place. */
export async function listTaskReaders(db: Database): Promise<readonly TaskReader[]> {
  const { rows } = await sql<TaskReader>`
    select distinct split_part(id, '/', 2) as dag, split_part(id, '/', case when id like 'consume/%' then 3 else -1 end) as task, fingerprint
    from ${db.tables.watchers} where (id like 'consume/%' or id like 'wait/%') and fingerprint is not null order by dag, task, fingerprint`.execute(db.kysely);
  return rows;
}

export async function showWatcher(db: Database, id: string): Promise<WatcherDetails | undefined> {
  const { tables: t } = db;
  const { rows } = await sql<WatcherSummary>`${summaries(db)} where w.id = ${id}`.execute(db.kysely);
  const [row] = rows;
  if (row === undefined) return undefined;
  const position = await sql<{ cursor: string | null; startAt: string | null; seen: number }>`
    select cursor, start_at as "startAt", (select count(*) from ${t.watcher_seen} where watcher = ${id}) as seen from ${t.watchers} where id = ${id}`.execute(
    db.kysely,
  );
  const resets = await sql<Omit<WatcherReset, "cursorBefore" | "to"> & { to: string; cursor: string | null }>`
    select id, "to", deliver, "by", why, at, generation, cursor_before as cursor from ${t.watcher_resets} where watcher = ${id} order by at desc limit 50`.execute(
    db.kysely,
  );
  const { cursor = null, startAt = null, seen = 0 } = position.rows[0] ?? {};
  return {
    ...row,
    cursor: decode(cursor),
    startAt: startAt === null ? null : toPosition(startAt),
    seen,
    resets: resets.rows.map(({ cursor: before, to, ...reset }) => ({ ...reset, to: toPosition(to), cursorBefore: decode(before) })),
  };
}

function summaries(db: Database): ReturnType<typeof sql> {
  const { tables: t } = db;
  return sql`
    select w.id as watcher, w.source, w.fingerprint, w.status, w.error, w.code, w.generation, w.last_seq as "lastSeq", w.sent_seq as "sentSeq",
      u.unsent, u.oldest as "oldestUnsentAt", (select count(*) from ${t.dead_letters} l where l.watcher = w.id and l.redelivered_at is null and l.dropped_at is null) as "deadLetters",
      w.opened_at as "openedAt", w.reported_at as "reportedAt", w.appended_at as "appendedAt", w.sent_at as "sentAt"
    from ${t.watchers} w, lateral (select count(*) as unsent, min(b.at) as oldest from ${t.outbox_batches} b where b.watcher = w.id and b.sent_at is null) u`;
}

function decode(text: string | null): unknown {
  return text === null ? undefined : JSON.parse(text);
}
