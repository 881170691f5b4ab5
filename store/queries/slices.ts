import { sql } from "kysely";
import type { CatalogAsset } from "../../core/catalog.ts";
import type { PartitionDefinition } from "../../core/condition.ts";
import { HeadgateError } from "../../core/errors.ts";
import { expectedKeys } from "../../core/partitions/expected-keys.ts";
import { checkKey, keysBetween } from "../../core/partitions/partition-key.ts";
import { assetsByUri, type MadeSlice, producersIn, type SliceRun, type SliceState, sliceStates, upstreamAssets } from "../../core/partitions/slice-states.ts";
import type { Plan } from "../../core/plan.ts";
import { publishingRun } from "../../core/publishing-run.ts";
import type { Database } from "../database.ts";
import { indexable } from "../text.ts";
import { catalogByHash, listDeploys } from "./catalogs.ts";

export interface AssetSlices {
  readonly asset: string;
  /** Null for an asset without partitions: it has one slice. */
  readonly definition: PartitionDefinition | null;
  /** In the order of the keys. */
  readonly slices: readonly SliceState[];
}

export interface SlicesQuery {
  /** Both included. @default what should be there by now, at most the last 10,000 */
  readonly range?: { readonly from: string; readonly to: string };
  /** Milliseconds since 1970. */
  readonly now: number;
}

/**
 * Which slices of an asset are there, missing, failed or stale, from the store and the deployed catalogues. Undefined if neither a deploy
 * nor an event named the asset. Throws `E_PARTITION` for a range that is none.
 */
export async function listSlices(db: Database, uri: string, { range, now }: SlicesQuery): Promise<AssetSlices | undefined> {
  const { tables: t } = db;
  const asset = indexable(uri);
  const { plans, assets } = await allDeployed(db);
  const definition = assetsByUri(assets).get(asset)?.partitions ?? null;
  const slices = await madeSlices(db, upstreamAssets(plans, assets, asset));
  const known = [...(slices.get(asset)?.keys() ?? [])];
  if (known.length === 0) {
    const { rows } =
      await sql`select 1 from ${t.assets} where asset = ${asset} union all select 1 from ${t.edges} where ${asset} in (from_id, to_id) limit 1`.execute(
        db.kysely,
      );
    if (rows.length === 0 && !assetsByUri(assets).has(asset)) return undefined;
  }
  const keys = keysOf(asset, definition, known, range, now);
  const producers = (producersIn(plans).get(asset) ?? []).map(({ dag }) => dag);
  const [makers, newestRuns] = await Promise.all([makersOf(db, slices), newestRunsOf(db, producers)]);
  return { asset: uri, definition, slices: sliceStates({ plans, assets, slices, makers, newestRuns }, asset, keys, now) };
}

interface Deployed {
  readonly plans: readonly Plan[];
  readonly assets: readonly CatalogAsset[];
}

/** All that is deployed as two lists, the same ones until something else is deployed: there may be a hundred thousand assets. */
async function allDeployed(db: Database): Promise<Deployed> {
  const hashes = (await listDeploys(db)).map(({ catalog }) => catalog);
  const name = hashes.join();
  const known = kept.get(db.kysely);
  if (known?.name === name) return known.deployed;
  const catalogs = (await Promise.all(hashes.map((hash) => catalogByHash(db, hash)))).flatMap((catalog) => catalog ?? []);
  const deployed = { plans: catalogs.flatMap(({ dags }) => dags.map(({ plan }) => plan)), assets: catalogs.flatMap((catalog) => catalog.assets) };
  // One whose body is not there yet is looked for again.
  if (catalogs.length === hashes.length) kept.set(db.kysely, { name, deployed });
  return deployed;
}
const kept = new WeakMap<object, { readonly name: string; readonly deployed: Deployed }>();

function keysOf(asset: string, definition: PartitionDefinition | null, known: readonly string[], range: SlicesQuery["range"], now: number): readonly string[] {
  if (definition === null) {
    if (range === undefined) return [""];
    throw new HeadgateError("E_PARTITION", `${asset} has no partitions, so a range means nothing`, { hint: "leave it out" });
  }
  if (range !== undefined) return keysBetween(definition, range.from, range.to, 10_000);
  // What was there before the definition was changed is no slice any more.
  return expectedKeys(
    definition,
    known.filter((key) => checkKey(definition, key) === null),
    now,
  );
}

async function madeSlices(db: Database, assets: readonly string[]): Promise<Map<string, Map<string, MadeSlice>>> {
  const { rows } = await sql<MadeSlice & { asset: string; partition: string; source: string; id: string }>`
    select asset, partition, versions as version, last_at as at, last_run as run, last_source as source, last_id as id from ${db.tables.slices} where asset = any(${[...assets]}::text[])`.execute(
    db.kysely,
  );
  const found = new Map<string, Map<string, MadeSlice>>();
  for (const { asset, partition, version, at, ...event } of rows) {
    const own = found.get(asset) ?? new Map<string, MadeSlice>();
    found.set(asset, own.set(partition, { version, at, run: publishingRun(event) }));
  }
  return found;
}

async function makersOf(
  db: Database,
  slices: ReadonlyMap<string, ReadonlyMap<string, MadeSlice>>,
): Promise<Map<string, { readonly startedAt: number; readonly partition: string | null }>> {
  const runs = [...slices.values()].flatMap((own) => [...own.values()].flatMap(({ run }) => run ?? []));
  const { rows } = await sql<{ run: string; startedAt: number; partition: string | null }>`
    select run, partition, started_at as "startedAt" from ${db.tables.runs} where run = any(${[...new Set(runs)]}::text[])`.execute(db.kysely);
  return new Map(rows.map(({ run, ...maker }) => [run, maker]));
}

async function newestRunsOf(db: Database, dags: readonly string[]): Promise<Map<string, SliceRun>> {
  if (dags.length === 0) return new Map();
  const { rows } = await sql<SliceRun & { partition: string }>`
    select distinct on (partition) coalesce(partition, '') as partition, run, dag, status, started_at as "startedAt", error
    from ${db.tables.runs} where dag = any(${[...dags]}::text[]) order by partition, started_at desc, run desc`.execute(db.kysely);
  return new Map(rows.map(({ partition, ...run }) => [partition, run]));
}
