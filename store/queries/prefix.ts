import { type RawBuilder, sql } from "kysely";

/** The last character of Unicode. */
const LAST = "\u{10ffff}";

/** Text that begins like this, in a form that an index under the collation "C" can answer, whatever the database's own collation is. */
export function startsWith(column: RawBuilder<unknown>, prefix: string): RawBuilder<unknown> {
  return sql`(${column} collate "C" >= ${prefix} and ${column} collate "C" < ${prefix + LAST})`;
}
