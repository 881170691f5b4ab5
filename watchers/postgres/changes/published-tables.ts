import type { TableClient } from "../table-client.ts";
import type { ChangesPlace } from "./place.ts";

/** A table of a publication, with what of its rows is told. */
export interface PublishedTable {
  readonly schema: string;
  readonly table: string;
  /** With the object ids of their types. */
  readonly columns: readonly { readonly name: string; readonly type: number }[];
  /** Columns that name a row: what the log says of an old row has them. All of them where nothing names a row. */
  readonly key: readonly string[];
  /** Condition of the rows that are told. */
  readonly filter?: string;
  /** Its rows are in its parts. */
  readonly partitioned: boolean;
}

// Postgres 13 and 14 have neither lists of columns nor filters: `to_jsonb` asks for them only where there are some.
const TABLES = `
  select p.schemaname::text, p.tablename::text, c.relkind = 'p', to_jsonb(p) ->> 'rowfilter',
    (select jsonb_agg(jsonb_build_object('name', a.attname, 'type', a.atttypid::int8) order by a.attnum) from pg_attribute a
     where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and coalesce(to_jsonb(p) -> 'attnames' ? a.attname::text, a.attgenerated = '')),
    (select jsonb_agg(a.attname order by a.attnum) from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any(i.indkey::int2[])
     where i.indrelid = c.oid and case c.relreplident when 'i' then i.indisreplident else i.indisprimary end)
  from pg_publication_tables p join pg_class c on c.oid = format('%I.%I', p.schemaname, p.tablename)::regclass
  where p.pubname = $1 and ($2::text is null or (p.schemaname, p.tablename) = ($2, $3)) order by 1, 2`;

export async function readPublishedTables(client: TableClient, { publication, only }: ChangesPlace): Promise<readonly PublishedTable[]> {
  const rows = await client.query(TABLES, [publication, only?.schema ?? null, only?.table ?? null]);
  return rows.map((row) => {
    const [schema, table, partitioned, filter, columns, key] = row as readonly [
      string,
      string,
      boolean,
      string | null,
      PublishedTable["columns"] | null,
      readonly string[] | null,
    ];
    const names = (columns ?? []).map(({ name }) => name);
    return {
      ...{ schema, table, partitioned, columns: columns ?? [] },
      key: key?.every((name) => names.includes(name)) ? key : names,
      ...(filter === null ? {} : { filter }),
    };
  });
}
