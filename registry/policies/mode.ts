import { LIMITS } from "../../core/limits.ts";
import { createTaking, type Mode, type Node, type Taking, type View } from "../nodes/node.ts";
import { compareOrder, heldOf } from "../order.ts";

/** Room for events in the input of one run: what a server takes for a child, less everything else in the input. */
export const RUN_BYTES = LIMITS.activityBytes - 24 * 1024;

/**
 * What a run takes now. In mode `batch` that is everything pending in the nodes that are due, at most `max` events and what
 * fits into a run's input: first what the condition needs, then oldest first.
 */
export function takeByMode(root: Node, view: View, mode: Mode, max: number): Taking {
  const all = createTaking();
  root.take(view, mode, all);
  return mode === "batch" && (all.seqs.size > max || !fits(view, all.seqs)) ? capped(root, view, all, max) : all;
}

function capped(root: Node, view: View, all: Taking, max: number): Taking {
  const least = createTaking();
  root.take(view, "each", least);
  const kept = new Set(least.seqs);
  let bytes = sizeOf(view, kept);
  const rest = [...all.seqs].filter((seq) => !kept.has(seq)).sort((a, b) => compareOrder(heldOf(view.events, a), heldOf(view.events, b)));
  for (const seq of rest) {
    if (kept.size >= max) break;
    bytes += heldOf(view.events, seq).bytes;
    if (bytes > RUN_BYTES) break;
    kept.add(seq);
  }
  const events = new Map([...all.events].map(([leaf, seqs]) => [leaf, new Set([...seqs].filter((seq) => kept.has(seq)))]));
  return { ...all, events, seqs: kept };
}

/** True if a run's input can hold these events. */
export function fits(view: View, seqs: ReadonlySet<number>): boolean {
  return sizeOf(view, seqs) <= RUN_BYTES;
}

function sizeOf(view: View, seqs: ReadonlySet<number>): number {
  let bytes = 0;
  for (const seq of seqs) bytes += heldOf(view.events, seq).bytes;
  return bytes;
}
