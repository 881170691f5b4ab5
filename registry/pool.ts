import type { Fate } from "../core/fact.ts";
import { forEachLeafCell, someLeafCell } from "./cells.ts";
import type { FateFact } from "./fates.ts";
import type { Leaf } from "./nodes/leaf.ts";
import { type Held, heldOf, insertInOrder, lowerBound } from "./order.ts";
import type { Consumer, Registry } from "./registry.ts";
import type { Cell, LeafCell } from "./state.ts";

/**
 * Events that can be let go of together: those of one group, or those that unpartitioned assets gathered for all groups.
 * An event in a pool has one fate, that of the last leaf that lets go of it.
 */
export interface Pool {
  readonly id: string;
  /** Key of its facts. */
  readonly key: string;
  readonly cell: Cell;
}

/** Id of the pool that all partitions share. */
export function sharedId(by: string): string {
  return `~${by}`;
}

export function groupPool(consumer: Consumer, id: string): Pool | undefined {
  const group = consumer.state.groups[id];
  return group === undefined ? undefined : { id, key: group.key, cell: group };
}

export function sharedPool(consumer: Consumer, by: string): Pool | undefined {
  const id = sharedId(by);
  const cell = consumer.state.shared[id];
  return cell === undefined ? undefined : { id, key: by, cell };
}

export function poolsOf(consumer: Consumer): Pool[] {
  const groups = Object.entries(consumer.state.groups).map(([id, group]) => ({ id, key: group.key, cell: group }));
  const shared = Object.entries(consumer.state.shared).map(([id, cell]) => ({ id, key: id.slice(1), cell }));
  return [...groups, ...shared];
}

/** Puts an event into a leaf's cell of a pool. Returns false if the leaf holds it already. */
export function hold(registry: Registry, consumer: Consumer, pool: Pool, cell: LeafCell, held: Held): boolean {
  // An event that nothing refers to is nowhere yet: the common case needs no search.
  const isNew = held.refs === 0 || !isPendingAnywhere(registry, consumer, pool, held);
  if (held.refs === 0) registry.events.set(held.seq, held);
  else if (!isNew && isPendingIn(registry, cell, held)) return false;
  if (cell.pending === undefined) cell.pending = [held.seq];
  else insertInOrder(cell.pending, registry.events, held);
  held.refs += 1;
  if (isNew) {
    consumer.pending += 1;
    registry.ledger.fate(consumer.dag, pool.key, held.seq, "pending");
  }
  return true;
}

/** True if any leaf of the pool has the event pending or kept. */
export function isHeld(registry: Registry, consumer: Consumer, pool: Pool, held: Held): boolean {
  return someLeafCell(consumer.state, pool.cell, (cell) => isPendingIn(registry, cell, held) || (cell.kept?.some((kept) => kept.seq === held.seq) ?? false));
}

function isPendingIn(registry: Registry, cell: LeafCell, held: Held): boolean {
  const { pending } = cell;
  if (pending === undefined || pending.length === 0) return false;
  return pending[lowerBound(pending, registry.events, held)] === held.seq;
}

export interface Outcome {
  readonly fate: Fate;
  readonly why?: string;
}

/** Which events go: these, or all that a test accepts. */
export type Which = ReadonlySet<number> | ((seq: number) => boolean);

/**
 * Takes events out of some leaves of a pool (or out of all of them). Those that no other leaf of the pool holds get the fate.
 * Returns the facts written.
 */
export function letGo(registry: Registry, consumer: Consumer, pool: Pool, leaves: readonly Leaf[] | null, which: Which, outcome: Outcome): FateFact[] {
  const gone = new Map<number, Held>();
  forEachLeafCell(consumer.state, pool.cell, (cell, no) => {
    if (cell.pending === undefined || (leaves !== null && !leaves.some((leaf) => leaf.no === no))) return;
    for (const held of takeOut(registry, cell.pending, which)) {
      held.refs -= 1;
      gone.set(held.seq, held);
    }
    if (cell.pending.length > 0) return;
    delete cell.pending;
    delete cell.newest;
  });
  const facts: FateFact[] = [];
  for (const held of gone.values()) {
    const elsewhere = held.refs > 0 && isHeld(registry, consumer, pool, held);
    if (held.refs === 0) registry.events.delete(held.seq);
    if (!elsewhere || !isPendingAnywhere(registry, consumer, pool, held)) consumer.pending -= 1;
    if (elsewhere && outcome.fate !== "consumed") continue;
    facts.push(registry.ledger.fate(consumer.dag, pool.key, held.seq, outcome.fate, outcome.why));
  }
  return facts;
}

/** Removes events from a list in place. A few are searched for, so that taking one of many costs no walk over all. */
function takeOut(registry: Registry, pending: number[], which: Which): Held[] {
  const gone: Held[] = [];
  if (typeof which !== "function" && which.size * 8 < pending.length) {
    for (const seq of which) {
      const held = registry.events.get(seq);
      const index = held === undefined ? -1 : lowerBound(pending, registry.events, held);
      if (held === undefined || pending[index] !== seq) continue;
      if (index === 0) pending.shift();
      else pending.splice(index, 1);
      gone.push(held);
    }
  } else {
    let kept = 0;
    for (const seq of pending) {
      if (typeof which === "function" ? which(seq) : which.has(seq)) gone.push(heldOf(registry.events, seq));
      else pending[kept++] = seq;
    }
    pending.length = kept;
  }
  return gone;
}

function isPendingAnywhere(registry: Registry, consumer: Consumer, pool: Pool, held: Held): boolean {
  return held.refs > 0 && someLeafCell(consumer.state, pool.cell, (cell) => isPendingIn(registry, cell, held));
}

/** One reference less; an event that nothing refers to is forgotten. */
export function unref(registry: Registry, held: Held): void {
  held.refs -= 1;
  if (held.refs === 0) registry.events.delete(held.seq);
}
