import type { By } from "../core/condition.ts";
import { compilePath } from "../core/conditions/path.ts";
import { HeadgateError } from "../core/errors.ts";
import type { AssetEvent } from "../core/event.ts";
import { normalizeUri } from "../core/uri/uri.ts";

/** The key of an event under a `by`, given its partition as the consumer sees it; null if it has none. */
export type KeyOf = (event: AssetEvent, partition: string | null) => string | null;

/** Compiles `by`: `"partition"`, a dotted path into the data, several of them, or one of these for each asset. */
export function compileBy(by: By, where: string): KeyOf {
  if (typeof by === "string") return compileOne(by, where);
  if (isList(by)) {
    const parts = by.map((path, index) => compileOne(path, `${where}[${index}]`));
    if (parts.length === 0) throw new HeadgateError("E_CONDITION", "by is an empty list", { where, hint: 'write by: "partition" or by: ["tenant", "day"]' });
    return (event, partition) => {
      const values: string[] = [];
      for (const part of parts) {
        const value = part(event, partition);
        if (value === null) return null;
        values.push(value);
      }
      return values.join("|");
    };
  }
  const byAsset = new Map(Object.entries(by).map(([uri, path]) => [normalizeUri(uri), compileBy(path, `${where}[${JSON.stringify(uri)}]`)]));
  return (event, partition) => byAsset.get(event.asset)?.(event, partition) ?? null;
}

/** The name of a `by`, for people and for cells. */
export function nameOfBy(by: By): string {
  return typeof by === "string" ? by : isList(by) ? by.join("|") : JSON.stringify(by);
}

/** The single path of a `by`, if it is one. */
export function pathOfBy(by: By | undefined): string | null {
  return typeof by === "string" ? by : null;
}

function compileOne(path: string, where: string): KeyOf {
  if (path === "partition") return (_event, partition) => partition;
  // Written so, it means the field of the data that would otherwise be the partition.
  const read = compilePath(path === "data.partition" ? "partition" : path, where);
  return (event) => {
    const value = read(event);
    return typeof value === "string" ? value : typeof value === "number" || typeof value === "boolean" ? String(value) : null;
  };
}

function isList(by: By): by is readonly string[] {
  return Array.isArray(by);
}
