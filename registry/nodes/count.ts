import { compareOrder, heldOf, type Order } from "../order.ts";
import { createTaking, type Node, type Taking, takeEvent, type View } from "./node.ts";

/** `count` on `any`: due when n events are ready to be taken over all its children together. */
export function createCountNode(count: number, child: Node): Node {
  function ready(view: View): { readonly all: Taking; readonly seqs: number[] } {
    const all = createTaking();
    if (child.filled(view) !== null) child.take(view, "batch", all);
    return { all, seqs: [...all.seqs].sort((a, b) => compareOrder(heldOf(view.events, a), heldOf(view.events, b))) };
  }
  return {
    text: `${child.text}.count(${count})`,
    kind: "count",
    children: [child],
    leaves: child.leaves,
    filled: (view): Order | null => {
      const needed = ready(view).seqs[count - 1];
      return needed === undefined ? null : heldOf(view.events, needed);
    },
    oldest: (view) => {
      const [first] = ready(view).seqs;
      return first === undefined ? null : heldOf(view.events, first);
    },
    take: (view, mode, into) => {
      const { all, seqs } = ready(view);
      const taken = new Set(mode === "batch" ? seqs : mode === "each" ? seqs.slice(0, count) : seqs.slice(-count));
      for (const [leaf, mine] of all.events) {
        for (const seq of mine) {
          if (taken.has(seq)) takeEvent(into, leaf, seq);
          else if (mode === "latest") into.superseded.push({ leaf, seq });
        }
      }
      for (const seq of all.references) into.references.add(seq);
      into.ticks.push(...all.ticks);
      into.silences.push(...all.silences);
      into.outOfOrder.push(...all.outOfOrder);
    },
  };
}
