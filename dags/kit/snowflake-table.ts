import { tableUri } from "./table-uri.ts";

export interface SnowflakeTable {
  /** As in `<account>.snowflakecomputing.com`: `acme-eu1`. */
  readonly account: string;
  readonly database: string;
  readonly schema: string;
  readonly table: string;
}

/**
 * A table of Snowflake as an asset's URI. Unquoted names have no case there, and URIs have: they are written in upper case, as Snowflake
 * stores them, so that `sales.orders` and `SALES.ORDERS` are one asset. Throws `E_ASSET_URI`.
 *
 * @example
 * asset(snowflakeTable({ account: "acme-eu1", database: "prod", schema: "analytics", table: "fact_orders" }));
 */
export function snowflakeTable({ account, database, schema, table }: SnowflakeTable): string {
  const stored = { database: database.toUpperCase(), schema: schema.toUpperCase(), table: table.toUpperCase() };
  const base = tableUri("snowflake", { account: account.toLowerCase() }, /^[a-z0-9]([a-z0-9_.-]*[a-z0-9])?$/);
  return base + tableUri("snowflake", stored, /^[A-Z_][A-Z0-9_$]{0,254}$/).slice("snowflake:/".length);
}
