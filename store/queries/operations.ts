import { sql } from "kysely";
import type { OperationName } from "../../core/fact.ts";
import type { Database } from "../database.ts";
import { indexable } from "../text.ts";

/** Something that a person did to the registry, or to one of its DAGs. */
export interface OperationEntry {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly operation: OperationName;
  /** Null for what concerns the whole registry. */
  readonly dag: string | null;
  readonly key: string | null;
  readonly by: string | null;
  readonly why: string | null;
  readonly request: string | null;
  /** How many events it touched. */
  readonly events: number;
}

/** Newest first. */
export async function listOperations(db: Database, filter: { readonly dag?: string; readonly limit?: number } = {}): Promise<readonly OperationEntry[]> {
  const dag = filter.dag === undefined ? null : indexable(filter.dag);
  const { rows } = await sql<OperationEntry>`
    select at, operation, dag, key, "by", why, request, events from ${db.tables.operations}
    where ${dag}::text is null or dag = ${dag} order by at desc, n desc limit ${filter.limit ?? 100}`.execute(db.kysely);
  return rows;
}
