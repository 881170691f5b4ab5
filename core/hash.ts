import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import type { Json } from "./json.ts";

/**
 * JSON text in which equal values have equal text: object keys sorted by UTF-16 code units (RFC 8785), no blanks,
 * keys with `undefined` left out.
 */
export function canonicalJson(value: Json): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  if (Array.isArray(value)) return `[${value.map((item: Json) => canonicalJson(item)).join(",")}]`;
  const object = value as { readonly [key: string]: Json | undefined };
  const fields: string[] = [];
  for (const key of Object.keys(object).sort()) {
    const field = object[key];
    if (field !== undefined) fields.push(`${JSON.stringify(key)}:${canonicalJson(field)}`);
  }
  return `{${fields.join(",")}}`;
}

/** SHA-256 of the canonical JSON, in hex. Pure JavaScript, so it works in the workflow sandbox, too. */
export function contentHash(value: Json): string {
  return bytesToHex(sha256(utf8ToBytes(canonicalJson(value))));
}
