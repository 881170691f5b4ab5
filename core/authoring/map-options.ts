import { HeadgateError } from "../errors.ts";
import { MAP_FAILURES, type PlanMap } from "../plan.ts";

/** Items of one map that are worked on at once at most: the server slows down above, and other tasks need places too. */
export const MAX_MAP_LIMIT = 500;
const DEFAULT_LIMIT = 16;

/** The options that only a map has. Throws `E_OPTION`. */
export function readMap({ limit = DEFAULT_LIMIT, whenFailed = "finish" }: { readonly limit?: unknown; readonly whenFailed?: unknown }, where: string): PlanMap {
  if (typeof limit !== "number" || !Number.isSafeInteger(limit) || limit < 1 || limit > MAX_MAP_LIMIT) {
    throw new HeadgateError("E_OPTION", `${where} has the limit ${JSON.stringify(limit)}`, {
      where,
      hint: `the limit is how many items are worked on at once: a whole number from 1 to ${MAX_MAP_LIMIT}, or leave it out for ${DEFAULT_LIMIT}`,
    });
  }
  const known = MAP_FAILURES.find((one) => one === whenFailed);
  if (known === undefined) {
    throw new HeadgateError("E_OPTION", `${where} has an unknown "whenFailed": ${JSON.stringify(whenFailed)}`, {
      where,
      hint: `it is one of ${MAP_FAILURES.join(", ")}`,
    });
  }
  return { limit, whenFailed: known };
}
