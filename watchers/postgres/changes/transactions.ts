import type { Json } from "../../../core/json.ts";
import type { PoisonItem } from "../../../core/source.ts";
import { toColumnValue } from "./column-value.ts";
import { formatLsn, parseLsn } from "./lsn.ts";
import { decodeLogMessage, type LogMessage, type LogRow, type LogTable, type OldRow } from "./pgoutput.ts";
import type { PostgresChange } from "./postgres-changes.ts";
import type { StreamMessage } from "./replication-stream.ts";

/** Where a watcher of changes stands. As `startAt` it needs only `lsn`. */
export interface ChangesCursor {
  /** Every transaction that was committed before this place of the log is done: `0/16B3748`. */
  readonly lsn: string;
  /** A large transaction that is published in parts: where it was committed, and how many of its changes are done. */
  readonly within?: { readonly commit: string; readonly done: number };
  /** Rows that were there at the beginning are still being published; changes of those that are not yet are not told. */
  readonly rows?: "reading";
  /** The slot and the server (`system identifier/timeline`) that the position belongs to. */
  readonly slot?: string;
  readonly server?: string;
}

export interface TransactionReaderOptions {
  readonly from: ChangesCursor;
  readonly server: string;
  readonly wanted: (table: LogTable) => boolean;
}

/** What became of one message: changes, in their order. */
export interface ReadChanges {
  readonly changes: readonly PostgresChange[];
  readonly poison: readonly PoisonItem[];
}

/** Makes changes of messages. What is done already, since a transaction is sent again as a whole, is left out. */
export interface TransactionReader {
  push(message: StreamMessage): ReadChanges;
  /** After the last message. */
  position(): Pick<ChangesCursor, "lsn" | "within">;
  /** Up to here the server may be told that everything is safe, once what was read is. */
  safe(): bigint;
}

const NOTHING: ReadChanges = { changes: [], poison: [] };

export function createTransactionReader({ from, server, wanted }: TransactionReaderOptions): TransactionReader {
  const tables = new Map<number, LogTable>();
  let done = parseLsn(from.lsn);
  let part = from.within;
  let open: { readonly commit: string; readonly at: string; readonly skip: number; index: number } | undefined;

  function begin(commit: bigint, at: bigint): void {
    const name = formatLsn(commit);
    const skip = commit < done ? Number.POSITIVE_INFINITY : part?.commit === name ? part.done : 0;
    open = { commit: name, at: toIso(at), skip, index: 0 };
  }

  function end(lsn: bigint): void {
    open = undefined;
    if (lsn <= done) return;
    done = lsn;
    part = undefined;
  }

  /** Each is counted, also of tables that are not wanted: so a change keeps its number whatever is wanted. */
  function changeOf(id: number, make: (table: LogTable) => Omit<PostgresChange, "schema" | "table" | "at" | "commit" | "index" | "server">): ReadChanges {
    const table = tables.get(id);
    if (open === undefined || table === undefined) throw new TypeError("the log has a change outside of a transaction, or of a table that it did not describe");
    const { commit, at, skip, index } = open;
    open.index += 1;
    if (index < skip) return NOTHING;
    part = { commit, done: index + 1 };
    if (!wanted(table)) return NOTHING;
    const where = { schema: table.schema, table: table.table };
    try {
      return { changes: [{ ...make(table), ...where, at, commit, index, server }], poison: [] };
    } catch (error) {
      const raw = `${table.schema}.${table.table}`;
      return { changes: [], poison: [{ id: `${server}/${commit}:${index}`, reason: error instanceof Error ? error.message : String(error), raw }] };
    }
  }

  function read(message: LogMessage): ReadChanges {
    switch (message.kind) {
      case "begin":
        begin(message.commit, message.at);
        return NOTHING;
      case "commit":
        end(message.end);
        return NOTHING;
      case "table":
        tables.set(message.table.id, message.table);
        return NOTHING;
      case "insert":
        return changeOf(message.table, (table) => ({ operation: "insert", ...newRow(table, message.row, undefined), before: null }));
      case "update":
        return changeOf(message.table, (table) => ({
          operation: "update",
          ...newRow(table, message.row, message.before),
          before: message.before === undefined ? null : oldRow(table, message.before),
        }));
      case "delete":
        return changeOf(message.table, (table) => ({ operation: "delete", row: null, before: oldRow(table, message.before) }));
      case "truncate": {
        const parts = message.tables.map((id) => changeOf(id, () => ({ operation: "truncate", row: null, before: null })));
        return { changes: parts.flatMap(({ changes }) => changes), poison: parts.flatMap(({ poison }) => poison) };
      }
      case "other":
        return NOTHING;
    }
  }

  return {
    push: (message) => {
      if (message.kind === "data") return read(decodeLogMessage(message.data));
      // Between two transactions: whatever was committed before this place was sent.
      if (open === undefined && message.lsn > done) done = message.lsn;
      return NOTHING;
    },
    position: () => ({ lsn: formatLsn(done), ...(part === undefined ? {} : { within: part }) }),
    safe: () => done,
  };
}

function newRow(table: LogTable, row: LogRow, before: OldRow | undefined): Pick<PostgresChange, "row" | "unchanged"> {
  // With the whole old row at hand what did not change is known.
  const full = before?.whole === true ? row.map((value, k) => (value === undefined ? before.values[k] : value)) : row;
  const unchanged = table.columns.filter((_, k) => full[k] === undefined).map((column) => column.name);
  return { row: valuesOf(table, full, () => true), ...(unchanged.length === 0 ? {} : { unchanged }) };
}

function oldRow(table: LogTable, { whole, values }: OldRow): Readonly<Record<string, Json>> {
  return valuesOf(table, values, (k) => whole || table.columns[k]?.identifies === true);
}

function valuesOf(table: LogTable, row: LogRow, has: (k: number) => boolean): Readonly<Record<string, Json>> {
  const values: Record<string, Json> = {};
  for (const [k, { name, type }] of table.columns.entries()) {
    const text = row[k];
    if (text === undefined || !has(k)) continue;
    values[name] = text === null ? null : toColumnValue(type, text);
  }
  return values;
}

/** Microseconds since 1970 as ISO 8601. */
function toIso(micros: bigint): string {
  const millis = new Date(Number(micros / 1000n)).toISOString();
  return `${millis.slice(0, -1)}${String(micros % 1000n).padStart(3, "0")}Z`;
}
