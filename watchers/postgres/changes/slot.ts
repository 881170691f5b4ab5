import { HeadgateError } from "../../../core/errors.ts";
import type { SourceLog } from "../../../core/source.ts";
import type { TableClient } from "../table-client.ts";
import { formatLsn, parseLsn } from "./lsn.ts";
import type { ChangesPlace } from "./place.ts";
import type { ServerPlace } from "./replication-stream.ts";
import type { ChangesCursor } from "./transactions.ts";

/** A replication slot: the server's promise to keep its log from somewhere on. */
export interface Slot {
  /** Everything below was confirmed, and is not sent again. */
  readonly confirmed: bigint;
  /** Why its changes are gone, if they are. */
  readonly lost?: string;
  /** Bytes of log that it keeps back. */
  readonly kept: number;
  /** Bytes that may still be written before the server gives it up; absent without such a limit. */
  readonly left?: number;
}

/** More than so many bytes of log are worth a warning. */
const MUCH = 1024 ** 3;

/** Undefined if there is none. Throws `E_CONFIG` for one that cannot be read here. */
export async function readSlot(client: TableClient, place: ChangesPlace, name: string): Promise<Slot | undefined> {
  const [row] = await client.query(
    `select coalesce(plugin, slot_type), coalesce(database, ''), database = current_database(), confirmed_flush_lsn::text,
       case when wal_status = 'lost' or to_jsonb(s) ->> 'invalidation_reason' is not null then coalesce(to_jsonb(s) ->> 'invalidation_reason', wal_status) end,
       case when pg_is_in_recovery() then 0 else pg_wal_lsn_diff(pg_current_wal_lsn(), coalesce(restart_lsn, pg_current_wal_lsn())) end::float8, safe_wal_size::float8
     from pg_replication_slots s where slot_name = $1`,
    [name],
  );
  if (row === undefined) return undefined;
  const [plugin, database, here, confirmed, lost, kept, left] = row as readonly [
    string,
    string,
    boolean | null,
    string | null,
    string | null,
    number,
    number | null,
  ];
  if (plugin !== "pgoutput" || here !== true) {
    throw new HeadgateError("E_CONFIG", `the replication slot "${name}" is of ${plugin}${database === "" ? "" : `, in the database "${database}"`}`, {
      where: place.source,
      hint: "name another slot: it is made by the watcher, with pgoutput and in the database of its connection",
    });
  }
  return {
    confirmed: parseLsn(confirmed ?? "0/0"),
    kept,
    ...(lost === null ? {} : { lost: lost.replaceAll("_", " ") }),
    ...(left === null ? {} : { left }),
  };
}

/** Makes the slot; the place from which on it keeps changes. */
export async function createSlot(client: TableClient, place: ChangesPlace, name: string): Promise<bigint> {
  try {
    const [row] = await client.query("select lsn::text from pg_create_logical_replication_slot($1, 'pgoutput')", [name]);
    return parseLsn(String(row?.[0]));
  } catch (error) {
    throw new HeadgateError("E_SOURCE", `the replication slot "${name}" cannot be made`, {
      where: place.source,
      cause: error,
      hint: "the user must have the right to replicate, max_replication_slots leave room; a transaction that has been open for long (pg_stat_activity) holds it up",
    });
  }
}

/** Throws `E_WATCHER_GAP` if reading on from `position` would leave changes out without a word. */
export function checkSlot(place: ChangesPlace, name: string, slot: Slot | undefined, position: ChangesCursor, server: ServerPlace): void {
  const lsn = parseLsn(position.lsn);
  const drop = `select pg_drop_replication_slot('${name}')`;
  if (position.server !== undefined && position.server !== server.identity) {
    throw gap(
      place,
      `the connection "${place.connection}" leads to another server than before, or one that was restored or promoted (${position.server} is ${server.identity} now)`,
    );
  }
  if (position.slot !== undefined && position.slot !== name)
    throw gap(place, `the position belongs to the replication slot "${position.slot}", not to "${name}"`);
  if (slot === undefined) throw gap(place, `the replication slot "${name}" is gone: what was committed since ${position.lsn} is kept nowhere`);
  if (slot.lost !== undefined)
    throw gap(place, `the server gave the replication slot "${name}" up (${slot.lost}): what was committed since ${position.lsn} is gone`, drop);
  const newest = position.within === undefined ? lsn : parseLsn(position.within.commit);
  if (newest > server.flushed && newest > slot.confirmed) {
    throw gap(place, `the position is ${position.lsn}, and the server has not come so far (${formatLsn(server.flushed)}): it was restored from an older copy`);
  }
  if (slot.confirmed > lsn) {
    throw gap(place, `somebody confirmed the replication slot "${name}" up to ${formatLsn(slot.confirmed)}, and the watcher stands at ${position.lsn}`);
  }
}

/** Says when the server keeps much of its log for the watcher, or is about to give the slot up. */
export function warnOfSlot(place: ChangesPlace, name: string, slot: Slot | undefined, log: SourceLog): void {
  if (slot === undefined) return;
  const soon = slot.left !== undefined && slot.left < slot.kept;
  if (slot.kept < MUCH && !soon) return;
  const left = slot.left === undefined ? "" : `; after ${megabytes(slot.left)} more it gives the slot up`;
  log.warn(`${place.source}: the server keeps ${megabytes(slot.kept)} of its log for the replication slot "${name}"${left}`, {
    hint: "what holds the watcher up also fills the server's disk: look at its last error, or raise max_slot_wal_keep_size",
  });
}

function megabytes(bytes: number): string {
  return `${Math.max(0, Math.round(bytes / 1024 ** 2)).toLocaleString("en")} MB`;
}

function gap(place: ChangesPlace, message: string, first?: string): HeadgateError {
  return new HeadgateError("E_WATCHER_GAP", message, {
    where: place.source,
    hint: `${first === undefined ? "" : `${first}, then `}reset the position to "now": it goes on with what is committed from then on; what was missed is only in the tables`,
  });
}
