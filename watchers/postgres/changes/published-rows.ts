import type { Json } from "../../../core/json.ts";
import type { SeenItem, SeenSet } from "../../../core/source.ts";
import type { PostgresChange } from "./postgres-changes.ts";
import type { PublishedTable } from "./published-tables.ts";

type Row = Readonly<Record<string, Json | undefined>>;

/** The row in the seen set: there once it is published. */
export function seenRow({ schema, table }: Pick<PublishedTable, "schema" | "table">, key: readonly (Json | undefined)[]): SeenItem {
  return { item: JSON.stringify([schema, table, ...key.map((value) => value ?? null)]), version: "published" };
}

export function keyOf({ key }: Pick<PublishedTable, "key">, row: Row): readonly (Json | undefined)[] {
  return key.map((name) => row[name]);
}

/** What tells a row that was there apart from others: the same until it is changed. */
export function existingRowName(row: { readonly schema: string; readonly table: string; readonly key: readonly Json[]; readonly version: string }): string {
  return `${JSON.stringify([row.schema, row.table, ...row.key])}@${row.version}`;
}

/**
 * Of changes that a snapshot has in it already, those of rows that were published before the snapshot was taken: what became of the others is in
 * the snapshot. `seen` are rows that are published by these changes, since their keys changed.
 */
export async function changesOfPublishedRows(
  changes: readonly PostgresChange[],
  tables: readonly PublishedTable[],
  seen: SeenSet,
): Promise<{ readonly changes: readonly PostgresChange[]; readonly seen: readonly SeenItem[] }> {
  const byName = new Map(tables.map((one) => [`${one.schema}.${one.table}`, one]));
  const named = changes.map((change) => ({ change, ...rowsOf(change, byName.get(`${change.schema}.${change.table}`)) }));
  const rows = new Map(named.flatMap(({ now, before }) => [now, before].flatMap((one) => (one === undefined ? [] : [[one.item, one] as const]))));
  const unpublished = new Set((await seen.unseen([...rows.values()])).map(({ item }) => item));
  const moved: SeenItem[] = [];
  const told = named.filter(({ now, before }) => {
    const known = [now, before].filter((one) => one !== undefined);
    // A truncation has no row.
    if (known.length > 0 && known.every(({ item }) => unpublished.has(item))) return false;
    if (now !== undefined && unpublished.delete(now.item)) moved.push(now);
    return true;
  });
  return { changes: told.map(({ change }) => change), seen: moved };
}

function rowsOf({ row, before }: PostgresChange, table: PublishedTable | undefined): { readonly now?: SeenItem; readonly before?: SeenItem } {
  // A table that is not told any more: nothing of it is in the snapshot.
  if (table === undefined) return {};
  return {
    ...(row === null ? {} : { now: seenRow(table, keyOf(table, row)) }),
    ...(before === null ? {} : { before: seenRow(table, keyOf(table, before)) }),
  };
}
