import { forEachLeafCell } from "../cells.ts";
import type { Condition } from "../condition.ts";
import { completeMatches } from "../matches.ts";
import { heldOf } from "../order.ts";
import { letGo, type Pool } from "../pool.ts";
import type { Consumer, Registry } from "../registry.ts";

/**
 * What is gone after this instant: events older than `expireAfter`, and events below a `within` that can fit no more. A match
 * that is complete does not expire by `within` while it waits to start. True if something went. Nothing goes before all that an edit
 * left outside of the state is back: an event that is still read may be what completes a match.
 */
export function expire(registry: Registry, consumer: Consumer, condition: Condition, pool: Pool, now: number): boolean {
  if (consumer.state.unplaced !== undefined) return false;
  const before = consumer.pending;
  const { expireAfter } = consumer.policy;
  if (expireAfter !== null) {
    const old = (seq: number): boolean => heldOf(registry.events, seq).at + expireAfter <= now;
    if (some(consumer, pool, old)) letGo(registry, consumer, pool, null, old, { fate: "expired", why: "expireAfter" });
  }
  let complete: ReadonlySet<number> | null = null;
  for (const leaf of condition.leaves) {
    if (leaf.spans.length === 0) continue;
    const span = Math.min(...leaf.spans);
    const horizon = Math.max(now, newestSeen(consumer, pool, leaf.no) - 1);
    const late = (seq: number): boolean => heldOf(registry.events, seq).time + span <= horizon;
    if (!someOf(consumer, pool, leaf.no, late)) continue;
    complete ??= completeMatches(registry, consumer, condition, pool, now);
    const protectedOnes = complete;
    letGo(registry, consumer, pool, [leaf], (seq) => late(seq) && !protectedOnes.has(seq), { fate: "expired", why: "within" });
  }
  return consumer.pending !== before;
}

/** When the next event of a pool expires; null if none does. */
export function nextExpiry(registry: Registry, consumer: Consumer, condition: Condition, pool: Pool, now: number): number | null {
  if (consumer.state.unplaced !== undefined) return null;
  const { expireAfter } = consumer.policy;
  let next: number | null = null;
  const consider = (at: number): void => {
    if (at > now && (next === null || at < next)) next = at;
  };
  forEachLeafCell(consumer.state, pool.cell, (cell, no) => {
    const spans = condition.leafByNo.get(no)?.spans ?? [];
    if (cell.pending === undefined || (expireAfter === null && spans.length === 0)) return;
    const span = Math.min(...spans);
    for (const seq of cell.pending) {
      const held = heldOf(registry.events, seq);
      if (expireAfter !== null) consider(held.at + expireAfter);
      if (spans.length > 0) consider(held.time + span);
    }
  });
  return next;
}

/** The newest event time that the leaf's node has seen, in the pool as a whole. */
function newestSeen(consumer: Consumer, pool: Pool, leafNo: number): number {
  let newest = Number.NEGATIVE_INFINITY;
  forEachLeafCell(consumer.state, pool.cell, (cell, no) => {
    if (no === leafNo || cell.newest !== undefined) newest = Math.max(newest, cell.newest ?? Number.NEGATIVE_INFINITY);
  });
  return newest;
}

function some(consumer: Consumer, pool: Pool, test: (seq: number) => boolean): boolean {
  let found = false;
  forEachLeafCell(consumer.state, pool.cell, (cell) => {
    found ||= cell.pending?.some(test) ?? false;
  });
  return found;
}

function someOf(consumer: Consumer, pool: Pool, leafNo: number, test: (seq: number) => boolean): boolean {
  let found = false;
  forEachLeafCell(consumer.state, pool.cell, (cell, no) => {
    found ||= no === leafNo && (cell.pending?.some(test) ?? false);
  });
  return found;
}
