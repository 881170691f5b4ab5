import type { AssetEvent } from "../core/event.ts";
import type { Condition } from "./condition.ts";
import { mark } from "./marks.ts";
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
  | { readonly refused: "no key" | "no slice" | "not latest" }
  | { readonly tooMany: number; readonly max: number };

const NO_KEY: Placing = { refused: "no key" };
/** The mapping gives no slice for the event's: a key that `static` leaves out, or past the edge of a list. */
const NO_SLICE: Placing = { refused: "no slice" };
const NOT_LATEST: Placing = { refused: "not latest" };
const NO_PARTITION: readonly null[] = [null];

/** The places of an event in a leaf. Makes groups and cells that do not exist yet. */
export function placesFor(consumer: Consumer, condition: Condition, leaf: Leaf, event: AssetEvent): Placing {
  const slices = leaf.slicesOf(event.asset);
  if (slices?.compareLatest != null && event.partition !== null && !isNewest(consumer, leaf, event.asset, event.partition, slices.compareLatest)) {
    return NOT_LATEST;
  }
  const upstream = slices?.waits == null ? null : event.partition;
  if (leaf.shared) {
    const by = condition.by === null ? "" : condition.by(event, null);
    const place = by === null ? null : placeIn(ensureShared(consumer, by), leaf, event, upstream);
    return place === null ? NO_KEY : { places: [place] };
  }
  const partitioned = slices !== null && slices.downstream !== null && event.partition !== null;
  const keys = partitioned ? slices.keysFor(event.partition) : NO_PARTITION;
  if ("tooMany" in keys) return keys;
  if (keys.length === 0) return NO_SLICE;
  const places: Place[] = [];
  for (const partition of keys) {
    const by = condition.by === null ? "" : condition.by(event, partition ?? event.partition);
    const place = by === null ? null : placeIn(ensureGroup(consumer, condition, partition, by), leaf, event, upstream);
    if (place === null) return NO_KEY;
    places.push(place);
  }
  return { places };
}

/** The key of a group is its `by` value, else its partition, else empty. */
export function ensureGroup(consumer: Consumer, condition: Condition, partition: string | null, by: string): Pool {
  const id = groupId(condition, partition, by);
  const found = groupPool(consumer, id);
  if (found !== undefined) return found;
  const key = condition.by === null ? (partition ?? "") : by;
  const group: GroupState = { key, partition, by, leaves: {} };
  consumer.state.groups[id] = group;
  // Looked at in this instant, so that it goes again if nothing stays in it.
  mark(consumer.dirty, id);
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

/** Null if the event has no key for an inner `by` above the leaf. */
function placeIn(pool: Pool, leaf: Leaf, event: AssetEvent, upstream: string | null): Place | null {
  let { cell } = pool;
  for (const scope of leaf.scopes) {
    const key = scope.keyOf(event);
    if (key === null) return null;
    cell = ensureInner(cell, scope.name, key);
  }
  return { pool, cell, upstream };
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
