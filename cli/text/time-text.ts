const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long something took, with two units at most: `340 ms`, `1.2 s`, `2 min 5 s`, `1 h 3 min`, `12 d`. */
export function durationText(milliseconds: number): string {
  if (milliseconds < SECOND) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 10 * SECOND) return `${(milliseconds / SECOND).toFixed(1).replace(/\.0$/, "")} s`;
  const seconds = Math.round(milliseconds / SECOND);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return pair(seconds, 60, "min", "s");
  if (seconds < 2 * 86_400) return pair(seconds / 60, 60, "h", "min");
  return pair(seconds / 3_600, 24, "d", "h");
}

function pair(amount: number, size: number, large: string, small: string): string {
  const rounded = Math.round(amount);
  const rest = rounded % size;
  return `${Math.floor(rounded / size)} ${large}${rest === 0 ? "" : ` ${rest} ${small}`}`;
}

/** An instant as seen from `now`, in one unit: `just now`, `12 s ago`, `3 h ago`, `in 5 min`. */
export function relativeText(instant: number, now: number): string {
  const distance = Math.abs(now - instant);
  if (distance < SECOND) return "just now";
  const text = unitText(distance);
  return instant > now ? `in ${text}` : `${text} ago`;
}

function unitText(distance: number): string {
  if (distance < MINUTE) return `${Math.floor(distance / SECOND)} s`;
  if (distance < HOUR) return `${Math.floor(distance / MINUTE)} min`;
  if (distance < 2 * DAY) return `${Math.floor(distance / HOUR)} h`;
  return `${Math.floor(distance / DAY)} d`;
}

/** ISO 8601 in UTC. */
export function isoTime(instant: number): string {
  return new Date(instant).toISOString();
}
