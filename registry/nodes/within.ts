import { formatDuration } from "../../core/time/duration.ts";
import { compareOrder, type Held, heldOf, isBefore, type Order } from "../order.ts";
import type { Leaf } from "./leaf.ts";
import type { Node, View } from "./node.ts";
import { everyPending } from "./pending.ts";

/** Due when events that fill the child lie within one span of event time. A run takes the set that ends newest. */
export function createWithinNode(span: number, child: Node): Node {
  const leaves = child.leaves.filter((leaf) => leaf.role === "gather");

  /** The span that ends at an event, both edges included. */
  function upTo(view: View, end: Order): View {
    const from = Math.max(end.time - span, view.span?.from ?? Number.NEGATIVE_INFINITY);
    return { ...view, span: { from, to: view.span === null || isBefore(end, view.span.to) ? end : view.span.to } };
  }
  function ends(view: View): Held[] {
    return distinct(view, leaves).sort(compareOrder);
  }
  /** Without any event: clocks and silences alone may fill the child. */
  function withoutEvents(view: View): View {
    return { ...view, span: { from: Number.POSITIVE_INFINITY, to: { time: Number.NEGATIVE_INFINITY, seq: 0, at: 0 } } };
  }
  function newest(view: View): View | null {
    if (child.filled(view) === null) return null;
    for (const end of ends(view).reverse()) {
      const one = upTo(view, end);
      if (child.filled(one) !== null) return one;
    }
    const none = withoutEvents(view);
    return child.filled(none) === null ? null : none;
  }
  return {
    text: `${child.text}.within(${formatDuration(span)})`,
    kind: "within",
    children: [child],
    leaves: child.leaves,
    filled: (view) => {
      if (child.filled(view) === null) return null;
      const alone = child.filled(withoutEvents(view));
      if (alone !== null) return alone;
      for (const end of ends(view)) {
        if (child.filled(upTo(view, end)) !== null) return end;
      }
      return null;
    },
    oldest: (view) => {
      const one = newest(view);
      return one === null ? null : child.oldest(one);
    },
    take: (view, mode, into) => {
      const one = newest(view);
      if (one !== null) child.take(one, mode, into);
    },
  };
}

function distinct(view: View, leaves: readonly Leaf[]): Held[] {
  const seqs = new Set<number>();
  for (const leaf of leaves) for (const seq of everyPending(view, leaf)) seqs.add(seq);
  return [...seqs].map((seq) => heldOf(view.events, seq));
}
