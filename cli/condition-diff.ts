import type { ConditionNode } from "../core/condition.ts";
import { childrenOf } from "../core/conditions/condition-tree.ts";
import { conditionText } from "./text/condition-text.ts";

/** One line of a condition, with its depth in front, and whether it is there before, after or both. */
export interface DiffLine {
  readonly change: "same" | "added" | "removed";
  readonly line: string;
}

/** A condition with one node a line, so that two of them can be compared line by line. */
export function conditionLines(node: ConditionNode | null, depth = 0): readonly string[] {
  const indent = "  ".repeat(depth);
  if (node === null) return [`${indent}${conditionText(null)}`];
  const { unless, ...rest } = node;
  const children = childrenOf(node);
  const own = children.length === 0 && !("absent" in node) ? conditionText(rest as ConditionNode) : headOf(rest as ConditionNode);
  return [
    `${indent}${own}`,
    ...children.flatMap((child) => conditionLines(child, depth + 1)),
    ...("absent" in node ? conditionLines(node.absent, depth + 1) : []),
    ...(unless === undefined ? [] : [`${indent}unless`, ...conditionLines(unless, depth + 1)]),
  ];
}

/** The node without what it is made of: `all`, `atLeast(2) within 1h`. */
function headOf(node: ConditionNode): string {
  const kind =
    "of" in node
      ? `atLeast(${node.atLeast})`
      : "absent" in node
        ? `absent for ${node.for}`
        : (["all", "any", "sequence"] as const).find((name) => name in node);
  const count = "count" in node && node.count !== undefined && node.count > 1 ? ` count(${node.count})` : "";
  const within = node.within === undefined ? "" : ` within ${node.within}`;
  const by = node.by === undefined ? "" : ` by ${typeof node.by === "string" ? node.by : JSON.stringify(node.by)}`;
  return `${kind}${count}${within}${by}`;
}

/** What changed from one condition to another: the lines of both, those that both have once. */
export function diffConditions(before: ConditionNode | null, after: ConditionNode | null): readonly DiffLine[] {
  return diffLines(conditionLines(before), conditionLines(after));
}

/** By their longest common subsequence; what goes comes before what is new. */
function diffLines(before: readonly string[], after: readonly string[]): readonly DiffLine[] {
  const longest = lengths(before, after);
  const lines: DiffLine[] = [];
  let [i, j] = [0, 0];
  while (i < before.length || j < after.length) {
    if (i < before.length && j < after.length && before[i] === after[j]) {
      lines.push({ change: "same", line: before[i] ?? "" });
      i += 1;
      j += 1;
    } else if (j >= after.length || (i < before.length && (longest[i + 1]?.[j] ?? 0) >= (longest[i]?.[j + 1] ?? 0))) {
      lines.push({ change: "removed", line: before[i] ?? "" });
      i += 1;
    } else {
      lines.push({ change: "added", line: after[j] ?? "" });
      j += 1;
    }
  }
  return lines;
}

/** Of the rest of both from each place on. */
function lengths(before: readonly string[], after: readonly string[]): readonly (readonly number[])[] {
  const table = Array.from({ length: before.length + 1 }, () => new Array<number>(after.length + 1).fill(0));
  for (let i = before.length - 1; i >= 0; i--)
    for (let j = after.length - 1; j >= 0; j--) {
      const [row, below] = [table[i], table[i + 1]];
      if (row !== undefined) row[j] = before[i] === after[j] ? (below?.[j + 1] ?? 0) + 1 : Math.max(below?.[j] ?? 0, row[j + 1] ?? 0);
    }
  return table;
}
