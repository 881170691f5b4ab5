import { sql } from "kysely";
import type { FreshnessState } from "../../core/freshness.ts";
import type { Database } from "../database.ts";
import { indexable } from "../text.ts";

/** What a drawing shows of an asset. */
export interface AssetState {
  readonly asset: string;
  readonly project: string | null;
  readonly groups: readonly string[];
  readonly version: number;
  /** Null where nothing says how fresh it must be. */
  readonly freshness: FreshnessState | null;
  /** When its newest event was accepted. */
  readonly at: number | null;
}

/** The states of some assets. One that nobody named has none. */
export async function assetStates(db: Database, assets: readonly string[]): Promise<ReadonlyMap<string, AssetState>> {
  const { tables: t } = db;
  const { rows } = await sql<Omit<AssetState, "groups"> & { groups: readonly string[] | null }>`
    select a.asset, a.versions as version, a.last_at as at, d.project, d.groups,
      case when d.policy is null then null else coalesce(f.state, 'unknown') end as freshness
    from unnest(${assets.map(indexable)}::text[]) as asked(asset) join ${t.assets} a on a.asset = asked.asset
    left join ${t.freshness} f on f.asset = a.asset
    left join lateral (
      select project, definition -> 'groups' as groups, definition -> 'freshness' as policy from ${t.definitions} where asset = a.asset order by last_at desc, last_n desc, hash limit 1) d on true`.execute(
    db.kysely,
  );
  return new Map(rows.map((row) => [row.asset, { ...row, groups: row.groups ?? [] }]));
}
