import { createAtLeastNode } from "./at-least.ts";
import type { Node } from "./node.ts";

/** Due when one child is. A run takes from every child that is due; in mode `each` from the one with the oldest event. */
export function createAnyNode(children: readonly Node[]): Node {
  return { ...createAtLeastNode(1, children), kind: "any", text: `any(${children.map((child) => child.text).join(", ")})` };
}
