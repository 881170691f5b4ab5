import { sql } from "kysely";
import type { CatalogAsset } from "../../core/catalog.ts";
import type { Database } from "../database.ts";

/** The present definitions of assets, by their URIs. */
export async function assetDefinitions(db: Database, uris: readonly string[]): Promise<ReadonlyMap<string, CatalogAsset>> {
  if (uris.length === 0) return new Map();
  const { rows } = await sql<{ asset: string; definition: CatalogAsset }>`
    select asset, definition from ${db.tables.current_definitions} where asset = any(${[...uris]}::text[])`.execute(db.kysely);
  return new Map(rows.map(({ asset, definition }) => [asset, definition]));
}
