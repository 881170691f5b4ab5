import type { Condition, Reset } from "./condition.ts";
import { ensureLeafCell, type Leaf } from "./nodes/leaf.ts";
import { createTaking } from "./nodes/node.ts";
import type { Held } from "./order.ts";
import { ensureGroup, placesFor } from "./places.ts";
import { groupPool, hold, letGo, type Outcome, type Pool, poolsOf } from "./pool.ts";
import { condemnUnplaced } from "./read-back.ts";
import type { Consumer, Registry } from "./registry.ts";
import { scopedViews } from "./scoped.ts";
import type { Cell } from "./state.ts";
import { touch, touchAll } from "./touch.ts";
import { viewOf } from "./view.ts";

export interface Cleared {
  /** Leaves that were emptied; null if the node that clears is not due yet. */
  readonly cleared: readonly Leaf[] | null;
  /** True if the event stands in the ledger already: it waits until the node that clears is due, or did so. */
  readonly written: boolean;
}

/**
 * Applies an event to a leaf of `unless`: in its own key, or in all keys if it has none. As soon as the node that clears is due,
 * what gathered in its carrier is dropped.
 */
export function clearBy(registry: Registry, consumer: Consumer, condition: Condition, leaf: Leaf, held: Held, now: number): Cleared {
  const reset = condition.resets.find((one) => one.leaves.includes(leaf));
  if (reset === undefined) return { cleared: null, written: false };
  const placing = placesFor(consumer, condition, leaf, held.event);
  const hasKey =
    "places" in placing && (condition.partitions === null || placing.places.every((place) => consumer.state.groups[place.pool.id]?.partition !== null));
  const targets = hasKey ? placing.places : everywhere(consumer, condition).flatMap((pool) => cellsBelow(pool.cell, leaf).map((cell) => ({ pool, cell })));
  if (reset.single) {
    for (const { pool, cell } of targets) emptyCarrier(registry, consumer, pool, cell, reset);
    if (!hasKey) emptyRest(registry, consumer, reset);
    return { cleared: reset.carrier.leaves, written: false };
  }
  for (const { pool, cell } of targets) {
    hold(registry, consumer, pool, ensureLeafCell(cell, leaf), held);
    touch(consumer, pool.id);
  }
  const done = targets.filter(({ pool }) => clearIfDue(registry, consumer, reset, pool, now));
  return { cleared: done.length > 0 ? reset.carrier.leaves : null, written: targets.length > 0 };
}

/** Empties the carrier of a reset wherever the node that clears is due in a group. */
export function clearIfDue(registry: Registry, consumer: Consumer, reset: Reset, pool: Pool, now: number): boolean {
  const group = consumer.state.groups[pool.id];
  if (group === undefined) return false;
  const due = scopedViews(viewOf(registry, consumer, group, now), reset.scopes).filter((view) => view.cell !== undefined && reset.reset.filled(view) !== null);
  for (const view of due) {
    const cell = view.cell ?? group;
    const taking = createTaking();
    reset.reset.take(view, "batch", taking);
    for (const silence of taking.silences) if (silence.cell !== undefined) ensureLeafCell(silence.cell, silence.leaf).tookPart = now;
    emptyCarrier(registry, consumer, pool, cell, reset);
    emptyLeaves(registry, consumer, pool, cell, reset.leaves, { fate: "filtered", why: "reset" });
  }
  return due.length > 0;
}

/** A tick of a clock in `unless`. */
export function clearByTick(registry: Registry, consumer: Consumer, condition: Condition, leaf: Leaf, tick: number, now: number): void {
  const reset = condition.resets.find((one) => one.leaves.includes(leaf));
  if (reset === undefined) return;
  for (const pool of everywhere(consumer, condition)) {
    for (const cell of cellsBelow(pool.cell, leaf)) {
      if (reset.single) emptyCarrier(registry, consumer, pool, cell, reset);
      else ensureLeafCell(cell, leaf).tick = tick;
    }
    if (!reset.single) clearIfDue(registry, consumer, reset, pool, now);
  }
  if (reset.single) emptyRest(registry, consumer, reset);
}

/** What gathered in the carrier is dropped, ticks with it; kept events survive. */
function emptyCarrier(registry: Registry, consumer: Consumer, pool: Pool, cell: Cell, reset: Reset): void {
  emptyLeaves(registry, consumer, pool, cell, reset.carrier.leaves, outcomeOf(reset));
  emptyUnplaced(registry, consumer, reset, (key) => key === pool.key);
  touch(consumer, pool.id);
  const group = consumer.state.groups[pool.id];
  // What gathers anew in the same instant is due since now.
  if (group?.dueSince !== undefined && consumer.condition?.root.filled(viewOf(registry, consumer, group, registry.state.clock)) === null) delete group.dueSince;
}

/** What an edit left outside of the state was gathered before whatever clears, too. To which key of an inner `by` it belongs is not known: it stays. */
function emptyUnplaced(registry: Registry, consumer: Consumer, reset: Reset, isMeant: (key: string) => boolean): void {
  if (consumer.state.unplaced === undefined || reset.scopes.length > 0) return;
  condemnUnplaced(registry, consumer, ({ leaf, key }) => isMeant(key) && reset.carrier.leaves.some(({ no }) => no === leaf), outcomeOf(reset));
}

/** What no group holds: the clearing is for all keys. */
function emptyRest(registry: Registry, consumer: Consumer, reset: Reset): void {
  emptyUnplaced(registry, consumer, reset, () => true);
  const leaves = reset.carrier.leaves.filter((leaf) => leaf.shared);
  if (leaves.length === 0) return;
  for (const pool of poolsOf(consumer)) {
    if (consumer.state.groups[pool.id] === undefined) emptyLeaves(registry, consumer, pool, pool.cell, leaves, outcomeOf(reset));
  }
  touchAll(consumer);
}

function outcomeOf(reset: Reset): Outcome {
  return { fate: "dropped", why: `unless ${reset.reset.text}` };
}

/** Empties leaves below one cell of a pool. */
export function emptyLeaves(registry: Registry, consumer: Consumer, pool: Pool, cell: Cell, leaves: readonly Leaf[], outcome: Outcome): void {
  const seqs = new Set<number>();
  collect(cell, leaves, seqs);
  if (seqs.size > 0) letGo(registry, consumer, pool, leaves, seqs, outcome);
}

function collect(cell: Cell, leaves: readonly Leaf[], seqs: Set<number>): void {
  for (const { no } of leaves) {
    const leafCell = cell.leaves[no];
    if (leafCell === undefined) continue;
    for (const seq of leafCell.pending ?? []) seqs.add(seq);
    delete leafCell.tick;
  }
  for (const byKey of Object.values(cell.inner ?? {})) for (const inner of Object.values(byKey)) collect(inner, leaves, seqs);
}

/** Cells of a pool that the inner `by` nodes above a leaf lead to, for all of their keys. */
function cellsBelow(cell: Cell, leaf: Leaf): Cell[] {
  let cells = [cell];
  for (const { name } of leaf.scopes) cells = cells.flatMap((one) => Object.values(one.inner?.[name] ?? {}));
  return cells;
}

function everywhere(consumer: Consumer, condition: Condition): Pool[] {
  if (condition.partitions === null && condition.by === null) return [ensureGroup(consumer, condition, null, "")];
  return Object.keys(consumer.state.groups).flatMap((id) => groupPool(consumer, id) ?? []);
}
