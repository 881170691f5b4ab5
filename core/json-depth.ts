import { HeadgateError } from "./errors.ts";

/** Objects and lists inside one another that JSON from outside may have: who walks what is much deeper overflows the stack. */
export const MOST_LEVELS = 100;

/** True for a value of more levels than that. It looks no deeper than that itself. */
export function isTooDeep(value: unknown, levels = MOST_LEVELS): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (levels === 0) return true;
  for (const key in value) if (isTooDeep((value as Readonly<Record<string, unknown>>)[key], levels - 1)) return true;
  return false;
}

/** The same of what a workflow is sent, and of the parts of a scenario: conditions may be nested themselves. */
export const MOST_LEVELS_AT_ALL = 500;

/** @throws E_EVENT for an event of more levels than one may have. */
export function refuseDeepEvent(event: unknown): void {
  if (!isTooDeep(event)) return;
  throw new HeadgateError("E_EVENT", `the event is nested more than ${MOST_LEVELS} levels deep`, { hint: "publish a reference to what is so deep" });
}

const [QUOTE, BACKSLASH] = [0x22, 0x5c];
const OPENS = new Set([0x5b, 0x7b]);
const CLOSES = new Set([0x5d, 0x7d]);

/** The same of JSON that nobody has read yet, in UTF-8. Of what is no JSON it says anything. */
export function isTooDeepText(json: Uint8Array): boolean {
  let levels = 0;
  let isText = false;
  for (let at = 0; at < json.length; at += 1) {
    const byte = json[at] as number;
    if (isText) {
      if (byte === BACKSLASH) at += 1;
      else if (byte === QUOTE) isText = false;
    } else if (byte === QUOTE) isText = true;
    else if (OPENS.has(byte)) {
      levels += 1;
      if (levels > MOST_LEVELS) return true;
    } else if (CLOSES.has(byte)) levels -= 1;
  }
  return false;
}
