import { emptyLeaves } from "./clear.ts";
import type { Condition } from "./condition.ts";
import { ensureLeafCell, type Leaf } from "./nodes/leaf.ts";
import { bounded, type View } from "./nodes/node.ts";
import type { Held } from "./order.ts";
import { placesFor } from "./places.ts";
import { groupPool } from "./pool.ts";
import type { Consumer, Registry } from "./registry.ts";
import { scopedViews } from "./scoped.ts";
import { touch } from "./touch.ts";
import { viewOf } from "./view.ts";

/** As many of the newest accepted events as an `absent` with the largest count could ask for. */
function keepAccepted(accepted: readonly [at: number, seq: number][], leaf: Leaf, held: Held): [at: number, seq: number][] {
  return [...accepted, [held.at, held.seq] as [number, number]].slice(-leaf.count);
}

/** An accepted event ends a silence, whatever else becomes of it. */
export function noteAccepted(consumer: Consumer, condition: Condition, leaf: Leaf, held: Held): void {
  const placing = placesFor(consumer, condition, leaf, held.event);
  if (!("places" in placing)) return;
  for (const { pool, cell } of placing.places) {
    const leafCell = ensureLeafCell(cell, leaf);
    leafCell.accepted = keepAccepted(leafCell.accepted ?? [], leaf, held);
    touch(consumer, pool.id);
  }
}

/**
 * Behind another position of a sequence, the event that breaks the silence empties the sequence: the n-th one since the position
 * before was filled, with `count: n`.
 */
export function breakSilences(registry: Registry, consumer: Consumer, condition: Condition, leaf: Leaf, now: number): void {
  for (const { sequence, position, absent, scopes } of condition.breaks) {
    if (absent.leaf !== leaf) continue;
    for (const id of [...consumer.dirty.ids]) {
      const pool = groupPool(consumer, id);
      const group = consumer.state.groups[id];
      if (pool === undefined || group === undefined) continue;
      for (const view of scopedViews(viewOf(registry, consumer, group, now), scopes)) {
        const before = sequence.fillings(view)[position - 1];
        if (before === undefined || view.cell === undefined) continue;
        const since = acceptedIn(view, leaf).filter(([at, seq]) => at >= before.at && seq > before.seq && at <= before.at + absent.period);
        if (since.length < leaf.count) continue;
        emptyLeaves(registry, consumer, pool, view.cell, sequence.leaves, { fate: "dropped", why: absent.text });
      }
    }
  }
}

/** What an `absent` leaf saw, as the view shows it. */
export function acceptedIn(view: View, leaf: Leaf): readonly [at: number, seq: number][] {
  return (leaf.shared ? view.shared : view.cell)?.leaves[leaf.no]?.accepted ?? [];
}

/** When the silences of a group become due, with those that are due already left out. */
export function nextSilence(registry: Registry, consumer: Consumer, condition: Condition, groupId: string, now: number): number | null {
  const group = consumer.state.groups[groupId];
  if (group === undefined) return null;
  let next: number | null = null;
  for (const { absent, scopes, inSequence } of condition.silences) {
    for (const view of scopedViews(viewOf(registry, consumer, group, now), scopes)) {
      const before = inSequence === null ? null : inSequence.sequence.fillings(view)[inSequence.position - 1];
      if (before === undefined) continue;
      const at = absent.deadline(before === null ? view : bounded(view, before, null));
      if (at > now && (next === null || at < next)) next = at;
    }
  }
  return next;
}
