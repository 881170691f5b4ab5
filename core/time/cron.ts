import { Cron } from "croner";
import { HeadgateError, messageOf } from "../errors.ts";
import { changeBetween, checkTimeZone, firstInstantOf, instantsOf, offsetAt, wallAt } from "./time.ts";

const HOUR = 3_600_000;

const NAMED: Readonly<Record<string, string>> = {
  "@hourly": "0 * * * *",
  "@daily": "0 0 * * *",
  "@weekly": "0 0 * * 0",
  "@monthly": "0 0 1 * *",
  "@yearly": "0 0 1 1 *",
};

/** The ticks of a cron expression in a time zone. */
export interface CronTicks {
  /** The first tick later than an instant; null if there is none. */
  next(after: number): number | null;
}

/**
 * Compiles a cron expression: five fields, or `@hourly @daily @weekly @monthly @yearly`. Day of month and day of week
 * are joined by or, as in cron; `L`, `W` and `#` work in these two.
 *
 * A local time that does not exist ticks at the first instant after the gap. A local time that occurs twice ticks the
 * first time only, unless the hour field is `*` or a step.
 *
 * @throws E_CRON for anything else, and for an unknown time zone.
 * @example
 * compileCron("0 6 * * *", "Europe/London").next(Date.parse("2026-07-01T00:00:00Z")); // 05:00Z
 */
export function compileCron(expression: string, tz = "UTC", where?: string): CronTicks {
  checkTimeZone(tz, where);
  const fields = fieldsOf(expression, where);
  const nextWall = matcher(fields, expression, where);
  const bothTimes = /^[*?]$|\//.test(fields[1] ?? "");
  return {
    next: (after) => {
      const start = wallAt(tz, after);
      const again = bothTimes ? secondPass(tz, after, nextWall) : null;
      for (let wall = nextWall(start); wall !== null; wall = nextWall(wall)) {
        const times = instantsOf(tz, wall);
        const tick = times.length === 0 ? firstInstantOf(tz, wall) : (bothTimes ? times : times.slice(0, 1)).find((time) => time > after);
        if (tick !== undefined && tick > after) return again === null ? tick : Math.min(again, tick);
      }
      return again;
    },
  };
}

/** If clocks go back within the next hours: the first tick of the time that is then shown once more. */
function secondPass(tz: string, after: number, nextWall: (wall: number) => number | null): number | null {
  const soon = after + 25 * HOUR;
  if (offsetAt(tz, soon) >= offsetAt(tz, after)) return null;
  const change = changeBetween(tz, after, soon);
  if (change === null) return null;
  const wall = nextWall(wallAt(tz, change) - 1);
  return wall === null ? null : wall - offsetAt(tz, change);
}

function fieldsOf(expression: string, where: string | undefined): string[] {
  if (typeof expression !== "string") throw badCron(expression, "it is no text", where);
  const text = expression.trim();
  const fields = (Object.hasOwn(NAMED, text) ? (NAMED[text] ?? "") : text).split(/\s+/);
  if (text.startsWith("@") && !Object.hasOwn(NAMED, text)) throw badCron(expression, `the names are ${Object.keys(NAMED).join(" ")}`, where);
  if (fields.length !== 5) throw badCron(expression, `it has ${text === "" ? 0 : fields.length} fields, not five`, where);
  if (text.includes("+")) throw badCron(expression, 'it holds a "+"', where);
  return fields;
}

/**
 * The first matching wall later than a wall. Croner finds it, in UTC: what daylight saving does to it is decided above,
 * since croner moves a skipped time on by the length of the gap, and not to its end.
 */
function matcher(fields: readonly string[], expression: string, where: string | undefined): (wall: number) => number | null {
  let cron: Cron;
  try {
    cron = new Cron(fields.join(" "), { mode: "5-part", utcOffset: 0 });
  } catch (cause) {
    throw badCron(expression, messageOf(cause).replace(/^CronPattern: /, ""), where, cause);
  }
  return (wall) => cron.nextRun(new Date(wall))?.getTime() ?? null;
}

function badCron(expression: unknown, why: string, where: string | undefined, cause?: unknown): HeadgateError {
  return new HeadgateError("E_CRON", `${JSON.stringify(expression) ?? String(expression)} is no cron expression: ${why}`, {
    hint: 'write five fields, minute hour day month weekday ("0 6 * * 1-5"), or one of @hourly @daily @weekly @monthly @yearly',
    ...(where === undefined ? {} : { where }),
    ...(cause === undefined ? {} : { cause }),
  });
}
