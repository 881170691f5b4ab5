import { earlier, later, type Order } from "../order.ts";
import { leavesOf, type Node } from "./node.ts";

/** Due when all children are; a run takes from all of them. */
export function createAllNode(children: readonly Node[]): Node {
  // The child that was not due the last time is asked first. Nearly always it still is not, and then nobody else needs to be asked.
  let missing = 0;
  return {
    text: `all(${children.map((child) => child.text).join(", ")})`,
    kind: "all",
    children,
    leaves: leavesOf(children),
    filled: (view) => {
      let last: Order | null = null;
      for (let index = 0; index < children.length; index++) {
        const next = (missing + index) % children.length;
        const point = children[next]?.filled(view) ?? null;
        if (point === null) {
          missing = next;
          return null;
        }
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
