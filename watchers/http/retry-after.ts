/** The longest wait that a server can ask for, in seconds. */
const LONGEST = 3_600;

/** Seconds to wait by a `Retry-After` header, which has a number or an instant. Undefined if it is missing or neither. */
export function retryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined || header.trim() === "") return undefined;
  const seconds = /^\d+$/.test(header.trim()) ? Number(header) : (Date.parse(header) - now) / 1000;
  return Number.isNaN(seconds) ? undefined : Math.min(LONGEST, Math.max(0, seconds));
}
