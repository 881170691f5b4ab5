import { isoTime } from "../text/time-text.ts";

/** Fields whose content is somebody's own: a number in there is no instant of ours. */
const FOREIGN = new Set(["data", "params", "meta", "event", "cursor", "cursorBefore", "definition", "jsonSchema", "fields", "partitions"]);
const INSTANT = /^(at|time|since|until|next|clock)$|At$/;

/** The same for machines outside: instants as ISO 8601 in UTC, not as the milliseconds that we count in. */
export function jsonView(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(jsonView);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => {
      if (typeof field === "number" && INSTANT.test(name)) return [name, isoTime(field)];
      return [name, FOREIGN.has(name) ? field : jsonView(field)];
    }),
  );
}
