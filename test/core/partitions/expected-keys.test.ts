import { describe, expect, it } from "vitest";
import type { PartitionDefinition } from "../../../core/condition.ts";
import { expectedKeys } from "../../../core/partitions/expected-keys.ts";

const NOW = Date.parse("2026-03-04T12:30:00Z");
const day: PartitionDefinition = { grain: "day" };

describe("the keys that an asset should have by now", () => {
  it.each<[string, PartitionDefinition, string[], string[]]>([
    ["time, from the first known key to the slice around now", day, ["2026-03-03", "2026-03-01"], ["2026-03-01", "2026-03-02", "2026-03-03", "2026-03-04"]],
    ["time, from its start", { grain: "day", start: "2026-03-03" }, [], ["2026-03-03", "2026-03-04"]],
    ["time that has ended", { grain: "day", start: "2026-02-01", end: "2026-02-03" }, [], ["2026-02-01", "2026-02-02", "2026-02-03"]],
    ["time of which nothing is known", day, [], []],
    ["time with a slice ahead of now", day, ["2026-03-03", "2026-03-09"], ["2026-03-03", "2026-03-04", "2026-03-09"]],
    ["time in a zone whose day is another", { grain: "day", tz: "Pacific/Kiritimati" }, ["2026-03-04"], ["2026-03-04", "2026-03-05"]],
    ["months", { grain: "month" }, ["2025-12"], ["2025-12", "2026-01", "2026-02", "2026-03"]],
    ["a list", { keys: ["us", "eu"] }, ["eu"], ["us", "eu"]],
    ["dynamic keys: the known ones, in order", { dynamic: true }, ["b", "a"], ["a", "b"]],
    [
      "a product: every combination",
      { product: [day, { keys: ["eu", "us"] }] },
      ["2026-03-03|eu"],
      ["2026-03-03|eu", "2026-03-03|us", "2026-03-04|eu", "2026-03-04|us"],
    ],
  ])("are, of %s", (_, definition, known, keys) => {
    expect(expectedKeys(definition, known, NOW)).toEqual(keys);
  });

  it("are the last ones where there are too many", () => {
    expect(expectedKeys({ grain: "minute", start: "2020-01-01T00:00" }, [], NOW, 3)).toEqual(["2026-03-04T12:28", "2026-03-04T12:29", "2026-03-04T12:30"]);
  });
});
