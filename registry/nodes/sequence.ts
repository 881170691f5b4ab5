import { compareOrder, heldOf, isBefore, type Order } from "../order.ts";
import { bounded, leavesOf, type Node, takeEvent, type View } from "./node.ts";
import { everyPending } from "./pending.ts";

/** Due when its positions can be filled in order. Of several fillings the earliest event is chosen for the first position, then for the next. */
export interface SequenceNode extends Node {
  /** Where each of the first positions is filled, as far as they can be. */
  fillings(view: View): Order[];
}

export function createSequenceNode(positions: readonly Node[]): SequenceNode {
  const leaves = leavesOf(positions);

  function fillingsFrom(first: number, view: View): Order[] {
    const points: Order[] = [];
    let after = view.after;
    for (const position of positions.slice(first)) {
      const point = position.filled(bounded(view, after, view.until));
      if (point === null) break;
      points.push(point);
      after = point;
    }
    return points;
  }
  function fillings(view: View): Order[] {
    return fillingsFrom(0, view);
  }
  function match(view: View): View[] | null {
    const points = fillings(view);
    return points.length < positions.length ? null : points.map((point, index) => bounded(view, points[index - 1] ?? view.after, point));
  }
  /** The match of mode `latest`: the newest event for the first position from which the rest can be filled, then for the next. */
  function newestMatch(view: View): View[] {
    const views: View[] = [];
    let after = view.after;
    for (const [index, position] of positions.entries()) {
      const events = position.leaves.flatMap((leaf) => (leaf.role === "gather" ? everyPending(bounded(view, after, view.until), leaf) : []));
      const newestFirst = events.map((seq) => heldOf(view.events, seq)).sort((a, b) => compareOrder(b, a));
      const fits = (from: Order | null): boolean => fillingsFrom(index, bounded(view, from, view.until)).length === positions.length - index;
      const begin = newestFirst.map(justBefore).find(fits) ?? after;
      const point = position.filled(bounded(view, begin, view.until));
      if (point === null) break;
      views.push(bounded(view, begin, point));
      after = point;
    }
    return views;
  }
  function firstTaken(views: readonly View[]): Order | null {
    for (const [index, position] of positions.entries()) {
      const view = views[index];
      const oldest = view === undefined ? null : position.oldest(view);
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
    filled: (view) => {
      const points = fillings(view);
      return points.length === positions.length ? (points.at(-1) ?? null) : null;
    },
    oldest: (view) => {
      const views = match(view);
      return views === null ? null : firstTaken(views);
    },
    take: (view, mode, into) => {
      const views = mode === "latest" ? newestMatch(view) : match(view);
      if (views === null) return;
      for (const [index, position] of positions.entries()) {
        const mine = views[index];
        if (mine !== undefined) position.take(mine, "each", into);
      }
      const first = firstTaken(views);
      const last = views.at(-1)?.until ?? null;
      if (first === null || last === null) return;
      for (const leaf of leaves) {
        if (leaf.role !== "gather") continue;
        for (const seq of mode === "each" ? [] : everyPending(view, leaf)) {
          const held = heldOf(view.events, seq);
          if (isBefore(last, held)) continue;
          if (mode === "latest") {
            if (!into.seqs.has(seq)) into.superseded.push({ leaf, seq });
          } else if (!isBefore(held, first)) takeEvent(into, leaf, seq);
        }
        if (mode !== "latest") into.outOfOrder.push({ leaf, cell: leaf.shared ? view.shared : view.cell, before: first });
      }
    },
  };
}

/** A bound that lets the event itself through. */
function justBefore(point: Order): Order {
  return { time: point.time, seq: point.seq - 0.5, at: point.at };
}
