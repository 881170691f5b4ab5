import { describe, expect, it } from "vitest";
import { parseCondition } from "../../../core/conditions/condition-schema.ts";

const a = { asset: "s3://lake/a" };
const b = { asset: "s3://lake/b" };

describe("a condition that is well-formed", () => {
  it.each([
    a,
    { ...a, where: { rows: { gt: 0 } }, count: 2, partitions: { map: "rollup", grain: "day", wait: { atLeast: "90%", deadline: "2h" } } },
    { ...a, changed: "version" },
    { all: [{ ...a, keep: true }, b] },
    { all: [{ ...a, keep: true }, { cron: "@daily" }] },
    { any: [a, b], count: 3 },
    { atLeast: 2, of: [a, b] },
    { sequence: [a, { absent: b, for: "60s" }], by: "id" },
    { group: "sales", members: "all", within: "1h" },
    { pattern: "s3://lake/**", unless: { cron: "59 23 * * *", tz: "America/Los_Angeles" } },
    { every: "15m" },
    { absent: { ...a, count: 2, where: { x: 1 } }, for: "2h", by: ["tenant", "$source"] },
    { all: [a, b], by: { "s3://lake/a": "x", "s3://lake/b": ["y", "partition"] } },
    { ...a, within: "0s" },
    { ...a, partitions: { map: "product", of: [{ map: "same" }, { map: "static", keys: { us: "x", de: ["y", "z"] } }] } },
    { ...a, partitions: { map: "fanOut", grain: "day", direction: "backward", max: 5000, tz: "Europe/London" } },
  ])("%j is taken as it is", (condition) => {
    expect(parseCondition(condition, "on")).toEqual(condition);
  });

  it.each([
    [{ asset: "S3://lake//a/" }, { asset: "s3://lake/a" }],
    [{ asset: "s3://lake/raw/date={ds}/" }, { asset: "s3://lake/raw" }],
    [{ all: [{ asset: "HTTP://X.org:80/a#b" }, b] }, { all: [{ asset: "http://x.org/a" }, b] }],
    [{ pattern: "S3://lake//raw/*/" }, { pattern: "s3://lake/raw/*" }],
    [
      { ...a, unless: { asset: "s3://lake/b/" } },
      { ...a, unless: b },
    ],
    [
      { ...a, by: { "s3://lake/a/": "x" } },
      { ...a, by: { "s3://lake/a": "x" } },
    ],
    [{ ...a, count: undefined }, a],
  ])("%j is normalised to %j", (condition, normal) => {
    expect(parseCondition(condition, "on")).toEqual(normal);
  });
});

describe("a condition that is not", () => {
  it.each([
    [null, "on", "E_CONDITION", "is no object"],
    ["s3://lake/a", "on", "E_CONDITION", "is no object"],
    [[a, b], "on", "E_CONDITION", "is no object"],
    [{}, "on", "E_CONDITION", "has one of the keys"],
    [{ asets: "s3://lake/a" }, "on", "E_CONDITION", "has one of the keys"],
    [{ ...a, group: "sales" }, "on", "E_CONDITION", "either asset or group"],
    [{ ...a, filter: {} }, "on", "E_CONDITION", 'unknown key "filter"'],
    [{ ...a, members: "all" }, "on", "E_CONDITION", 'unknown key "members"'],
    [{ all: [a], count: 2 }, "on", "E_CONDITION", 'unknown key "count"'],
    [{ all: [a, { any: [b, { asset: 7 }] }] }, "on.all[1].any[1].asset", "E_CONDITION", "is no text"],
    [{ all: [a, {}] }, "on.all[1]", "E_CONDITION", "has one of the keys"],
    [{ all: [a, { asset: "lake/b" }] }, "on.all[1].asset", "E_ASSET_URI", "no scheme"],
    [{ asset: "postgres://me:secret@x/a" }, "on.asset", "E_ASSET_URI", "password"],
    [{ all: [] }, "on.all", "E_CONDITION", "needs 1 or more"],
    [{ any: a }, "on.any", "E_CONDITION", "is no list"],
    [{ ...a, count: 0 }, "on.count", "E_CONDITION", "whole number from 1"],
    [{ ...a, count: 1.5 }, "on.count", "E_CONDITION", "whole number from 1"],
    [{ ...a, count: "2" }, "on.count", "E_CONDITION", "whole number from 1"],
    [{ ...a, where: { rows: { bigger: 1 } } }, "on.where.rows", "E_CONDITION", "is no operator"],
    [{ ...a, where: [] }, "on.where", "E_CONDITION", "a filter is an object"],
    [{ ...a, keep: "yes" }, "on.keep", "E_CONDITION", "neither true nor false"],
    [{ all: [{ ...a, keep: true, count: 2 }, b] }, "on.all[0]", "E_CONDITION", "count means nothing"],
    [{ ...a, keep: true }, "on", "E_CONDITION", "every node of it is kept"],
    [
      {
        all: [
          { ...a, keep: true },
          { ...b, keep: true },
        ],
        unless: a,
      },
      "on",
      "E_CONDITION",
      "every node of it is kept",
    ],
    [{ ...a, changed: "" }, "on.changed", "E_CONDITION", "empty"],
    [{ ...a, changed: "$nope" }, "on.changed", "E_CONDITION", "no field of an event"],
    [{ ...a, by: 5 }, "on.by", "E_CONDITION", "is no text"],
    [{ ...a, by: [] }, "on.by", "E_CONDITION", "needs 1 or more"],
    [{ ...a, by: {} }, "on.by", "E_CONDITION", "names no asset"],
    [{ ...a, by: { "lake/a": "x" } }, "on.by.lake/a", "E_ASSET_URI", "no scheme"],
    [{ ...a, by: ["a", "b..c"] }, "on.by[1]", "E_CONDITION", "is no path"],
    [{ ...a, within: "1 hour" }, "on.within", "E_DURATION", "is no duration"],
    [{ ...a, unless: {} }, "on.unless", "E_CONDITION", "has one of the keys"],
    [{ group: "" }, "on.group", "E_CONDITION", "empty"],
    [{ group: "x", members: "some" }, "on.members", "E_CONDITION", "is not known"],
    [{ pattern: 7 }, "on.pattern", "E_CONDITION", "is no text"],
    [{ atLeast: 2 }, "on", "E_CONDITION", "needs of"],
    [{ atLeast: 3, of: [a, b] }, "on.atLeast", "E_CONDITION", "can never be due"],
    [{ atLeast: 0, of: [a, b] }, "on.atLeast", "E_CONDITION", "whole number from 1"],
    [{ of: [a, b] }, "on", "E_CONDITION", "has one of the keys"],
    [{ cron: "* * * *" }, "on.cron", "E_CRON", "not five"],
    [{ cron: "@daily", tz: "Mars/Base" }, "on.tz", "E_CRON", "no time zone"],
    [{ every: "0s" }, "on.every", "E_CONDITION", "duration of nothing"],
    [{ every: 5 }, "on.every", "E_DURATION", "is no duration"],
    [{ absent: a }, "on", "E_CONDITION", "needs for"],
    [{ absent: { all: [a, b] }, for: "1h" }, "on.absent", "E_CONDITION", "takes an asset, group or pattern"],
    [{ absent: { ...a, within: "1h" }, for: "1h" }, "on.absent", "E_CONDITION", 'unknown key "within"'],
    [{ ...a, partitions: "same" }, "on.partitions", "E_CONDITION", "is no object"],
    [{ ...a, partitions: { map: "toDay" } }, "on.partitions.map", "E_CONDITION", "is not known"],
    [{ ...a, partitions: { map: "rollup" } }, "on.partitions", "E_CONDITION", "needs grain"],
    [{ ...a, partitions: { map: "rollup", grain: "decade" } }, "on.partitions.grain", "E_CONDITION", "is not known"],
    [{ ...a, partitions: { map: "same", wait: "all" } }, "on.partitions", "E_CONDITION", 'unknown key "wait"'],
    [{ ...a, partitions: { map: "rollup", grain: "day", wait: { atLeast: 0 } } }, "on.partitions.wait.atLeast", "E_CONDITION", "other than 0"],
    [{ ...a, partitions: { map: "rollup", grain: "day", wait: { atLeast: "0%" } } }, "on.partitions.wait.atLeast", "E_CONDITION", "above 0%"],
    [{ ...a, partitions: { map: "rollup", grain: "day", wait: { atLeast: "101%" } } }, "on.partitions.wait.atLeast", "E_CONDITION", "up to 100%"],
    [{ ...a, partitions: { map: "rollup", grain: "day", wait: { atLeast: 1.5 } } }, "on.partitions.wait.atLeast", "E_CONDITION", "whole number"],
    [{ ...a, partitions: { map: "rollup", grain: "day", wait: {} } }, "on.partitions.wait", "E_CONDITION", "neither atLeast nor deadline"],
    [{ ...a, partitions: { map: "rollup", grain: "day", wait: "some" } }, "on.partitions.wait", "E_CONDITION", "is no wait"],
    [{ ...a, partitions: { map: "rollup", grain: "day", wait: { deadline: "soon" } } }, "on.partitions.wait.deadline", "E_DURATION", "is no duration"],
    [{ ...a, partitions: { map: "window", from: 0.5, to: 1 } }, "on.partitions.from", "E_CONDITION", "whole number"],
    [{ ...a, partitions: { map: "static", keys: { us: 5 } } }, "on.partitions.keys.us", "E_CONDITION", "is no list"],
    [{ ...a, partitions: { map: "static", keys: { us: ["a", 5] } } }, "on.partitions.keys.us[1]", "E_CONDITION", "is no text"],
    [{ ...a, partitions: { map: "fanOut", grain: "day", max: 0 } }, "on.partitions.max", "E_CONDITION", "whole number from 1"],
    [{ ...a, partitions: { map: "product", of: [{ map: "same" }, { map: "x" }] } }, "on.partitions.of[1].map", "E_CONDITION", "is not known"],
  ])("%j is refused at %s", (condition, where, code, why) => {
    expect(() => parseCondition(condition, "on")).toThrow(expect.objectContaining({ code, where, message: expect.stringContaining(why) }));
  });

  it("is refused when it is nested without end", () => {
    let node: object = a;
    for (let depth = 0; depth < 1000; depth++) node = { all: [node] };
    expect(() => parseCondition(node, "on")).toThrow(expect.objectContaining({ code: "E_CONDITION", message: expect.stringContaining("deeper than") }));
  });
});
