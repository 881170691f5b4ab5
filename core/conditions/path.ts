import { HeadgateError } from "../errors.ts";
import type { AssetEvent } from "../event.ts";
import type { Json, JsonObject } from "../json.ts";

/** Reads one value of an event; `undefined` means absent. */
export type ReadField = (event: AssetEvent) => Json | undefined;

const ENVELOPE: Readonly<Record<string, ReadField>> = {
  $source: (event) => event.source,
  $id: (event) => event.id,
  $partition: (event) => event.partition,
  $time: (event) => new Date(event.time).toISOString(),
};

/**
 * Compiles a path as filters, `by` and `changed` have it: dotted, into the event's data; `$source`, `$id`, `$partition`
 * and `$time` (ISO 8601 in UTC) are the event's own fields; a field of the data that starts with `$` is written `$$x`.
 * A number between dots reads an element of an array.
 *
 * @throws E_CONDITION for an empty path or an unknown `$` field.
 */
export function compilePath(path: string, where?: string): ReadField {
  const own = ENVELOPE[path];
  if (own !== undefined && Object.hasOwn(ENVELOPE, path)) return own;
  if (path.startsWith("$") && !path.startsWith("$$")) {
    throw new HeadgateError("E_CONDITION", `${JSON.stringify(path)} is no field of an event`, {
      hint: "the event's own fields are $source, $id, $partition and $time; a data field that starts with $ is written $$name",
      ...(where === undefined ? {} : { where }),
    });
  }
  const names = (path.startsWith("$$") ? path.slice(1) : path).split(".");
  if (names.includes("")) {
    throw new HeadgateError("E_CONDITION", `${JSON.stringify(path)} is no path: a name between its dots is empty`, where === undefined ? {} : { where });
  }
  const [first = "", ...rest] = names;
  const readFirst = compileName(first);
  if (rest.length === 0) return (event) => readFirst(event.data);
  return (event) => {
    let value: Json | undefined = readFirst(event.data);
    for (const name of rest) {
      if (typeof value !== "object" || value === null) return undefined;
      value = Array.isArray(value) ? readElement(value, name) : readOwn(value as JsonObject, name);
    }
    return value;
  };
}

/** Names that every object inherits need a look at what is its own; all others are absent if they are undefined. */
function compileName(name: string): (data: JsonObject) => Json | undefined {
  return name in Object.prototype ? (data) => readOwn(data, name) : (data) => data[name];
}

function readOwn(object: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

function readElement(array: readonly Json[], name: string): Json | undefined {
  return /^\d{1,9}$/.test(name) ? array[Number(name)] : undefined;
}
