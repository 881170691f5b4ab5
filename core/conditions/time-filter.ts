import { HeadgateError } from "../errors.ts";
import type { AssetEvent } from "../event.ts";
import type { Json } from "../json.ts";
import { checkTimeZone, formatInstant, minuteOfDay, parseInstant } from "../time/time.ts";
import type { Refuse, ValueTest } from "./value-test.ts";

type Operators = Readonly<Record<string, (operand: Json, refuse: Refuse) => ValueTest>>;

/**
 * Compiles a filter on `$time`, the event's own time. Instants are compared as instants, so `2026-01-01T01:00+01:00`
 * equals `2026-01-01T00:00Z`. `between` takes two instants, or two times of day `HH:MM` with `tz` (default UTC): the
 * start included, the end excluded, over midnight if the start is later than the end.
 */
export function compileTimeTest(operators: { readonly [operator: string]: Json }, where: string, known: Operators): (event: AssetEvent) => boolean {
  const refuseAt =
    (at: string): Refuse =>
    (why) => {
      throw new HeadgateError("E_CONDITION", `the filter on $time is malformed: ${why}`, { where: at });
    };
  const { tz, ...rest } = operators;
  const tests = Object.entries(rest).map(([operator, operand]): ((time: number) => boolean) => {
    const refuse = refuseAt(`${where}.${operator}`);
    const compile = Object.hasOwn(known, operator) ? known[operator] : undefined;
    if (compile === undefined) return refuseAt(where)(`${JSON.stringify(operator)} is no operator`);
    if (operator === "between" && isTimesOfDay(operand)) return withinDay(operand, zoneName(tz, `${where}.tz`, refuseAt), refuse);
    if (operator === "glob") {
      const matches = compile(operand, refuse);
      return (time) => matches(formatInstant(time));
    }
    return compile(operator === "exists" ? operand : toInstants(operand, refuse), refuse);
  });
  if (tz !== undefined && !isTimesOfDay(rest.between)) refuseAt(`${where}.tz`)("tz needs a between of two times of day");
  return (event) => tests.every((holds) => holds(event.time));
}

function zoneName(tz: Json | undefined, where: string, refuseAt: (where: string) => Refuse): string {
  if (tz === undefined) return "UTC";
  if (typeof tz !== "string") return refuseAt(where)("tz is the name of a time zone");
  checkTimeZone(tz, where);
  return tz;
}

function withinDay(operand: readonly string[], tz: string, refuse: Refuse): (time: number) => boolean {
  const [start, end] = operand.map(minutes);
  if (start === undefined || end === undefined || start === null || end === null) return refuse("a time of day is 00:00 to 24:00");
  return (time) => {
    const minute = minuteOfDay(tz, time);
    return start <= end ? minute >= start && minute < end : minute >= start || minute < end;
  };
}

function isTimesOfDay(operand: Json | undefined): operand is readonly string[] {
  return Array.isArray(operand) && operand.length === 2 && operand.every((time: Json) => typeof time === "string" && /^\d\d:\d\d(:\d\d)?$/.test(time));
}

function minutes(text: string): number | null {
  const [hour = 0, minute = 0, second = 0] = text.split(":").map(Number);
  const value = hour * 60 + minute + second / 60;
  return minute > 59 || second > 59 || value > 1440 ? null : value;
}

/** Text becomes milliseconds; anything else stays, and compares as false by its type. */
function toInstants(operand: Json, refuse: Refuse): Json {
  if (Array.isArray(operand)) return operand.map((item: Json) => toInstants(item, refuse));
  if (typeof operand !== "string") return operand === null || typeof operand === "boolean" ? operand : refuse(`${JSON.stringify(operand)} is no instant`);
  return parseInstant(operand) ?? refuse(`${JSON.stringify(operand)} is no instant with a zone, such as 2026-01-01T00:00:00Z`);
}
