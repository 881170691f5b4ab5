import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatDuration, parseDuration } from "../../../core/time/duration.ts";

describe("parseDuration", () => {
  it.each([
    ["500ms", 500],
    ["90s", 90_000],
    ["15m", 900_000],
    ["2h", 7_200_000],
    ["7d", 604_800_000],
    ["0s", 0],
    ["1.5h", 5_400_000],
    ["1.1m", 66_000],
    ["0.001s", 1],
  ])("%s is %d ms", (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each(["", "5", "m", "5 m", " 5m", "5m ", "-5m", "+5m", "1h30m", "5M", "5min", "1e3s", "0.5ms", "1w", "NaNs", "365001d", 5, null, undefined, {}])(
    "refuses %j",
    (text) => {
      expect(() => parseDuration(text as string, "dags[0].debounce.quiet")).toThrow(
        expect.objectContaining({ code: "E_DURATION", where: "dags[0].debounce.quiet" }),
      );
    },
  );
});

describe("formatDuration", () => {
  it.each([
    [0, "0s"],
    [1, "1ms"],
    [1500, "1500ms"],
    [60_000, "1m"],
    [5_400_000, "90m"],
    [86_400_000, "1d"],
  ])("%d ms is %s", (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  it("is read back as the same duration", () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 1_000_000_000_000 }), (ms) => parseDuration(formatDuration(ms)) === ms));
  });
});
