import { describe, expect, it } from "vitest";
import { conditionText } from "../../../cli/text/condition-text.ts";
import type { ConditionNode } from "../../../core/condition.ts";

const a = { asset: "s3://lake/a" };
const b = { asset: "s3://lake/b" };

describe("a condition as text", () => {
  it.each<[ConditionNode | null, string]>([
    [null, "started by hand"],
    [a, "s3://lake/a"],
    [{ all: [a, { any: [b, { group: "sales" }] }] }, "all(s3://lake/a, any(s3://lake/b, group(sales)))"],
    [{ ...a, where: { rows: { gt: 0 } }, count: 3, keep: true }, 's3://lake/a.where({"rows":{"gt":0}}).count(3).keep()'],
    [{ pattern: "s3://lake/raw/*", members: "all" }, "all of pattern(s3://lake/raw/*)"],
    [{ atLeast: 2, of: [a, b] }, "atLeast(2, s3://lake/a, s3://lake/b)"],
    [{ sequence: [a, b], within: "1h", by: "id" }, "sequence(s3://lake/a, s3://lake/b).within(1h).by(id)"],
    [{ cron: "0 6 * * *", tz: "Europe/London" }, 'cron("0 6 * * *", Europe/London)'],
    [{ every: "15m" }, "every(15m)"],
    [{ absent: a, for: "2h" }, "absent(s3://lake/a, for 2h)"],
    [{ ...a, unless: b }, "s3://lake/a.unless(s3://lake/b)"],
    [{ ...a, partitions: { map: "rollup", grain: "day", wait: { atLeast: 20, deadline: "2h" } } }, "s3://lake/a.rollup(day, at least 20, deadline 2h)"],
    [{ ...a, partitions: { map: "window", from: -6, to: 0, wait: "any" } }, "s3://lake/a.window(-6..0, any)"],
    [{ ...a, partitions: { map: "product", of: [{ map: "same" }, { map: "all" }] } }, "s3://lake/a.dimensions(same(), everySlice())"],
  ])("%j reads %s", (node, text) => {
    expect(conditionText(node)).toBe(text);
  });
});
