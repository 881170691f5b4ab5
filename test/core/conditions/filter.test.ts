import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Filter, FilterOperator } from "../../../core/condition.ts";
import { compileFilter } from "../../../core/conditions/filter.ts";
import { compareText } from "../../../core/conditions/value-test.ts";
import type { AssetEvent } from "../../../core/event.ts";
import type { Json, JsonObject } from "../../../core/json.ts";

const data: JsonObject = {
  rows: 3,
  zero: 0,
  name: "orders",
  ok: true,
  nothing: null,
  tags: ["a", "b"],
  order: { id: 7, lines: [{ sku: "x" }, { sku: "y" }] },
  path: "raw/eu/orders.csv",
  $dollar: 1,
};

describe("a filter on data", () => {
  it.each([
    [{}, true],
    [{ rows: 3 }, true],
    [{ rows: 4 }, false],
    [{ rows: "3" }, false],
    [{ ok: true }, true],
    [{ ok: 1 }, false],
    [{ nothing: null }, true],
    [{ absent: null }, false],
    [{ rows: { eq: 3 } }, true],
    [{ rows: { ne: 3 } }, false],
    [{ rows: { ne: "3" } }, true],
    [{ absent: { ne: 3 } }, true],
    [{ rows: { gt: 2 } }, true],
    [{ rows: { gt: 3 } }, false],
    [{ rows: { gte: 3 } }, true],
    [{ rows: { lt: 3 } }, false],
    [{ rows: { lte: 3 } }, true],
    [{ rows: { gt: 2, lt: 4 } }, true],
    [{ rows: { gt: 2, lt: 3 } }, false],
    [{ rows: { gt: "2" } }, false],
    [{ rows: { lt: "4" } }, false],
    [{ name: { gt: "operas" } }, true],
    [{ name: { gt: 1 } }, false],
    [{ ok: { gt: false } }, false],
    [{ ok: { gte: true } }, false],
    [{ nothing: { lte: null } }, false],
    [{ absent: { lt: 5 } }, false],
    [{ rows: { in: [1, 2, 3] } }, true],
    [{ rows: { in: ["3"] } }, false],
    [{ rows: { in: [] } }, false],
    [{ nothing: { in: [null] } }, true],
    [{ absent: { in: [null] } }, false],
    [{ tags: { in: [["a", "b"]] } }, true],
    [{ rows: { notIn: [1, 2] } }, true],
    [{ rows: { notIn: [3] } }, false],
    [{ absent: { notIn: [3] } }, true],
    [{ name: { glob: "ord*" } }, true],
    [{ name: { glob: "ord" } }, false],
    [{ path: { glob: "raw/*" } }, false],
    [{ path: { glob: "raw/**" } }, true],
    [{ rows: { glob: "*" } }, false],
    [{ nothing: { exists: true } }, true],
    [{ nothing: { exists: false } }, false],
    [{ absent: { exists: false } }, true],
    [{ absent: { exists: true } }, false],
    [{ rows: { between: [3, 4] } }, true],
    [{ rows: { between: [2, 3] } }, false],
    [{ name: { between: ["a", "p"] } }, true],
    [{ rows: { between: ["0", "9"] } }, false],
    [{ tags: ["a", "b"] }, true],
    [{ tags: ["b", "a"] }, false],
    [{ tags: { eq: ["a"] } }, false],
    [{ order: { eq: { lines: [{ sku: "x" }, { sku: "y" }], id: 7 } } }, true],
    [{ order: { eq: { id: 7 } } }, false],
    [{ order: { ne: { id: 7 } } }, true],
    [{ "order.id": 7 }, true],
    [{ "order.id.deeper": { exists: false } }, true],
    [{ "order.lines.1.sku": "y" }, true],
    [{ "order.lines.2.sku": { exists: false } }, true],
    [{ "order.lines.length": { exists: false } }, true],
    [{ constructor: { exists: false } }, true],
    [{ "order.toString": { exists: false } }, true],
    [{ __proto__x: { exists: false } }, true],
    [{ rows: 3, name: "orders" }, true],
    [{ rows: 3, name: "x" }, false],
    [{ rows: 3, name: "orders", ok: true, zero: 0 }, true],
    [{ $$dollar: 1 }, true],
    [{ $$dollar: 2 }, false],
  ] as [Filter, boolean][])("%j holds: %j", (filter, expected) => {
    expect(compileFilter(filter)(event({ data }))).toBe(expected);
  });
});

describe("and, or, not", () => {
  it.each([
    [{ and: [] }, true],
    [{ or: [] }, false],
    [{ and: [{ rows: 3 }, { name: "orders" }] }, true],
    [{ and: [{ rows: 3 }, { name: "x" }] }, false],
    [{ or: [{ rows: 4 }, { name: "orders" }] }, true],
    [{ or: [{ rows: 4 }, { name: "x" }] }, false],
    [{ not: { rows: 4 } }, true],
    [{ not: {} }, false],
    [{ not: { or: [{ rows: 4 }, { not: { ok: true } }] } }, true],
    [{ zero: 0, or: [{ rows: 4 }, { rows: 3 }], not: { name: "x" } }, true],
    [{ zero: 1, or: [{ rows: 4 }, { rows: 3 }] }, false],
  ] as [Filter, boolean][])("%j holds: %j", (filter, expected) => {
    expect(compileFilter(filter)(event({ data }))).toBe(expected);
  });
});

describe("a filter on the event's own fields", () => {
  const at = (time: string): AssetEvent => event({ source: "etl", id: "7", partition: "2026-01-01", time: Date.parse(time) });
  it.each([
    [{ $source: "etl" }, "2026-01-01T00:00:00Z", true],
    [{ $id: { in: ["6", "7"] } }, "2026-01-01T00:00:00Z", true],
    [{ $partition: { glob: "2026-*" } }, "2026-01-01T00:00:00Z", true],
    [{ $partition: null }, "2026-01-01T00:00:00Z", false],
    [{ $time: "2026-01-01T01:00:00+01:00" }, "2026-01-01T00:00:00Z", true],
    [{ $time: { ne: "2026-01-01T00:00:00Z" } }, "2026-01-01T00:00:00Z", false],
    [{ $time: { gte: "2026-01-01T00:00:00Z", lt: "2026-01-02T00:00:00Z" } }, "2026-01-01T23:59:59.999Z", true],
    [{ $time: { in: ["2026-01-01T00:00:00Z"] } }, "2026-01-01T00:00:00Z", true],
    [{ $time: { glob: "2026-01-01T*" } }, "2026-01-01T10:00:00Z", true],
    [{ $time: { exists: true } }, "2026-01-01T10:00:00Z", true],
    [{ $time: { between: ["2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"] } }, "2026-01-02T00:00:00Z", false],
    [{ $time: { between: ["08:00", "17:00"], tz: "Europe/London" } }, "2026-07-01T07:00:00Z", true],
    [{ $time: { between: ["08:00", "17:00"], tz: "Europe/London" } }, "2026-07-01T06:59:59.999Z", false],
    [{ $time: { between: ["08:00", "17:00"], tz: "Europe/London" } }, "2026-07-01T15:59:59.999Z", true],
    [{ $time: { between: ["08:00", "17:00"], tz: "Europe/London" } }, "2026-07-01T16:00:00Z", false],
    [{ $time: { between: ["08:00", "17:00"], tz: "Europe/London" } }, "2026-01-01T07:00:00Z", false],
    [{ $time: { between: ["08:00", "17:00"] } }, "2026-07-01T08:00:00Z", true],
    [{ $time: { between: ["22:00", "06:00"] } }, "2026-07-01T23:00:00Z", true],
    [{ $time: { between: ["22:00", "06:00"] } }, "2026-07-01T05:59:00Z", true],
    [{ $time: { between: ["22:00", "06:00"] } }, "2026-07-01T06:00:00Z", false],
    [{ $time: { between: ["22:00", "24:00"] } }, "2026-07-01T23:59:59Z", true],
    [{ $time: { between: ["09:00", "09:00"] } }, "2026-07-01T09:00:00Z", false],
    [{ $time: { between: ["02:00", "03:00"], tz: "Australia/Lord_Howe" } }, "2026-10-03T15:30:00Z", true],
    [{ $time: { between: ["00:00", "01:00"], tz: "Asia/Kolkata" } }, "2026-10-03T18:30:00Z", true],
  ] as [Filter, string, boolean][])("%j at %s holds: %j", (filter, time, expected) => {
    expect(compileFilter(filter)(at(time))).toBe(expected);
  });

  it("an event without a partition has null, which exists", () => {
    expect(compileFilter({ $partition: null })(event({}))).toBe(true);
    expect(compileFilter({ $partition: { exists: false } })(event({}))).toBe(false);
  });
});

describe("a malformed filter", () => {
  it.each([
    [{ rows: { bigger: 3 } }, "on.where.rows"],
    [{ rows: { gt: 3, bigger: 3 } }, "on.where.rows"],
    [{ rows: { toString: 3 } }, "on.where.rows"],
    [{ rows: { in: 3 } }, "on.where.rows.in"],
    [{ rows: { notIn: "ab" } }, "on.where.rows.notIn"],
    [{ rows: { glob: 3 } }, "on.where.rows.glob"],
    [{ rows: { exists: "yes" } }, "on.where.rows.exists"],
    [{ rows: { between: [1] } }, "on.where.rows.between"],
    [{ rows: { eq: 1, tz: "UTC" } }, "on.where.rows"],
    [{ and: { rows: 3 } }, "on.where.and"],
    [{ or: [{ rows: { nope: 1 } }] }, "on.where.or[0].rows"],
    [{ not: [{ rows: 3 }] }, "on.where.not"],
    [{ $asset: "x" }, "on.where.$asset"],
    [{ "a..b": 1 }, "on.where.a..b"],
    [{ $time: "2026-01-01" }, "on.where.$time.eq"],
    [{ $time: 5 }, "on.where.$time.eq"],
    [{ $time: { between: ["25:00", "26:00"] } }, "on.where.$time.between"],
    [{ $time: { between: ["08:00", "17:00"], tz: 1 } }, "on.where.$time.tz"],
    [{ $time: { gt: "2026-01-01T00:00:00Z", tz: "UTC" } }, "on.where.$time.tz"],
    [{ $time: { later: "2026-01-01T00:00:00Z" } }, "on.where.$time"],
    [[], "on.where"],
    ["x", "on.where"],
    [null, "on.where"],
  ] as [unknown, string][])("%j is refused at %s", (filter, where) => {
    expect(() => compileFilter(filter as Filter, "on.where")).toThrow(expect.objectContaining({ code: "E_CONDITION", where }));
  });

  it("with an unknown time zone is refused", () => {
    expect(() => compileFilter({ $time: { between: ["08:00", "17:00"], tz: "Mars/Base" } }, "on.where")).toThrow(
      expect.objectContaining({ code: "E_CRON", where: "on.where.$time.tz" }),
    );
  });
});

describe("negations and order", () => {
  const value = fc.oneof(fc.constant(undefined), fc.jsonValue({ maxDepth: 2 }), fc.integer({ min: 0, max: 3 }), fc.constantFrom("a", "b", "😀", "\uffee"));
  const operand = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.integer({ min: 0, max: 3 }), fc.constantFrom("a", "b", "😀", "\uffee"));
  const test = (operator: FilterOperator, right: unknown, left: unknown): boolean =>
    compileFilter({ x: { [operator]: right as Json } })(event({ data: left === undefined ? {} : { x: left as Json } }));

  it("ne and notIn are the negations of eq and in", () => {
    fc.assert(
      fc.property(value, operand, (left, right) => {
        expect(test("ne", right, left)).toBe(!test("eq", right, left));
        expect(test("notIn", [right, 1], left)).toBe(!test("in", [right, 1], left));
        expect(test("exists", false, left)).toBe(!test("exists", true, left));
      }),
      { numRuns: 2000 },
    );
  });

  it("exactly one of lt, eq and gt holds between two numbers or two texts, none of lt and gt otherwise", () => {
    fc.assert(
      fc.property(value, operand, (left, right) => {
        const comparable = (typeof left === "number" || typeof left === "string") && typeof left === typeof right;
        const holding = (["lt", "eq", "gt"] as const).filter((operator) => test(operator, right, left));
        if (comparable) expect(holding).toHaveLength(1);
        else expect(holding.filter((operator) => operator !== "eq")).toEqual([]);
      }),
      { numRuns: 2000 },
    );
  });

  it("text is ordered by code point", () => {
    const points = (text: string): number[] => [...text].map((character) => character.codePointAt(0) ?? 0);
    const byPoint = (a: string, b: string): number => {
      const [left, right] = [points(a), points(b)];
      const at = left.findIndex((point, index) => point !== right[index]);
      if (at < 0) return left.length - right.length;
      return (left[at] ?? 0) - (right[at] ?? -1);
    };
    const text = fc.string({ unit: fc.constantFrom("a", "\ud7ff", "\ue000", "\uffee", "😀", "😁", "𐀀") });
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(Math.sign(compareText(a, b))).toBe(Math.sign(byPoint(a, b)));
      }),
      { numRuns: 3000 },
    );
  });
});

function event(fields: Partial<AssetEvent>): AssetEvent {
  return { seq: 1, asset: "s3://lake/a", source: "x", id: "1", time: 0, at: 0, partition: null, data: {}, hops: 0, ...fields };
}
