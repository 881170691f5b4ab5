import { createHash } from "node:crypto";

const INDEXED_BYTES = 1_000;
const FIRST = Date.parse("0001-01-01T00:00:00Z");
const LAST = Date.parse("9999-12-31T23:59:59.999Z");

/** Text as Postgres can hold it: it has no NUL. Lone surrogates become U+FFFD on their way into UTF-8 by themselves. */
export function storable(text: string): string {
  return text.includes("\0") ? text.replaceAll("\0", "\ufffd") : text;
}

/**
 * Text that stands in an index, whose entries are limited to 2,704 bytes: what is longer than 1,000 bytes keeps its start and
 * gets its hash instead of the rest. Reading by such a value goes through the same function.
 */
export function indexable(text: string): string {
  if (text.length * 3 <= INDEXED_BYTES || Buffer.byteLength(text) <= INDEXED_BYTES) return storable(text);
  return `${storable(text.slice(0, 200))}…sha256:${createHash("sha256").update(text).digest("hex")}`;
}

export function optional<Result>(text: string | null | undefined, as: (text: string) => Result): Result | null {
  return text === undefined || text === null ? null : as(text);
}

/** JSON for a `json` column, which takes any: control characters and lone surrogates stay escaped. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value) ?? "null";
}

/** ISO 8601 for a `timestamptz`; what is no instant of the years 1 to 9999 becomes the nearest one. */
export function instant(ms: number): string {
  return new Date(Number.isFinite(ms) ? Math.min(LAST, Math.max(FIRST, ms)) : 0).toISOString();
}

/** The UTC day of an instant, `2026-11-23`. */
export function dayOf(ms: number): string {
  return dayOfText(instant(ms));
}

/** The UTC day of what `instant` gave. */
export function dayOfText(at: string): string {
  return at.slice(0, 10);
}
