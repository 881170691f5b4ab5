import type { Grain } from "../condition.ts";
import { dateOf, dateWall } from "../time/time.ts";

/** The calendar of the grains, on walls: local dates and times as numbers (time.ts). No zone is needed here. */

const MINUTE = 60_000;
const HOUR = 3_600_000;
const DAY = 86_400_000;

/** From fine to coarse. */
export const GRAINS = ["minute", "hour", "day", "week", "month", "quarter", "year"] as const satisfies readonly Grain[];

/** How a key of each grain is written. */
export const KEY_EXAMPLES: Readonly<Record<Grain, string>> = {
  minute: "2026-01-01T00:00",
  hour: "2026-01-01T00",
  day: "2026-01-01",
  week: "2026-W01",
  month: "2026-01",
  quarter: "2026-Q1",
  year: "2026",
};

/** Length of a grain below a day in milliseconds, else null. */
export function lengthOf(grain: Grain): number | null {
  return grain === "minute" ? MINUTE : grain === "hour" ? HOUR : null;
}

/** The wall at which the period begins that a wall lies in. */
export function floorWall(grain: Grain, wall: number): number {
  if (grain === "minute" || grain === "hour") return Math.floor(wall / (lengthOf(grain) ?? 1)) * (lengthOf(grain) ?? 1);
  const midnight = Math.floor(wall / DAY) * DAY;
  if (grain === "day") return midnight;
  // 1970-01-01 was a Thursday.
  if (grain === "week") return midnight - ((((midnight / DAY + 3) % 7) + 7) % 7) * DAY;
  const { year, month } = dateOf(midnight);
  return monthWall(year, grain === "month" ? month : grain === "quarter" ? month - ((month - 1) % 3) : 1);
}

/** The wall at which the next period begins; `wall` is the beginning of one. */
export function nextWall(grain: Grain, wall: number): number {
  if (grain === "minute") return wall + MINUTE;
  if (grain === "hour") return wall + HOUR;
  if (grain === "day") return wall + DAY;
  if (grain === "week") return wall + 7 * DAY;
  const { year, month } = dateOf(wall);
  const index = month + (grain === "month" ? 1 : grain === "quarter" ? 3 : 12);
  return index > 12 ? monthWall(year + 1, index - 12) : monthWall(year, index);
}

/** The key of the period that begins at a wall, without the offset of a doubled hour. */
export function writeKey(grain: Grain, wall: number): string {
  if (grain === "week") {
    // The year of an ISO week is that of its Thursday.
    const { year } = dateOf(wall + 3 * DAY);
    return `${four(year)}-W${two(1 + Math.round((wall - firstWeek(year)) / (7 * DAY)))}`;
  }
  const { year, month, day } = dateOf(wall);
  if (grain === "year") return four(year);
  if (grain === "quarter") return `${four(year)}-Q${Math.ceil(month / 3)}`;
  if (grain === "month") return `${four(year)}-${two(month)}`;
  const date = `${four(year)}-${two(month)}-${two(day)}`;
  if (grain === "day") return date;
  const minutes = (wall - Math.floor(wall / DAY) * DAY) / MINUTE;
  const hour = `${date}T${two(Math.floor(minutes / 60))}`;
  return grain === "hour" ? hour : `${hour}:${two(Math.floor(minutes % 60))}`;
}

const SHAPES: Readonly<Record<Grain, RegExp>> = {
  minute: /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)$/,
  hour: /^(\d{4})-(\d\d)-(\d\d)T(\d\d)$/,
  day: /^(\d{4})-(\d\d)-(\d\d)$/,
  week: /^(\d{4})-W(\d\d)$/,
  month: /^(\d{4})-(\d\d)$/,
  quarter: /^(\d{4})-Q([1-4])$/,
  year: /^(\d{4})$/,
};

/** The wall at which the period of a key begins; null if it is not written as the grain has it, or no calendar has it. */
export function readKey(grain: Grain, key: string): number | null {
  const match = SHAPES[grain].exec(key);
  if (match === null) return null;
  const year = Number(match[1]);
  const second = Number(match[2]);
  if (year < 1) return null;
  if (grain === "year") return monthWall(year, 1);
  if (grain === "quarter") return monthWall(year, second * 3 - 2);
  if (grain === "month") return dateWall(year, second, 1);
  if (grain === "week") {
    const wall = firstWeek(year) + (second - 1) * 7 * DAY;
    return second >= 1 && wall < firstWeek(year + 1) ? wall : null;
  }
  const date = dateWall(year, second, Number(match[3]));
  const [hour, minute] = [Number(match[4] ?? 0), Number(match[5] ?? 0)];
  return date === null || hour > 23 || minute > 59 ? null : date + hour * HOUR + minute * MINUTE;
}

/** The Monday of the week that holds 4 January. */
function firstWeek(year: number): number {
  return floorWall("week", monthWall(year, 1) + 3 * DAY);
}

function monthWall(year: number, month: number): number {
  return dateWall(year, month, 1) ?? 0;
}

function two(value: number): string {
  return value < 10 ? `0${value}` : `${value}`;
}

function four(year: number): string {
  return String(year).padStart(4, "0");
}
