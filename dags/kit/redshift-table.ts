import { tableUri } from "./table-uri.ts";

/** A table of Redshift: `redshift://<connection>/<database>/<schema>/<table>`. Names are stored in lower case. Throws `E_ASSET_URI`. */
export function redshiftTable(at: { readonly connection: string; readonly database: string; readonly schema: string; readonly table: string }): string {
  const { connection, database, schema, table } = at;
  const stored = { database: database.toLowerCase(), schema: schema.toLowerCase(), table: table.toLowerCase() };
  return tableUri("redshift", { connection, ...stored }, /^[a-z_][a-z0-9_$-]{0,126}$/);
}
