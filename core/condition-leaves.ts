import type { AssetNode, ConditionNode, GroupNode, PatternNode } from "./condition.ts";

export type LeafNode = AssetNode | GroupNode | PatternNode;

/**
 * The leaves whose events a run can take: those of `absent` only tell that nothing came, and those of `unless` only clear.
 * In the order in which they stand.
 */
export function takenLeaves(node: ConditionNode): readonly LeafNode[] {
  if ("asset" in node || "group" in node || "pattern" in node) {
    return [node];
  }
  return childrenOf(node).flatMap(takenLeaves);
}

/** Every node, those below `absent` and `unless`, too. */
export function allNodes(node: ConditionNode): readonly ConditionNode[] {
  const below = [...childrenOf(node), ...("absent" in node ? [node.absent] : []), ...(node.unless === undefined ? [] : [node.unless])];
  return [node, ...below.flatMap(allNodes)];
}

function childrenOf(node: ConditionNode): readonly ConditionNode[] {
  return "all" in node ? node.all : "any" in node ? node.any : "of" in node ? node.of : "sequence" in node ? node.sequence : [];
}
