import { compareOrder, earlier, type Order } from "../order.ts";
import { leavesOf, type Node, type View } from "./node.ts";

/** Due when `least` children are. A run takes from every child that is due; in mode `each` from those whose oldest events are oldest. */
export function createAtLeastNode(least: number, children: readonly Node[]): Node {
  function due(view: View): { readonly child: Node; readonly oldest: Order }[] {
    return children.flatMap((child) => {
      const point = child.filled(view);
      return point === null ? [] : [{ child, oldest: child.oldest(view) ?? point }];
    });
  }
  function filled(view: View): Order | null {
    const points: Order[] = [];
    for (const child of children) {
      const point = child.filled(view);
      if (point !== null) points.push(point);
    }
    return points.sort(compareOrder)[least - 1] ?? null;
  }
  function filledByOne(view: View): Order | null {
    let first: Order | null = null;
    for (const child of children) first = earlier(first, child.filled(view));
    return first;
  }
  return {
    text: `atLeast(${least}, ${children.map((child) => child.text).join(", ")})`,
    kind: "atLeast",
    children,
    leaves: leavesOf(children),
    filled: least === 1 ? filledByOne : filled,
    oldest: (view) => due(view).reduce<Order | null>((oldest, one) => earlier(oldest, one.child.oldest(view)), null),
    take: (view, mode, into) => {
      const ready = due(view);
      if (mode === "each") ready.sort((a, b) => compareOrder(a.oldest, b.oldest)).splice(least);
      for (const { child } of ready) child.take(view, mode, into);
    },
  };
}
