import { type Asset, HeadgateError, type Scope, type TaskRef } from "headgate";
import { postgres } from "headgate/connections";

/** An asset that is a table of Postgres and says how many rows it has. */
type TableAsset = Asset<string, { rows: number }>;

/**
 * Makes a task from an asset: it fills the table that the URI names, by the connection that the URI names, and publishes the asset. Who
 * writes the DAG gives the query, and cannot forget the outlet or write to another table than the lineage says. Throws `E_ASSET_URI`.
 *
 * @example
 * refreshTable(d, topProducts, "select product_id, sum(amount) from clean.sales group by product_id order by 2 desc limit 10");
 */
export function refreshTable<A, P>(d: Scope<A, P>, asset: TableAsset, select: string): TaskRef {
  const { connection, schema, table } = tableOf(asset.uri);
  return d.sql(`refresh-${table.replaceAll("_", "-")}`, {
    connection: postgres(connection),
    sql: `delete from ${quoted(schema)}.${quoted(table)};\ninsert into ${quoted(schema)}.${quoted(table)}\n${select}`,
    outlets: [asset],
    publish: ({ rowCount }, ctx) => ctx.publish(asset, { data: { rows: rowCount } }),
  });
}

/** `postgres://warehouse/marts/top_products`: connection, schema and table. */
export function tableOf(uri: string): { readonly connection: string; readonly schema: string; readonly table: string } {
  const [, connection, schema, table] = /^postgres:\/\/([^/]+)\/([^/]+)\/([^/]+)$/.exec(uri) ?? [];
  if (connection === undefined || schema === undefined || table === undefined) {
    throw new HeadgateError("E_ASSET_URI", `${uri} names no table of Postgres`, { hint: "write it as postgres://<connection>/<schema>/<table>" });
  }
  return { connection, schema, table };
}

/** Names of tables cannot be parameters: they are quoted, and they come from the code alone. */
function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
