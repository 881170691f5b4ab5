import { HeadgateError } from "../errors.ts";
import type { Json } from "../json.ts";
import { LIMITS } from "../limits.ts";

/**
 * What a handler returned as it crosses to the next task: dates as text, absent fields gone, nothing as null.
 * Throws `E_RESULT_JSON` with the path of the first value that JSON would lose or change.
 */
export function toResult(value: unknown, where: string): Json {
  const found = findNotJson(value, "result", []);
  if (found !== undefined) {
    throw new HeadgateError("E_RESULT_JSON", `${found.path} is ${found.what}, which is not JSON`, { where, hint: found.hint });
  }
  return JSON.parse(JSON.stringify(value) ?? "null") as Json;
}

/** Length in UTF-8; exact only where the number of characters does not decide. */
export function byteLength(text: string): number {
  return text.length * 3 <= LIMITS.eventBytes ? text.length : new TextEncoder().encode(text).byteLength;
}

export interface NotJsonValue {
  readonly path: string;
  readonly what: string;
  readonly hint: string;
}

/** The first value inside `value` that does not survive JSON; `path` names `value` itself. Fields with a function or `undefined` go silently, as the types say. */
export function findNotJson(value: unknown, path: string, parents: readonly object[]): NotJsonValue | undefined {
  switch (typeof value) {
    case "bigint":
      return { path, what: `the bigint ${value}`, hint: "return a string" };
    case "function":
      return { path, what: "a function", hint: "return data" };
    case "symbol":
      return { path, what: "a symbol", hint: "return a string" };
    case "number":
      return Number.isFinite(value) ? undefined : { path, what: String(value), hint: "return a finite number or null" };
    case "object":
      return value === null ? undefined : findInObject(value, path, parents);
    default:
      return undefined;
  }
}

function findInObject(value: object, path: string, parents: readonly object[]): NotJsonValue | undefined {
  if (parents.includes(value)) return { path, what: "a circle", hint: "return a copy without references back" };
  const inside = [...parents, value];
  if ("toJSON" in value && typeof value.toJSON === "function" && !(value instanceof Uint8Array)) {
    if (value instanceof Date && Number.isNaN(value.getTime())) return { path, what: "an invalid date", hint: "return null or a valid date" };
    return findNotJson((value.toJSON as () => unknown)(), path, inside);
  }
  const kind = unfitKind(value);
  if (kind !== undefined) return { path, ...kind };
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index += 1) {
      const found = findNotJson(value[index], `${path}[${index}]`, inside);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  for (const [key, field] of Object.entries(value)) {
    if (typeof field === "function" || typeof field === "symbol") continue;
    const found = findNotJson(field, /^[A-Za-z_$][\w$]*$/.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`, inside);
    if (found !== undefined) return found;
  }
  return undefined;
}

function unfitKind(value: object): Omit<NotJsonValue, "path"> | undefined {
  if (value instanceof Map) return { what: "a Map", hint: "return an object or an array" };
  if (value instanceof Set) return { what: "a Set", hint: "return an array" };
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return { what: "binary data", hint: "write it to storage and return its address" };
  if (value instanceof Error || value instanceof RegExp) return { what: value instanceof Error ? "an Error" : "a regular expression", hint: "return its text" };
  if ("then" in value && typeof value.then === "function") return { what: "a promise", hint: "await it" };
  return undefined;
}
