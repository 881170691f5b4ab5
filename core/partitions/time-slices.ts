import type { Grain } from "../condition.ts";
import { changeBetween, dateWall, firstInstantOf, formatOffset, offsetAt, wallAt } from "../time/time.ts";
import { floorWall, lengthOf, nextWall, readKey, writeKey } from "./grain.ts";

/** One slice of time: from `start` (included) to `end` (excluded), in milliseconds since 1970. */
export interface Slice {
  readonly key: string;
  readonly start: number;
  readonly end: number;
}

/** The slices of a grain in a zone. They tile time: one begins where the one before ends. */
export interface TimeSlices {
  /** The slice that an instant lies in; null outside of the years 1 to 9999. */
  at(instant: number): Slice | null;
  /** The slice of a key; null if the key is none (`2026-02-30`, an hour that the clock skipped, `2026-1-1`). */
  of(key: string): Slice | null;
  /** How many slices begin in [start, end). */
  count(start: number, end: number): number;
}

/** A day and an hour: no zone changes its offset twice in that time. */
const NEAR = 90_000_000;
const FIRST = dateWall(1, 1, 2) ?? 0;
const LAST = (dateWall(9999, 12, 31) ?? 0) - NEAR;

const made = new Map<string, TimeSlices>();

export function timeSlices(grain: Grain, tz: string): TimeSlices {
  const name = `${grain} ${tz}`;
  let slices = made.get(name);
  if (slices === undefined) {
    const length = lengthOf(grain);
    slices = length === null ? calendarSlices(grain, tz) : clockSlices(grain, tz, length);
    made.set(name, slices);
  }
  return slices;
}

/** Days and longer: from one local midnight to another, or to the end of the gap that swallowed it. */
function calendarSlices(grain: Grain, tz: string): TimeSlices {
  function from(wall: number): Slice {
    return { key: writeKey(grain, wall), start: firstInstantOf(tz, wall), end: firstInstantOf(tz, nextWall(grain, wall)) };
  }
  function at(instant: number): Slice | null {
    if (!(instant >= FIRST && instant < LAST)) return null;
    let wall = floorWall(grain, wallAt(tz, instant));
    let slice = from(wall);
    // Clocks that went back over midnight show the day before once more: that hour belongs to the day that had begun.
    while (slice.end <= instant) {
      wall = nextWall(grain, wall);
      slice = from(wall);
    }
    return slice;
  }
  return {
    at,
    of: (key) => {
      const wall = readKey(grain, key);
      const slice = wall === null ? null : from(wall);
      return slice === null || slice.end <= slice.start ? null : slice;
    },
    count: (start, end) => {
      let count = 0;
      let slice = at(start);
      if (slice !== null && slice.start < start) slice = at(slice.end);
      for (; slice !== null && slice.start < end; slice = at(slice.end)) count++;
      return count;
    },
  };
}

/**
 * Hours and minutes: what the clock shows, cut where it is changed. So a day of Lord Howe in April has an hour 01 and
 * then half an hour 01 again, and the later one carries its offset.
 */
function clockSlices(grain: Grain, tz: string, length: number): TimeSlices {
  function at(instant: number): Slice | null {
    if (!(instant >= FIRST && instant < LAST)) return null;
    const offset = offsetAt(tz, instant);
    const wall = floorWall(grain, instant + offset);
    const start = offsetAt(tz, wall - offset) === offset ? wall - offset : (changeBetween(tz, wall - offset, instant) ?? instant);
    const full = wall + length - offset;
    const end = offsetAt(tz, full - 1) === offset ? full : (changeBetween(tz, instant, full - 1) ?? full);
    return { key: writeKey(grain, wall) + (shownBefore(wall, start, offset) ? formatOffset(offset) : ""), start, end };
  }
  /** True if clocks showed this hour already before they were last changed. */
  function shownBefore(wall: number, start: number, offset: number): boolean {
    const before = offsetAt(tz, start - NEAR);
    const change = before === offset ? null : changeBetween(tz, start - NEAR, start);
    return change !== null && wall < change + before;
  }
  return {
    at,
    of: (key) => {
      const plain = key.slice(0, grain === "hour" ? 13 : 16);
      const wall = readKey(grain, plain);
      if (wall === null) return null;
      const [before, after] = [offsetAt(tz, wall - NEAR), offsetAt(tz, wall + NEAR)];
      if (before === after) return key === plain ? { key, start: wall - before, end: wall + length - before } : null;
      for (const offset of [before, after]) {
        for (const instant of [wall - offset, wall + length - 1 - offset]) {
          const slice = offsetAt(tz, instant) === offset ? at(instant) : null;
          if (slice?.key === key) return slice;
        }
      }
      return null;
    },
    count: (start, end) => {
      let count = 0;
      // Between two changes of the clock it is a division.
      for (let from = start; from < end; ) {
        const offset = offsetAt(tz, from);
        let to = Math.min(from + NEAR, end);
        while (to < end && offsetAt(tz, to) === offset) to = Math.min(to + NEAR, end);
        to = changeBetween(tz, Math.max(from, to - NEAR), to) ?? to;
        const opens = from === start && at(from)?.start !== from ? 0 : 1;
        count += Math.floor((to - 1 + offset) / length) - Math.floor((from + offset) / length) + opens;
        from = to;
      }
      return count;
    },
  };
}
