import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Grain, PartitionDefinition } from "../../../core/condition.ts";
import { GRAINS } from "../../../core/partitions/grain.ts";
import { allKeys, checkKey, compareKeys, intervalOf, keyAt, keysBetween, nextKey, previousKey, shiftKey } from "../../../core/partitions/partition-key.ts";
import { timeSlices } from "../../../core/partitions/time-slices.ts";
import { formatInstant } from "../../../core/time/time.ts";

const NEW_YORK = "America/New_York";
const LORD_HOWE = "Australia/Lord_Howe";
const time = (grain: Grain, tz?: string, start?: string, end?: string): PartitionDefinition => ({
  grain,
  ...(tz === undefined ? {} : { tz }),
  ...(start === undefined ? {} : { start }),
  ...(end === undefined ? {} : { end }),
});
const minutesOf = (definition: PartitionDefinition, key: string): number => {
  const interval = intervalOf(definition, key);
  return interval === null ? Number.NaN : (interval.end - interval.start) / 60_000;
};

describe("the text of a key", () => {
  it.each([
    ["minute", "UTC", "2026-01-01T00:00"],
    ["hour", "UTC", "2026-01-01T00"],
    ["day", "UTC", "2026-01-01"],
    ["week", "UTC", "2026-W01"],
    ["month", "UTC", "2026-01"],
    ["quarter", "UTC", "2026-Q1"],
    ["year", "UTC", "2026"],
    ["week", "UTC", "2020-W53"],
    ["day", "UTC", "2028-02-29"],
    ["hour", NEW_YORK, "2026-11-01T01"],
    ["hour", NEW_YORK, "2026-11-01T01-05:00"],
    ["minute", NEW_YORK, "2026-11-01T01:30-05:00"],
    ["hour", "Europe/London", "2026-10-25T01+00:00"],
    ["hour", LORD_HOWE, "2026-04-05T01+10:30"],
    ["hour", LORD_HOWE, "2026-10-04T02"],
    ["minute", LORD_HOWE, "2026-10-04T02:30"],
    ["hour", "Asia/Kolkata", "2026-01-01T00"],
    ["day", "America/Sao_Paulo", "2018-11-04"],
    ["hour", "America/Sao_Paulo", "2018-02-17T23-03:00"],
    ["year", "UTC", "0001"],
    ["year", "UTC", "9999"],
  ] as [Grain, string, string][])("%s in %s: %s is a key", (grain, tz, key) => {
    expect(checkKey(time(grain, tz), key)).toBeNull();
  });

  it.each([
    ["day", "UTC", "2026-1-1"],
    ["day", "UTC", "2026-02-30"],
    ["day", "UTC", "2026-02-29"],
    ["day", "UTC", "2026-01-01 "],
    ["day", "UTC", "2026-01-01T00"],
    ["day", "UTC", "2026-01-01\n"],
    ["day", "UTC", "20260101"],
    ["day", "UTC", "٢٠٢٦-01-01"],
    ["day", "UTC", ""],
    ["day", "UTC", "0000-01-01"],
    ["day", "UTC", "2026-13-01"],
    ["hour", "UTC", "2026-01-01"],
    ["hour", "UTC", "2026-01-01T24"],
    ["hour", "UTC", "2026-01-01T00:00"],
    ["hour", "UTC", "2026-01-01T00+00:00"],
    ["hour", "UTC", "2026-01-01T00Z"],
    ["minute", "UTC", "2026-01-01T00:60"],
    ["week", "UTC", "2026-W00"],
    ["week", "UTC", "2026-W54"],
    ["week", "UTC", "2025-W53"],
    ["week", "UTC", "2026-w01"],
    ["month", "UTC", "2026-13"],
    ["month", "UTC", "2026-1"],
    ["quarter", "UTC", "2026-Q5"],
    ["quarter", "UTC", "2026-Q0"],
    ["year", "UTC", "26"],
    ["hour", NEW_YORK, "2026-03-08T02"],
    ["minute", NEW_YORK, "2026-03-08T02:30"],
    ["hour", NEW_YORK, "2026-11-01T01-04:00"],
    ["hour", NEW_YORK, "2026-11-01T02-05:00"],
    ["hour", NEW_YORK, "2026-07-01T01-04:00"],
    ["minute", LORD_HOWE, "2026-10-04T02:15"],
    ["day", "Pacific/Apia", "2011-12-30"],
  ] as [Grain, string, string][])("%s in %s: %j is none", (grain, tz, key) => {
    expect(checkKey(time(grain, tz), key)).toContain(JSON.stringify(time(grain, tz)));
  });

  it.each([
    ["an hour", "hour", NEW_YORK, "2026-11-01T05:00Z", "2026-11-01T01"],
    ["the same hour again", "hour", NEW_YORK, "2026-11-01T06:00Z", "2026-11-01T01-05:00"],
    ["the hour after it", "hour", NEW_YORK, "2026-11-01T07:00Z", "2026-11-01T02"],
    ["the hour after a gap", "hour", NEW_YORK, "2026-03-08T07:00Z", "2026-03-08T03"],
    ["a minute shown again", "minute", NEW_YORK, "2026-11-01T06:59:59Z", "2026-11-01T01:59-05:00"],
    ["half an hour shown again", "hour", LORD_HOWE, "2026-04-04T15:10Z", "2026-04-05T01+10:30"],
    ["a minute that is shown once", "minute", LORD_HOWE, "2026-04-04T15:30Z", "2026-04-05T02:00"],
    ["a day", "day", "Asia/Kolkata", "2026-01-01T18:30Z", "2026-01-02"],
    ["a week at the turn of the year", "week", "UTC", "2027-01-01T00:00Z", "2026-W53"],
    ["a week that begins in the old year", "week", "UTC", "2025-12-29T00:00Z", "2026-W01"],
    ["a quarter", "quarter", "UTC", "2026-12-31T23:59Z", "2026-Q4"],
    ["before 1970", "hour", "UTC", "1969-12-31T23:30Z", "1969-12-31T23"],
    ["a minute before 1970", "minute", "UTC", "1969-12-31T23:30:30Z", "1969-12-31T23:30"],
  ] as [string, Grain, string, string, string][])("%s: %s in %s at %s is %s", (_, grain, tz, instant, key) => {
    expect(keyAt(time(grain, tz), Date.parse(instant))).toBe(key);
  });
});

describe("the interval of a key", () => {
  it.each([
    ["day", NEW_YORK, "2026-03-08", "2026-03-08T05:00Z", "2026-03-09T04:00Z"],
    ["day", NEW_YORK, "2026-11-01", "2026-11-01T04:00Z", "2026-11-02T05:00Z"],
    ["day", "Asia/Kolkata", "2026-01-01", "2025-12-31T18:30Z", "2026-01-01T18:30Z"],
    ["day", "America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00Z", "2018-11-05T02:00Z"],
    ["day", "America/Sao_Paulo", "2018-02-17", "2018-02-17T02:00Z", "2018-02-18T03:00Z"],
    ["hour", NEW_YORK, "2026-11-01T01-05:00", "2026-11-01T06:00Z", "2026-11-01T07:00Z"],
    ["week", "Europe/London", "2026-W13", "2026-03-23T00:00Z", "2026-03-29T23:00Z"],
    ["month", "UTC", "2026-02", "2026-02-01T00:00Z", "2026-03-01T00:00Z"],
    ["quarter", "UTC", "2026-Q1", "2026-01-01T00:00Z", "2026-04-01T00:00Z"],
    ["year", "Asia/Kolkata", "2026", "2025-12-31T18:30Z", "2026-12-31T18:30Z"],
  ] as [Grain, string, string, string, string][])("%s in %s: %s is %s to %s", (grain, tz, key, start, end) => {
    const interval = intervalOf(time(grain, tz), key);
    expect(interval && [formatInstant(interval.start), formatInstant(interval.end)]).toEqual([
      formatInstant(Date.parse(start)),
      formatInstant(Date.parse(end)),
    ]);
  });

  it.each([
    ["day", NEW_YORK, "2026-03-08", 23 * 60],
    ["day", NEW_YORK, "2026-11-01", 25 * 60],
    ["day", LORD_HOWE, "2026-04-05", 24.5 * 60],
    ["hour", LORD_HOWE, "2026-04-05T01", 60],
    ["hour", LORD_HOWE, "2026-04-05T01+10:30", 30],
    ["hour", LORD_HOWE, "2026-10-04T02", 30],
    ["day", "Pacific/Apia", "2011-12-29", 24 * 60],
    ["day", "Pacific/Apia", "2011-12-31", 24 * 60],
  ] as [Grain, string, string, number][])("%s in %s: %s has %d minutes", (grain, tz, key, minutes) => {
    expect(minutesOf(time(grain, tz), key)).toBe(minutes);
  });

  it("of a product is that of its time dimension", () => {
    const product: PartitionDefinition = { product: [{ keys: ["eu", "us"] }, time("day")] };
    expect(intervalOf(product, "eu|2026-01-01")).toMatchObject({ start: Date.parse("2026-01-01T00:00Z"), end: Date.parse("2026-01-02T00:00Z") });
    expect(intervalOf({ keys: ["eu"] }, "eu")).toBeNull();
  });
});

describe("slices of time", () => {
  const zone = fc.constantFrom(
    "UTC",
    NEW_YORK,
    "Europe/London",
    LORD_HOWE,
    "Asia/Kolkata",
    "America/Sao_Paulo",
    "America/St_Johns",
    "Africa/Casablanca",
    "Pacific/Apia",
    "Asia/Pyongyang",
  );
  const instant = fc.oneof(
    fc.integer({ min: 0, max: 70 * 365 * 1440 }).map((minute) => minute * 60_000 + 1),
    fc
      .tuple(
        fc.constantFrom(
          "2026-11-01T06:00Z",
          "2026-03-08T07:00Z",
          "2026-04-04T15:00Z",
          "2026-10-03T15:30Z",
          "2018-11-04T03:00Z",
          "2018-02-18T02:00Z",
          "2009-11-01T02:31Z",
          "2011-12-30T10:00Z",
          "2015-08-14T15:00Z",
        ),
        fc.integer({ min: -200, max: 200 }),
      )
      .map(([around, minutes]) => Date.parse(around) + minutes * 60_000),
  );

  it("tile time, and their keys are read back as themselves", () => {
    fc.assert(
      fc.property(fc.constantFrom(...GRAINS), zone, instant, (grain, tz, at) => {
        const slices = timeSlices(grain, tz);
        const slice = slices.at(at);
        if (slice === null) throw new Error(`no slice at ${at}`);
        expect(slice.start).toBeLessThanOrEqual(at);
        expect(slice.end).toBeGreaterThan(at);
        expect(slices.of(slice.key)).toEqual(slice);
        expect(slices.at(slice.start)).toEqual(slice);
        expect(slices.at(slice.end - 1)).toEqual(slice);
        expect(slices.at(slice.end)?.start).toBe(slice.end);
        expect(slices.at(slice.start - 1)?.end).toBe(slice.start);
      }),
      { numRuns: 4000 },
    );
  });

  it("are counted as they are walked", () => {
    fc.assert(
      fc.property(fc.constantFrom("minute", "hour", "day", "week"), zone, instant, fc.integer({ min: 0, max: 900 }), (grain, tz, start, length) => {
        const slices = timeSlices(grain, tz);
        const end = start + length * (grain === "minute" ? 60_000 : 3_600_000) + 7;
        let walked = 0;
        for (let slice = slices.at(start); slice !== null && slice.start < end; slice = slices.at(slice.end)) if (slice.start >= start) walked++;
        expect(slices.count(start, end)).toBe(walked);
      }),
      { numRuns: 600 },
    );
  });

  it("a text that is not written by a slice is no key", () => {
    const text = fc.stringMatching(/^(19|20)\d\d-[01]\d-[0-3]\d(T[0-2]\d(:[0-5]\d)?)?([+-]0[0-9]:[03]0)?$/);
    fc.assert(
      fc.property(fc.constantFrom(...GRAINS), zone, text, (grain, tz, key) => {
        const slice = timeSlices(grain, tz).of(key);
        if (slice !== null) expect(timeSlices(grain, tz).at(slice.start)?.key).toBe(key);
      }),
      { numRuns: 3000 },
    );
  });
});

describe("walking keys", () => {
  it.each([
    ["day", "UTC", "2026-02-28", "2026-03-01"],
    ["week", "UTC", "2026-W53", "2027-W01"],
    ["month", "UTC", "2026-12", "2027-01"],
    ["quarter", "UTC", "2026-Q4", "2027-Q1"],
    ["year", "UTC", "2026", "2027"],
    ["hour", NEW_YORK, "2026-03-08T01", "2026-03-08T03"],
    ["hour", NEW_YORK, "2026-11-01T01", "2026-11-01T01-05:00"],
    ["hour", NEW_YORK, "2026-11-01T01-05:00", "2026-11-01T02"],
    ["minute", NEW_YORK, "2026-11-01T01:59", "2026-11-01T01:00-05:00"],
    ["day", "Pacific/Apia", "2011-12-29", "2011-12-31"],
  ] as [Grain, string, string, string][])("%s in %s: after %s comes %s", (grain, tz, key, next) => {
    expect(nextKey(time(grain, tz), key)).toBe(next);
    expect(previousKey(time(grain, tz), next)).toBe(key);
  });

  it("ends at the edges", () => {
    const days = time("day", "UTC", "2026-01-01", "2026-01-03");
    expect(previousKey(days, "2026-01-01")).toBeNull();
    expect(nextKey(days, "2026-01-03")).toBeNull();
    expect(shiftKey(days, "2026-01-01", 2)).toBe("2026-01-03");
    expect(shiftKey(days, "2026-01-01", 3)).toBeNull();
    expect(nextKey(time("year"), "9999")).toBeNull();
    expect(keyAt(days, Date.parse("2025-12-31T00:00Z"))).toBeNull();
    expect(checkKey(days, "2026-01-04")).toContain("outside of start..end");
  });

  it.each([
    [time("day"), "2026-02-27", "2026-03-02", ["2026-02-27", "2026-02-28", "2026-03-01", "2026-03-02"]],
    [time("hour", NEW_YORK), "2026-11-01T00", "2026-11-01T02", ["2026-11-01T00", "2026-11-01T01", "2026-11-01T01-05:00", "2026-11-01T02"]],
    [{ keys: ["c", "a", "b"] }, "c", "a", ["c", "a"]],
    [
      { product: [time("day"), { keys: ["eu", "us"] }] },
      "2026-01-01|eu",
      "2026-01-02|us",
      ["2026-01-01|eu", "2026-01-01|us", "2026-01-02|eu", "2026-01-02|us"],
    ],
    [{ product: [time("day"), { dynamic: true }] }, "2026-01-01|acme", "2026-01-02|acme", ["2026-01-01|acme", "2026-01-02|acme"]],
  ] as [PartitionDefinition, string, string, string[]][])("%j from %s to %s", (definition, from, to, keys) => {
    expect(keysBetween(definition, from, to)).toEqual(keys);
  });

  it.each([
    [time("day"), "2026-01-02", "2026-01-01", "is later than"],
    [time("day"), "2026-01-01", "x", "does not fit"],
    [{ dynamic: true }, "a", "b", "no order"],
    [time("minute"), "2026-01-01T00:00", "2026-12-31T00:00", "more than"],
  ] as [PartitionDefinition, string, string, string][])("%j from %s to %s is refused: %s", (definition, from, to, why) => {
    expect(() => keysBetween(definition, from, to)).toThrow(expect.objectContaining({ code: "E_PARTITION", message: expect.stringContaining(why) }));
  });

  it.each([
    [{ keys: ["eu", "us"] }, ["eu", "us"]],
    [{ dynamic: true }, null],
    [time("day"), null],
    [time("day", "UTC", "2026-01-01"), null],
    [time("day", "UTC", "2026-01-01", "2026-01-02"), ["2026-01-01", "2026-01-02"]],
    [{ product: [{ keys: ["a", "b"] }, time("year", "UTC", "2025", "2026")] }, ["a|2025", "a|2026", "b|2025", "b|2026"]],
    [{ product: [{ keys: ["a", "b"] }, { dynamic: true }] }, null],
  ] as [PartitionDefinition, string[] | null][])("all keys of %j", (definition, keys) => {
    expect(allKeys(definition)).toEqual(keys);
  });

  it("orders keys by time, by list, by text and part by part", () => {
    expect(compareKeys(time("hour", NEW_YORK), "2026-11-01T01-05:00", "2026-11-01T01")).toBeGreaterThan(0);
    expect(compareKeys(time("hour", NEW_YORK), "2026-11-01T01-05:00", "2026-11-01T02")).toBeLessThan(0);
    expect(compareKeys({ keys: ["c", "a"] }, "c", "a")).toBeLessThan(0);
    expect(compareKeys({ dynamic: true }, "c", "a")).toBeGreaterThan(0);
    expect(compareKeys({ product: [time("day"), { keys: ["c", "a"] }] }, "2026-01-01|a", "2026-01-01|c")).toBeGreaterThan(0);
  });
});

describe("keys that are not of time", () => {
  const dynamic: PartitionDefinition = { dynamic: true };
  const product: PartitionDefinition = { product: [time("day"), { keys: ["eu", "us"] }, dynamic] };
  it.each([
    [{ keys: ["eu", "us"] }, "eu", true],
    [{ keys: ["eu", "us"] }, "EU", false],
    [dynamic, "tenant 7/ü", true],
    [dynamic, "x".repeat(250), true],
    [dynamic, "😀".repeat(250), true],
    [dynamic, "x".repeat(251), false],
    [dynamic, "", false],
    [dynamic, "a|b", false],
    [dynamic, "a\u0007", false],
    [dynamic, "a\u0085", false],
    [product, "2026-01-01|eu|acme", true],
    [product, "2026-01-01|eu", false],
    [product, "eu|2026-01-01|acme", false],
    [product, "2026-01-01|eu|acme|x", false],
    [product, "2026-01-01|eu|", false],
    [{ product: [{ product: [time("day"), { keys: ["a"] }] }, dynamic] }, "2026-01-01|a|x", true],
  ] as [PartitionDefinition, string, boolean][])("%j takes %j: %j", (definition, key, fits) => {
    expect(checkKey(definition, key) === null).toBe(fits);
  });
});

it("checks at least 200,000 keys a second", () => {
  const definition = time("day", NEW_YORK);
  const keys = keysBetween(definition, "2026-01-01", "2026-12-31");
  const before = performance.now();
  let fits = 0;
  for (let index = 0; index < 1_000_000; index++) if (checkKey(definition, keys[index % keys.length] ?? "") === null) fits++;
  expect(fits).toBe(1_000_000);
  expect(performance.now() - before).toBeLessThan(5_000);
});
