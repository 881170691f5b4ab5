import type { AssetEvent } from "../core/event.ts";
import type { Condition } from "./condition.ts";
import type { Leaf } from "./nodes/leaf.ts";
import { groupPool, type Pool, sharedId } from "./pool.ts";
import type { Consumer } from "./registry.ts";
import type { Cell, GroupState } from "./state.ts";

/** Where a leaf gathers an event: a pool, and the cell of it that the inner `by` nodes above the leaf lead to. */
export interface Place {
  readonly pool: Pool;
  readonly cell: Cell;
  /** The upstream key, if the leaf's slices wait for several. */
  readonly upstream: string | null;
}

export type Placing =
  | { readonly places: readonly Place[] }
  | { readonly refused: "no key" | "not latest" }
  | { readonly tooMany: number; readonly max: number };

/** The places of an event in a leaf. Makes groups and cells that do not exist yet. */
export function placesFor(consumer: Consumer, condition: Condition, leaf: Leaf, event: AssetEvent): Placing {
  const slices = leaf.slicesOf(event.asset);
  if (slices?.compareLatest != null && event.partition !== null && !isNewest(consumer, leaf, event.asset, event.partition, slices.compareLatest))
    return { refused: "not latest" };
  const upstream = slices?.waits == null ? null : event.partition;
  if (leaf.shared) {
    const by = condition.by === null ? "" : condition.by(event, null);
    if (by === null) return { refused: "no key" };
    return within([ensureShared(consumer, by)], leaf, event, upstream);
  }
  const partitioned = slices !== null && slices.downstream !== null && event.partition !== null;
  const keys: readonly (string | null)[] | { readonly tooMany: number; readonly max: number } = partitioned ? slices.keysFor(event.partition) : [null];
  if ("tooMany" in keys) return keys;
  const pools: Pool[] = [];
  for (const partition of keys) {
    const by = condition.by === null ? "" : condition.by(event, partition ?? event.partition);
    if (by === null) return { refused: "no key" };
    pools.push(ensureGroup(consumer, condition, partition, by));
  }
  return within(pools, leaf, event, upstream);
}

/** The key of a group is its `by` value, else its partition, else empty. */
export function ensureGroup(consumer: Consumer, condition: Condition, partition: string | null, by: string): Pool {
  const id = groupId(condition, partition, by);
  const found = groupPool(consumer, id);
  if (found !== undefined) return found;
  const key = condition.by === null ? (partition ?? "") : by;
  const group: GroupState = { key, partition, by, leaves: {} };
  consumer.state.groups[id] = group;
  return { id, key, cell: group };
}

export function groupId(condition: Condition, partition: string | null, by: string): string {
  return condition.by === null ? `=${partition ?? ""}` : partition === null ? `=${by}` : `=${partition}\n${by}`;
}

function ensureShared(consumer: Consumer, by: string): Pool {
  const id = sharedId(by);
  const cell = consumer.state.shared[id] ?? { leaves: {} };
  consumer.state.shared[id] = cell;
  return { id, key: by, cell };
}

function within(pools: readonly Pool[], leaf: Leaf, event: AssetEvent, upstream: string | null): Placing {
  const places: Place[] = [];
  for (const pool of pools) {
    let cell = pool.cell;
    for (const scope of leaf.scopes) {
      const key = scope.keyOf(event);
      if (key === null) return { refused: "no key" };
      cell = ensureInner(cell, scope.name, key);
    }
    places.push({ pool, cell, upstream });
  }
  return { places };
}

function ensureInner(cell: Cell, name: string, key: string): Cell {
  cell.inner ??= {};
  const byKey = cell.inner[name] ?? {};
  cell.inner[name] = byKey;
  const entry = `=${key}`;
  const found = byKey[entry] ?? { leaves: {} };
  byKey[entry] = found;
  return found;
}

/** Notes the newest key of an asset that a `latest` mapping saw; equal counts. */
function isNewest(consumer: Consumer, leaf: Leaf, asset: string, key: string, compare: (a: string, b: string) => number): boolean {
  const record = consumer.state.leaves.find((one) => one.no === leaf.no);
  if (record === undefined) return true;
  const newest = record.newestKey?.[asset];
  if (newest !== undefined && compare(key, newest) < 0) return false;
  record.newestKey = { ...record.newestKey, [asset]: key };
  return true;
}
