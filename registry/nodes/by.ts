import { earlier, isBefore, type Order } from "../order.ts";
import type { Node, View } from "./node.ts";

/** An inner `by`: gathers for each key by itself; a run takes one key of it, the one with the oldest event. */
export function createByNode(name: string, child: Node): Node {
  function views(view: View): View[] {
    const own = view.cell?.inner?.[name];
    const shared = view.shared?.inner?.[name];
    const keys = new Set([...Object.keys(own ?? {}), ...Object.keys(shared ?? {})]);
    return [...keys].map((key) => ({ ...view, cell: own?.[key], shared: shared?.[key] }));
  }
  function best(view: View): View | null {
    let found: { view: View; oldest: Order } | null = null;
    for (const one of views(view)) {
      const point = child.filled(one);
      if (point === null) continue;
      const oldest = child.oldest(one) ?? point;
      if (found === null || isBefore(oldest, found.oldest)) found = { view: one, oldest };
    }
    return found?.view ?? null;
  }
  return {
    text: `${child.text}.by(${name})`,
    kind: "by",
    children: [child],
    leaves: child.leaves,
    filled: (view) => views(view).reduce<Order | null>((first, one) => earlier(first, child.filled(one)), null),
    oldest: (view) => {
      const one = best(view);
      return one === null ? null : child.oldest(one);
    },
    take: (view, mode, into) => {
      const one = best(view);
      if (one !== null) child.take(one, mode, into);
    },
  };
}
