import type { Json } from "../../core/json.ts";
import type { Source } from "../../core/source.ts";
import type { TableCursor } from "./follower.ts";
import { type FollowBy, tablePlace } from "./place.ts";
import { readTable } from "./read-table.ts";

export interface PostgresTableOptions {
  /** Name of the connection; its URI is in `HEADGATE_CONN_<NAME>`. @default the host of the asset's `postgres:` URI */
  readonly connection?: string;
  /** `schema.table`, or a table of `public`; a view needs `key`. @default the path of the asset's `postgres:` URI */
  readonly table?: string;
  /** How new and changed rows are found: by a column of the transaction's id, of the time of the change, or of a growing number. */
  readonly by: FollowBy;
  /** Columns that name a row; none may be null. @default the primary key */
  readonly key?: string | readonly string[];
  /** Columns that items carry. @default all */
  readonly columns?: readonly string[];
  /** Channel of NOTIFY that wakes the watcher up. Only that: what was missed is found by the next poll. */
  readonly notify?: string;
}

/** A row as it was read. A row that changes is a new item: the same key with another version. */
export interface PostgresRow<Row = Readonly<Record<string, Json>>> {
  readonly schema: string;
  readonly table: string;
  /** Values of the key columns as text, in their order. */
  readonly key: readonly string[];
  /** Value of the column that is followed, as text: a transaction's id, an instant in UTC to the microsecond, a number. */
  readonly version: string;
  /**
   * The columns as JSON. `bigint` and `numeric` are text, since a number in JavaScript would round them; instants are ISO 8601 in
   * UTC with microseconds.
   */
  readonly row: Row;
}

/**
 * Watches a table (or view) of Postgres 13 or later for new and changed rows. Nothing is lost to transactions that commit late.
 * Deleted rows are no items, and of several changes between two polls the last is seen.
 *
 * Throws `E_CONFIG` for a table or column that does not fit, `E_SOURCE` for a server that does not answer, and `E_WATCHER_GAP` when
 * the position means nothing any more: another server, a restored one, a sequence that began again.
 *
 * @example
 * const orders = asset("postgres://warehouse/sales/orders");
 * watch("orders", postgresTable({ by: { xid: "changed_xid" }, notify: "orders" }), { publishes: orders, map: ({ row }) => ({ data: row }) });
 */
export function postgresTable<Row = Readonly<Record<string, Json>>>(options: PostgresTableOptions): Source<PostgresRow<Row>, TableCursor> {
  return {
    kind: "postgres-table",
    describe: (asset) => tablePlace(options, asset).source,
    identify: (item) => {
      const key = item.key.length === 1 ? item.key[0] : JSON.stringify(item.key);
      return { id: `${key}@${item.version}`, ...(/^\d{4}-\d\d-\d\dT/.test(item.version) ? { time: item.version } : {}) };
    },
    read: (context) => readTable<Row>(tablePlace(options, context.asset), context),
  };
}
