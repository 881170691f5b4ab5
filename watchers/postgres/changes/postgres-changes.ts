import type { Json } from "../../../core/json.ts";
import type { Source } from "../../../core/source.ts";
import { changesPlace } from "./place.ts";
import { existingRowName } from "./published-rows.ts";
import { readChanges } from "./read-changes.ts";
import type { ChangesCursor } from "./transactions.ts";

export interface PostgresChangesOptions {
  /** Name of the connection; its URI is in `HEADGATE_CONN_<NAME>`. Its user needs the right to replicate. @default the host of the asset's `postgres:` URI */
  readonly connection?: string;
  /** An existing publication: it says which tables and which operations are told. */
  readonly publication: string;
  /** Only this table of it, `orders` or `sales.orders`; `*` for all. @default the path of the asset's `postgres:` URI */
  readonly table?: string;
  /** The replication slot, made if it is not there; no other reader may use it. @default made of who reads: `headgate_watcher_orders_1f3a9c02` */
  readonly slot?: string;
}

/** A change of one row, the truncation of a table, or a row that was there at the beginning (`read`). */
export interface PostgresChange<Row = Readonly<Record<string, Json>>> {
  readonly operation: "insert" | "update" | "delete" | "truncate" | "read";
  readonly schema: string;
  readonly table: string;
  /** The row as it is now; null for a delete and a truncate. Values are as those of `postgresTable()`. */
  readonly row: Row | null;
  /**
   * What the log says of the row as it was. With the default replica identity: the primary key, of deletes and of updates that change the key.
   * With `replica identity full`: the whole row, of every update and delete.
   */
  readonly before: Partial<Row> | null;
  /** Columns that `row` lacks because they did not change and are stored apart (TOAST): the log does not repeat them. Absent if there are none. */
  readonly unchanged?: readonly string[];
  /** When its transaction was committed, or the row was read: ISO 8601 in UTC with microseconds. */
  readonly at: string;
  /**
   * Where its transaction was committed in the server's log, and its number in there: in the order of these the changes happened. Of a row that was
   * there: the place that it was read at, and 0.
   */
  readonly commit: string;
  readonly index: number;
  /** Of a row that was there: the values that name it, and the transaction that wrote it. */
  readonly key?: readonly Json[];
  readonly version?: string;
  /** System identifier and timeline of the server: `7311930572862001183/1`. */
  readonly server: string;
}

/**
 * Watches what is committed to the tables of a publication, by logical replication: every insert, update, delete and truncate, in order. The
 * server keeps what was not confirmed, and a change is confirmed after the registry accepted its event. With `startAt: "beginning"` the rows that are
 * there come first, each once, and then what follows on them. Postgres 13 or later with `wal_level` `logical`.
 *
 * Throws `E_CONFIG` when the server, the publication or a table is not set up for it, `E_SOURCE` for a server that does not answer or a slot that
 * somebody else reads, and `E_WATCHER_GAP` when changes are lost: the slot is gone or invalidated, somebody read on, the server was restored.
 *
 * @example
 * const orders = asset("postgres://warehouse/sales/orders");
 * watch("orders", postgresChanges<{ id: number }>({ publication: "sales" }), { publishes: orders, map: ({ row }) => (row === null ? undefined : { data: row }) });
 */
export function postgresChanges<Row = Readonly<Record<string, Json>>>(options: PostgresChangesOptions): Source<PostgresChange<Row>, ChangesCursor> {
  return {
    kind: "postgres-changes",
    describe: (asset) => changesPlace(options, asset).source,
    // By default each watcher has a slot of its own.
    takesFrom: (asset) => (options.slot === undefined ? undefined : `postgres://${changesPlace(options, asset).connection}?slot=${options.slot}`),
    leavesBehind: "it would make a replication slot of its own, for which the server keeps its log",
    identify: (item) => ({ id: `${item.server}/${nameOf(item)}`, time: item.at }),
    read: (context) => readChanges<Row>(changesPlace(options, context.asset), context),
  };
}

function nameOf({ commit, index, schema, table, key, version }: PostgresChange<unknown>): string {
  return key === undefined ? `${commit}:${index}` : existingRowName({ schema, table, key, version: version ?? "" });
}
