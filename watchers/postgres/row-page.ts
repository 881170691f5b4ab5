import { type TableShape, toRow } from "./describe-table.ts";
import { PAGE, type TableRow } from "./follower.ts";
import type { TableClient } from "./table-client.ts";

export interface RowPageQuery {
  /** Version and key to begin behind; without a key, the version itself is included. None: from the first row. */
  readonly after?: { readonly version: string; readonly key?: readonly string[] };
  /** A further condition. */
  readonly where?: string;
  /** @default a page */
  readonly limit?: number | "all";
}

/**
 * Rows in the order of version and key, by a comparison that an index on both can answer. Columns are named with their table: `order by "id"`
 * alone would mean what is selected under that name, which is text, so that 10 comes before 9 and no index can help.
 */
export async function readRowPage(client: TableClient, shape: TableShape, { after, where, limit = PAGE }: RowPageQuery): Promise<readonly TableRow[]> {
  const order = [shape.version, ...shape.key].map((column) => `t.${column}`).join(", ");
  const conditions = [`${shape.version} is not null`];
  if (after !== undefined && after.key === undefined) conditions.push(`${shape.version} >= ${shape.versionParameter(1)}`);
  if (after?.key !== undefined) {
    conditions.push(`(${order}) > (${[shape.versionParameter(1), ...shape.keyTypes.map((type, k) => `$${k + 2}::${type}`)].join(", ")})`);
  }
  if (where !== undefined) conditions.push(where);
  const rows = await client.query(
    `select ${shape.selected} from ${shape.name} as t where ${conditions.join(" and ")} order by ${order}${limit === "all" ? "" : ` limit ${limit}`}`,
    after === undefined ? [] : [after.version, ...(after.key ?? [])],
  );
  return rows.map((row) => toRow(shape, row));
}
