import type { AssetNode, ConditionNode, GroupNode, PatternNode } from "../condition.ts";
import { walkCondition } from "./condition-tree.ts";

export type LeafNode = AssetNode | GroupNode | PatternNode;

/**
 * The leaves whose events a run can take: those of `absent` only tell that nothing came, and those of `unless` only clear.
 * In the order in which they stand.
 */
export function takenLeaves(root: ConditionNode): readonly LeafNode[] {
  const leaves: LeafNode[] = [];
  walkCondition(root, (node, _, role) => {
    if (role === "part" && ("asset" in node || "group" in node || "pattern" in node)) {
      leaves.push(node);
    }
  });
  return leaves;
}

/** Every node, those below `absent` and `unless`, too. */
export function allNodes(root: ConditionNode): readonly ConditionNode[] {
  const nodes: ConditionNode[] = [];
  walkCondition(root, (node) => {
    nodes.push(node);
  });
  return nodes;
}
