import type { Wait } from "../condition.ts";
import { HeadgateError } from "../errors.ts";
import { parseDuration } from "../time/duration.ts";

const HINT = 'write "all", "any", {"atLeast": 20}, {"atLeast": "90%"}, {"atLeast": -3} or {"deadline": "2h"}, the last also together with atLeast';

/** Checks a `wait` that comes from outside, strictly. @throws E_CONDITION, E_DURATION */
export function parseWait(value: unknown, where: string): Wait {
  if (value === "all" || value === "any") return value;
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw bad(where, `${JSON.stringify(value)} is no wait`);
  const unknown = Object.keys(value).find((name) => name !== "atLeast" && name !== "deadline");
  if (unknown !== undefined) throw bad(where, `unknown key ${JSON.stringify(unknown)}`);
  const { atLeast, deadline } = value as { readonly atLeast?: unknown; readonly deadline?: unknown };
  if (atLeast === undefined && deadline === undefined) throw bad(where, "neither atLeast nor deadline is there");
  if (deadline !== undefined) parseDuration(deadline as string, `${where}.deadline`);
  if (atLeast !== undefined && !isCount(atLeast) && !isShare(atLeast)) {
    throw bad(`${where}.atLeast`, `${JSON.stringify(atLeast)} is neither a whole number other than 0 nor a share above 0% and up to 100%`);
  }
  return value as Wait;
}

/**
 * How many of `of` upstream slices must have been seen. A share is rounded up; a negative number is all but that many;
 * at least one in any case. More than there are stays more: such a slice never gets its number.
 */
export function neededOf(wait: Wait, of: number): number {
  if (wait === "any") return 1;
  if (wait === "all" || wait.atLeast === undefined) return Math.max(1, of);
  if (typeof wait.atLeast === "number") return wait.atLeast > 0 ? wait.atLeast : Math.max(1, of + wait.atLeast);
  // In thousandths of a percent, so that no binary fraction rounds 90% of 20 up to 19.
  const thousandths = Math.round(Number(wait.atLeast.slice(0, -1)) * 1000);
  return Math.max(1, Math.ceil((of * thousandths) / 100_000));
}

/** Milliseconds after the end of the downstream slice at which waiting ends, or null. */
export function deadlineOf(wait: Wait): number | null {
  return typeof wait === "object" && wait.deadline !== undefined ? parseDuration(wait.deadline) : null;
}

/** Refuses an `atLeast` that no slice can reach. `most`: the largest number of upstream slices of any slice. */
export function checkReachable(wait: Wait, most: number, where: string | undefined): void {
  if (typeof wait === "object" && typeof wait.atLeast === "number" && wait.atLeast > most) {
    throw bad(where ?? "wait", `atLeast ${wait.atLeast} can never be reached: a slice has ${most} upstream ${most === 1 ? "key" : "keys"} at most`);
  }
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && value !== 0;
}

function isShare(value: unknown): boolean {
  if (typeof value !== "string" || !/^\d{1,3}(\.\d{1,3})?%$/.test(value)) return false;
  const share = Number(value.slice(0, -1));
  return share > 0 && share <= 100;
}

function bad(where: string, why: string): HeadgateError {
  return new HeadgateError("E_CONDITION", `${where}: ${why}`, { where, hint: HINT });
}
