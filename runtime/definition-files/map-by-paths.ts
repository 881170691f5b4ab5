import type { EventInput } from "../../core/event.ts";
import { canonicalJson } from "../../core/hash.ts";
import { isRecord, type Json, type JsonObject } from "../../core/json.ts";
import type { WatcherForm } from "./forms.ts";

/** `map` of a watcher in a file, as the function that it stands for. A path that leads nowhere leaves its field out. */
export function mapByPaths(form: NonNullable<WatcherForm["map"]>): (item: unknown) => Partial<EventInput> | undefined {
  const only = Object.entries(form.only ?? {});
  const fields = form.data === undefined ? undefined : Object.entries(form.data);
  return (given) => {
    // As the event will have it: a Date is its text.
    const item: unknown = JSON.parse(JSON.stringify(given));
    if (!only.every(([path, value]) => isSame(read(item, path), value))) return undefined;
    const data = fields === undefined ? item : Object.fromEntries(fields.flatMap(([name, path]) => present(name, read(item, path))));
    return {
      data: data as JsonObject,
      ...Object.fromEntries(
        (["id", "partition", "time"] as const).flatMap((name) => {
          const path = form[name];
          const value = path === undefined ? undefined : read(item, path);
          return present(name, typeof value === "number" ? String(value) : value);
        }),
      ),
    };
  };
}

function present(name: string, value: unknown): [string, unknown][] {
  return value === undefined ? [] : [[name, value]];
}

function isSame(value: unknown, wanted: unknown): boolean {
  return value !== undefined && canonicalJson(value as Json) === canonicalJson(wanted as Json);
}

/** By own names only; a number between dots reads an element of a list. */
function read(item: unknown, path: string): unknown {
  let value = item;
  for (const name of path.split(".")) {
    if (Array.isArray(value)) value = /^\d{1,9}$/.test(name) ? value[Number(name)] : undefined;
    else value = isRecord(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  }
  return value;
}
