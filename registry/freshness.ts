import type { AssetEvent, EventInput } from "../core/event.ts";
import { compileFreshness, type Freshness, type FreshnessPolicy, type FreshnessState, freshnessText } from "../core/freshness.ts";
import { FRESHNESS_PREFIX, type FreshnessData, freshnessUri } from "../core/freshness-events.ts";
import type { JsonObject } from "../core/json.ts";
import { formatInstant } from "../core/time/time.ts";
import type { RegistryInput } from "./input.ts";
import type { Registry } from "./registry.ts";
import { isRouter } from "./shard.ts";
import type { RegistryState, WatchedAsset } from "./state.ts";

/** Id of the timer of an asset, beside those of consumers: no DAG is called like a URI. */
export const FRESHNESS_TIMER = "freshness";

interface Policy {
  readonly policy: FreshnessPolicy;
  readonly judge: Freshness;
}

/** Who watches the assets that say how fresh they must be. The rest cost nothing: one look into an empty map for each event. */
export interface FreshnessWatch {
  /** False where changes come from elsewhere: in a history of an earlier release, and where recorded events are played again. */
  on: boolean;
  policies: ReadonlyMap<string, Policy>;
  /** Assets to be looked at in this instant, with the hops of the update that is the reason. */
  readonly touched: Map<string, number>;
}

export function createFreshnessWatch(on: boolean): FreshnessWatch {
  return { on, policies: new Map(), touched: new Map() };
}

/** A change of an asset's freshness, as the event that it is. */
export interface FreshnessChange {
  readonly event: EventInput;
  readonly source: string;
  readonly hops: number;
}

/** True if there is something to watch, or will be after these inputs. */
export function watchesFreshness({ freshness, state }: Registry, inputs: readonly RegistryInput[]): boolean {
  if (!isRouter(state)) return false;
  if (freshness.policies.size > 0 || state.freshness !== undefined) return true;
  return inputs.some((input) => input.kind === "register" && input.catalog.assets.some((asset) => asset.freshness !== undefined));
}

/** Takes the policies of what is deployed, and has a look at each asset whose policy is new, another or gone. */
export function takePolicies({ freshness, state }: Registry): void {
  const before = freshness.policies;
  const policies = policiesOf(state.projects, before);
  for (const uri of new Set([...before.keys(), ...policies.keys()])) if (before.get(uri) !== policies.get(uri)) freshness.touched.set(uri, 0);
  freshness.policies = policies;
}

/** The same for a state that was opened: only what changed meanwhile, or was never looked at, has to be looked at. */
export function openFreshness(registry: Registry): void {
  const { freshness, state, timers } = registry;
  freshness.policies = policiesOf(state.projects, freshness.policies);
  for (const uri of new Set([...freshness.policies.keys(), ...Object.keys(state.freshness ?? {})])) {
    const watched = state.freshness?.[uri];
    const judged = watched === undefined ? undefined : freshness.policies.get(uri)?.judge(observed(watched), state.clock);
    if (judged !== undefined && judged.state === stateOf(watched)) timers.set(uri, FRESHNESS_TIMER, judged.next);
    else freshness.touched.set(uri, 0);
  }
}

/** An accepted event of a watched asset is its last update. */
export function noteUpdate({ freshness, state }: Registry, { asset, at, hops }: AssetEvent): void {
  if (freshness.policies.size === 0 || !freshness.on || !freshness.policies.has(asset)) return;
  watch(state, asset, at).updatedAt = at;
  freshness.touched.set(asset, hops);
}

/** Looks at what something happened to, or whose time has come, and says what changed. */
export function judgeFreshness(registry: Registry, now: number): readonly FreshnessChange[] {
  const { freshness, state, timers } = registry;
  if (!freshness.on || freshness.touched.size === 0) return [];
  const changes: FreshnessChange[] = [];
  // In an order of their own: a registry that was opened again must do the same.
  for (const [uri, hops] of [...freshness.touched].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const policy = freshness.policies.get(uri);
    const watched = watch(state, uri, now);
    const judged = policy === undefined ? { state: "unknown" as const, since: now, next: null } : policy.judge(observed(watched), now);
    timers.set(uri, FRESHNESS_TIMER, judged.next);
    const was = stateOf(watched);
    if (judged.state !== was) {
      watched.changes = (watched.changes ?? 0) + 1;
      if (judged.state === "unknown") delete watched.state;
      else watched.state = judged.state;
      const data: FreshnessData = {
        ...{ asset: uri, state: judged.state, was, since: formatInstant(judged.since) },
        updatedAt: watched.updatedAt === undefined ? null : formatInstant(watched.updatedAt),
        expected: policy === undefined ? null : freshnessText(policy.policy),
      };
      const event = { asset: freshnessUri(uri), id: `${formatInstant(watched.since)}/${watched.changes}`, data: data as unknown as JsonObject };
      changes.push({ event, source: `freshness:${uri}`, hops });
    }
    if (policy === undefined) forget(registry, uri);
  }
  freshness.touched.clear();
  return changes;
}

/** How fresh the asset is that a leaf listens to the freshness of, for people; undefined for any other leaf. */
export function freshnessNote({ freshness, state }: Registry, leafAsset: string, now: number): string | undefined {
  if (!leafAsset.startsWith(FRESHNESS_PREFIX)) return undefined;
  for (const [uri, { judge }] of freshness.policies) {
    if (freshnessUri(uri) !== leafAsset) continue;
    const judged = judge(observed(state.freshness?.[uri] ?? { since: now }), now);
    const next = judged.next === null ? "" : `, looked at again at ${formatInstant(judged.next)}`;
    return `${uri} is ${judged.state} since ${formatInstant(judged.since)}${next}`;
  }
  return "no asset that is deployed says how fresh it must be";
}

function watch(state: RegistryState, uri: string, now: number): WatchedAsset {
  state.freshness ??= {};
  state.freshness[uri] ??= { since: now };
  return state.freshness[uri];
}

function forget({ state, timers }: Registry, uri: string): void {
  timers.clear(uri);
  if (state.freshness === undefined) return;
  delete state.freshness[uri];
  for (const _other in state.freshness) return;
  delete state.freshness;
}

function stateOf(watched: WatchedAsset | undefined): FreshnessState {
  return watched?.state ?? "unknown";
}

function observed({ since, updatedAt }: WatchedAsset): { readonly watchedSince: number; readonly updatedAt: number | null } {
  return { watchedSince: since, updatedAt: updatedAt ?? null };
}

/** Of projects that define one asset, the first by name that says how fresh it must be. What stays the same keeps its compiled form. */
function policiesOf(projects: RegistryState["projects"], known: ReadonlyMap<string, Policy>): Map<string, Policy> {
  const policies = new Map<string, Policy>();
  for (const project of Object.keys(projects).sort()) {
    for (const { uri, freshness } of projects[project]?.catalog.assets ?? []) {
      if (freshness === undefined || policies.has(uri)) continue;
      const same = known.get(uri);
      policies.set(uri, same !== undefined && isSame(same.policy, freshness) ? same : { policy: freshness, judge: compileFreshness(freshness) });
    }
  }
  return policies;
}

function isSame(one: FreshnessPolicy, other: FreshnessPolicy): boolean {
  return freshnessText(one) === freshnessText(other);
}
