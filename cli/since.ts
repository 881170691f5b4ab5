import { HeadgateError } from "../core/errors.ts";
import { parseDuration } from "../core/time/duration.ts";
import { parseInstant } from "../core/time/time.ts";

/** The instant that a person means by `30d` (before now) or `2026-11-23T10:00:00Z`. Throws `E_USAGE`. */
export function sinceOf(text: string, now: number, where = "--since"): number {
  const instant = parseInstant(text);
  if (instant !== null) return instant;
  try {
    return now - parseDuration(text);
  } catch (cause) {
    throw new HeadgateError("E_USAGE", `"${text}" is neither a time before now nor an instant with a zone`, {
      where,
      cause,
      hint: "write 90m, 2h, 30d, or 2026-11-23T10:00:00Z",
    });
  }
}
