import { describe, expect, it } from "vitest";
import type { ConditionNode } from "../../../core/condition.ts";
import { childrenOf, describeCondition, kindOf, NODE_KINDS, walkCondition } from "../../../core/conditions/condition-tree.ts";

const a = { asset: "s3://lake/a" };
const b = { asset: "s3://lake/b" };
const c = { asset: "s3://lake/c" };

describe("kindOf and childrenOf", () => {
  it.each([
    [a, "asset", 0],
    [{ group: "sales" }, "group", 0],
    [{ pattern: "s3://lake/*" }, "pattern", 0],
    [{ all: [a, b] }, "all", 2],
    [{ any: [a, b], count: 3 }, "any", 2],
    [{ atLeast: 1, of: [a, b] }, "atLeast", 2],
    [{ sequence: [a, b, c] }, "sequence", 3],
    [{ cron: "@daily" }, "cron", 0],
    [{ every: "15m" }, "every", 0],
    [{ absent: a, for: "2h" }, "absent", 0],
  ] as [ConditionNode, string, number][])("%j", (node, kind, children) => {
    expect(kindOf(node)).toBe(kind);
    expect(childrenOf(node)).toHaveLength(children);
  });

  it("has an example of every kind above", () => {
    expect(NODE_KINDS).toHaveLength(10);
  });
});

it("walks every node with its path and role", () => {
  const visited: string[] = [];
  const condition: ConditionNode = {
    all: [a, { atLeast: 1, of: [b, { absent: c, for: "1h" }] }, { sequence: [a, b], unless: { any: [c, { absent: b, for: "1h" }] } }],
    unless: { cron: "@daily" },
  };
  walkCondition(condition, (node, path, role) => visited.push(`${path || "(root)"} ${kindOf(node)} ${role}`));
  expect(visited).toEqual([
    "(root) all part",
    "all[0] asset part",
    "all[1] atLeast part",
    "all[1].of[0] asset part",
    "all[1].of[1] absent part",
    "all[1].of[1].absent asset absent",
    "all[2] sequence part",
    "all[2].sequence[0] asset part",
    "all[2].sequence[1] asset part",
    "all[2].unless any unless",
    "all[2].unless.any[0] asset unless",
    "all[2].unless.any[1] absent unless",
    "all[2].unless.any[1].absent asset unless",
    "unless cron unless",
  ]);
});

describe("describeCondition", () => {
  it.each([
    [a, "s3://lake/a"],
    [{ ...a, count: 3 }, "3 events of s3://lake/a"],
    [{ ...a, where: { rows: { gt: 0 }, region: "eu" } }, 's3://lake/a where rows > 0 and region = "eu"'],
    [{ ...a, where: { or: [{ x: { exists: false } }, { not: { y: { in: [1, 2] } } }] } }, "s3://lake/a where (x is absent or not (y in [1,2]))"],
    [{ ...a, where: { $time: { between: ["08:00", "17:00"], tz: "Europe/London" } } }, 's3://lake/a where $time from "08:00" to "17:00" (Europe/London)'],
    [{ ...a, where: {} }, "s3://lake/a"],
    [{ ...a, keep: true }, "s3://lake/a (kept)"],
    [{ ...a, changed: "version" }, "s3://lake/a when version changes"],
    [{ ...a, partitions: { map: "rollup", grain: "day" } }, "s3://lake/a (rolled up to day)"],
    [{ ...a, partitions: { map: "window", from: -6, to: 0 } }, "s3://lake/a (slices -6 to 0)"],
    [{ ...a, partitions: { map: "same" } }, "s3://lake/a"],
    [{ group: "sales" }, "any asset of group sales"],
    [{ group: "sales", members: "all" }, "all assets of group sales"],
    [{ pattern: "s3://lake/*" }, "any asset like s3://lake/*"],
    [{ all: [a, b] }, "s3://lake/a and s3://lake/b"],
    [{ any: [a, b] }, "s3://lake/a or s3://lake/b"],
    [{ any: [a, b], count: 3 }, "3 events of (s3://lake/a or s3://lake/b)"],
    [{ all: [a, { any: [b, c] }] }, "s3://lake/a and (s3://lake/b or s3://lake/c)"],
    [{ all: [a, { any: [b] }] }, "s3://lake/a and s3://lake/b"],
    [{ all: [a, { any: [b, c], within: "1h" }], within: "2h" }, "(s3://lake/a and ((s3://lake/b or s3://lake/c), within 1h)), within 2h"],
    [{ atLeast: 2, of: [a, b, c] }, "at least 2 of (s3://lake/a; s3://lake/b; s3://lake/c)"],
    [{ sequence: [a, b], by: "tenant" }, "(s3://lake/a, then s3://lake/b), for each tenant"],
    [
      { all: [a, b], by: { "s3://lake/a": "x", "s3://lake/b": ["y", "z"] } },
      "(s3://lake/a and s3://lake/b), for each x of s3://lake/a, y and z of s3://lake/b",
    ],
    [{ ...a, unless: b }, "s3://lake/a, unless s3://lake/b"],
    [{ ...a, unless: { all: [b, c] } }, "s3://lake/a, unless (s3://lake/b and s3://lake/c)"],
    [{ cron: "0 6 * * *", tz: "Europe/London" }, "cron 0 6 * * * (Europe/London)"],
    [{ cron: "@daily" }, "cron @daily (UTC)"],
    [{ every: "15m" }, "every 15m"],
    [{ absent: a, for: "2h" }, "no event of s3://lake/a for 2h"],
    [{ absent: { ...a, count: 2 }, for: "2h" }, "fewer than 2 events of s3://lake/a for 2h"],
  ] as [ConditionNode, string][])("%j is: %s", (node, text) => {
    expect(describeCondition(node)).toBe(text);
  });
});
