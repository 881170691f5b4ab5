const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `12 s ago`, `in 3 min`, `5 d ago`; the age of an instant at `now`, both in milliseconds. */
export function relativeText(at: number, now: number): string {
  const age = now - at;
  if (Math.abs(age) < SECOND) return "now";
  const text = spanText(Math.abs(age));
  return age > 0 ? `${text} ago` : `in ${text}`;
}

/** A span of milliseconds in its greatest unit: `840 ms`, `12 s`, `3 min`, `5 h`, `9 d`. */
export function spanText(span: number): string {
  if (span < SECOND) return `${Math.round(span)} ms`;
  if (span < MINUTE) return `${Math.floor(span / SECOND)} s`;
  if (span < HOUR) return `${Math.floor(span / MINUTE)} min`;
  if (span < DAY) return `${Math.floor(span / HOUR)} h`;
  return `${Math.floor(span / DAY)} d`;
}

/** How long something took, in two units: `840 ms`, `2.4 s`, `3 min 12 s`, `5 h 2 min`. */
export function durationText(span: number): string {
  if (span < SECOND) return `${Math.round(span)} ms`;
  if (span < MINUTE) return `${(span / SECOND).toFixed(span < 10 * SECOND ? 1 : 0)} s`;
  if (span < HOUR) return twoUnits(span, MINUTE, "min", SECOND, "s");
  if (span < DAY) return twoUnits(span, HOUR, "h", MINUTE, "min");
  return twoUnits(span, DAY, "d", HOUR, "h");
}

function twoUnits(span: number, great: number, greatName: string, small: number, smallName: string): string {
  const rest = Math.floor((span % great) / small);
  return `${Math.floor(span / great)} ${greatName}${rest === 0 ? "" : ` ${rest} ${smallName}`}`;
}

const CLOCK = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const ZONE = new Intl.DateTimeFormat("en-GB").resolvedOptions().timeZone;

/** `2026-11-27 09:05:12` in the zone of the one who looks. */
export function localText(at: number): string {
  const date = new Date(at);
  const two = (part: number) => String(part).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${CLOCK.format(date)}`;
}

/** What is shown on hover: the instant in the local zone and in UTC. */
export function bothZones(at: number): string {
  const utc = `${new Date(at).toISOString().slice(0, 19).replace("T", " ")} UTC`;
  return ZONE === "UTC" ? utc : `${localText(at)} ${ZONE}\n${utc}`;
}
