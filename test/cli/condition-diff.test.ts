import { describe, expect, it } from "vitest";
import { conditionLines, diffConditions } from "../../cli/condition-diff.ts";
import type { ConditionNode } from "../../core/condition.ts";

const A: ConditionNode = { asset: "s3://lake/a" };
const B: ConditionNode = { asset: "s3://lake/b" };

it.each<readonly [string, ConditionNode | null, readonly string[]]>([
  ["nothing", null, ["started by hand"]],
  ["a leaf", { ...A, where: { rows: { gt: 0 } }, count: 2, within: "1h" }, ['s3://lake/a.where({"rows":{"gt":0}}).count(2).within(1h)']],
  [
    "a tree",
    { all: [A, { any: [B, { cron: "0 6 * * *" }] }], within: "1h" },
    ["all within 1h", "  s3://lake/a", "  any", "    s3://lake/b", '    cron("0 6 * * *")'],
  ],
  ["what clears it", { ...A, unless: { all: [B] } }, ["s3://lake/a", "unless", "  all", "    s3://lake/b"]],
  ["a silence", { absent: A, for: "2h" }, ["absent for 2h", "  s3://lake/a"]],
  ["some of many", { atLeast: 2, of: [A, B], by: "k" }, ["atLeast(2) by k", "  s3://lake/a", "  s3://lake/b"]],
])("a condition has a line for each node: %s", (_, node, lines) => {
  expect(conditionLines(node)).toEqual(lines);
});

describe("two conditions are compared node by node", () => {
  const show = (before: ConditionNode | null, after: ConditionNode | null): string[] =>
    diffConditions(before, after).map(({ change, line }) => `${{ same: " ", added: "+", removed: "-" }[change]}${line}`);

  it.each<readonly [string, ConditionNode | null, ConditionNode | null, readonly string[]]>([
    ["a leaf more", { all: [A] }, { all: [A, B] }, [" all", "   s3://lake/a", "+  s3://lake/b"]],
    ["another kind around the same leaves", { all: [A, B] }, { any: [A, B] }, ["-all", "+any", "   s3://lake/a", "   s3://lake/b"]],
    ["another filter", { all: [A, B] }, { all: [A, { ...B, count: 2 }] }, [" all", "   s3://lake/a", "-  s3://lake/b", "+  s3://lake/b.count(2)"]],
    ["nothing any more", A, null, ["-s3://lake/a", "+started by hand"]],
  ])("%s", (_, before, after, lines) => {
    expect(show(before, after)).toEqual(lines);
  });
});
