import { HeadgateError } from "../errors.ts";
import type { PlanWait } from "../plan.ts";
import { parseDuration } from "../time/duration.ts";
import { parseInstant } from "../time/time.ts";

/** What waits are given, as the runtime sees it. */
export interface RawWait {
  readonly for?: unknown;
  readonly until?: unknown;
  readonly timeout?: unknown;
  readonly onTimeout?: unknown;
}

/** `d.sleep`. Throws `E_DURATION`. */
export function readSleep(spec: RawWait, where: string): PlanWait {
  return { for: "time", ms: parseDuration(spec.for as string, `${where}, for`) };
}

/** `d.waitUntil` with an instant of its own. Throws `E_OPTION`. */
export function readUntil(spec: RawWait, where: string): PlanWait {
  const at = typeof spec.until === "string" ? parseInstant(spec.until) : null;
  if (at !== null) return { for: "instant", at };
  throw new HeadgateError("E_OPTION", `${where} waits until ${JSON.stringify(spec.until) ?? "nothing"}, which is no instant`, {
    where,
    hint: 'write ISO 8601 with a zone, "2026-11-23T10:00:00Z", or give a task that returns such a text',
  });
}

/** `d.approve`. Throws `E_DURATION`, `E_OPTION`. */
export function readApproval(spec: RawWait, where: string): PlanWait {
  return { for: "approval", ...readTimeout(spec, where) };
}

/** How long is waited, and what then. Throws `E_DURATION`, `E_OPTION`. */
export function readTimeout({ timeout, onTimeout = "fail" }: RawWait, where: string): { readonly timeout?: number; readonly onTimeout: "fail" | "skip" } {
  if (onTimeout !== "fail" && onTimeout !== "skip") {
    throw new HeadgateError("E_OPTION", `${where} has an unknown "onTimeout": ${JSON.stringify(onTimeout)}`, { where, hint: 'it is "fail" or "skip"' });
  }
  return timeout === undefined ? { onTimeout } : { timeout: parseDuration(timeout as string, `${where}, timeout`), onTimeout };
}
