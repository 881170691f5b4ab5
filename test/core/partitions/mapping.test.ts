import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Mapping, PartitionDefinition, Wait } from "../../../core/condition.ts";
import { compileMapping } from "../../../core/partitions/mapping.ts";
import { checkKey, intervalOf, keyAt, keysBetween } from "../../../core/partitions/partition-key.ts";

const NEW_YORK = "America/New_York";
const hours: PartitionDefinition = { grain: "hour" };
const days: PartitionDefinition = { grain: "day" };
const weeks: PartitionDefinition = { grain: "week" };
const months: PartitionDefinition = { grain: "month" };
const regions: PartitionDefinition = { keys: ["us", "ca", "de"] };
const dynamic: PartitionDefinition = { dynamic: true };
const daysOfRegions: PartitionDefinition = { product: [days, regions] };
const toContinents: Mapping = { map: "static", keys: { us: "america", ca: "america", de: ["eu", "dach"] } };

describe("the consumer's slices", () => {
  it.each([
    [undefined, undefined, null],
    [undefined, days, { grain: "day", tz: "UTC" }],
    [{ map: "same" }, { grain: "day", tz: NEW_YORK, start: "2026-01-01" }, { grain: "day", tz: NEW_YORK }],
    [
      { map: "rollup", grain: "day" },
      { grain: "hour", tz: NEW_YORK },
      { grain: "day", tz: NEW_YORK },
    ],
    [{ map: "rollup", grain: "day", tz: NEW_YORK }, hours, { grain: "day", tz: NEW_YORK }],
    [{ map: "fanOut", grain: "day" }, weeks, { grain: "day", tz: "UTC" }],
    [{ map: "offset", by: -1 }, days, { grain: "day", tz: "UTC" }],
    [{ map: "window", from: -6, to: 0 }, days, { grain: "day", tz: "UTC" }],
    [toContinents, regions, { keys: ["america", "eu", "dach"] }],
    [toContinents, dynamic, { keys: ["america", "eu", "dach"] }],
    [{ map: "latest" }, days, null],
    [{ map: "all" }, regions, null],
    [undefined, daysOfRegions, daysOfRegions],
    [
      { map: "product", of: [{ map: "rollup", grain: "month" }, toContinents] },
      daysOfRegions,
      { product: [{ grain: "month", tz: "UTC" }, { keys: ["america", "eu", "dach"] }] },
    ],
    [{ map: "product", of: [{ map: "same" }, { map: "all" }] }, daysOfRegions, { grain: "day", tz: "UTC" }],
    [{ map: "product", of: [{ map: "latest" }, { map: "all" }] }, daysOfRegions, null],
  ] as [Mapping | undefined, PartitionDefinition | undefined, PartitionDefinition | null][])("%j of %j", (mapping, upstream, downstream) => {
    expect(compileMapping(mapping, upstream).downstream).toEqual(downstream);
  });
});

describe("from an event's key to the consumer's keys", () => {
  it.each([
    ["no partitions", undefined, undefined, "", [""]],
    ["same", undefined, days, "2026-01-01", ["2026-01-01"]],
    ["hours to a day", { map: "rollup", grain: "day" }, hours, "2026-01-01T23", ["2026-01-01"]],
    ["hours of UTC to a day of New York", { map: "rollup", grain: "day", tz: NEW_YORK }, hours, "2026-01-01T04", ["2025-12-31"]],
    ["a doubled hour", { map: "rollup", grain: "day" }, { grain: "hour", tz: NEW_YORK }, "2026-11-01T01-05:00", ["2026-11-01"]],
    ["days to a month", { map: "rollup", grain: "month" }, days, "2026-02-28", ["2026-02"]],
    ["a week belongs to the month in which it begins", { map: "rollup", grain: "month" }, weeks, "2026-W05", ["2026-01"]],
    [
      "a week to 7 days",
      { map: "fanOut", grain: "day" },
      weeks,
      "2024-W10",
      ["2024-03-04", "2024-03-05", "2024-03-06", "2024-03-07", "2024-03-08", "2024-03-09", "2024-03-10"],
    ],
    [
      "a week to 7 days, backward",
      { map: "fanOut", grain: "day", direction: "backward" },
      weeks,
      "2024-W10",
      ["2024-02-27", "2024-02-28", "2024-02-29", "2024-03-01", "2024-03-02", "2024-03-03", "2024-03-04"],
    ],
    ["offset -1: today's run reads yesterday", { map: "offset", by: -1 }, days, "2026-01-01", ["2026-01-02"]],
    ["offset 1", { map: "offset", by: 1 }, days, "2026-01-01", ["2025-12-31"]],
    ["window", { map: "window", from: -2, to: 0 }, days, "2026-01-01", ["2026-01-01", "2026-01-02", "2026-01-03"]],
    ["window around", { map: "window", from: -1, to: 1 }, days, "2026-01-02", ["2026-01-01", "2026-01-02", "2026-01-03"]],
    ["offset over a doubled hour", { map: "offset", by: -1 }, { grain: "hour", tz: NEW_YORK }, "2026-11-01T01", ["2026-11-01T01-05:00"]],
    ["offset in a list", { map: "offset", by: -1 }, regions, "us", ["ca"]],
    ["offset past a list", { map: "offset", by: -1 }, regions, "de", []],
    ["static to one", toContinents, regions, "us", ["america"]],
    ["static to two", toContinents, regions, "de", ["eu", "dach"]],
    ["static of a key that is not mapped", toContinents, dynamic, "fr", []],
    ["latest", { map: "latest" }, days, "2026-01-01", [""]],
    ["all", { map: "all" }, regions, "us", [""]],
    ["product", { map: "product", of: [{ map: "rollup", grain: "month" }, toContinents] }, daysOfRegions, "2026-01-31|de", ["2026-01|eu", "2026-01|dach"]],
    ["product with all", { map: "product", of: [{ map: "same" }, { map: "all" }] }, daysOfRegions, "2026-01-31|de", ["2026-01-31"]],
    [
      "product of two windows",
      { map: "product", of: [{ map: "window", from: -1, to: 0 }, { map: "same" }] },
      daysOfRegions,
      "2026-01-31|de",
      ["2026-01-31|de", "2026-02-01|de"],
    ],
  ] as [string, Mapping | undefined, PartitionDefinition | undefined, string, string[]][])("%s", (_, mapping, upstream, key, keys) => {
    const down = compileMapping(mapping, upstream).down(key);
    expect(down.keys).toEqual(keys);
    expect(down.count).toBe(keys.length);
  });

  it.each([
    [{ map: "fanOut", grain: "minute" }, days, "2026-01-01", 1440, 1000],
    [{ map: "fanOut", grain: "minute", max: 1439 }, days, "2026-01-01", 1440, 1439],
    [{ map: "fanOut", grain: "day", max: 6 }, weeks, "2026-W01", 7, 6],
    [
      {
        map: "product",
        of: [
          { map: "fanOut", grain: "day" },
          { map: "static", keys: { us: Array.from({ length: 200 }, (_, index) => `k${index}`) } },
        ],
      },
      { product: [weeks, regions] },
      "2026-W01|us",
      1400,
      1000,
    ],
  ] as [Mapping, PartitionDefinition, string, number, number][])(
    "%j of %s with too many keys gives none, and their number",
    (mapping, upstream, key, count, max) => {
      expect(compileMapping(mapping, upstream).down(key)).toEqual({ keys: [], count, max });
    },
  );

  it("a mapping's own max overrides the cap upwards", () => {
    expect(compileMapping({ map: "fanOut", grain: "minute", max: 1440 }, days).down("2026-01-01").keys).toHaveLength(1440);
  });
});

describe("from the consumer's key to the upstream keys it waits for", () => {
  it.each([
    ["same", undefined, days, "2026-01-01", ["2026-01-01"]],
    ["outside of the asset's edges", undefined, { grain: "day", start: "2026-01-02" }, "2026-01-01", []],
    ["offset to before the first slice", { map: "offset", by: -1 }, { grain: "day", start: "2026-01-01" }, "2026-01-01", []],
    ["window over the first slice", { map: "window", from: -2, to: 0 }, { grain: "day", start: "2026-01-01" }, "2026-01-02", ["2026-01-01", "2026-01-02"]],
    ["roll-up that begins within the slice", { map: "rollup", grain: "week" }, { grain: "day", start: "2026-01-10" }, "2026-W02", ["2026-01-10", "2026-01-11"]],
    ["roll-up that ends within the slice", { map: "rollup", grain: "week" }, { grain: "day", end: "2026-01-06" }, "2026-W02", ["2026-01-05", "2026-01-06"]],
    ["roll-up before the first slice", { map: "rollup", grain: "week" }, { grain: "day", start: "2026-01-12" }, "2026-W02", []],
    ["fan-out", { map: "fanOut", grain: "day" }, weeks, "2024-03-10", ["2024-W10"]],
    ["fan-out backward, the first slice", { map: "fanOut", grain: "day", direction: "backward" }, weeks, "2024-03-04", ["2024-W10"]],
    ["fan-out backward, the last slice", { map: "fanOut", grain: "day", direction: "backward" }, weeks, "2024-02-27", ["2024-W10"]],
    ["fan-out backward of months that overlap", { map: "fanOut", grain: "day", direction: "backward" }, months, "2026-01-31", ["2026-02", "2026-03"]],
    ["static", toContinents, regions, "america", ["us", "ca"]],
    ["static of a key that nothing maps to", toContinents, regions, "asia", []],
    ["all", { map: "all" }, regions, "", ["us", "ca", "de"]],
    ["all of time with edges", { map: "all" }, { grain: "month", start: "2026-01", end: "2026-03" }, "", ["2026-01", "2026-02", "2026-03"]],
    ["all of what nobody knows", { map: "all", wait: "any" }, dynamic, "", null],
    ["product", { map: "product", of: [{ map: "offset", by: -1 }, toContinents] }, daysOfRegions, "2026-01-02|america", ["2026-01-01|us", "2026-01-01|ca"]],
    [
      "product with all",
      { map: "product", of: [{ map: "same" }, { map: "all" }] },
      daysOfRegions,
      "2026-01-02",
      ["2026-01-02|us", "2026-01-02|ca", "2026-01-02|de"],
    ],
  ] as [string, Mapping | undefined, PartitionDefinition, string, string[] | null][])("%s", (_, mapping, upstream, key, keys) => {
    expect(compileMapping(mapping, upstream).up(key)).toEqual(keys);
  });

  it.each([
    ["2026-03-08", 23],
    ["2026-03-09", 24],
    ["2026-11-01", 25],
  ])("%s in New York has %d hours", (day, count) => {
    const mapping = compileMapping({ map: "rollup", grain: "day" }, { grain: "hour", tz: NEW_YORK });
    expect(mapping.up(day)).toHaveLength(count);
    expect(mapping.progress(day, new Set(["x"]), 0)).toMatchObject({ needed: count, of: count });
  });
});

describe("both directions agree", () => {
  const zone = fc.constantFrom("UTC", NEW_YORK, "Europe/London", "Australia/Lord_Howe", "Asia/Kolkata", "America/Sao_Paulo");
  const fine = fc.constantFrom("hour", "day", "week") as fc.Arbitrary<"hour" | "day" | "week">;
  const mapping = fc.oneof(
    fc.record({ map: fc.constant("same" as const) }),
    fc.record({ map: fc.constant("offset" as const), by: fc.integer({ min: -9, max: 9 }) }),
    fc.tuple(fc.integer({ min: -9, max: 9 }), fc.nat(9)).map(([from, size]) => ({ map: "window" as const, from, to: from + size })),
    fc.record({ map: fc.constant("rollup" as const), grain: fc.constantFrom("week" as const, "month" as const), tz: zone }),
    fc.record({
      map: fc.constant("fanOut" as const),
      grain: fc.constant("hour" as const),
      tz: zone,
      direction: fc.constantFrom("forward" as const, "backward" as const),
    }),
  );
  const instant = fc.integer({ min: Date.parse("2017-10-01T00:00Z") / 60_000, max: Date.parse("2026-12-01T00:00Z") / 60_000 }).map((minute) => minute * 60_000);

  it("a consumer's key waits for an upstream key if and only if an event of that one counts for it", () => {
    fc.assert(
      fc.property(mapping, fine, zone, instant, (map, grain, tz, at) => {
        const upstream: PartitionDefinition = { grain, tz };
        const compiled = compileMapping(map, upstream);
        const key = keyAt(upstream, at) ?? "";
        for (const down of compiled.down(key).keys) {
          expect(compiled.downstream === null ? null : checkKey(compiled.downstream, down)).toBeNull();
          expect(compiled.up(down)).toContain(key);
        }
        const own = compiled.downstream === null ? "" : (keyAt(compiled.downstream, at) ?? "");
        const up = compiled.up(own) ?? [];
        expect(compiled.progress(own, new Set(["x"]), 0).of).toBe(up.length);
        for (const upKey of up) expect(compiled.down(upKey).keys).toContain(own);
      }),
      { numRuns: 200 },
    );
  });

  it("the hours of all days of a month are the hours of the month, each once", () => {
    const upstream: PartitionDefinition = { grain: "hour", tz: NEW_YORK };
    const [toDay, toMonth] = [compileMapping({ map: "rollup", grain: "day" }, upstream), compileMapping({ map: "rollup", grain: "month" }, upstream)];
    const days = keysBetween({ grain: "day", tz: NEW_YORK }, "2026-11-01", "2026-11-30");
    expect(days.flatMap((day) => toDay.up(day) ?? [])).toEqual(toMonth.up("2026-11"));
    expect(toMonth.up("2026-11")).toHaveLength(30 * 24 + 1);
  });
});

describe("wait", () => {
  const hoursOf = (count: number): Set<string> => new Set(keysBetween(hours, "2026-01-01T00", "2026-01-01T23").slice(0, count));
  const progress = (wait: Wait | undefined, seen: number, now = 0) =>
    compileMapping({ map: "rollup", grain: "day", ...(wait === undefined ? {} : { wait }) }, hours).progress("2026-01-01", hoursOf(seen), now);
  it.each([
    [undefined, 24],
    ["all", 24],
    ["any", 1],
    [{ atLeast: 20 }, 20],
    [{ atLeast: "90%" }, 22],
    [{ atLeast: "50%" }, 12],
    [{ atLeast: "100%" }, 24],
    [{ atLeast: "0.1%" }, 1],
    [{ atLeast: -3 }, 21],
    [{ atLeast: -24 }, 1],
    [{ atLeast: -100 }, 1],
  ] as [Wait | undefined, number][])("%j needs %d of 24 hours", (wait, needed) => {
    expect(progress(wait, needed)).toEqual({ seen: needed, needed, of: 24, met: true, impossible: false });
    expect(progress(wait, needed - 1).met).toBe(false);
  });

  it("rounds a share up, and not by binary fractions", () => {
    const mapping = compileMapping({ map: "window", from: -19, to: 0, wait: { atLeast: "90%" } }, days);
    expect(mapping.progress("2026-02-01", new Set(["x"]), 0).needed).toBe(18);
  });

  it("a deadline counts from the end of the slice, and then one is enough", () => {
    const end = Date.parse("2026-01-02T00:00Z");
    const wait: Wait = { atLeast: 20, deadline: "2h" };
    expect(compileMapping({ map: "rollup", grain: "day", wait }, hours).deadlineAt("2026-01-01")).toBe(end + 7_200_000);
    expect(progress(wait, 1, end + 7_199_999).met).toBe(false);
    expect(progress(wait, 1, end + 7_200_000).met).toBe(true);
    expect(progress(wait, 0, end + 7_200_000).met).toBe(false);
    expect(progress(wait, 20, 0).met).toBe(true);
    expect(progress({ deadline: "2h" }, 23, end).met).toBe(false);
    expect(progress({ deadline: "2h" }, 24, 0).met).toBe(true);
    expect(compileMapping({ map: "rollup", grain: "day" }, hours).deadlineAt("2026-01-01")).toBeNull();
  });

  it("more than exist on the short day waits for ever, and says so", () => {
    const short = compileMapping({ map: "rollup", grain: "day", wait: { atLeast: 24 } }, { grain: "hour", tz: NEW_YORK });
    expect(short.progress("2026-03-08", new Set(["x"]), 0)).toMatchObject({ needed: 24, of: 23, impossible: true });
    expect(short.progress("2026-03-09", new Set(["x"]), 0).impossible).toBe(false);
  });

  it("waits for nothing that does not exist, and does not start without any upstream key", () => {
    const mapping = compileMapping({ map: "window", from: -1, to: 0 }, { grain: "day", start: "2026-01-01" });
    expect(mapping.progress("2026-01-01", new Set(["2026-01-01"]), 0)).toMatchObject({ needed: 1, of: 1, met: true });
    expect(mapping.progress("2025-12-30", new Set(["x"]), 0)).toMatchObject({ of: 0, met: false });
  });

  it("a product waits dimension by dimension", () => {
    const mapping = compileMapping({ map: "product", of: [{ map: "rollup", grain: "week", wait: { atLeast: 2 } }, { map: "all" }] }, daysOfRegions);
    const seen = ["2026-01-05|us", "2026-01-05|ca", "2026-01-05|de", "2026-01-06|us", "2026-01-06|ca", "2026-01-07|de"];
    expect(mapping.progress("2026-W02", new Set(seen), 0)).toMatchObject({ seen: 6, needed: 6, of: 21, met: false });
    expect(mapping.progress("2026-W02", new Set([...seen, "2026-01-06|de"]), 0).met).toBe(true);
  });

  it.each([
    [{ map: "all" }, regions, 3, true],
    [{ map: "all", wait: "any" }, regions, 1, false],
    [{ map: "all" }, dynamic, 1, false],
    [{ map: "all", wait: { atLeast: 2 } }, dynamic, 2, true],
    [{ map: "latest" }, days, 1, false],
    [{ map: "same" }, days, 1, false],
    [{ map: "rollup", grain: "week" }, days, 7, true],
    [{ map: "rollup", grain: "week", wait: { atLeast: 1 } }, days, 1, false],
    [{ map: "window", from: 0, to: 0 }, days, 1, false],
    [{ map: "fanOut", grain: "hour" }, days, 1, false],
    [{ map: "product", of: [{ map: "rollup", grain: "week" }, { map: "same" }] }, daysOfRegions, 7, true],
  ] as [Mapping, PartitionDefinition, number, boolean][])("%j of %j needs %d; waits for many: %j", (mapping, upstream, needed, many) => {
    const compiled = compileMapping(mapping, upstream);
    const key =
      compiled.downstream === null
        ? ""
        : "grain" in compiled.downstream && compiled.downstream.grain === "week"
          ? "2026-W02"
          : compiled.downstream && "product" in compiled.downstream
            ? "2026-W02|us"
            : "2026-01-05";
    expect(compiled.progress(key, new Set(["2026-01-05|us"]), 0).needed).toBe(needed);
    expect(compiled.waitsForMany).toBe(many);
  });

  it("static: every upstream key that maps to the consumer's", () => {
    const mapping = compileMapping(toContinents, regions);
    expect(mapping.progress("america", new Set(["us"]), 0)).toMatchObject({ needed: 2, met: false });
    expect(mapping.progress("america", new Set(["us", "ca"]), 0).met).toBe(true);
    expect(mapping.waitsForMany).toBe(true);
    expect(compileMapping({ map: "static", keys: { us: "a", ca: "b" } }, regions).waitsForMany).toBe(false);
  });
});

describe("latest", () => {
  it.each([
    [{ map: "latest" }, days, "2026-01-02", "2026-01-01"],
    [{ map: "latest" }, { grain: "hour", tz: NEW_YORK }, "2026-11-01T01-05:00", "2026-11-01T01"],
    [{ map: "latest" }, regions, "de", "us"],
    [{ map: "latest" }, daysOfRegions, "2026-01-02|us", "2026-01-01|de"],
    [{ map: "product", of: [{ map: "latest" }, { map: "same" }] }, daysOfRegions, "2026-01-02|us", "2026-01-01|de"],
  ] as [Mapping, PartitionDefinition, string, string][])("%j of %j: %s is newer than %s", (mapping, upstream, newer, older) => {
    const { compareLatest } = compileMapping(mapping, upstream);
    expect(compareLatest?.(newer, older)).toBeGreaterThan(0);
    expect(compareLatest?.(older, newer)).toBeLessThan(0);
    expect(compareLatest?.(older, older)).toBe(0);
  });

  it("looks only at the dimension that it is of", () => {
    const { compareLatest } = compileMapping({ map: "product", of: [{ map: "latest" }, { map: "same" }] }, daysOfRegions);
    expect(compareLatest?.("2026-01-01|us", "2026-01-01|de")).toBe(0);
    expect(compileMapping({ map: "same" }, days).compareLatest).toBeNull();
  });
});

describe("a mapping that does not fit is refused", () => {
  it.each([
    [{ map: "rollup", grain: "day" }, undefined, "no partitions"],
    [{ map: "all" }, undefined, "no partitions"],
    [{ map: "rollup", grain: "hour" }, days, "cannot be rolled up"],
    [{ map: "fanOut", grain: "month" }, days, "cannot be fanned out"],
    [{ map: "rollup", grain: "day" }, regions, "not of time"],
    [{ map: "fanOut", grain: "day" }, dynamic, "not of time"],
    [{ map: "offset", by: -1 }, dynamic, "no order"],
    [{ map: "window", from: 0, to: -1 }, days, "before its start"],
    [{ map: "window", from: -1000, to: 0 }, days, "1001 slices"],
    [{ map: "window", from: -3, to: 0, wait: { atLeast: 5 } }, days, "can never be reached"],
    [{ map: "rollup", grain: "day", wait: { atLeast: 26 } }, hours, "can never be reached"],
    [{ map: "rollup", grain: "quarter", wait: { atLeast: 4 } }, months, "can never be reached"],
    [{ map: "static", keys: { us: "a", ca: "a" }, wait: { atLeast: 3 } }, regions, "can never be reached"],
    [{ map: "all", wait: { atLeast: 4 } }, regions, "can never be reached"],
    [{ map: "all", wait: "all" }, dynamic, "nobody knows"],
    [{ map: "all", wait: "all" }, days, "nobody knows"],
    [{ map: "all", wait: { atLeast: "50%" } }, dynamic, "nobody knows"],
    [{ map: "all", wait: { atLeast: -1 } }, dynamic, "nobody knows"],
    [{ map: "all", wait: { deadline: "2h" } }, regions, "not of time"],
    [{ map: "static", keys: { us: "a" }, wait: { deadline: "2h" } }, regions, "not of time"],
    [{ map: "static", keys: { fr: "eu" } }, regions, "does not fit"],
    [{ map: "static", keys: { us: "a|b" } }, regions, "holds"],
    [{ map: "static", keys: {} }, regions, "gives no key"],
    [{ map: "rollup", grain: "month" }, daysOfRegions, "2 dimension"],
    [{ map: "product", of: [{ map: "same" }] }, daysOfRegions, "2 dimension"],
    [{ map: "product", of: [{ map: "same" }, { map: "rollup", grain: "day" }] }, daysOfRegions, "of[1]: the asset's partitions are not of time"],
    [{ map: "product", of: [{ map: "same" }, { map: "product", of: [] }] }, daysOfRegions, "none inside another"],
  ] as [Mapping, PartitionDefinition | undefined, string][])("%j of %j: %s", (mapping, upstream, why) => {
    expect(() => compileMapping(mapping, upstream, "on.partitions")).toThrow(
      expect.objectContaining({ code: "E_CONDITION", message: expect.stringContaining(why) }),
    );
  });

  it.each([
    [{ map: "rollup", grain: "day", wait: { atLeast: 25 } }, hours],
    [{ map: "rollup", grain: "month", wait: { atLeast: 5 } }, weeks],
    [{ map: "product", of: [{ map: "same" }, { map: "all", wait: { deadline: "1h" } }] }, daysOfRegions],
  ] as [Mapping, PartitionDefinition][])("%j of %j is not", (mapping, upstream) => {
    expect(compileMapping(mapping, upstream).downstream).not.toBeNull();
  });
});

it("the slice of a downstream key of another zone is made of the hours that begin in it", () => {
  const mapping = compileMapping({ map: "rollup", grain: "day", tz: "Asia/Kolkata" }, hours);
  const up = mapping.up("2026-01-01") ?? [];
  const interval = intervalOf({ grain: "day", tz: "Asia/Kolkata" }, "2026-01-01");
  expect(up).toHaveLength(24);
  expect(up[0]).toBe("2025-12-31T19");
  expect(interval?.start).toBe(Date.parse("2025-12-31T18:30Z"));
});
