import { createHash } from "node:crypto";
import { HeadgateError } from "../../../core/errors.ts";
import type { SourceAsset } from "../../../core/source.ts";
import { checkIdentifier, placeOfAsset, splitTable } from "../place.ts";
import type { PostgresChangesOptions } from "./postgres-changes.ts";

/** What is read, with all that does not need the server. */
export interface ChangesPlace {
  readonly connection: string;
  readonly publication: string;
  /** Only changes of this table; of every one of the publication otherwise. */
  readonly only?: { readonly schema: string; readonly table: string };
  /** The `source` of the events: `postgres://warehouse/sales/orders?publication=sales`. */
  readonly source: string;
  /** As given; else it is named after the reader. */
  readonly slot?: string;
}

/** Throws `E_CONFIG`. */
export function changesPlace(options: PostgresChangesOptions, asset: SourceAsset | undefined): ChangesPlace {
  const named = placeOfAsset(asset);
  const connection = options.connection ?? named?.connection;
  if (connection === undefined || connection === "") {
    throw new HeadgateError("E_CONFIG", `postgresChanges() does not know what to read${asset === undefined ? "" : `: "${asset.uri}" names no connection`}`, {
      hint: 'write postgresChanges({ connection: "warehouse", publication: "sales" }), or give the asset a URI as postgres://warehouse/sales/orders',
    });
  }
  checkIdentifier(options.publication);
  if (options.slot !== undefined && !/^[a-z0-9_]{1,63}$/.test(options.slot)) {
    throw new HeadgateError("E_CONFIG", `"${options.slot}" is no name of a replication slot`, { hint: "it has 1 to 63 of a to z, 0 to 9 and _" });
  }
  const [schema, table] = options.table === undefined ? [named?.schema, named?.table] : splitTable(options.table);
  const only = options.table === "*" || schema === undefined || table === undefined ? undefined : { schema, table };
  for (const name of only === undefined ? [] : [only.schema, only.table]) checkIdentifier(name);
  const path = only === undefined ? "" : `/${encodeURIComponent(only.schema)}/${encodeURIComponent(only.table)}`;
  return {
    connection,
    publication: options.publication,
    source: `postgres://${connection}${path}?publication=${encodeURIComponent(options.publication)}`,
    ...(only === undefined ? {} : { only }),
    ...(options.slot === undefined ? {} : { slot: options.slot }),
  };
}

/** The slot of a reader: `headgate_watcher_orders_1f3a9c02`. The digits keep names apart that differ in what a slot's name may not have. */
export function slotOf(place: ChangesPlace, reader: string | undefined): string {
  if (place.slot !== undefined) return place.slot;
  if (reader === undefined) {
    throw new HeadgateError("E_CONFIG", "postgresChanges() does not know its replication slot", { where: place.source, hint: 'write slot: "orders"' });
  }
  const digits = createHash("sha256").update(reader).digest("hex").slice(0, 8);
  return `headgate_${reader
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .slice(0, 45)}_${digits}`;
}
