import type { Node } from "./node.ts";

/** A node that is emptied when `reset` becomes due. Emptying happens when an event is applied (clear.ts); here it only passes on. */
export interface UnlessNode extends Node {
  readonly reset: Node;
}

export function createUnlessNode(child: Node, reset: Node): UnlessNode {
  return { ...child, text: `${child.text}.unless(${reset.text})`, kind: "unless", children: [child], reset };
}
