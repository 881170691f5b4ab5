import pg from "pg";
import { HeadgateError, messageOf } from "../../../core/errors.ts";
import { closeWithin } from "../../close-within.ts";
import { parseLsn } from "./lsn.ts";
import type { ChangesPlace } from "./place.ts";
import type { PublishedTable } from "./published-tables.ts";
import { connectForReplication, replicationClient } from "./replication-client.ts";

/** The tables of a server as they were at one place of its log. */
export interface Snapshot {
  /** What was committed before this place is in it, and nothing else. */
  readonly lsn: bigint;
  /** When it was taken: ISO 8601 in UTC with microseconds. */
  readonly at: string;
  /** The rows of a table, some at once. */
  pages(table: PublishedTable): AsyncGenerator<readonly SnapshotRow[]>;
  close(): Promise<void>;
}

export interface SnapshotRow {
  /** Of the table's columns, in their order and as the log writes them. */
  readonly values: readonly (string | null)[];
  /** The transaction that wrote the row: another one when the row is changed. */
  readonly version: string;
}

/** Rows of one page. */
const PAGE = 500;
/** Milliseconds that closing may take. */
const CLOSE = 400;
/** Rows as text, whatever their types. */
const AS_TEXT = { getTypeParser: () => (text: string) => text };

/**
 * Makes a replication slot, and opens what its changes follow on: only together with a slot does a server say where in its log a snapshot stands.
 * A temporary slot ends with the connection. Throws `E_SOURCE`.
 */
export async function openSnapshot(
  uri: string,
  place: ChangesPlace,
  slot: { readonly name: string; readonly temporary: boolean },
  signal: AbortSignal,
): Promise<Snapshot> {
  const client = replicationClient(uri);
  // The next query says it as well.
  client.on("error", () => undefined);
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    signal.removeEventListener("abort", close);
    closing ??= closeWithin(CLOSE, client.end());
    return closing;
  };

  async function select(text: string): Promise<readonly (readonly (string | null)[])[]> {
    try {
      return (await client.query({ text, rowMode: "array", types: AS_TEXT as never })).rows;
    } catch (error) {
      throw new HeadgateError("E_SOURCE", `${place.source} cannot be read: ${messageOf(error)}`, { cause: error, ...hintFor(error, place) });
    }
  }

  async function* pages(table: PublishedTable): AsyncGenerator<readonly SnapshotRow[]> {
    const columns = [...table.columns.map(({ name }) => pg.escapeIdentifier(name)), "xmin"].join(", ");
    const from = `${table.partitioned ? "" : "only "}${pg.escapeIdentifier(table.schema)}.${pg.escapeIdentifier(table.table)}`;
    await select(`declare existing no scroll cursor for select ${columns} from ${from}${table.filter === undefined ? "" : ` where ${table.filter}`}`);
    for (;;) {
      const rows = await select(`fetch ${PAGE} from existing`);
      if (rows.length === 0) break;
      yield rows.map((row) => ({ values: row.slice(0, -1), version: row.at(-1) ?? "" }));
    }
    await select("close existing");
  }

  try {
    await connectForReplication(client);
    if (signal.aborted) throw new Error("it is not wanted any more");
    signal.addEventListener("abort", close, { once: true });
    // It stays open for as long as the rows are published.
    await client.query("set idle_in_transaction_session_timeout = 0");
    await client.query("begin read only isolation level repeatable read");
    const name = pg.escapeIdentifier(slot.name);
    const { rows } = await client.query(`CREATE_REPLICATION_SLOT ${name} ${slot.temporary ? "TEMPORARY " : ""}LOGICAL pgoutput USE_SNAPSHOT`);
    const [now] = await select(`select to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`);
    return { lsn: parseLsn(String(rows[0]?.consistent_point)), at: String(now?.[0]), pages, close };
  } catch (error) {
    await close();
    throw new HeadgateError("E_SOURCE", `the replication slot "${slot.name}" cannot be made: ${messageOf(error)}`, {
      where: place.source,
      cause: error,
      hint: "the user must have the right to replicate, max_replication_slots and max_wal_senders leave room; a transaction that has been open for long (pg_stat_activity) holds it up",
    });
  }
}

function hintFor(error: unknown, place: ChangesPlace): { readonly hint?: string } {
  const isRefused = typeof error === "object" && error !== null && "code" in error && error.code === "42501";
  return isRefused ? { hint: `grant select on the tables of the publication to the user of the connection "${place.connection}"` } : {};
}
