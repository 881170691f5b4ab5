import { describe, expect, it } from "vitest";
import type { Slice } from "../../ui/src/api/schema.gen.ts";
import { changedFields } from "../../ui/src/pages/asset/changed-fields.ts";
import { partitionLines, partitionText } from "../../ui/src/pages/asset/partition-lines.ts";
import { trendsOf } from "../../ui/src/pages/asset/trends-of.ts";

const slice = (partition: string): Slice => ({ partition, status: "present", version: 1, madeAt: null, run: null, why: null });
const drawn = (definition: Parameters<typeof partitionLines>[0], keys: readonly string[]) =>
  partitionLines(definition, keys.map(slice)).lines.map(({ name, cells }) => `${name}: ${cells.map((cell, at) => (cell === null ? "" : at)).join("")}`);

describe("partitions as a calendar or matrix", () => {
  it.each([
    ["days stand in lines of months, the newest first", { grain: "day" }, ["2026-10-31", "2026-11-01", "2026-11-03"], ["2026-11: 02", "2026-10: 30"]],
    ["hours stand in lines of days", { grain: "hour" }, ["2026-11-01T00", "2026-11-01T23"], ["2026-11-01: 023"]],
    ["an hour that occurs twice stands behind its line", { grain: "hour" }, ["2026-10-25T02", "2026-10-25T02+01:00"], ["2026-10-25: 224"]],
    ["years stand in lines of decades", { grain: "year" }, ["2025", "2026"], ["2020s: 56"]],
    [
      "a product of two is a matrix",
      { product: [{ grain: "day" }, { keys: ["eu", "us"] }] },
      ["2026-11-01|eu", "2026-11-01|us", "2026-11-02|us"],
      ["2026-11-02: 1", "2026-11-01: 01"],
    ],
    ["keys stand one after the other", { keys: ["eu", "us"] }, ["eu", "us"], [": 01"]],
  ] as const)("%s", (_, definition, keys, lines) => {
    expect(drawn(definition as Parameters<typeof partitionLines>[0], keys)).toEqual(lines);
  });

  it.each([
    [{ grain: "day", start: "2026-01-01" }, "one a day (UTC) from 2026-01-01"],
    [{ product: [{ grain: "hour", tz: "Europe/Berlin" }, { keys: ["eu", "us"] }] }, "one an hour (Europe/Berlin) × eu, us"],
    [{ dynamic: true }, "any key"],
  ] as const)("%j is said as %s", (definition, text) => {
    expect(partitionText(definition)).toBe(text);
  });
});

describe("what a deploy changed in a definition", () => {
  it("is named field by field", () => {
    expect(changedFields({ owner: "ada", meta: { pii: false, tier: 1 }, tags: ["a"] }, { meta: { pii: true, tier: 1 }, tags: ["a"] })).toEqual([
      { name: "owner", from: "ada", to: undefined },
      { name: "meta.pii", from: false, to: true },
    ]);
  });
});

describe("the numbers in an asset's data", () => {
  const event = (second: number, data: Record<string, unknown>) => ({ at: new Date(second * 1_000).toISOString(), data });

  it("are lines over time, the oldest first", () => {
    const [trend] = trendsOf([event(3, { rows: 30 }), event(2, { rows: 10 }), event(1, { rows: 20 })]);
    expect(trend).toEqual({ name: "rows", low: 10, high: 30, points: [1, 2, 3].map((second, at) => ({ at: second * 1_000, value: [20, 10, 30][at] })) });
  });

  it("say nothing before there are three, and texts are no numbers", () => {
    expect(trendsOf([event(2, { rows: 1, key: "a" }), event(1, { rows: 2, key: "b" })])).toEqual([]);
  });
});
