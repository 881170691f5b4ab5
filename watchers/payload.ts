import type { Json } from "../core/json.ts";

/** How the bytes of a message are read: as JSON, as text in UTF-8, or as they are, in base64. */
export type PayloadFormat = "json" | "text" | "bytes";

/** Bytes that a dead letter keeps: as base64 at most 64 KiB of text. */
const KEPT = 48 * 1024;

const strict = new TextDecoder("utf-8", { fatal: true });

/** Why there is no value, and what a person is shown of it. */
export interface RefusedPayload {
  readonly reason: string;
  readonly raw: string;
}

export type ReadPayload = { readonly value: Json } | RefusedPayload;

/** Never throws. */
export function readPayload(bytes: Buffer, format: PayloadFormat): ReadPayload {
  try {
    if (format === "bytes") return { value: bytes.toString("base64") };
    const text = strict.decode(bytes);
    return { value: format === "text" ? text : (JSON.parse(text) as Json) };
  } catch (error) {
    const what = format === "text" ? "UTF-8" : "JSON";
    return refusedPayload(bytes, `the value is no ${what}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

export function refusedPayload(bytes: Buffer, reason: string): RefusedPayload {
  return { reason, raw: rawPayload(bytes) };
}

/** Text where the bytes are UTF-8, else base64. */
export function textOrBase64(bytes: Buffer): string {
  try {
    return strict.decode(bytes);
  } catch {
    return bytes.toString("base64");
  }
}

function rawPayload(bytes: Buffer): string {
  const kept = bytes.subarray(0, KEPT);
  try {
    return strict.decode(kept);
  } catch {
    return `base64:${kept.toString("base64")}`;
  }
}
