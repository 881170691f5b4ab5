import type { Grain, PartitionDefinition } from "../condition.ts";
import { parsePartitions } from "../partitions/partition-definition.ts";
import { frozenJson } from "./freeze.ts";
import type { Any } from "./json-types.ts";

declare const KEY: unique symbol;

/** Which slices an asset has, with the type of its keys. */
export interface Partitions<K extends string | null = string> {
  readonly kind: "partitions";
  readonly definition: PartitionDefinition;
  readonly [KEY]: K;
}

/** Options of the partitions by time. */
export interface TimePartitionOptions {
  /** Time zone of the slices' edges. @default "UTC" */
  readonly tz?: string;
  /** The first key, and the last; slices outside do not exist. @default without bound */
  readonly start?: string;
  readonly end?: string;
}

/** One slice a minute, with keys as `2026-01-01T00:00`. */
export const minutely = byTime("minute");
/** One slice an hour, with keys as `2026-01-01T00`. */
export const hourly = byTime("hour");
/** One slice a day, with keys as `2026-01-01`. A day of a zone with daylight saving has 23, 24 or 25 hours. */
export const daily = byTime("day");
/** One slice an ISO week, with keys as `2026-W01`. */
export const weekly = byTime("week");
/** One slice a month, with keys as `2026-01`. */
export const monthly = byTime("month");
/** One slice a quarter, with keys as `2026-Q1`. */
export const quarterly = byTime("quarter");
/** One slice a year, with keys as `2026`. */
export const yearly = byTime("year");

/** A fixed list of slices: `keys("eu", "us")`. */
export function keys<const K extends string>(...names: readonly K[]): Partitions<K> {
  return create<K>({ keys: names });
}

/** Slices that appear as events name them. An event may also name none. */
export function dynamic(): Partitions<string | null> {
  return create<string | null>({ dynamic: true });
}

/** Every combination of two or more definitions: `product(daily(), keys("eu", "us"))` has keys as `2026-01-01|eu`. */
export function product<const P extends readonly [Partitions<Any>, Partitions<Any>, ...Partitions<Any>[]]>(...dimensions: P): Partitions<ProductKey<P>> {
  return create<ProductKey<P>>({ product: dimensions.map((dimension) => dimension.definition) });
}

type KeyOf<P> = P extends Partitions<infer K> ? NonNullable<K> & string : never;
type ProductKey<P> = P extends readonly [infer Only]
  ? KeyOf<Only>
  : P extends readonly [infer First, ...infer Rest]
    ? `${KeyOf<First>}|${ProductKey<Rest>}`
    : string;

function byTime(grain: Grain): (options?: TimePartitionOptions) => Partitions<string> {
  return function timePartitions({ tz = "UTC", start, end } = {}) {
    return create<string>({ grain, tz, ...(start === undefined ? {} : { start }), ...(end === undefined ? {} : { end }) });
  };
}

function create<K extends string | null>(definition: PartitionDefinition): Partitions<K> {
  const data: Omit<Partitions<K>, typeof KEY> = {
    kind: "partitions",
    definition: frozenJson<never>(parsePartitions(definition, "partitions"), "E_PARTITION", "partitions"),
  };
  // The key's type is for the compiler only.
  return Object.freeze(data) as Partitions<K>;
}
