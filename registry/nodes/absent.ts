import { formatDuration } from "../../core/time/duration.ts";
import type { Order } from "../order.ts";
import { type Leaf, leafCell } from "./leaf.ts";
import type { Node, View } from "./node.ts";

/** A silence: fewer than `count` events of the leaf within `period` of the registry's clock. */
export interface AbsentNode extends Node {
  readonly leaf: Leaf;
  readonly period: number;
  /** When it becomes due if nothing is accepted before. */
  deadline(view: View): number;
}

export function createAbsentNode(leaf: Leaf, period: number): AbsentNode {
  // Behind another position of a sequence the silence begins when that position was filled.
  function deadline(view: View): number {
    if (view.after !== null) return view.after.at + period;
    const cell = leafCell(view, leaf);
    const accepted = cell?.accepted ?? [];
    const [nth] = accepted.length >= leaf.count ? accepted : [];
    return Math.max(leaf.since, view.silentSince, nth?.[0] ?? 0, cell?.tookPart ?? 0) + period;
  }
  return {
    text: `absent(${leaf.text}, ${formatDuration(period)})`,
    kind: "absent",
    children: [],
    leaves: [leaf],
    leaf,
    period,
    deadline,
    filled: (view): Order | null => {
      const due = deadline(view);
      return due <= view.now ? { time: due, seq: 0, at: due } : null;
    },
    oldest: () => null,
    take: (view, _mode, into) => {
      into.silences.push({ leaf, cell: view.cell });
    },
  };
}
