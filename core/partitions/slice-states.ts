import type { CatalogAsset } from "../catalog.ts";
import { type LeafNode, takenLeaves } from "../conditions/condition-leaves.ts";
import { compilePattern } from "../conditions/pattern.ts";
import { HeadgateError } from "../errors.ts";
import { onceFor } from "../once-for.ts";
import type { Plan } from "../plan.ts";
import type { RunStatus } from "../run.ts";
import { dagOfRunEnds } from "../run-ends.ts";
import { type CompiledMapping, compileMapping } from "./mapping.ts";
import { checkKey, intervalOf } from "./partition-key.ts";

export const SLICE_STATUSES = ["present", "missing", "failed", "stale", "running", "open"] as const;
/**
 * `present`: it is there, and made from what its upstream is now. `stale`: something upstream of it changed after it was made.
 * `failed`: the last run for it did not succeed. `running`: one is under way. `missing`: its time is over, or its key is known, and there
 * is nothing. `open`: its time is not over yet, and there is nothing.
 */
export type SliceStatus = (typeof SLICE_STATUSES)[number];

export interface SliceState {
  /** Null for an asset without partitions. */
  readonly partition: string | null;
  readonly status: SliceStatus;
  /** How many events it had; 0 if it is not there. */
  readonly version: number;
  /** When its newest event was accepted. */
  readonly madeAt: number | null;
  /** The run that published it; null for one from outside. */
  readonly run: string | null;
  /** What failed, or what changed. */
  readonly why: string | null;
}

/** The newest event of a slice. */
export interface MadeSlice {
  readonly version: number;
  readonly at: number;
  readonly run: string | null;
}

export interface SliceRun {
  readonly run: string;
  readonly dag: string;
  readonly status: RunStatus;
  readonly startedAt: number;
  readonly error: string | null;
}

/** What the store knows, and what is deployed. */
export interface SliceWorld {
  readonly plans: readonly Plan[];
  readonly assets: readonly CatalogAsset[];
  /** By asset, then by partition; the empty key for an asset without partitions. */
  readonly slices: ReadonlyMap<string, ReadonlyMap<string, MadeSlice>>;
  /** When runs that made a slice started, and for which partition. */
  readonly makers: ReadonlyMap<string, { readonly startedAt: number; readonly partition: string | null }>;
  /** The newest run of the DAGs that have the asset as an outlet, by partition. */
  readonly newestRuns: ReadonlyMap<string, SliceRun>;
}

/** The states of some slices of an asset, in the order of the keys. */
export function sliceStates(world: SliceWorld, asset: string, keys: readonly string[], now: number): readonly SliceState[] {
  const changedUpstream = createChanges(world);
  const definition = assetsByUri(world.assets).get(asset)?.partitions;
  return keys.map((key) => {
    const made = world.slices.get(asset)?.get(key);
    const newest = world.newestRuns.get(key);
    const state = { partition: definition === undefined ? null : key, version: made?.version ?? 0, madeAt: made?.at ?? null, run: made?.run ?? null };
    const isNewer = newest !== undefined && newest.run !== made?.run && newest.startedAt > (made?.at ?? Number.NEGATIVE_INFINITY);
    if (newest?.status === "queued" || newest?.status === "running") return { ...state, status: "running", why: newest.run };
    if (isNewer && (newest.status === "failed" || newest.status === "cancelled"))
      return { ...state, status: "failed", why: `${newest.run} ${newest.status}${newest.error === null ? "" : `: ${newest.error}`}` };
    if (made === undefined) {
      const end = definition === undefined ? undefined : intervalOf(definition, key)?.end;
      return { ...state, status: end !== undefined && end > now ? "open" : "missing", why: null };
    }
    const why = changedUpstream(asset, key);
    return { ...state, status: why === null ? "present" : "stale", why };
  });
}

/** Finds what changed upstream of a slice after it was made: what its maker read, or what that was made from. */
function createChanges(world: SliceWorld): (asset: string, key: string) => string | null {
  const plans = plansByDag(world.plans);
  const known = new Map<string, string | null>();
  const upstreamOf = createUpstream(world);

  function changed(asset: string, key: string): string | null {
    const name = `${asset}\n${key}`;
    const found = known.get(name);
    if (found !== undefined) return found;
    // A cycle of assets ends here.
    known.set(name, null);
    const answer = find(asset, key);
    known.set(name, answer);
    return answer;
  }
  function find(asset: string, key: string): string | null {
    const made = world.slices.get(asset)?.get(key);
    const plan = made?.run == null ? undefined : plans.get(made.run.slice(0, made.run.indexOf("/")));
    if (made?.run == null || plan === undefined) return null;
    const maker = world.makers.get(made.run);
    // A run reads what was there when it started.
    const readAt = maker?.startedAt ?? made.at;
    let behind: string | null = null;
    for (const [upstream, slice] of upstreamOf(plan, maker === undefined ? key : (maker.partition ?? ""))) {
      const other = world.slices.get(upstream)?.get(slice);
      if (other === undefined || (upstream === asset && slice === key)) continue;
      if (other.at > readAt) return `${upstream}${slice === "" ? "" : ` ${slice}`} changed after it was made`;
      behind ??= changed(upstream, slice);
    }
    return behind;
  }
  return changed;
}

/** The slices that a run of a DAG reads, by the mappings of its condition. */
function createUpstream({ assets, slices }: SliceWorld): (plan: Plan, partition: string) => [asset: string, slice: string][] {
  const definitions = assetsByUri(assets);
  const compiled = new Map<LeafNode, Map<string, CompiledMapping | null>>();

  function membersOf(leaf: LeafNode): readonly string[] {
    if ("asset" in leaf) return [leaf.asset];
    if ("group" in leaf) return assets.flatMap(({ groups = [], uri }) => (groups.includes(leaf.group) ? [uri] : []));
    const matches = compilePattern(leaf.pattern);
    return [...slices.keys()].filter((uri) => matches(uri));
  }
  function slicesOf(leaf: LeafNode, asset: string, partition: string): readonly string[] {
    const mapping = mappingOf(leaf, asset);
    if (mapping === null || (mapping.downstream !== null && checkKey(mapping.downstream, partition) !== null)) return [];
    return mapping.up(partition) ?? [...(slices.get(asset)?.keys() ?? [])];
  }
  function mappingOf(leaf: LeafNode, asset: string): CompiledMapping | null {
    const byAsset = compiled.get(leaf) ?? new Map<string, CompiledMapping | null>();
    compiled.set(leaf, byAsset);
    const found = byAsset.get(asset);
    if (found !== undefined) return found;
    const mapping = compileOrNull(leaf, definitions.get(asset));
    byAsset.set(asset, mapping);
    return mapping;
  }
  return (plan, partition) =>
    (plan.on === null ? [] : takenLeaves(plan.on)).flatMap((leaf) =>
      membersOf(leaf).flatMap((asset) =>
        dagOfRunEnds(asset) === undefined ? slicesOf(leaf, asset, partition).map((slice): [string, string] => [asset, slice]) : [],
      ),
    );
}

/** Null where the mapping does not fit: another project may have changed the asset, and the registry says so. */
function compileOrNull(leaf: LeafNode, asset: CatalogAsset | undefined): CompiledMapping | null {
  try {
    return compileMapping(leaf.partitions, asset?.partitions);
  } catch (error) {
    if (HeadgateError.is(error)) return null;
    throw error;
  }
}

/** The assets that an asset is made from, directly or not, itself among them: those whose slices `sliceStates` must know. */
export function upstreamAssets(plans: readonly Plan[], assets: readonly CatalogAsset[], asset: string): readonly string[] {
  const producers = producersIn(plans);
  const found = new Set([asset]);
  for (const uri of found) {
    for (const { on } of producers.get(uri) ?? []) {
      if (on === null) continue;
      for (const leaf of takenLeaves(on)) {
        if ("asset" in leaf) found.add(leaf.asset);
        else {
          const matches = "pattern" in leaf ? compilePattern(leaf.pattern) : (_: string, groups: readonly string[]) => groups.includes(leaf.group);
          for (const { uri: member, groups = [] } of assets) if (matches(member, groups)) found.add(member);
        }
      }
    }
  }
  return [...found];
}

// Whoever asks again and again hands over the same lists: of all that is deployed, an index is made once.
const plansByDag = onceFor((plans: readonly Plan[]) => new Map(plans.map((plan) => [plan.dag, plan])));
export const assetsByUri = onceFor((assets: readonly CatalogAsset[]) => new Map(assets.map((asset) => [asset.uri, asset])));

/** The DAGs that have an asset as an outlet, by the asset. */
export const producersIn = onceFor((plans: readonly Plan[]): ReadonlyMap<string, readonly Plan[]> => {
  const producers = new Map<string, Plan[]>();
  for (const plan of plans) {
    for (const outlet of new Set(outletsOfPlan(plan))) {
      const own = producers.get(outlet);
      if (own === undefined) producers.set(outlet, [plan]);
      else own.push(plan);
    }
  }
  return producers;
});

function outletsOfPlan(plan: Plan): readonly string[] {
  return [...plan.outlets, ...plan.tasks.flatMap((task) => task.outlets)].map((outlet) => outlet.asset);
}
