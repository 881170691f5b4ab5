/** Bytes of a raw item that a dead letter keeps. */
const MAX_RAW_BYTES = 64 * 1024;

/** Any value as text that a person can read and a row can hold: JSON where it is JSON, at most 64 KiB, never throws. */
export function rawText(value: unknown): string {
  const text = toText(value);
  if (Buffer.byteLength(text) <= MAX_RAW_BYTES) return text;
  // Cutting bytes may split the last character: what is left of it is dropped.
  return Buffer.from(text)
    .subarray(0, MAX_RAW_BYTES)
    .toString("utf8")
    .replace(/\uFFFD$/u, "");
}

function toText(value: unknown): string {
  try {
    return JSON.stringify(value, (_key, one) => (typeof one === "bigint" ? `${one}n` : one)) ?? String(value);
  } catch {
    return String(value);
  }
}
