import type { PartitionDefinition } from "../condition.ts";
import { HeadgateError } from "../errors.ts";
import { formatUri, normalizeUri, splitUri } from "./uri.ts";

/** A templated asset URI, such as `s3://lake/raw/orders/date={ds}/`; without placeholders it is the plain case of one. */
export interface Template {
  /** The asset's identity: the normalised URI without the segments that hold a placeholder. */
  readonly identity: string;
  /** The normalised URI with its placeholders, if it has any. */
  readonly template?: string;
  /** The partition key in a concrete URI, or undefined if the URI is none of this template. */
  partitionOf(concreteUri: string): string | undefined;
  /** As `partitionOf`, also for what lies below the concrete URI: files in the folder of a partition. */
  partitionUnder(uri: string): string | undefined;
  /** The concrete URI of a partition. @throws E_PARTITION if the key has not the parts that the template has. */
  uriOf(partition: string): string;
}

/**
 * Reads a URI with placeholders. `{ds}` with `{hour}` and `{minute}`, or `{year}` `{month}` `{day}` `{hour}` `{minute}`,
 * make one time key together (`{ds}` alone is any key); every other name is a part of its own. Several parts are the
 * dimensions of a product key, in their order in the URI; with the asset's definition, the time goes to the time dimension.
 *
 * @throws E_ASSET_URI for a placeholder outside of the path or a malformed one; E_PARTITION if the dimensions do not fit.
 */
export function parseTemplate(uri: string, partitions?: PartitionDefinition): Template {
  const parts = splitUri(uri);
  const normal = formatUri(parts);
  if (!/[{}]/.test(normal)) return plainTemplate(normal);
  const segments = parts.path.split("/");
  if (/[{}]/.test(`${parts.authority ?? ""}${parts.query}`)) throw badTemplate(normal, "placeholders stand in segments of the path only");
  const identity = normalizeUri(formatUri({ ...parts, path: segments.filter((segment) => !/[{}]/.test(segment)).join("/") }));
  const names: string[] = [];
  const pattern = segments.map((segment) => compileSegment(normal, segment, names)).join("/");
  const join = keyOf(new Set(names));
  const order = orderOf(join, normal, partitions);
  const literal = normal.slice(0, normal.indexOf("{"));
  const head = escapeText(formatUri({ ...parts, path: "", query: "" }));
  const tail = parts.query === "" ? "" : escapeText(`?${parts.query}`);
  const exact = new RegExp(`^${head}${pattern}${tail}$`, "s");
  const under = new RegExp(`^${head}${pattern}(?:/.*)?$`, "s");
  const read = (expression: RegExp, concrete: string): string | undefined => {
    const match = concrete.startsWith(literal) ? expression.exec(concrete) : null;
    const values = match === null ? undefined : valuesOf(names, match);
    const keys = values?.size === 0 || values === undefined ? undefined : join.map((group) => group.read(values));
    return keys === undefined || keys.includes(undefined) ? undefined : order.map((index) => keys[index]).join("|");
  };
  return {
    identity,
    template: normal,
    partitionOf: (concrete) => read(exact, tryNormalize(concrete)),
    partitionUnder: (below) => read(under, tryNormalize(below)),
    uriOf: (partition) => {
      const dimensions = partition.split("|");
      const values = new Map<string, string>();
      const fits = dimensions.length === order.length && order.every((index, dimension) => join[index]?.write(dimensions[dimension] ?? "", values));
      if (!fits) throw new HeadgateError("E_PARTITION", `partition ${JSON.stringify(partition)} does not fit the template ${normal}`);
      return normal.replace(PLACEHOLDER, (_, name: string) => encode(values.get(name) ?? ""));
    },
  };
}

const PLACEHOLDER = /\{([A-Za-z_][\w-]*)\}/g;

function plainTemplate(identity: string): Template {
  return {
    identity,
    partitionOf: () => undefined,
    partitionUnder: () => undefined,
    uriOf: (partition) => {
      throw new HeadgateError("E_PARTITION", `${identity} has no placeholder to put the partition ${JSON.stringify(partition)} in`, {
        hint: "write the asset's URI with one, such as s3://lake/orders/date={ds}/",
      });
    },
  };
}

/** Names that stand for the time dimension when they stand alone, as whole keys. */
const TIME_NAMES = new Set(["ds", "minute", "hour", "day", "week", "month", "quarter", "year"]);

/** Digits where a placeholder is one field of a time, else anything within the segment that can be a part of a key. */
const FIELDS: Readonly<Record<string, string>> = { year: "\\d{4}", month: "\\d\\d", day: "\\d\\d" };

function compileSegment(uri: string, segment: string, names: string[]): string {
  const found = [...segment.matchAll(PLACEHOLDER)];
  if (/[{}]/.test(segment.replace(PLACEHOLDER, ""))) throw badTemplate(uri, "a placeholder is a name in braces");
  if (segment.includes("}{")) throw badTemplate(uri, "two placeholders need a text between them");
  if (found.length > 3) throw badTemplate(uri, "one segment has more than three placeholders");
  let text = "";
  let at = 0;
  for (const match of found) {
    names.push(match[1] ?? "");
    text += `${escapeText(segment.slice(at, match.index))}([^/|]{1,250}?)`;
    at = match.index + match[0].length;
  }
  return text + escapeText(segment.slice(at));
}

/** One value for each name; undefined if one name has two values. */
function valuesOf(names: readonly string[], match: RegExpExecArray): Map<string, string> | undefined {
  const values = new Map<string, string>();
  for (const [index, name] of names.entries()) {
    const value = decode(match[index + 1] ?? "");
    if ((values.get(name) ?? value) !== value) return undefined;
    values.set(name, value);
  }
  return values;
}

/** One part of the key: how it is read from the values of placeholders and written to them. */
interface Part {
  readonly time: boolean;
  read(values: ReadonlyMap<string, string>): string | undefined;
  write(key: string, values: Map<string, string>): boolean;
}

function keyOf(names: ReadonlySet<string>): Part[] {
  const date = names.has("ds") ? ["ds"] : names.has("year") ? ["year", "month", "day"].filter((name) => names.has(name)) : [];
  const clock = date.length > 0 ? ["hour", "minute"].filter((name) => names.has(name)) : [];
  const fields = new Set([...date, ...clock]);
  const parts: Part[] = [];
  for (const name of names) {
    if (!fields.has(name)) parts.push(namedPart(name));
    else if (!parts.some((part) => part.time)) parts.push(timePart(date, clock));
  }
  return parts;
}

function namedPart(name: string): Part {
  return {
    time: TIME_NAMES.has(name),
    read: (values) => values.get(name),
    write: (key, values) => {
      values.set(name, key);
      return key !== "";
    },
  };
}

function timePart(date: readonly string[], clock: readonly string[]): Part {
  const alone = date.length === 1 && clock.length === 0;
  // An hour that occurs twice carries its offset behind the last field: 2026-11-01T01-05:00.
  const last = clock.at(-1);
  const shape = (name: string): string =>
    alone ? ".+" : name === "ds" ? "\\d{4}-\\d\\d-\\d\\d" : `${FIELDS[name] ?? "\\d\\d"}${name === last ? "(?:[+-]\\d\\d:\\d\\d)?" : ""}`;
  const pattern = (names: readonly string[], separator: string): string => names.map((name) => `(${shape(name)})`).join(separator);
  const text = new RegExp(`^${pattern(date, "-")}${clock.length === 0 ? "" : `T${pattern(clock, ":")}`}$`, "s");
  const names = [...date, ...clock];
  return {
    time: true,
    read: (values) => {
      const get = (list: readonly string[]): string[] => list.map((name) => values.get(name) ?? "");
      const key = get(date).join("-") + (clock.length === 0 ? "" : `T${get(clock).join(":")}`);
      return text.test(key) ? key : undefined;
    },
    write: (key, values) => {
      const match = text.exec(key);
      names.forEach((name, index) => {
        values.set(name, match?.[index + 1] ?? "");
      });
      return match !== null;
    },
  };
}

/** For each dimension of the key, the index of its part. */
function orderOf(parts: readonly Part[], uri: string, partitions: PartitionDefinition | undefined): number[] {
  const inUri = parts.map((_, index) => index);
  if (partitions === undefined) return inUri;
  const dimensions = "product" in partitions ? partitions.product : [partitions];
  if (dimensions.length !== parts.length) {
    throw new HeadgateError("E_PARTITION", `the template ${uri} gives ${parts.length} part(s) of a key, and the asset's partitions have ${dimensions.length}`, {
      hint: "write one placeholder for each dimension: {ds} (with {hour}, {minute}) for time, any name for another",
    });
  }
  const time = parts.findIndex((part) => part.time);
  const timeDimension = dimensions.findIndex((dimension) => "grain" in dimension);
  if (time < 0 || timeDimension < 0) return inUri;
  const others = inUri.filter((index) => index !== time);
  return dimensions.map((_, dimension) => (dimension === timeDimension ? time : (others.shift() ?? 0)));
}

/** The last URI that was read: one event is held against many templates. */
let latest = { written: "", normal: "" };

function tryNormalize(uri: string): string {
  if (uri === latest.written) return latest.normal;
  try {
    latest = { written: uri, normal: normalizeUri(uri) };
    return latest.normal;
  } catch {
    // What is no URI belongs to no template; its sender is told so where the event is checked.
    return "";
  }
}

/** Characters that would end a segment or the path, as Hive writes them into folder names. */
function encode(value: string): string {
  return value.replace(/[%/?#]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

function decode(value: string): string {
  return value.replace(/(?:%[0-9A-Fa-f]{2})+/g, (bytes) => {
    try {
      return decodeURIComponent(bytes);
    } catch {
      // Not UTF-8: it is a name that happens to hold a percent sign.
      return bytes;
    }
  });
}

function escapeText(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}

function badTemplate(uri: string, why: string): HeadgateError {
  return new HeadgateError("E_ASSET_URI", `${JSON.stringify(uri)} is no template: ${why}`, { hint: "write it as s3://lake/orders/date={ds}/" });
}
