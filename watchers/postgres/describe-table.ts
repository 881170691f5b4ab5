import pg from "pg";
import { HeadgateError } from "../../core/errors.ts";
import type { TableRow } from "./follower.ts";
import type { TablePlace } from "./place.ts";
import type { TableClient } from "./table-client.ts";

/** A table as its statements need it. All text in here is quoted or comes from Postgres' own catalogue. */
export interface TableShape {
  readonly oid: string;
  /** Quoted, with schema. */
  readonly name: string;
  /** The column that is followed, quoted, and its expression as text that compares as the column does. */
  readonly version: string;
  readonly versionText: string;
  /** The parameter `$n`, given as that text, in the column's type. */
  versionParameter(n: number): string;
  /** Quoted key columns, and their types for parameters. */
  readonly key: readonly string[];
  readonly keyTypes: readonly string[];
  /** Names of the columns that items carry. */
  readonly columns: readonly string[];
  /** What a row is selected by: version, key, then the columns as JSON. */
  readonly selected: string;
  /** False for a view: its rows have no transaction ids, sequences and indexes of their own. */
  readonly ownsRows: boolean;
  readonly partitioned: boolean;
}

interface Column {
  readonly name: string;
  readonly type: string;
  readonly element: string | null;
  readonly required: boolean;
}

const TYPES: Readonly<Record<TablePlace["kind"], readonly string[]>> = {
  xid: ["xid8"],
  timestamp: ["timestamp with time zone", "timestamp without time zone"],
  sequence: ["bigint", "integer", "smallint"],
};

/** Looks the table up. Throws `E_CONFIG` if it is not there, or does not fit how it is to be followed. */
export async function describeTable(client: TableClient, place: TablePlace): Promise<TableShape> {
  const name = `${pg.escapeIdentifier(place.schema)}.${pg.escapeIdentifier(place.table)}`;
  const [found] = await client.query("select c.oid::text, c.relkind::text from pg_class c where c.oid = to_regclass($1)", [name]);
  if (found === undefined) throw misfit(place, "it does not exist", "create it, or name another one; names are case-sensitive here");
  const [oid, relkind] = found as readonly string[];
  if (oid === undefined || !["r", "p", "v", "m"].includes(relkind ?? "")) throw misfit(place, "it is no table or view", "watch a table");
  const columns = await columnsOf(client, oid);
  const followed = columnOf(place, columns, place.column);
  checkFollowed(place, followed);
  const key = await keyOf(client, place, oid, columns);
  if (place.kind === "sequence" && relkind === "r") await checkUnique(client, place, oid);
  const carried = place.columns?.map((one) => columnOf(place, columns, one)) ?? columns;
  const version = pg.escapeIdentifier(followed.name);
  const versionText = versionTextOf(followed.type, version);
  return {
    oid,
    name,
    version,
    versionText,
    versionParameter: (n) => (followed.type === "timestamp without time zone" ? `($${n}::timestamptz at time zone 'UTC')` : `$${n}::${followed.type}`),
    key: key.map((one) => pg.escapeIdentifier(one.name)),
    keyTypes: key.map((one) => one.type),
    columns: carried.map((one) => one.name),
    selected: [versionText, ...key.map((one) => `${pg.escapeIdentifier(one.name)}::text`), ...carried.map(jsonOf)].join(", "),
    ownsRows: relkind === "r" || relkind === "p",
    partitioned: relkind === "p",
  };
}

export function toRow(shape: TableShape, values: readonly unknown[]): TableRow {
  const keys = shape.key.length;
  return { version: values[0] as string, key: values.slice(1, 1 + keys) as string[], values: values.slice(1 + keys) };
}

async function columnsOf(client: TableClient, oid: string): Promise<readonly Column[]> {
  // Type modifiers are left out: a parameter must not be cut to the length that its column has.
  const rows = await client.query(
    `select a.attname::text, format_type(a.atttypid, -1), e.typname::text, a.attnotnull
     from pg_attribute a join pg_type t on t.oid = a.atttypid left join pg_type e on e.oid = t.typelem and t.typcategory = 'A'
     where a.attrelid = $1::oid and a.attnum > 0 and not a.attisdropped order by a.attnum`,
    [oid],
  );
  return rows.map(([name, type, element, required]) => ({ name, type, element, required }) as Column);
}

async function keyOf(client: TableClient, place: TablePlace, oid: string, columns: readonly Column[]): Promise<readonly Column[]> {
  const rows = await client.query(
    `select a.attname::text from pg_index i cross join unnest(i.indkey::int2[]) with ordinality as k(attnum, place)
     join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum
     where i.indrelid = $1::oid and i.indisprimary order by k.place`,
    [oid],
  );
  const names = place.key ?? rows.map(([name]) => name as string);
  if (names.length === 0) throw misfit(place, "it has no primary key", 'say which columns name a row: key: ["region", "order_no"]');
  return names.map((name) => columnOf(place, columns, name));
}

async function checkUnique(client: TableClient, place: TablePlace, oid: string): Promise<void> {
  const rows = await client.query(
    `select 1 from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
     where i.indrelid = $1::oid and a.attname = $2 and i.indisunique and i.indnkeyatts = 1 and i.indpred is null`,
    [oid, place.column],
  );
  if (rows.length === 0) throw misfit(place, `"${place.column}" has no unique index of its own`, `create unique index on ${place.table} (${place.column})`);
}

function columnOf(place: TablePlace, columns: readonly Column[], name: string): Column {
  const column = columns.find((one) => one.name === name);
  if (column !== undefined) return column;
  throw misfit(place, `it has no column "${name}"`, `its columns are ${columns.map((one) => one.name).join(", ")}`);
}

function checkFollowed(place: TablePlace, { name, type }: Column): void {
  if (!TYPES[place.kind].includes(type)) {
    throw misfit(
      place,
      `"${name}" is ${type}, and to follow it by ${place.kind} it must be ${TYPES[place.kind][0]}`,
      "follow another column, or change its type",
    );
  }
  if (type === "timestamp without time zone" && !place.utc) {
    throw misfit(place, `"${name}" does not say in which time zone its times are`, "make it timestamptz, or say utc: true if they are in UTC");
  }
}

/** Text of fixed width where the column is an instant, so that it compares as text; exact for the others. */
function versionTextOf(type: string, version: string): string {
  if (!type.startsWith("timestamp")) return `${version}::text`;
  const instant = type === "timestamp with time zone" ? `${version} at time zone 'UTC'` : version;
  return `case when isfinite(${version}) then to_char(${instant}, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') else ${version}::text end`;
}

const ROUNDED: readonly string[] = ["int8", "numeric"];

function jsonOf({ name, type, element }: Column): string {
  const column = pg.escapeIdentifier(name);
  if (type === "bigint" || type === "numeric" || type === "money") return `to_jsonb(${column}::text)`;
  return element !== null && ROUNDED.includes(element) ? `to_jsonb(${column}::text[])` : `to_jsonb(${column})`;
}

function misfit(place: TablePlace, why: string, hint: string): HeadgateError {
  return new HeadgateError("E_CONFIG", `${place.schema}.${place.table} cannot be watched: ${why}`, { where: place.source, hint });
}
