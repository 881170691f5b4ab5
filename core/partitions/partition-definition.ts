import type { PartitionDefinition } from "../condition.ts";
import { HeadgateError } from "../errors.ts";
import { canonicalJson } from "../hash.ts";
import type { Json } from "../json.ts";
import { checkTimeZone } from "../time/time.ts";
import { GRAINS } from "./grain.ts";
import { timeSlices } from "./time-slices.ts";

/** The dimensions of a definition in the order of a key's parts: itself, or those of a product, also of a nested one. */
export function dimensionsOf(definition: PartitionDefinition): readonly PartitionDefinition[] {
  return "product" in definition ? definition.product.flatMap(dimensionsOf) : [definition];
}

/** The definition of these dimensions together; null for none. */
export function productOf(dimensions: readonly PartitionDefinition[]): PartitionDefinition | null {
  return dimensions.length > 1 ? { product: dimensions } : (dimensions[0] ?? null);
}

/** True if two definitions have the same space of keys. Where an asset begins and ends, and the order of a list, do not count. */
export function sameKeys(a: PartitionDefinition | null, b: PartitionDefinition | null): boolean {
  return a === b || (a !== null && b !== null && canonicalJson(space(a)) === canonicalJson(space(b)));
}

function space(definition: PartitionDefinition): Json {
  if ("product" in definition) return { product: dimensionsOf(definition).map(space) };
  if ("grain" in definition) return { grain: definition.grain, tz: definition.tz ?? "UTC" };
  return "keys" in definition ? { keys: [...definition.keys].sort() } : { dynamic: true };
}

/** True if a key means the same slice in both, where both have it: a list may have grown or shrunk. */
export function sameMeaning(a: PartitionDefinition | null, b: PartitionDefinition | null): boolean {
  if (a === null || b === null) return a === b;
  const [left, right] = [dimensionsOf(a), dimensionsOf(b)];
  return left.length === right.length && left.every((one, index) => ("keys" in one && "keys" in (right[index] ?? {})) || sameKeys(one, right[index] ?? null));
}

/** A definition for people: `day (Europe/London) from 2026-01-01`, `eu, us`, `day (UTC) x eu, us`. */
export function describePartitions(definition: PartitionDefinition): string {
  if ("product" in definition) return dimensionsOf(definition).map(describePartitions).join(" x ");
  if ("dynamic" in definition) return "any key";
  if ("keys" in definition)
    return definition.keys.length > 10 ? `${definition.keys.slice(0, 10).join(", ")} and ${definition.keys.length - 10} more` : definition.keys.join(", ");
  const { grain, tz = "UTC", start, end } = definition;
  return `${grain} (${tz})${start === undefined ? "" : ` from ${start}`}${end === undefined ? "" : ` to ${end}`}`;
}

/**
 * Checks a partition definition that comes from outside, strictly.
 *
 * @throws E_PARTITION for anything that is none, E_CRON for an unknown time zone; `where` names the place.
 */
export function parsePartitions(value: unknown, where: string): PartitionDefinition {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw bad(where, "partitions are an object");
  const names = Object.keys(value);
  const only = (...allowed: readonly string[]): void => {
    const unknown = names.find((name) => !allowed.includes(name));
    if (unknown !== undefined) throw bad(where, `unknown key ${JSON.stringify(unknown)}`, `known here are ${allowed.join(", ")}`);
  };
  const given = value as { readonly [name: string]: unknown };
  if ("grain" in given) {
    only("grain", "tz", "start", "end");
    return parseTime(given, where);
  }
  if ("keys" in given) {
    only("keys");
    return { keys: parseKeys(given.keys, where) };
  }
  if ("product" in given) {
    only("product");
    if (!Array.isArray(given.product) || given.product.length < 2) throw bad(`${where}.product`, "a product has two dimensions or more");
    return { product: given.product.map((dimension: unknown, index) => parsePartitions(dimension, `${where}.product[${index}]`)) };
  }
  only("dynamic");
  if (given.dynamic !== true) throw bad(where, "none of grain, keys, dynamic and product is there");
  return { dynamic: true };
}

function parseTime(given: { readonly [name: string]: unknown }, where: string): PartitionDefinition {
  const { tz, start, end } = given;
  const grain = GRAINS.find((known) => known === given.grain);
  if (grain === undefined) throw bad(`${where}.grain`, `${JSON.stringify(given.grain)} is no grain`, `grains are ${GRAINS.join(", ")}`);
  if (tz !== undefined) checkTimeZone(tz as string, `${where}.tz`);
  const slices = timeSlices(grain, (tz as string | undefined) ?? "UTC");
  const edge = (key: unknown, name: string): number | undefined => {
    if (key === undefined) return undefined;
    const slice = typeof key === "string" ? slices.of(key) : null;
    if (slice === null) throw bad(`${where}.${name}`, `${JSON.stringify(key)} is no key of the grain ${grain}`);
    return slice.start;
  };
  const [first, last] = [edge(start, "start"), edge(end, "end")];
  if (first !== undefined && last !== undefined && first > last) throw bad(where, `start ${String(start)} is later than end ${String(end)}`);
  return {
    grain,
    ...(tz === undefined ? {} : { tz: tz as string }),
    ...(start === undefined ? {} : { start: start as string }),
    ...(end === undefined ? {} : { end: end as string }),
  };
}

function parseKeys(value: unknown, where: string): readonly string[] {
  if (!Array.isArray(value) || value.length === 0) throw bad(`${where}.keys`, "keys are a list of at least one text");
  const list = value as readonly unknown[];
  list.forEach((key, index) => {
    const why = typeof key === "string" ? whyNoKey(key) : "is no text";
    if (why !== null) throw bad(`${where}.keys[${index}]`, `${JSON.stringify(key)} ${why}`);
    if (list.indexOf(key) !== index) throw bad(`${where}.keys[${index}]`, `${JSON.stringify(key)} is there twice`);
  });
  return list as readonly string[];
}

/** Why a text cannot be a key of one dimension, or null. */
export function whyNoKey(key: string): string | null {
  if (key === "") return "is empty";
  if (key.length > 250 && [...key].length > 250) return "is longer than 250 characters";
  if (key.includes("|")) return 'holds "|", which separates the dimensions of a product';
  return /\p{Cc}/u.test(key) ? "holds a control character" : null;
}

function bad(where: string, why: string, hint?: string): HeadgateError {
  return new HeadgateError("E_PARTITION", `${where}: ${why}`, {
    where,
    hint: hint ?? 'write {"grain": "day", "tz": "UTC"}, {"keys": ["eu", "us"]}, {"dynamic": true} or {"product": [...]}',
  });
}
