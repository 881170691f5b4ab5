import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileCron } from "../../../core/time/cron.ts";
import { formatInstant, formatOffset, offsetAt, wallAt } from "../../../core/time/time.ts";

describe("ticks in UTC", () => {
  it.each([
    ["0 6 * * *", "2026-01-01T06:00:00Z", "2026-01-02T06:00:00Z"],
    ["0 6 * * *", "2026-01-01T05:59:59.999Z", "2026-01-01T06:00:00Z"],
    ["* * * * *", "2026-01-01T00:00:00Z", "2026-01-01T00:01:00Z"],
    ["*/15 * * * *", "2026-01-01T00:46:00Z", "2026-01-01T01:00:00Z"],
    ["0 0 29 2 *", "2026-01-01T00:00:00Z", "2028-02-29T00:00:00Z"],
    ["0 0 * * 7", "2026-01-01T00:00:00Z", "2026-01-04T00:00:00Z"],
    ["0 0 * * SUN", "2026-01-01T00:00:00Z", "2026-01-04T00:00:00Z"],
    ["0 9 * JAN-MAR MON-FRI", "2026-01-02T10:00:00Z", "2026-01-05T09:00:00Z"],
    ["0 0 13 * 5", "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"],
    ["0 0 L * *", "2026-02-01T00:00:00Z", "2026-02-28T00:00:00Z"],
    ["0 0 ? * *", "2026-02-01T00:00:00Z", "2026-02-02T00:00:00Z"],
    [" 5  4 * * * ", "2026-02-01T00:00:00Z", "2026-02-01T04:05:00Z"],
    ["@hourly", "2026-01-01T00:30:00Z", "2026-01-01T01:00:00Z"],
    ["@daily", "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"],
    ["@weekly", "2026-01-01T00:00:00Z", "2026-01-04T00:00:00Z"],
    ["@monthly", "2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z"],
    ["@yearly", "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"],
  ])("%s after %s: %s", (expression, after, tick) => {
    expect(show(compileCron(expression).next(Date.parse(after)))).toBe(show(Date.parse(tick)));
  });

  it("of a date that no year has: none", () => {
    expect(compileCron("0 0 30 2 *").next(0)).toBeNull();
  });
});

describe("daylight saving", () => {
  it.each([
    // New York skips 02:00 to 03:00 on 8 March 2026 (07:00Z) and has 01:00 to 02:00 twice on 1 November (05:00Z and 06:00Z).
    ["a skipped time ticks at the end of the gap", "30 2 * * *", "America/New_York", "2026-03-07T08:00Z", ["2026-03-08T07:00Z", "2026-03-09T06:30Z"]],
    ["the start of the gap, too", "0 2 * * *", "America/New_York", "2026-03-08T00:00Z", ["2026-03-08T07:00Z", "2026-03-09T06:00Z"]],
    ["the end of the gap ticks once", "0 3 * * *", "America/New_York", "2026-03-08T00:00Z", ["2026-03-08T07:00Z", "2026-03-09T07:00Z"]],
    [
      "skipped and first time after the gap make one tick",
      "0,30 2,3 * * *",
      "America/New_York",
      "2026-03-08T00:00Z",
      ["2026-03-08T07:00Z", "2026-03-08T07:30Z", "2026-03-09T06:00Z"],
    ],
    [
      "with * as the hour a skipped time ticks at the end of the gap",
      "30 * * * *",
      "America/New_York",
      "2026-03-08T06:00Z",
      ["2026-03-08T06:30Z", "2026-03-08T07:00Z", "2026-03-08T07:30Z"],
    ],
    ["a doubled time ticks the first time only", "30 1 * * *", "America/New_York", "2026-10-31T12:00Z", ["2026-11-01T05:30Z", "2026-11-02T06:30Z"]],
    ["also when asked between the two", "30 1 * * *", "America/New_York", "2026-11-01T05:45Z", ["2026-11-02T06:30Z"]],
    ["a list of hours is no step", "30 0,1 * * *", "America/New_York", "2026-11-01T04:00Z", ["2026-11-01T04:30Z", "2026-11-01T05:30Z", "2026-11-02T05:30Z"]],
    ["a range of hours is no step", "30 0-23 * * *", "America/New_York", "2026-11-01T05:00Z", ["2026-11-01T05:30Z", "2026-11-01T07:30Z"]],
    [
      "with * as the hour both times tick",
      "30 * * * *",
      "America/New_York",
      "2026-11-01T05:00Z",
      ["2026-11-01T05:30Z", "2026-11-01T06:30Z", "2026-11-01T07:30Z"],
    ],
    ["with * on the hour, too", "0 * * * *", "America/New_York", "2026-11-01T04:30Z", ["2026-11-01T05:00Z", "2026-11-01T06:00Z", "2026-11-01T07:00Z"]],
    [
      "with a step of hours both times tick",
      "0 1-23/2 * * *",
      "America/New_York",
      "2026-11-01T04:30Z",
      ["2026-11-01T05:00Z", "2026-11-01T06:00Z", "2026-11-01T08:00Z"],
    ],
    ["every hour on a day of 25 hours", "@hourly", "Europe/London", "2026-10-24T23:30Z", ["2026-10-25T00:00Z", "2026-10-25T01:00Z", "2026-10-25T02:00Z"]],
    ["London skips 01:00 to 02:00", "15 1 * * *", "Europe/London", "2026-03-28T12:00Z", ["2026-03-29T01:00Z", "2026-03-30T00:15Z"]],
    // Lord Howe moves by half an hour: 02:00 becomes 02:30 on 4 October 2026 (3 October 15:30Z), 02:00 becomes 01:30 on 5 April (4 April 15:00Z).
    ["a gap of half an hour", "15 2 * * *", "Australia/Lord_Howe", "2026-10-03T00:00Z", ["2026-10-03T15:30Z", "2026-10-04T15:15Z"]],
    ["after a gap of half an hour", "30 2 * * *", "Australia/Lord_Howe", "2026-10-03T00:00Z", ["2026-10-03T15:30Z", "2026-10-04T15:30Z"]],
    ["half an hour twice", "45 1 * * *", "Australia/Lord_Howe", "2026-04-04T00:00Z", ["2026-04-04T14:45Z", "2026-04-05T15:15Z"]],
    [
      "half an hour twice, with *",
      "*/30 * * * *",
      "Australia/Lord_Howe",
      "2026-04-04T14:00Z",
      ["2026-04-04T14:30Z", "2026-04-04T15:00Z", "2026-04-04T15:30Z", "2026-04-04T16:00Z"],
    ],
    [
      "half an hour twice, ticks of the part that is not doubled",
      "0 * * * *",
      "Australia/Lord_Howe",
      "2026-04-04T13:30Z",
      ["2026-04-04T14:00Z", "2026-04-04T15:30Z"],
    ],
    ["a zone of half hours without daylight saving", "0 6 * * *", "Asia/Kolkata", "2026-03-08T00:00Z", ["2026-03-08T00:30Z", "2026-03-09T00:30Z"]],
    // São Paulo skipped midnight of 4 November 2018 (03:00Z), and had 23:00 to 24:00 of 17 February 2018 twice (01:00Z and 02:00Z).
    ["a skipped midnight", "@daily", "America/Sao_Paulo", "2018-11-03T12:00Z", ["2018-11-04T03:00Z", "2018-11-05T02:00Z"]],
    ["a doubled hour before midnight", "30 23 * * *", "America/Sao_Paulo", "2018-02-17T12:00Z", ["2018-02-18T01:30Z", "2018-02-19T02:30Z"]],
    // Samoa had no 30 December 2011.
    ["a skipped day ticks at its end", "0 12 * * *", "Pacific/Apia", "2011-12-29T00:00Z", ["2011-12-29T22:00Z", "2011-12-30T10:00Z", "2011-12-30T22:00Z"]],
  ])("%s: %s in %s", (_, expression, tz, after, ticks) => {
    const cron = compileCron(expression, tz);
    const found: string[] = [];
    let at = Date.parse(after);
    for (const _tick of ticks) {
      at = cron.next(at) ?? Number.NaN;
      found.push(show(at));
    }
    expect(found).toEqual(ticks.map((tick) => show(Date.parse(tick))));
  });

  it("gives what a walk through every minute gives", () => {
    const zone = fc.constantFrom(
      ["America/New_York", "2026-03-08T07:00Z"],
      ["America/New_York", "2026-11-01T06:00Z"],
      ["Europe/London", "2026-10-25T01:00Z"],
      ["Australia/Lord_Howe", "2026-04-04T15:00Z"],
      ["Australia/Lord_Howe", "2026-10-03T15:30Z"],
      ["America/Sao_Paulo", "2018-11-04T03:00Z"],
      ["America/Sao_Paulo", "2018-02-18T02:00Z"],
      ["Asia/Kolkata", "2026-03-08T07:00Z"],
    );
    const minute = fc.constantFrom("0", "30", "*/20", "59");
    const hour = fc.constantFrom("*", "*/2", "0", "1", "2", "0-3", "23", "1,2");
    fc.assert(
      fc.property(zone, minute, hour, fc.integer({ min: -600, max: 600 }), ([tz = "", around = ""], minutes, hours, shift) => {
        const cron = compileCron(`${minutes} ${hours} * * *`, tz);
        const after = Date.parse(around) + shift * 60_000;
        expect(show(cron.next(after))).toBe(show(slowNext(minutes, hours, tz, after)));
      }),
      { numRuns: 250 },
    );
  });
});

describe("what is no cron expression", () => {
  it.each([
    "",
    "* * * *",
    "* * * * * *",
    "0 0 1 1 * 2027",
    "@reboot",
    "@midnight",
    "@every 5m",
    "60 * * * *",
    "* 24 * * *",
    "0 0 0 * *",
    "0 0 * 13 *",
    "5-1 * * * *",
    "x * * * *",
    "0 0 * * +1",
    "1,,2 * * * *",
    5,
    null,
  ])("%j is refused", (expression) => {
    expect(() => compileCron(expression as string, "UTC", "on.cron")).toThrow(expect.objectContaining({ code: "E_CRON", where: "on.cron" }));
  });

  it.each(["Mars/Base", "", "+05:30", "GMT+25", null])("a time zone %j is refused", (tz) => {
    expect(() => compileCron("* * * * *", tz as string, "on.tz")).toThrow(expect.objectContaining({ code: "E_CRON", where: "on.tz" }));
  });
});

/** The rule read aloud: look at every minute, and at the minutes that a gap skips. */
function slowNext(minutes: string, hours: string, tz: string, after: number): number {
  const MINUTE = 60_000;
  const matches = (wall: number): boolean => fits(minutes, Math.floor(wall / MINUTE) % 60) && fits(hours, Math.floor(wall / (60 * MINUTE)) % 24);
  const both = /^\*/.test(hours);
  for (let at = Math.floor(after / MINUTE) * MINUTE + MINUTE; ; at += MINUTE) {
    const [before, wall] = [wallAt(tz, at - MINUTE), wallAt(tz, at)];
    for (let skipped = before + MINUTE; skipped < wall; skipped += MINUTE) if (matches(skipped)) return at;
    let shown = false;
    for (let earlier = at - 3 * 60 * MINUTE; earlier < at; earlier += MINUTE) if (wallAt(tz, earlier) === wall) shown = true;
    if (matches(wall) && (both || !shown)) return at;
  }
}

function fits(field: string, value: number): boolean {
  if (field === "*") return true;
  if (field.startsWith("*/")) return value % Number(field.slice(2)) === 0;
  return field.split(",").some((part) => {
    const [from = 0, to = from] = part.split("-").map(Number);
    return value >= from && value <= to;
  });
}

function show(instant: number | null): string {
  return instant === null ? "never" : `${formatInstant(instant)} ${formatOffset(offsetAt("UTC", instant))}`;
}
