import type { Scope } from "./nodes/leaf.ts";
import type { View } from "./nodes/node.ts";

/** The views that inner `by` nodes make of one: one for each of their keys, or the view itself without any. */
export function scopedViews(view: View, scopes: readonly Scope[]): View[] {
  let views = [view];
  for (const { name } of scopes) {
    views = views.flatMap((one) => {
      const own = one.cell?.inner?.[name];
      const shared = one.shared?.inner?.[name];
      const keys = [...new Set([...Object.keys(own ?? {}), ...Object.keys(shared ?? {})])];
      return keys.map((key) => ({ ...one, cell: own?.[key], shared: shared?.[key] }));
    });
  }
  return views;
}
