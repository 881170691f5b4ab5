import { kindOf } from "../conditions/value-kind.ts";
import type { ErrorCode } from "../error-codes.ts";
import { HeadgateError } from "../errors.ts";
import type { Json } from "../json.ts";

/**
 * A frozen copy of JSON data that a user handed in, so that a later change of the original changes nothing here.
 * Fields that are `undefined` go. Anything that JSON would change or lose throws `code` with the path.
 */
export function frozenJson<T extends Json>(value: unknown, code: ErrorCode, where: string): T {
  return copy(value, code, where, new Set()) as T;
}

function copy(value: unknown, code: ErrorCode, where: string, above: Set<object>): Json {
  if (value === null || typeof value === "string" || typeof value === "boolean" || (typeof value === "number" && Number.isFinite(value))) {
    return value;
  }
  if (typeof value !== "object" || !(Array.isArray(value) || isPlain(value))) {
    throw new HeadgateError(code, `${where} is ${kindOf(value)}, which is not JSON`, {
      where,
      hint: "use text, finite numbers, booleans, null, lists and plain objects; write dates as ISO 8601 text",
    });
  }
  if (above.has(value)) {
    throw new HeadgateError(code, `${where} contains itself`, { where, hint: "JSON cannot hold an object inside itself" });
  }
  above.add(value);
  const result = Array.isArray(value)
    ? value.map((item, index) => copy(item, code, `${where}[${index}]`, above))
    : Object.fromEntries(
        Object.entries(value)
          .filter(([, field]) => field !== undefined)
          .map(([name, field]) => [name, copy(field, code, `${where}.${name}`, above)]),
      );
  above.delete(value);
  return Object.freeze(result);
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
