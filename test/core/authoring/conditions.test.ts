import { describe, expect, it } from "vitest";
import { z } from "zod";
import { asset } from "../../../core/authoring/asset.ts";
import type { Condition } from "../../../core/authoring/condition-builder.ts";
import { absent, all, any, atLeast, cron, every, group, pattern, sequence } from "../../../core/authoring/conditions.ts";
import { offset, rollup } from "../../../core/authoring/mapping-builders.ts";
import { daily, hourly } from "../../../core/authoring/partitions.ts";
import { allNodes, takenLeaves } from "../../../core/conditions/condition-leaves.ts";
import { runEnds } from "../../../core/run-ends.ts";
import { caught, said } from "../caught.ts";

const a = asset("s3://lake/a", { schema: z.object({ rows: z.number(), tenant: z.string(), version: z.string() }) });
const b = asset("s3://lake/b");
const c = asset("s3://lake/c", { partitions: daily() });
const hours = asset("s3://lake/hours", { partitions: hourly() });

describe("builders make the JSON form", () => {
  it.each<[string, Condition, unknown]>([
    ["an asset", a, { asset: "s3://lake/a" }],
    ["all", all(a, b), { all: [{ asset: "s3://lake/a" }, { asset: "s3://lake/b" }] }],
    ["any", any(a, b), { any: [{ asset: "s3://lake/a" }, { asset: "s3://lake/b" }] }],
    ["and", a.and(b), { all: [{ asset: "s3://lake/a" }, { asset: "s3://lake/b" }] }],
    ["or", a.or(b), { any: [{ asset: "s3://lake/a" }, { asset: "s3://lake/b" }] }],
    ["a chain of and is one all", a.and(b).and(c), { all: [{ asset: "s3://lake/a" }, { asset: "s3://lake/b" }, { asset: "s3://lake/c" }] }],
    ["and before or", a.and(b).or(c), { any: [{ all: [{ asset: "s3://lake/a" }, { asset: "s3://lake/b" }] }, { asset: "s3://lake/c" }] }],
    [
      "an all with a modifier stays",
      all(a, b).within("1h").and(c),
      { all: [{ all: [{ asset: "s3://lake/a" }, { asset: "s3://lake/b" }], within: "1h" }, { asset: "s3://lake/c" }] },
    ],
    [
      "an any with a count stays",
      any(a, b).count(2).or(c),
      { any: [{ any: [{ asset: "s3://lake/a" }, { asset: "s3://lake/b" }], count: 2 }, { asset: "s3://lake/c" }] },
    ],
    ["at least", atLeast(1, a, b), { atLeast: 1, of: [{ asset: "s3://lake/a" }, { asset: "s3://lake/b" }] }],
    ["sequence", sequence(a, b), { sequence: [{ asset: "s3://lake/a" }, { asset: "s3://lake/b" }] }],
    ["cron", cron("0 6 * * *", { tz: "Europe/Paris" }), { cron: "0 6 * * *", tz: "Europe/Paris" }],
    ["cron without a zone", cron("@daily"), { cron: "@daily", tz: "UTC" }],
    ["every", every("15m"), { every: "15m" }],
    [
      "absent",
      absent(a.where({ rows: { gt: 0 } }).count(2), { for: "2h" }),
      { absent: { asset: "s3://lake/a", where: { rows: { gt: 0 } }, count: 2 }, for: "2h" },
    ],
    ["group", group("sales", { members: "all" }), { group: "sales", members: "all" }],
    ["pattern", pattern("s3://lake/raw/*").count(3), { pattern: "s3://lake/raw/*", count: 3 }],
    ["where", a.where({ rows: { gt: 0 }, $source: "etl" }), { asset: "s3://lake/a", where: { rows: { gt: 0 }, $source: "etl" } }],
    ["where twice", a.where({ rows: 1 }).where({ tenant: "x" }), { asset: "s3://lake/a", where: { and: [{ rows: 1 }, { tenant: "x" }] } }],
    ["keep", a.keep(), { asset: "s3://lake/a", keep: true }],
    ["changed", a.changed("version"), { asset: "s3://lake/a", changed: "version" }],
    ["partitions", c.partitions(offset(-1)), { asset: "s3://lake/c", partitions: { map: "offset", by: -1 } }],
    ["rollup", hours.partitions(rollup("day", { wait: "any" })), { asset: "s3://lake/hours", partitions: { map: "rollup", grain: "day", wait: "any" } }],
    ["unless", a.unless(b), { asset: "s3://lake/a", unless: { asset: "s3://lake/b" } }],
    ["unless twice", a.unless(b).unless(cron("@daily")), { asset: "s3://lake/a", unless: { any: [{ asset: "s3://lake/b" }, { cron: "@daily", tz: "UTC" }] } }],
    ["by", all(a, c).by("partition"), { all: [{ asset: "s3://lake/a" }, { asset: "s3://lake/c" }], by: "partition" }],
    ["by several", a.by(["tenant", "version"]), { asset: "s3://lake/a", by: ["tenant", "version"] }],
    [
      "by for each asset, in any spelling",
      all(a, b).by({ "S3://lake//a/": "tenant", "s3://lake/b": ["x", "y"] }),
      { all: [{ asset: "s3://lake/a" }, { asset: "s3://lake/b" }], by: { "s3://lake/a": "tenant", "s3://lake/b": ["x", "y"] } },
    ],
    ["run ends", runEnds("orders-clean").where({ status: "failed" }), { asset: "headgate://runs/orders-clean", where: { status: "failed" } }],
  ])("%s", (_, condition, node) => {
    expect(condition.node).toEqual(node);
    expect(JSON.parse(JSON.stringify(condition.node))).toEqual(node);
    expect(Object.isFrozen(condition.node)).toBe(true);
  });

  it("freeze all of it, and never touch the condition that they were called on", () => {
    const filter = { rows: { gt: 0 } };
    const before = all(a, b);
    const where = a.where(filter);
    before.within("1h");
    filter.rows.gt = 5;
    expect(before.node).toEqual({ all: [{ asset: "s3://lake/a" }, { asset: "s3://lake/b" }] });
    expect(where.node).toEqual({ asset: "s3://lake/a", where: { rows: { gt: 0 } } });
    expect(() => {
      (where.node as unknown as { where: { rows: { gt: number } } }).where.rows.gt = 9;
    }).toThrow(TypeError);
  });

  it("remember every asset that they mention, those of unless and absent, too", () => {
    expect([
      ...all(a, b.unless(c))
        .and(absent(hours, { for: "1h" }))
        .assets.keys(),
    ]).toEqual(["s3://lake/a", "s3://lake/b", "s3://lake/c", "s3://lake/hours"]);
    expect([...group("x").or(runEnds("y")).assets.keys()]).toEqual([]);
  });
});

describe("mistakes are refused when they are made", () => {
  it.each<[string, () => unknown, RegExp]>([
    [
      "a list",
      () => all([a, b] as never),
      /^E_CONDITION: all\(\.\.\.\), condition 1 is a list of 2, not a condition\. .*wrap it in all\(a, b\) or any\(a, b\)$/s,
    ],
    ["a URI", () => a.and("s3://lake/b" as never), /^E_CONDITION: \.and\(\.\.\.\) is a string.*pass the asset, not its URI/s],
    ["null", () => any(a, null as never), /condition 2 is null/],
    ["a node", () => sequence({ asset: "s3://lake/a" } as never), /is an object, not a condition/],
    ["nothing", () => (all as () => unknown)(), /^E_CONDITION: all\(\.\.\.\) has no conditions/],
    ["too many at least", () => atLeast(3, a, b), /^E_CONDITION: atLeast\(3, \.\.\.\) of 2 conditions can never be right\. give a whole number from 1 to 2/],
    ["half at least", () => atLeast(0.5, a, b), /^E_CONDITION/],
    ["no cron", () => cron("every day"), /^E_CRON/],
    ["seconds in a cron", () => cron("0 0 6 * * *"), /^E_CRON/],
    ["no zone", () => cron("@daily", { tz: "Paris" }), /^E_CRON/],
    ["no duration", () => every("15" as never), /^E_DURATION/],
    ["an endless tick", () => every("0s"), /^E_DURATION: every\("0s"\) would tick without end/],
    ["a wrong within", () => a.within("soon" as never), /^E_DURATION/],
    ["within twice", () => a.within("1h").within("2h"), /^E_CONDITION: s3:\/\/lake\/a says within twice/],
    ["no count", () => a.count(0), /^E_CONDITION: s3:\/\/lake\/a\.count\(0\) is no count of events/],
    ["an unknown operator", () => a.where({ rows: { above: 1 } } as never), /^E_CONDITION: .*above/s],
    ["an unknown envelope field", () => a.where({ $key: 1 } as never), /^E_CONDITION: .*\$key/s],
    ["a date in a filter", () => b.where({ at: new Date() } as never), /where\(\.\.\.\)\.at is a Date, which is not JSON/],
    ["an empty path", () => a.changed("" as never), /^E_CONDITION/],
    ["no key", () => a.by([]), /^E_CONDITION: \.by\(\.\.\.\) takes no such key/],
    ["a number as key", () => a.by(1 as never), /^E_CONDITION/],
    ["absence of a join", () => absent(all(a, b) as never, { for: "1h" }), /^E_CONDITION: absent\(\.\.\.\) takes an asset, a group or a pattern/],
    ["a pattern without a scheme", () => pattern("raw/*"), /^E_CONDITION: pattern\("raw\/\*"\) does not begin with a scheme/],
    ["a group without a name", () => group(""), /^E_CONDITION/],
    ["run ends of no id", () => runEnds("Orders Clean"), /^E_ID: .*write "orders-clean"/s],
  ])("%s", (_, action, text) => {
    expect(said(action)).toMatch(text);
  });

  it("and say where", () => {
    expect(caught(() => a.within("soon" as never)).where).toBe(".within(...)");
  });
});

describe("the leaves of a condition", () => {
  const condition = all(a.unless(b), any(c, group("g")), sequence(absent(hours, { for: "1h" }), pattern("s3://x/*")), atLeast(1, cron("@daily"), b.keep()));

  it("are those whose events a run can take", () => {
    expect(takenLeaves(condition.node).map((leaf) => Object.values(leaf)[0])).toEqual(["s3://lake/a", "s3://lake/c", "g", "s3://x/*", "s3://lake/b"]);
  });

  it("and all nodes are found below absent and unless, too", () => {
    const kinds = allNodes(condition.node).map((node) => Object.keys(node)[0]);
    expect(kinds).toEqual(["all", "asset", "asset", "any", "asset", "group", "sequence", "absent", "asset", "pattern", "atLeast", "cron", "asset"]);
  });
});
