import { heldOf } from "../order.ts";
import { type Leaf, leafCell } from "./leaf.ts";
import type { Node } from "./node.ts";

/** Due once an event was ever seen, and never used up: a run refers to the newest one. */
export function createKeepNode(leaf: Leaf): Node {
  return {
    text: `${leaf.text}.keep()`,
    kind: "keep",
    children: [],
    leaves: [leaf],
    // It was there before anything else of its sequence or span, so it fills its place at once.
    filled: (view) => {
      const kept = leafCell(view, leaf)?.kept ?? [];
      const [first] = kept;
      return kept.length < leaf.count || first === undefined ? null : (view.after ?? heldOf(view.events, first.seq));
    },
    oldest: () => null,
    take: (view, _mode, into) => {
      for (const { seq } of leafCell(view, leaf)?.kept ?? []) into.references.add(seq);
    },
  };
}
