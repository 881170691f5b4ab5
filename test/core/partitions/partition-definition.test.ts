import { describe, expect, it } from "vitest";
import type { PartitionDefinition } from "../../../core/condition.ts";
import { describePartitions, parsePartitions, sameKeys } from "../../../core/partitions/partition-definition.ts";

describe("parsePartitions", () => {
  it.each([
    { grain: "day" },
    { grain: "hour", tz: "Europe/London", start: "2026-01-01T00", end: "2026-12-31T23" },
    { keys: ["eu", "us"] },
    { dynamic: true },
    { product: [{ grain: "day" }, { keys: ["eu"] }] },
  ])("takes %j as it is", (definition) => {
    expect(parsePartitions(definition, "assets[0].partitions")).toEqual(definition);
  });

  it.each([
    [null, "assets[0].partitions"],
    [[], "assets[0].partitions"],
    [{}, "assets[0].partitions"],
    [{ dynamic: false }, "assets[0].partitions"],
    [{ dynamic: true, keys: ["a"] }, "assets[0].partitions"],
    [{ grain: "decade" }, "assets[0].partitions.grain"],
    [{ grain: "day", zone: "UTC" }, "assets[0].partitions"],
    [{ grain: "day", start: "2026-1-1" }, "assets[0].partitions.start"],
    [{ grain: "day", end: 5 }, "assets[0].partitions.end"],
    [{ grain: "day", start: "2026-01-02", end: "2026-01-01" }, "assets[0].partitions"],
    [{ keys: [] }, "assets[0].partitions.keys"],
    [{ keys: "eu" }, "assets[0].partitions.keys"],
    [{ keys: ["eu", "eu"] }, "assets[0].partitions.keys[1]"],
    [{ keys: ["a|b"] }, "assets[0].partitions.keys[0]"],
    [{ keys: [""] }, "assets[0].partitions.keys[0]"],
    [{ keys: [7] }, "assets[0].partitions.keys[0]"],
    [{ product: [{ grain: "day" }] }, "assets[0].partitions.product"],
    [{ product: [{ grain: "day" }, { grain: "x" }] }, "assets[0].partitions.product[1].grain"],
  ])("refuses %j at %s", (definition, where) => {
    expect(() => parsePartitions(definition, "assets[0].partitions")).toThrow(expect.objectContaining({ code: "E_PARTITION", where }));
  });

  it("refuses an unknown time zone", () => {
    expect(() => parsePartitions({ grain: "day", tz: "Mars/Base" }, "p")).toThrow(expect.objectContaining({ code: "E_CRON", where: "p.tz" }));
  });
});

describe("two definitions have the same keys", () => {
  it.each([
    [{ grain: "day" }, { grain: "day", tz: "UTC", start: "2026-01-01" }, true],
    [{ grain: "day" }, { grain: "day", tz: "Europe/London" }, false],
    [{ grain: "day" }, { grain: "hour" }, false],
    [{ keys: ["a", "b"] }, { keys: ["b", "a"] }, true],
    [{ keys: ["a"] }, { keys: ["a", "b"] }, false],
    [{ keys: ["a"] }, { dynamic: true }, false],
    [null, null, true],
    [null, { dynamic: true }, false],
    [{ product: [{ grain: "day" }, { dynamic: true }] }, { product: [{ dynamic: true }, { grain: "day" }] }, false],
    [
      { product: [{ product: [{ grain: "day" }, { dynamic: true }] }, { keys: ["a"] }] },
      { product: [{ grain: "day" }, { dynamic: true }, { keys: ["a"] }] },
      true,
    ],
  ] as [PartitionDefinition | null, PartitionDefinition | null, boolean][])("%j and %j: %j", (a, b, same) => {
    expect(sameKeys(a, b)).toBe(same);
  });
});

it("describes definitions for people", () => {
  expect(describePartitions({ product: [{ grain: "day", tz: "Europe/London", start: "2026-01-01" }, { keys: ["eu", "us"] }, { dynamic: true }] })).toBe(
    "day (Europe/London) from 2026-01-01 x eu, us x any key",
  );
});
