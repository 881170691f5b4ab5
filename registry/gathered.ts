import type { Condition } from "./condition.ts";
import { createTaking, type Taking, takeEvent } from "./nodes/node.ts";
import { compareOrder, heldOf } from "./order.ts";
import { fits } from "./policies/mode.ts";
import type { Consumer, Registry } from "./registry.ts";
import type { Cell } from "./state.ts";
import { viewOf } from "./view.ts";

/**
 * All that has gathered in a group, due or not: what a run takes that a person starts with it. At most `batch.max` events, and what
 * fits into a run's input, oldest first. Null if no event is pending.
 */
export function takeGathered(registry: Registry, consumer: Consumer, condition: Condition, id: string, now: number): Taking | null {
  const group = consumer.state.groups[id];
  if (group === undefined) return null;
  const view = viewOf(registry, consumer, group, now);
  const all = createTaking();
  for (const cell of [view.cell, view.shared]) if (cell !== undefined) gather(condition, cell, all);
  if (all.seqs.size === 0) return null;
  const seqs = new Set<number>();
  for (const { seq } of [...all.seqs].map((one) => heldOf(registry.events, one)).sort(compareOrder)) {
    seqs.add(seq);
    // The first one always goes: it was small enough to be an event.
    if (seqs.size > consumer.policy.batch.max || (seqs.size > 1 && !fits(view, seqs))) {
      seqs.delete(seq);
      break;
    }
  }
  const events = new Map([...all.events].map(([leaf, some]) => [leaf, new Set([...some].filter((seq) => seqs.has(seq)))]));
  return { ...all, events, seqs };
}

function gather(condition: Condition, cell: Cell, into: Taking): void {
  for (const [no, { pending = [], kept = [], tick }] of Object.entries(cell.leaves)) {
    const leaf = condition.leafByNo.get(Number(no));
    if (leaf === undefined) continue;
    for (const seq of pending) takeEvent(into, leaf, seq);
    for (const { seq } of kept) into.references.add(seq);
    if (tick !== undefined) into.ticks.push({ leaf, cell });
  }
  for (const byKey of Object.values(cell.inner ?? {})) for (const inner of Object.values(byKey)) gather(condition, inner, into);
}
