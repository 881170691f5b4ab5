import type { Json, JsonObject } from "../json.ts";

/** A test of one value of an event; `undefined` is an absent field. */
export type ValueTest = (value: Json | undefined) => boolean;

/** Refuses an operand with the reason. */
export type Refuse = (why: string) => never;

/** Equal as JSON: objects regardless of the order of their keys. */
export function deepEqual(a: Json, b: Json): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item: Json, index) => deepEqual(item, b[index] as Json));
  }
  const [left, right] = [a as JsonObject, b as JsonObject];
  const keys = Object.keys(left);
  return keys.length === Object.keys(right).length && keys.every((key) => Object.hasOwn(right, key) && deepEqual(left[key] as Json, right[key] as Json));
}

/** Order by code point. Code units differ from it only where a surrogate meets a character above them (U+E000 to U+FFFF). */
export function compareText(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const [left, right] = [a.charCodeAt(index), b.charCodeAt(index)];
    if (left !== right)
      return isSurrogate(left) === isSurrogate(right)
        ? left - right
        : isSurrogate(left)
          ? right >= 0xe000
            ? 1
            : left - right
          : left >= 0xe000
            ? -1
            : left - right;
  }
  return a.length - b.length;
}

function isSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdfff;
}
