import type { AssetEvent } from "../core/event.ts";
import { intervalOf } from "../core/partitions/partition-key.ts";
import { RUNS_PREFIX } from "./assets.ts";
import type { Leaf } from "./nodes/leaf.ts";
import { groupId } from "./places.ts";
import { groupPool } from "./pool.ts";
import type { Consumer, Registry } from "./registry.ts";
import type { MadeSlices } from "./repair-plan.ts";

export interface LeftToCondition {
  readonly dag: string;
  /** The asset through which it would have been reached. */
  readonly asset: string;
  readonly why: string;
}

/**
 * The keys of a consumer that slices which are made anew give it, each with the steps that make them. A key whose mapping still
 * waits for other slices was never made, so it is left to its condition, unless its time is over.
 */
export function reachedSlices(registry: Registry, consumer: Consumer, made: MadeSlices, left: LeftToCondition[], now: number): Map<string | null, Set<number>> {
  const reached = new Map<string | null, Set<number>>();
  for (const [asset, slices] of made) {
    const leaves = registry.subscriptions.of(asset, undefined).find((one) => one.consumer === consumer)?.leaves ?? [];
    for (const leaf of leaves.filter(({ role }) => role === "gather" || role === "keep")) {
      const why = whyUnreachable(consumer, leaf, asset);
      if (why !== null) {
        if (why !== "" && leaf.role === "gather") left.push({ dag: consumer.dag, asset, why });
        continue;
      }
      for (const [key, upstream] of keysOf(consumer, leaf, asset, slices, left)) {
        if (!isThere(consumer, leaf, asset, key, upstream, now)) {
          left.push({ dag: consumer.dag, asset, why: `${key ?? "it"} still waits for other slices of it` });
          continue;
        }
        const needs = reached.get(key) ?? new Set<number>();
        reached.set(key, needs);
        for (const slice of upstream) for (const step of slices.get(slice) ?? []) needs.add(step);
      }
    }
  }
  return reached;
}

/** Why a leaf's slices are not known beforehand; empty if it is none of its business, null if they are known. */
function whyUnreachable({ condition, state }: Consumer, leaf: Leaf, asset: string): string | null {
  if (condition === null || state.faulted !== null) return "it is quarantined";
  if (asset.startsWith(RUNS_PREFIX)) {
    if (leaf.filter !== null && !leaf.filter(successOf(asset))) return "";
  }
  if (condition.by !== null || leaf.scopes.length > 0) return "its runs are keyed by what the events say";
  return leaf.shared ? "it counts for every slice of the DAG, and nobody knows them" : null;
}

/** Only a step that succeeded lets others follow. */
function successOf(asset: string): AssetEvent {
  const dag = asset.slice(RUNS_PREFIX.length);
  return { seq: 0, asset, source: `run:${dag}`, id: "", time: 0, at: 0, partition: null, data: { status: "succeeded", run: "", duration: 0 }, hops: 1 };
}

/** The consumer's keys with the slices that each is made from. */
function keysOf(
  consumer: Consumer,
  leaf: Leaf,
  asset: string,
  slices: ReadonlyMap<string | null, unknown>,
  left: LeftToCondition[],
): Map<string | null, Set<string | null>> {
  const found = new Map<string | null, Set<string | null>>();
  const mapped = leaf.slicesOf(asset);
  const newest = consumer.state.leaves.find(({ no }) => no === leaf.no)?.newestKey?.[asset];
  for (const slice of slices.keys()) {
    if (slice !== null && newest !== undefined && (mapped?.compareLatest?.(slice, newest) ?? 0) < 0) continue;
    const keys = mapped === null || slice === null ? [""] : mapped.keysFor(slice);
    if ("tooMany" in keys) {
      left.push({ dag: consumer.dag, asset, why: `${slice ?? ""} would give ${keys.tooMany} keys, more than ${keys.max}` });
      continue;
    }
    for (const key of keys) {
      const own = mapped?.downstream == null ? null : key;
      found.set(own, (found.get(own) ?? new Set()).add(slice));
    }
  }
  return found;
}

function isThere(consumer: Consumer, leaf: Leaf, asset: string, key: string | null, upstream: ReadonlySet<string | null>, now: number): boolean {
  const waits = leaf.slicesOf(asset)?.waits ?? null;
  const { condition } = consumer;
  if (waits === null || condition === null) return true;
  const cell = groupPool(consumer, groupId(condition, key, ""))?.cell.leaves[leaf.no];
  const seen = new Set([...(cell?.seen ?? []), ...[...upstream].flatMap((slice) => slice ?? [])]);
  if (waits.progress(key, [...seen], now).met) return true;
  const interval = key === null || condition.partitions === null ? null : intervalOf(condition.partitions, key);
  return interval !== null && interval.end <= now;
}
