import { earlier, later, type Order } from "../order.ts";
import { leavesOf, type Node } from "./node.ts";

/** Due when all children are; a run takes from all of them. */
export function createAllNode(children: readonly Node[]): Node {
  return {
    text: `all(${children.map((child) => child.text).join(", ")})`,
    kind: "all",
    children,
    leaves: leavesOf(children),
    filled: (view) => {
      let last: Order | null = null;
      for (const child of children) {
        const point = child.filled(view);
        if (point === null) return null;
        last = last === null ? point : later(last, point);
      }
      return last;
    },
    oldest: (view) => children.reduce<Order | null>((oldest, child) => earlier(oldest, child.oldest(view)), null),
    take: (view, mode, into) => {
      for (const child of children) child.take(view, mode, into);
    },
  };
}
