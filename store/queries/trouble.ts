import { sql } from "kysely";
import type { Json } from "../../core/json.ts";
import type { Database } from "../database.ts";
import { indexable, instant } from "../text.ts";

export interface TroubleFilter {
  readonly code?: string;
  /** Milliseconds since 1970. */
  readonly since?: number;
  readonly before?: number;
  /** The last one of the page before. */
  readonly after?: Pick<RejectedEntry, "at" | "n" | "registry">;
  /** @default 100 */
  readonly limit?: number;
}

export interface RejectedEntry {
  readonly registry: string;
  readonly n: number;
  readonly at: number;
  readonly code: string;
  readonly why: string;
  /** As it was sent; of one over 64 KiB its beginning, as text. */
  readonly event: Json;
}

export interface WarningEntry {
  readonly registry: string;
  readonly n: number;
  readonly at: number;
  readonly code: string;
  readonly text: string;
  readonly dag: string | null;
}

/** What could not be an event, newest first. */
export async function listRejected(db: Database, filter: TroubleFilter = {}): Promise<readonly RejectedEntry[]> {
  const { rows } = await sql<RejectedEntry>`select registry, n, at, code, why, event from ${db.tables.rejected} ${newest(filter)}`.execute(db.kysely);
  return rows;
}

/** Newest first. */
export async function listWarnings(db: Database, filter: TroubleFilter = {}): Promise<readonly WarningEntry[]> {
  const { rows } = await sql<WarningEntry>`select registry, n, at, code, text, dag from ${db.tables.warnings} ${newest(filter)}`.execute(db.kysely);
  return rows;
}

function newest({ code, since, before, after, limit = 100 }: TroubleFilter): ReturnType<typeof sql> {
  const from = since === undefined ? "-infinity" : instant(since);
  const to = before === undefined ? "infinity" : instant(before);
  const rest = after === undefined ? sql`true` : sql`(at, n, registry) < (${instant(after.at)}::timestamptz, ${after.n}::bigint, ${indexable(after.registry)})`;
  return sql`where (${code ?? null}::text is null or code = ${code ?? null}) and at >= ${from}::timestamptz and at < ${to}::timestamptz and ${rest}
    order by at desc, n desc, registry desc limit ${limit}`;
}

/** How complete the store is for one registry. */
export interface ProjectionState {
  readonly registry: string;
  /** Ranges of the `n` that are in, both ends inclusive. More than one means that facts between them are still on their way. */
  readonly covered: readonly (readonly [number, number])[];
  readonly firstAt: number;
  readonly lastAt: number;
  /** Facts that Postgres refused; they are kept as text. */
  readonly unprojected: number;
}

export async function listProjections(db: Database): Promise<readonly ProjectionState[]> {
  const { tables: t } = db;
  const { rows } = await sql<Omit<ProjectionState, "covered"> & { covered: [number, number][] | null }>`
    select registry, first_at as "firstAt", last_at as "lastAt",
      (select json_agg(json_build_array(lower(r), upper(r) - 1) order by lower(r)) from unnest(covered) r) as covered,
      (select count(*) from ${t.unprojected} u where u.registry = g.registry) as unprojected
    from ${t.registries} g order by last_at desc`.execute(db.kysely);
  return rows.map((row) => ({ ...row, covered: row.covered ?? [] }));
}
