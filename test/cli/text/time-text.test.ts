import { describe, expect, it } from "vitest";
import { durationText, relativeText } from "../../../cli/text/time-text.ts";
import { jsonView } from "../../../core/json-view.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe("a duration", () => {
  it.each([
    [0, "0 ms"],
    [340, "340 ms"],
    [1_000, "1 s"],
    [1_240, "1.2 s"],
    [42_400, "42 s"],
    [59_999, "1 min"],
    [2 * MINUTE + 5 * SECOND, "2 min 5 s"],
    [HOUR, "1 h"],
    [HOUR + 3 * MINUTE, "1 h 3 min"],
    [26 * HOUR, "26 h"],
    [3 * DAY, "3 d"],
    [3 * DAY + 4 * HOUR, "3 d 4 h"],
  ])("of %d ms reads %j", (milliseconds, text) => {
    expect(durationText(milliseconds)).toBe(text);
  });
});

describe("an instant", () => {
  it.each([
    [0, "just now"],
    [-12 * SECOND, "12 s ago"],
    [-3 * HOUR, "3 h ago"],
    [-47 * HOUR, "47 h ago"],
    [-3 * DAY, "3 d ago"],
    [5 * MINUTE, "in 5 min"],
  ])("%d ms from now reads %j", (distance, text) => {
    const now = Date.UTC(2026, 10, 23);
    expect(relativeText(now + distance, now)).toBe(text);
  });

  it("is ISO 8601 in JSON, but what is inside somebody's data is left alone", () => {
    const at = Date.UTC(2026, 10, 23);
    expect(jsonView({ at, endedAt: at, startedAt: null, took: 12, events: [{ time: at, data: { at, createdAt: 7 } }] })).toEqual({
      at: "2026-11-23T00:00:00.000Z",
      endedAt: "2026-11-23T00:00:00.000Z",
      startedAt: null,
      took: 12,
      events: [{ time: "2026-11-23T00:00:00.000Z", data: { at, createdAt: 7 } }],
    });
  });
});
