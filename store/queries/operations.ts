import { sql } from "kysely";
import type { Fact, OperationName } from "../../core/fact.ts";
import type { Database } from "../database.ts";
import type { ActionName } from "../operations.ts";
import { indexable, instant } from "../text.ts";

/** Something that a person did; `at` is in milliseconds since 1970. */
export interface OperationEntry extends Omit<Extract<Fact, { readonly kind: "operation" }>, "n" | "kind" | "operation"> {
  readonly operation: OperationName | ActionName;
  /** What it was done to, where that is no DAG: a run, a watcher, a token, a person. */
  readonly subject: string | null;
  /** The code of the error that it was refused with; null if it was done. */
  readonly refused: string | null;
}

/** Where an operation stands in the list. */
export interface OperationPlace {
  readonly at: number;
  readonly n: number;
}

export interface OperationFilter {
  readonly dag?: string;
  readonly operation?: string;
  /** Milliseconds since 1970. */
  readonly since?: number;
  /** The last operation of the page before. */
  readonly after?: OperationPlace;
  /** @default 100 */
  readonly limit?: number;
}

/** Newest first. */
export async function listOperations(db: Database, filter: OperationFilter = {}): Promise<readonly OperationEntry[]> {
  return (await pageOperations(db, filter)).map(({ n: _, ...entry }) => entry);
}

/** The same, each with its number. */
export async function pageOperations(db: Database, filter: OperationFilter = {}): Promise<readonly (OperationEntry & OperationPlace)[]> {
  const { dag, operation, since, after, limit = 100 } = filter;
  const { tables: t } = db;
  const conditions = [
    // A registry that was reset may have carried out again what it was asked before: the same request is one operation.
    sql`not exists (select from ${t.operations} before where before.request = o.request and (before.at, before.n) < (o.at, o.n))`,
    ...(dag === undefined ? [] : [sql`o.dag = ${indexable(dag)}`]),
    ...(operation === undefined ? [] : [sql`o.operation = ${operation}`]),
    ...(since === undefined ? [] : [sql`o.at >= ${instant(since)}::timestamptz`]),
    ...(after === undefined ? [] : [sql`(o.at, o.n) < (${instant(after.at)}::timestamptz, ${after.n}::bigint)`]),
  ];
  const { rows } = await sql<OperationEntry & OperationPlace>`
    select at, n, operation, dag, key, "by", why, request, events, subject, refused
    from ${t.operations} o where ${sql.join(conditions, sql` and `)} order by at desc, n desc limit ${limit}`.execute(db.kysely);
  return rows;
}
