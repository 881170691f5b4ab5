import { sql } from "kysely";
import type { Fact, OperationName } from "../../core/fact.ts";
import type { Database } from "../database.ts";
import type { ActionName } from "../operations.ts";
import { indexable } from "../text.ts";

/** Something that a person did; `at` is in milliseconds since 1970. */
export interface OperationEntry extends Omit<Extract<Fact, { readonly kind: "operation" }>, "n" | "kind" | "operation"> {
  readonly operation: OperationName | ActionName;
  /** What it was done to, where that is no DAG: a run, a watcher, a token, a person. */
  readonly subject: string | null;
  /** The code of the error that it was refused with; null if it was done. */
  readonly refused: string | null;
}

/** Newest first. */
export async function listOperations(db: Database, filter: { readonly dag?: string; readonly limit?: number } = {}): Promise<readonly OperationEntry[]> {
  const dag = filter.dag === undefined ? null : indexable(filter.dag);
  // A registry that was reset may have carried out again what it was asked before: the same request is one operation.
  const { rows } = await sql<OperationEntry>`
    select at, operation, dag, key, "by", why, request, events, subject, refused from (
      select distinct on (coalesce(request, registry || '/' || n)) * from ${db.tables.operations}
      where ${dag}::text is null or dag = ${dag} order by coalesce(request, registry || '/' || n), at, n) one
    order by at desc, n desc limit ${filter.limit ?? 100}`.execute(db.kysely);
  return rows;
}
