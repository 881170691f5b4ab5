import { describe, expect, it } from "vitest";
import { dimensions, everySlice, fanOut, latestSlice, mapKeys, offset, rollup, same, window } from "../../../core/authoring/mapping-builders.ts";
import { daily, dynamic, hourly, keys, minutely, monthly, product, quarterly, weekly, yearly } from "../../../core/authoring/partitions.ts";
import { caught, said } from "../caught.ts";

describe("partition definitions", () => {
  it.each([
    [minutely(), { grain: "minute", tz: "UTC" }],
    [hourly({ tz: "America/New_York" }), { grain: "hour", tz: "America/New_York" }],
    [daily(), { grain: "day", tz: "UTC" }],
    [weekly({ start: "2026-W01" }), { grain: "week", tz: "UTC", start: "2026-W01" }],
    [monthly({ start: "2026-01", end: "2026-12" }), { grain: "month", tz: "UTC", start: "2026-01", end: "2026-12" }],
    [quarterly(), { grain: "quarter", tz: "UTC" }],
    [yearly(), { grain: "year", tz: "UTC" }],
    [keys("eu", "us"), { keys: ["eu", "us"] }],
    [dynamic(), { dynamic: true }],
    [product(daily(), keys("eu")), { product: [{ grain: "day", tz: "UTC" }, { keys: ["eu"] }] }],
  ])("%o", (partitions, definition) => {
    expect(partitions.definition).toEqual(definition);
    expect(Object.isFrozen(partitions.definition)).toBe(true);
  });

  it("are checked when they are made", () => {
    expect(caught(() => daily({ tz: "Mars/Olympus" })).code).toBe("E_CRON");
    expect(said(() => daily({ start: "2026-02-30" }))).toMatch(/^E_PARTITION: .*2026-02-30/);
    expect(caught(() => daily({ start: "2026-02-02", end: "2026-01-01" })).code).toBe("E_PARTITION");
    expect(caught(() => keys()).code).toBe("E_PARTITION");
    expect(said(() => keys("eu", "a|b"))).toMatch(/^E_PARTITION: .*a\|b/);
    expect(caught(() => keys("eu", "eu")).code).toBe("E_PARTITION");
    expect(caught(() => product(...([daily()] as never))).code).toBe("E_PARTITION");
  });
});

describe("mappings are plain data", () => {
  it.each([
    [same(), { map: "same" }],
    [rollup("day", { wait: { atLeast: "90%", deadline: "2h" } }), { map: "rollup", grain: "day", wait: { atLeast: "90%", deadline: "2h" } }],
    [fanOut("day", { direction: "backward", max: 10 }), { map: "fanOut", grain: "day", direction: "backward", max: 10 }],
    [offset(-1), { map: "offset", by: -1 }],
    [window(-6, 0, { wait: "any" }), { map: "window", from: -6, to: 0, wait: "any" }],
    [mapKeys({ us: "america", de: ["eu", "dach"] }), { map: "static", keys: { us: "america", de: ["eu", "dach"] } }],
    [latestSlice(), { map: "latest" }],
    [everySlice({ wait: "all" }), { map: "all", wait: "all" }],
    [dimensions(rollup("month"), same()), { map: "product", of: [{ map: "rollup", grain: "month" }, { map: "same" }] }],
  ])("%o", (mapping, data) => {
    expect(mapping).toEqual(data);
  });
});
