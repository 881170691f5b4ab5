import { sql } from "kysely";
import type { CatalogAsset } from "../../core/catalog.ts";
import { compileFreshness, type FreshnessState, freshnessText, staleAt } from "../../core/freshness.ts";
import type { JsonObject } from "../../core/json.ts";
import type { Database } from "../database.ts";
import { indexable, instant } from "../text.ts";

/** The newest event of an asset or partition. */
export interface LastEvent {
  readonly source: string;
  readonly id: string;
  readonly at: number;
  readonly time: number;
  readonly partition: string | null;
  /** The run that published it. */
  readonly run: string | null;
}

export interface AssetSummary {
  readonly asset: string;
  /** How many events it had: the number of its current version. 0 before the first. */
  readonly version: number;
  readonly partitions: number;
  readonly firstAt: number | null;
  readonly last: LastEvent | null;
  /** Null for an asset that does not say how fresh it must be. */
  readonly freshness: AssetFreshness | null;
  /** As it was last deployed; null for an asset that only events or conditions name. */
  readonly definition: CatalogAsset | null;
  readonly project: string | null;
  /** 1, 2, 3, ... for each definition that differs; 0 without one. */
  readonly definitionVersion: number;
  readonly definitionHash: string | null;
}

/** How fresh an asset is that says how fresh it must be. */
export interface AssetFreshness {
  readonly state: FreshnessState;
  /** Of the update that made it fresh, or the deadline that it missed; null while nobody knows. */
  readonly since: number | null;
  /** The policy as text. */
  readonly expected: string;
  /** When it becomes stale if no update comes; null unless it is fresh. */
  readonly until: number | null;
}

export interface AssetFilter {
  /** Part of the URI. */
  readonly search?: string;
  readonly owner?: string;
  readonly tag?: string;
  readonly group?: string;
  readonly freshness?: FreshnessState;
  /** The last asset of the page before. */
  readonly after?: string;
  /** @default 100 */
  readonly limit?: number;
}

export interface PartitionSummary {
  readonly partition: string | null;
  readonly version: number;
  readonly firstAt: number;
  readonly last: LastEvent;
}

export interface AssetDetails extends AssetSummary {
  /** Newest event first. */
  readonly slices: readonly PartitionSummary[];
  /** Newest first. */
  readonly definitions: readonly AssetDefinitionVersion[];
  readonly events: readonly AssetVersion[];
}

/** A definition as it was deployed from one instant to another. */
export interface AssetDefinitionVersion {
  readonly version: number;
  readonly hash: string;
  readonly project: string;
  readonly firstAt: number;
  readonly lastAt: number;
  readonly definition: CatalogAsset;
}

/** One event with the version that it gave its partition. */
export interface AssetVersion extends LastEvent {
  readonly version: number;
  readonly registry: string;
  readonly seq: number;
  /** What was said of that version. */
  readonly data: JsonObject;
}

interface LastColumns {
  readonly last_source: string;
  readonly last_id: string;
  readonly last_at: number | null;
  readonly last_time: number;
  readonly last_partition: string;
  readonly last_run: string | null;
}

type SummaryRow = Omit<AssetSummary, "last" | "freshness"> & LastColumns & { readonly fresh_state: FreshnessState | null; readonly fresh_since: number | null };

/** In order of URI. */
export async function listAssets(db: Database, filter: AssetFilter = {}): Promise<readonly AssetSummary[]> {
  const { search, owner, tag, group, freshness, after, limit = 100 } = filter;
  // What any of its definitions said is found by an index; whether the present one still says it is then looked at.
  const said = (test: (definition: ReturnType<typeof sql>) => ReturnType<typeof sql>) =>
    sql`(${test(sql`d.definition`)} and a.asset in (select o.asset from ${db.tables.definitions} o where ${test(sql`o.definition`)}))`;
  const conditions = [
    sql`true`,
    ...(search === undefined ? [] : [sql`strpos(a.asset, ${search}) > 0`]),
    ...(owner === undefined ? [] : [said((definition) => sql`${definition} ->> 'owner' = ${owner}`)]),
    ...(tag === undefined ? [] : [said((definition) => sql`(${definition} -> 'tags')::jsonb ? ${tag}`)]),
    ...(group === undefined ? [] : [said((definition) => sql`(${definition} -> 'groups')::jsonb ? ${group}`)]),
    ...(freshness === undefined ? [] : [sql`d.definition -> 'freshness' is not null and coalesce(f.state, 'unknown') = ${freshness}`]),
    ...(after === undefined ? [] : [sql`a.asset > ${after}`]),
  ];
  const { rows } = await sql<SummaryRow>`${summaries(db)} where ${sql.join(conditions, sql` and `)} order by a.asset limit ${limit}`.execute(db.kysely);
  return rows.map(toSummary);
}

/** Undefined if nothing ever named the asset. */
export async function findAsset(db: Database, uri: string): Promise<AssetSummary | undefined> {
  const { rows } = await sql<SummaryRow>`${summaries(db)} where a.asset = ${indexable(uri)}`.execute(db.kysely);
  return rows.map(toSummary)[0];
}

/** Undefined if nothing ever named the asset. `events` and `slices` are the newest `limit`. @default limit 50 */
export async function showAsset(db: Database, uri: string, limit = 50): Promise<AssetDetails | undefined> {
  const asset = indexable(uri);
  const summary = await findAsset(db, asset);
  if (summary === undefined) return undefined;
  const [slices, definitions, events] = await Promise.all([listPartitions(db, asset, limit), listDefinitions(db, asset), listVersions(db, asset, { limit })]);
  return { ...summary, slices, definitions, events };
}

/** The partitions that have events, the one with the newest event first. */
export async function listPartitions(db: Database, uri: string, limit = 1_000): Promise<readonly PartitionSummary[]> {
  const { rows } = await sql<LastColumns & { versions: number; first_at: number }>`
    select partition as last_partition, versions, first_at, last_at, last_time, last_source, last_id, last_run
    from ${db.tables.slices} where asset = ${indexable(uri)} order by last_at desc, partition limit ${limit}`.execute(db.kysely);
  return rows.map((row) => ({
    partition: row.last_partition === "" ? null : row.last_partition,
    version: row.versions,
    firstAt: row.first_at,
    last: toLast(row) as LastEvent,
  }));
}

export interface VersionFilter {
  /** Null: those without one. */
  readonly partition?: string | null;
  /** Accepted at or after, milliseconds since 1970. */
  readonly since?: number;
  /** Accepted before. */
  readonly before?: number;
  /** The last one of the page before. */
  readonly after?: Pick<AssetVersion, "at" | "registry" | "seq">;
  /** @default 100 */
  readonly limit?: number;
}

/** Events of an asset with the version that each gave its partition, newest first. */
export async function listVersions(db: Database, uri: string, filter: VersionFilter = {}): Promise<readonly AssetVersion[]> {
  const { tables: t } = db;
  const { after } = filter;
  const partition = filter.partition === undefined ? null : filter.partition === null ? "" : indexable(filter.partition);
  const rest =
    after === undefined ? sql`true` : sql`(e.at, e.registry, e.seq) < (${instant(after.at)}::timestamptz, ${indexable(after.registry)}, ${after.seq}::bigint)`;
  const { rows } = await sql<Omit<AssetVersion, "partition"> & { partition: string }>`
    select e.registry, e.seq, e.source, e.id, e.at, e.time, e.partition, e.run, e.data, ${versionOf(db, "e")} as version
    from ${t.events} e where asset = ${indexable(uri)} and (${partition}::text is null or partition = ${partition})
    and (${filter.before ?? null}::bigint is null or at < to_timestamp(${filter.before ?? null}::bigint / 1000.0))
    and (${filter.since ?? null}::bigint is null or at >= to_timestamp(${filter.since ?? null}::bigint / 1000.0)) and ${rest}
    order by at desc, registry desc, seq desc limit ${filter.limit ?? 100}`.execute(db.kysely);
  return rows.map((row) => ({ ...row, partition: row.partition === "" ? null : row.partition }));
}

/**
 * The version that an event gave its partition: as many as there are, less the newer ones. So it is cheap for the newest, which
 * people ask for, and stays what it was when old days are dropped.
 */
export function versionOf(db: Database, event: string): ReturnType<typeof sql> {
  const { tables: t } = db;
  const e = (column: string) => sql.id(event, column);
  return sql`(select s.versions from ${t.slices} s where s.asset = ${e("asset")} and s.partition = ${e("partition")})
    - (select count(*) from ${t.events} newer where newer.asset = ${e("asset")} and newer.partition = ${e("partition")}
       and newer.day >= ${e("day")} and (newer.at, newer.registry, newer.seq) > (${e("at")}, ${e("registry")}, ${e("seq")}))`;
}

/** Each definition that an asset had, the one that was deployed last first. `after` is the hash of the last one of the page before. */
export async function listDefinitions(
  db: Database,
  uri: string,
  { after, limit = 1_000 }: { readonly after?: string; readonly limit?: number } = {},
): Promise<readonly AssetDefinitionVersion[]> {
  const rest = after === undefined ? sql`true` : sql`at > (select at from numbered where hash = ${after})`;
  const { rows } = await sql<AssetDefinitionVersion>`
    with numbered as (
      select rank() over (order by first_at, first_n, hash) as version, hash, project, first_at as "firstAt", last_at as "lastAt", definition,
        row_number() over (order by last_at desc, last_n desc, hash) as at
      from ${db.tables.definitions} where asset = ${indexable(uri)})
    select version, hash, project, "firstAt", "lastAt", definition from numbered where ${rest} order by at limit ${limit}`.execute(db.kysely);
  return rows;
}

function summaries(db: Database): ReturnType<typeof sql> {
  const { tables: t } = db;
  return sql`
    select a.asset, a.versions as version, a.first_at as "firstAt", a.last_at, a.last_time, a.last_partition, a.last_source, a.last_id, a.last_run,
      (select count(*) from ${t.slices} s where s.asset = a.asset and s.partition <> '') as partitions,
      d.definition, d.project, coalesce(d.version, 0) as "definitionVersion", d.hash as "definitionHash",
      f.state as fresh_state, f.since as fresh_since
    from ${t.assets} a
    left join lateral (
      select n.definition, n.project, n.hash,
        (select count(*) from ${t.definitions} b where b.asset = n.asset and (b.first_at, b.first_n, b.hash) <= (n.first_at, n.first_n, n.hash)) as version
      from ${t.definitions} n where n.asset = a.asset order by n.last_at desc, n.last_n desc, n.hash limit 1) d on true
    left join ${t.freshness} f on f.asset = a.asset`;
}

function toSummary({ last_source, last_id, last_at, last_time, last_partition, last_run, fresh_state, fresh_since, ...rest }: SummaryRow): AssetSummary {
  const last = toLast({ last_source, last_id, last_at, last_time, last_partition, last_run });
  return { ...rest, last, freshness: toFreshness(rest.definition, fresh_state, fresh_since, last_at) };
}

/** Until the registry says something of an asset it is unknown. */
function toFreshness(definition: CatalogAsset | null, state: FreshnessState | null, since: number | null, updatedAt: number | null): AssetFreshness | null {
  const policy = definition?.freshness;
  if (policy === undefined) return null;
  const until = state === "fresh" && updatedAt !== null ? staleAt(compileFreshness(policy), updatedAt) : null;
  return { state: state ?? "unknown", since: state === null || state === "unknown" ? null : since, expected: freshnessText(policy), until };
}

function toLast(row: LastColumns): LastEvent | null {
  if (row.last_at === null) return null;
  return {
    source: row.last_source,
    id: row.last_id,
    at: row.last_at,
    time: row.last_time,
    partition: row.last_partition === "" ? null : row.last_partition,
    run: row.last_run,
  };
}
