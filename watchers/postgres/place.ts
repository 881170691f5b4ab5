import type { Duration } from "../../core/condition.ts";
import { HeadgateError } from "../../core/errors.ts";
import type { SourceAsset } from "../../core/source.ts";
import { parseDuration } from "../../core/time/duration.ts";
import { splitUri } from "../../core/uri/uri.ts";
import type { PostgresTableOptions } from "./postgres-table.ts";

export type FollowBy =
  /**
   * A column of type `xid8` that every insert and update sets to `pg_current_xact_id()`: exact, with any number of writers.
   */
  | { readonly xid: string }
  /**
   * A column of type `timestamptz` that every insert and update sets, best to `now()`. Rows of transactions that are open are waited
   * for; `lookback` is the margin beyond that, and all there is for times that the application sets. @default lookback "10s"
   * A `timestamp` column needs `utc: true`, which says that it holds times in UTC.
   */
  | { readonly timestamp: string; readonly lookback?: Duration; readonly utc?: boolean }
  /**
   * A column of unique integers from a sequence. Only new rows are seen, no changes. Numbers that are missing are waited for until
   * the transactions that could hold them are over, and `patience` at least. @default patience "10s"
   */
  | { readonly sequence: string; readonly patience?: Duration };

/** What is read, with all that does not need the server. */
export interface TablePlace {
  readonly connection: string;
  readonly schema: string;
  readonly table: string;
  /** The `source` of the events: `postgres://warehouse/sales/orders?by=xid:changed_xid`. */
  readonly source: string;
  readonly kind: "xid" | "timestamp" | "sequence";
  /** The column that is followed. */
  readonly column: string;
  /** `lookback` or `patience` in milliseconds; 0 for `xid`. */
  readonly margin: number;
  readonly utc: boolean;
  readonly key?: readonly string[];
  readonly columns?: readonly string[];
  readonly notify?: string;
}

/** Throws `E_CONFIG` and `E_DURATION`. */
export function tablePlace(options: PostgresTableOptions, asset: SourceAsset | undefined): TablePlace {
  const named = options.table === undefined || options.connection === undefined ? placeOfAsset(asset) : undefined;
  const connection = options.connection ?? named?.connection;
  const [schema, table] = options.table === undefined ? [named?.schema, named?.table] : splitTable(options.table);
  if (connection === undefined || connection === "" || schema === undefined || table === undefined) {
    throw new HeadgateError("E_CONFIG", `postgresTable() does not know what to read${asset === undefined ? "" : `: "${asset.uri}" is no table`}`, {
      hint: 'write postgresTable({ connection: "warehouse", table: "sales.orders" }), or give the asset a URI as postgres://warehouse/sales/orders',
    });
  }
  const followed = followedBy(options.by);
  const key = typeof options.key === "string" ? [options.key] : options.key;
  for (const name of [schema, table, followed.column, ...(key ?? []), ...(options.columns ?? []), ...(options.notify === undefined ? [] : [options.notify])]) {
    checkIdentifier(name);
  }
  return {
    connection,
    schema,
    table,
    source: `postgres://${connection}/${encodeURIComponent(schema)}/${encodeURIComponent(table)}?by=${followed.kind}:${encodeURIComponent(followed.column)}`,
    ...followed,
    ...(key === undefined ? {} : { key }),
    ...(options.columns === undefined ? {} : { columns: options.columns }),
    ...(options.notify === undefined ? {} : { notify: options.notify }),
  };
}

function followedBy(by: FollowBy): Pick<TablePlace, "kind" | "column" | "margin" | "utc"> {
  if ("xid" in by) return { kind: "xid", column: by.xid, margin: 0, utc: false };
  if ("timestamp" in by) {
    const margin = parseDuration(by.lookback ?? "10s", "postgresTable({ by: { lookback } })");
    return { kind: "timestamp", column: by.timestamp, margin, utc: by.utc ?? false };
  }
  if ("sequence" in by) {
    return { kind: "sequence", column: by.sequence, margin: parseDuration(by.patience ?? "10s", "postgresTable({ by: { patience } })"), utc: false };
  }
  throw new HeadgateError("E_CONFIG", "postgresTable() does not know how to follow the table", {
    hint: 'write by: { xid: "changed_xid" }, { timestamp: "updated_at" } or { sequence: "id" }',
  });
}

export function placeOfAsset(asset: SourceAsset | undefined): { readonly connection: string; readonly schema: string; readonly table: string } | undefined {
  if (asset === undefined) return undefined;
  const { scheme, authority, path } = splitUri(asset.uri);
  const [schema, table, ...rest] = path.slice(1).split("/");
  if (scheme !== "postgres" || !authority || schema === undefined || table === undefined || rest.length > 0) return undefined;
  return { connection: authority, schema: decodeURIComponent(schema), table: decodeURIComponent(table) };
}

export function splitTable(text: string): readonly [schema: string | undefined, table: string | undefined] {
  const parts = text.split(".");
  if (parts.length > 2) {
    throw new HeadgateError("E_CONFIG", `"${text}" is no table`, { hint: 'write it as "sales.orders", without the database' });
  }
  return parts.length === 1 ? ["public", parts[0]] : [parts[0], parts[1]];
}

/** Postgres cuts longer names off without an error: another table or column would be read. */
export function checkIdentifier(name: string): void {
  if (name !== "" && !name.includes("\0") && Buffer.byteLength(name) <= 63) return;
  throw new HeadgateError("E_CONFIG", `"${name}" is no name in Postgres`, { hint: "a name has 1 to 63 bytes" });
}
