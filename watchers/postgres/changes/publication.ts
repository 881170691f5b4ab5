import pg from "pg";
import { HeadgateError } from "../../../core/errors.ts";
import type { TableClient } from "../table-client.ts";
import type { ChangesPlace } from "./place.ts";

/** Tables whose updates and deletes name no row: the server refuses them to who writes. */
const NAMELESS = `c.relreplident = 'n' or not exists (
  select from pg_index i where i.indrelid = c.oid and case c.relreplident when 'd' then i.indisprimary when 'i' then i.indisreplident else true end)
  and c.relreplident <> 'f'`;

/** Throws `E_CONFIG` if the server does not write what is needed into its log, or the publication does not tell of what is watched. */
export async function checkPublication(client: TableClient, place: ChangesPlace): Promise<void> {
  const [level] = await client.query("select setting from pg_settings where name = 'wal_level'");
  if (level?.[0] !== "logical") {
    throw misfit(
      place,
      `wal_level of the server is "${level?.[0]}", and changes are only told with "logical"`,
      "alter system set wal_level = 'logical', then restart Postgres",
    );
  }
  const name = pg.escapeIdentifier(place.publication);
  const [publication] = await client.query("select pubupdate or pubdelete from pg_publication where pubname = $1", [place.publication]);
  if (publication === undefined) {
    const tables = place.only === undefined ? "all tables" : `table ${quoted(place.only)}`;
    throw misfit(place, `there is no publication "${place.publication}" in its database`, `create publication ${name} for ${tables}`);
  }
  const { only } = place;
  const rows = await client.query(
    `select p.schemaname::text, p.tablename::text, ${NAMELESS}
     from pg_publication_tables p join pg_class c on c.oid = format('%I.%I', p.schemaname, p.tablename)::regclass
     where p.pubname = $1 and ($2::text is null or (p.schemaname, p.tablename) = ($2, $3)) order by 1, 2`,
    [place.publication, only?.schema ?? null, only?.table ?? null],
  );
  if (only !== undefined && rows.length === 0) {
    throw misfit(
      place,
      `the publication "${place.publication}" does not have the table ${quoted(only)}`,
      `alter publication ${name} add table ${quoted(only)}; for a partitioned table also: alter publication ${name} set (publish_via_partition_root = true)`,
    );
  }
  const nameless = publication[0] === true ? rows.filter((row) => row[2] === true) : [];
  if (nameless.length > 0) {
    const tables = nameless.map(([schema, table]) => quoted({ schema: String(schema), table: String(table) }));
    throw misfit(
      place,
      `updates and deletes of ${tables.join(", ")} name no row: it has no replica identity, so the server refuses them`,
      `give it a primary key, or: alter table ${tables[0]} replica identity full; or publish inserts only: alter publication ${name} set (publish = 'insert, truncate')`,
    );
  }
}

function quoted({ schema, table }: { readonly schema: string; readonly table: string }): string {
  return `${pg.escapeIdentifier(schema)}.${pg.escapeIdentifier(table)}`;
}

function misfit(place: ChangesPlace, message: string, hint: string): HeadgateError {
  return new HeadgateError("E_CONFIG", `${place.source} cannot be watched: ${message}`, { where: `the connection "${place.connection}"`, hint });
}
