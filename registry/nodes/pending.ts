import type { Cell } from "../state.ts";
import { type Leaf, pendingIn } from "./leaf.ts";
import type { View } from "./node.ts";

/** Pending events of a leaf below a view, over all keys of the inner `by` nodes between the two. */
export function everyPending(view: View, leaf: Leaf): readonly number[] {
  const here = pendingIn(view, leaf);
  const cell = leaf.shared ? view.shared : view.cell;
  if (leaf.scopes.length === 0 || cell?.inner === undefined) return here;
  const all = [...here];
  for (const inner of innerCells(cell, leaf)) {
    all.push(...everyPending(leaf.shared ? { ...view, shared: inner } : { ...view, cell: inner }, leaf));
  }
  return all;
}

function innerCells(cell: Cell, leaf: Leaf): Cell[] {
  return leaf.scopes.flatMap((scope) => Object.values(cell.inner?.[scope.name] ?? {}));
}
