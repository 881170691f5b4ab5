import { type RawBuilder, sql } from "kysely";
import type { Database, Table } from "./database.ts";

export type Cell = string | number | boolean | null;

/** The columns of a table that rows are written to, with their Postgres types, in one order. */
export interface Shape {
  readonly table: Table;
  readonly columns: Readonly<Record<string, "text" | "bigint" | "int" | "boolean" | "date" | "timestamptz" | "json" | "smallint">>;
}
export type Row<S extends Shape = Shape> = { readonly [Column in keyof S["columns"]]: Cell };

/**
 * Rows as one relation `r`: a parameter for each column, however many rows there are. So a statement has one text for any
 * number of rows, and never meets the limit of 65,535 parameters.
 */
export function relation<S extends Shape>(shape: S, rows: readonly Row<S>[]): RawBuilder<unknown> {
  const names = Object.keys(shape.columns);
  const arrays = names.map((name) => sql`${rows.map((row) => row[name] as Cell)}::${sql.raw(`${shape.columns[name]}[]`)}`);
  return sql`unnest(${sql.join(arrays)}) as r(${columnList(names)})`;
}

export function columnList(names: readonly string[]): RawBuilder<unknown> {
  return sql.join(names.map((name) => sql.id(name)));
}

/** Inserts all rows by one statement. `onConflict` begins with `on conflict`. */
export async function insertRows<S extends Shape>(db: Database, shape: S, rows: readonly Row<S>[], onConflict: RawBuilder<unknown>): Promise<void> {
  if (rows.length === 0) return;
  const names = columnList(Object.keys(shape.columns));
  await sql`insert into ${db.tables[shape.table]} as kept (${names}) select ${names} from ${relation(shape, rows)} ${onConflict}`.execute(db.kysely);
}

/** `on conflict (key) do update`, all columns, where the new row is the newer one. */
export function replaceWhen<S extends Shape>(shape: S, key: readonly (keyof S["columns"] & string)[], newer: RawBuilder<unknown>): RawBuilder<unknown> {
  const others = Object.keys(shape.columns).filter((name) => !(key as readonly string[]).includes(name));
  return sql`on conflict (${columnList(key)}) do update set ${sql.join(others.map((name) => sql`${sql.id(name)} = excluded.${sql.id(name)}`))} where ${newer}`;
}

/** One row for each key, the newest: a statement may not meet one row twice. */
export function newestOf<R>(rows: readonly R[], keyOf: (row: R) => string, isNewer: (row: R, than: R) => boolean): R[] {
  const newest = new Map<string, R>();
  for (const row of rows) {
    const key = keyOf(row);
    const known = newest.get(key);
    if (known === undefined || isNewer(row, known)) newest.set(key, row);
  }
  return [...newest.values()];
}
