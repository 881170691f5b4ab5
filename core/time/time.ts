import { HeadgateError } from "../errors.ts";

/**
 * Local time: the only module that touches Intl, always with explicit zone and locale. A **wall** is a local date and
 * time as a number, the milliseconds of that date and time as if it were UTC; so calendar arithmetic needs no zone.
 */

const MINUTE = 60_000;
const DAY = 86_400_000;

interface Zone {
  readonly offset: (instant: number) => number;
}

const zones = new Map<string, Zone>();

/** Refuses what is no IANA time zone. @throws E_CRON */
export function checkTimeZone(tz: string, where?: string): void {
  if (zones.has(tz)) return;
  try {
    zoneOf(tz);
  } catch (cause) {
    throw new HeadgateError("E_CRON", `${JSON.stringify(tz) ?? String(tz)} is no time zone`, {
      hint: 'write an IANA name: "UTC", "Europe/London", "America/New_York"',
      cause,
      ...(where === undefined ? {} : { where }),
    });
  }
}

/** Milliseconds that the zone is ahead of UTC at an instant. */
export function offsetAt(tz: string, instant: number): number {
  return zoneOf(tz).offset(instant);
}

/** The local date and time of an instant, as a wall. */
export function wallAt(tz: string, instant: number): number {
  return instant + zoneOf(tz).offset(instant);
}

/** The instants at which clocks in the zone show this: none in a gap, two where an hour is doubled; ascending. */
export function instantsOf(tz: string, wall: number): readonly number[] {
  const { offset } = zoneOf(tz);
  const before = offset(wall - DAY);
  const after = offset(wall + DAY);
  if (before === after) return [wall - before];
  const instants: number[] = [];
  // The larger offset gives the earlier instant.
  for (const candidate of [wall - Math.max(before, after), wall - Math.min(before, after)]) {
    if (candidate + offset(candidate) === wall) instants.push(candidate);
  }
  return instants;
}

/** The first instant at which clocks show this, or the first one after the gap that skips it. */
export function firstInstantOf(tz: string, wall: number): number {
  const [first] = instantsOf(tz, wall);
  if (first !== undefined) return first;
  const { offset } = zoneOf(tz);
  return changeBetween(tz, wall - offset(wall + DAY), wall - offset(wall - DAY)) ?? wall - offset(wall + DAY);
}

/** The first instant in (from, to] that has another offset than `from`, or null. Spans up to some days: one change is expected. */
export function changeBetween(tz: string, from: number, to: number): number | null {
  const { offset } = zoneOf(tz);
  const before = offset(from);
  if (offset(to) === before) return null;
  let low = from;
  let high = to;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offset(middle) === before) low = middle;
    else high = middle;
  }
  return high;
}

/** Minutes since local midnight, with the seconds as a fraction. */
export function minuteOfDay(tz: string, instant: number): number {
  const wall = wallAt(tz, instant);
  return (wall - Math.floor(wall / DAY) * DAY) / MINUTE;
}

/** `+05:30`; seconds only where a zone once had them. */
export function formatOffset(offset: number): string {
  const seconds = Math.round(Math.abs(offset) / 1000);
  const two = (value: number): string => String(value).padStart(2, "0");
  const text = `${offset < 0 ? "-" : "+"}${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}`;
  return seconds % 60 === 0 ? text : `${text}:${two(seconds % 60)}`;
}

/** An instant as ISO 8601 in UTC: `2026-01-01T00:00:00.000Z`. */
export function formatInstant(instant: number): string {
  return new Date(instant).toISOString();
}

const INSTANT = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(Z|[+-]\d\d(?::?\d\d)?)$/i;

/**
 * Reads an instant of ISO 8601 that names its zone (`Z` or an offset). Digits below a millisecond are cut off.
 * Null if it is anything else, or a date or time that does not exist.
 */
export function parseInstant(text: string): number | null {
  const common = parseCommonInstant(text);
  if (common !== null) return common;
  const match = INSTANT.exec(text);
  if (match === null) return null;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((part) => Number(part ?? 0)) as [number, number, number, number, number, number];
  const wall = dateWall(year, month, day);
  if (wall === null || hour > 24 || minute > 59 || second > 59 || (hour === 24 && (minute > 0 || second > 0))) return null;
  const ms = Number((match[7] ?? "").padEnd(3, "0").slice(0, 3));
  const offset = parseOffset(match[8] ?? "");
  return offset === null ? null : wall + hour * 60 * MINUTE + minute * MINUTE + second * 1000 + ms - offset;
}

/** `2026-01-01T00:00:00.000Z`, as JavaScript writes it: the form of nearly all event times, read without a regular expression. */
function parseCommonInstant(text: string): number | null {
  if (
    text.length !== 24 ||
    text.charCodeAt(23) !== 90 ||
    text[4] !== "-" ||
    text[7] !== "-" ||
    text[10] !== "T" ||
    text[13] !== ":" ||
    text[16] !== ":" ||
    text[19] !== "."
  )
    return null;
  const [hour, minute, second, ms] = [digits(text, 11, 13), digits(text, 14, 16), digits(text, 17, 19), digits(text, 20, 23)];
  const wall = dateWall(digits(text, 0, 4), digits(text, 5, 7), digits(text, 8, 10));
  const value = wall === null || hour > 23 || minute > 59 || second > 59 ? Number.NaN : wall + ((hour * 60 + minute) * 60 + second) * 1000 + ms;
  return Number.isNaN(value) ? null : value;
}

/** NaN if one of them is no digit. */
function digits(text: string, from: number, to: number): number {
  let value = 0;
  for (let index = from; index < to; index++) {
    const digit = text.charCodeAt(index) - 48;
    if (digit < 0 || digit > 9) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}

function parseOffset(text: string): number | null {
  if (text === "Z" || text === "z") return 0;
  const hours = Number(text.slice(1, 3));
  const minutes = Number(text.slice(3).replace(":", "") || 0);
  return hours > 23 || minutes > 59 ? null : (text.startsWith("-") ? -1 : 1) * (hours * 60 + minutes) * MINUTE;
}

/** The wall of a date at midnight; null for a date that no calendar has (30 February). Years 0 to 9999, Gregorian. */
export function dateWall(year: number, month: number, day: number): number | null {
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return null;
  return daysFromCivil(year, month, day) * DAY;
}

/** Year, month (1 to 12) and day (1 to 31) of a wall. */
export function dateOf(wall: number): { readonly year: number; readonly month: number; readonly day: number } {
  // Howard Hinnant's civil_from_days: eras of 400 years that begin in March, so that leap days come last.
  const shifted = Math.floor(wall / DAY) + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor((dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365);
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day: dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1 };
}

export function daysInMonth(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

function daysFromCivil(year: number, month: number, day: number): number {
  const shiftedYear = month <= 2 ? year - 1 : year;
  const era = Math.floor(shiftedYear / 400);
  const yearOfEra = shiftedYear - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  return era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468;
}

function zoneOf(tz: string): Zone {
  let zone = zones.get(tz);
  if (zone === undefined) {
    zone = tz === "UTC" ? { offset: () => 0 } : createZone(tz);
    zones.set(tz, zone);
  }
  return zone;
}

/** Days remembered for each zone; past that the memory starts anew. */
const REMEMBERED_DAYS = 40_000;

/**
 * Offsets through Intl, which is slow, so it is asked once for each border of a UTC day. Between two borders with one
 * offset nothing changed; on a day with a change the instant of the change is found once, to the millisecond.
 */
function createZone(tz: string): Zone {
  if (typeof tz !== "string" || !/^[A-Za-z]/.test(tz)) throw new RangeError("a time zone is an IANA name");
  const read = createReader(tz);
  const borders = new Map<number, number>();
  const changes = new Map<number, number>();
  function border(day: number): number {
    let offset = borders.get(day);
    if (offset === undefined) {
      if (borders.size >= REMEMBERED_DAYS) borders.clear();
      offset = read(day * DAY);
      borders.set(day, offset);
    }
    return offset;
  }
  function changeOn(day: number, before: number): number {
    let change = changes.get(day);
    if (change === undefined) {
      let low = day * DAY;
      change = low + DAY;
      while (change - low > 1) {
        const middle = Math.floor((low + change) / 2);
        if (read(middle) === before) low = middle;
        else change = middle;
      }
      changes.set(day, change);
    }
    return change;
  }
  return {
    offset: (instant) => {
      const day = Math.floor(instant / DAY);
      const before = border(day);
      const after = border(day + 1);
      return before === after || instant < changeOn(day, before) ? before : after;
    },
  };
}

function createReader(tz: string): (instant: number) => number {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone: tz,
    calendar: "gregory",
    numberingSystem: "latn",
    hourCycle: "h23",
    era: "short",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  return (instant) => {
    const second = Math.floor(instant / 1000) * 1000;
    const fields = /(\d+)\/(\d+)\/(\d+) (\w).*?(\d+):(\d+):(\d+)/.exec(format.format(second));
    if (fields === null) throw new RangeError(`Intl did not give a date for ${second} in ${tz}`);
    const [month, day, year] = [Number(fields[1]), Number(fields[2]), Number(fields[3])];
    const wall =
      daysFromCivil(fields[4] === "B" ? 1 - year : year, month, day) * DAY +
      Number(fields[5]) * 60 * MINUTE +
      Number(fields[6]) * MINUTE +
      Number(fields[7]) * 1000;
    return wall - second;
  };
}
