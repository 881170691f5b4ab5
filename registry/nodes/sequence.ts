import { heldOf, isBefore, type Order } from "../order.ts";
import { bounded, leavesOf, type Node, takeEvent, type View } from "./node.ts";
import { everyPending } from "./pending.ts";

/** Due when its positions can be filled in order. Of several fillings the earliest event is chosen for the first position, then for the next. */
export interface SequenceNode extends Node {
  /** Where each of the first positions is filled, as far as they can be. */
  fillings(view: View): Order[];
}

export function createSequenceNode(positions: readonly Node[]): SequenceNode {
  const leaves = leavesOf(positions);

  function fillings(view: View): Order[] {
    const points: Order[] = [];
    let after = view.after;
    for (const position of positions) {
      const point = position.filled(bounded(view, after, view.until));
      if (point === null) break;
      points.push(point);
      after = point;
    }
    return points;
  }
  function match(view: View): Order[] | null {
    const points = fillings(view);
    return points.length === positions.length ? points : null;
  }
  function positionView(view: View, points: readonly Order[], index: number): View {
    return bounded(view, points[index - 1] ?? view.after, points[index] ?? null);
  }
  function firstTaken(view: View, points: readonly Order[]): Order | null {
    for (const [index, position] of positions.entries()) {
      const oldest = position.oldest(positionView(view, points, index));
      if (oldest !== null) return oldest;
    }
    return null;
  }
  return {
    text: `sequence(${positions.map((position) => position.text).join(", ")})`,
    kind: "sequence",
    children: positions,
    leaves,
    fillings,
    filled: (view) => match(view)?.at(-1) ?? null,
    oldest: (view) => {
      const points = match(view);
      return points === null ? null : firstTaken(view, points);
    },
    take: (view, mode, into) => {
      const points = match(view);
      if (points === null) return;
      for (const [index, position] of positions.entries()) position.take(positionView(view, points, index), mode === "latest" ? "latest" : "each", into);
      const first = firstTaken(view, points);
      const last = points.at(-1);
      if (first === null || last === undefined) return;
      for (const leaf of leaves) {
        if (leaf.role !== "gather") continue;
        if (mode === "batch") {
          for (const seq of everyPending(view, leaf)) {
            const held = heldOf(view.events, seq);
            if (!isBefore(held, first) && !isBefore(last, held)) takeEvent(into, leaf, seq);
          }
        }
        into.outOfOrder.push({ leaf, cell: leaf.shared ? view.shared : view.cell, before: first });
      }
    },
  };
}
