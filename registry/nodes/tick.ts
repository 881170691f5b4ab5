import type { Order } from "../order.ts";
import { type Leaf, leafCell } from "./leaf.ts";
import type { Node, View } from "./node.ts";

/** `cron` and `every`: due from a tick until a run took it. At most one tick is held, the newest. */
export function createTickNode(leaf: Leaf): Node {
  // Behind another position of a sequence it is the first tick after that position, held or not.
  function tick(view: View): Order | null {
    const at = view.after === null ? (leafCell(view, leaf)?.tick ?? null) : (leaf.next?.(Math.max(view.after.time, leaf.since)) ?? null);
    if (at === null || at > view.now) return null;
    return view.until !== null && at > view.until.time ? null : { time: at, seq: 0, at };
  }
  return {
    text: leaf.text,
    kind: leaf.text.startsWith("cron") ? "cron" : "every",
    children: [],
    leaves: [leaf],
    filled: tick,
    oldest: () => null,
    take: (view, _mode, into) => {
      into.ticks.push({ leaf, cell: view.cell });
    },
  };
}
