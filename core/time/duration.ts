import { HeadgateError } from "../errors.ts";

const UNITS = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000, ms: 1 } as const;

/** The longest duration that is understood: 1,000 years of 365 days. */
const LONGEST = 365_000 * UNITS.d;

/**
 * Reads a duration as people write it: a number and `ms`, `s`, `m`, `h` or `d`. Returns milliseconds.
 *
 * @throws E_DURATION if it is anything else, or no whole number of milliseconds.
 * @example
 * parseDuration("15m"); // 900000
 */
export function parseDuration(text: string, where?: string): number {
  const match = typeof text === "string" ? /^(\d{1,16}(?:\.\d{1,9})?)(ms|s|m|h|d)$/.exec(text) : null;
  const exact = match === null ? Number.NaN : Number(match[1]) * UNITS[match[2] as keyof typeof UNITS];
  // Binary fractions add a little: 1.1 * 60000 is 66000.00000000001.
  const ms = Math.abs(exact - Math.round(exact)) <= Math.max(1e-6, exact * 1e-12) ? Math.round(exact) : Number.NaN;
  if (Number.isInteger(ms) && ms <= LONGEST) return ms;
  throw new HeadgateError("E_DURATION", `${JSON.stringify(text) ?? String(text)} is no duration`, {
    hint: 'write a number and one of ms, s, m, h, d: "500ms", "90s", "15m", "2h", "7d"',
    ...(where === undefined ? {} : { where }),
  });
}

/** Writes milliseconds as one number and the largest unit that leaves no fraction: 5400000 is `90m`. `parseDuration` reads it back. */
export function formatDuration(ms: number): string {
  for (const [unit, size] of Object.entries(UNITS)) {
    if (ms !== 0 && ms % size === 0) return `${ms / size}${unit}`;
  }
  return ms === 0 ? "0s" : `${Math.round(ms)}ms`;
}
