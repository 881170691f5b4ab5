import type { PartitionDefinition } from "../condition.ts";
import { compareText } from "../conditions/value-test.ts";
import { HeadgateError } from "../errors.ts";
import { KEY_EXAMPLES } from "./grain.ts";
import { describePartitions, dimensionsOf, whyNoKey } from "./partition-definition.ts";
import { type Slice, timeSlices } from "./time-slices.ts";

/** Start (included) and end (excluded) of a slice of time, in milliseconds since 1970. */
export interface SliceInterval {
  readonly start: number;
  readonly end: number;
}

/** One dimension of a definition, ready for use. */
interface Dimension {
  /** Null if the text is a key of it, else the reason. */
  check(key: string): string | null;
  interval(key: string): SliceInterval | null;
  at(instant: number): string | null;
  shift(key: string, by: number): string | null;
  compare(a: string, b: string): number;
  /** From `from` to `to`, both included; stops after `max`. Null if the keys have no order that could be walked. */
  between(from: string, to: string, max: number): readonly string[] | null;
  /** First and last key, where both are known. */
  readonly edges: readonly [string, string] | null;
}

const compiled = new WeakMap<PartitionDefinition, Dimension>();

/** Null if the key fits the definition, else the reason, with the definition in it. An accepted event has passed this. */
export function checkKey(definition: PartitionDefinition, key: string): string | null {
  return compileKeyCheck(definition)(key);
}

/** `checkKey` for one definition: compiled once, for the way of each event. */
export function compileKeyCheck(definition: PartitionDefinition): (key: string) => string | null {
  return dimensionOf(definition).check;
}

/** The interval of a key: of a product that of its time dimension, the last one to end if there are several. Null without time. */
export function intervalOf(definition: PartitionDefinition, key: string): SliceInterval | null {
  return dimensionOf(definition).interval(key);
}

/** The key of the slice that an instant lies in. Null outside of `start`..`end`, and where the definition is not of time. */
export function keyAt(definition: PartitionDefinition, instant: number): string | null {
  return dimensionOf(definition).at(instant);
}

/** The key so many slices later, or earlier if `by` is negative. Null past the edges, and for keys without an order. */
export function shiftKey(definition: PartitionDefinition, key: string, by: number): string | null {
  return dimensionOf(definition).shift(key, by);
}

export function nextKey(definition: PartitionDefinition, key: string): string | null {
  return shiftKey(definition, key, 1);
}

export function previousKey(definition: PartitionDefinition, key: string): string | null {
  return shiftKey(definition, key, -1);
}

/** Order of keys: time by time, lists by their order, other keys as text, products part by part. */
export function compareKeys(definition: PartitionDefinition, a: string, b: string): number {
  return dimensionOf(definition).compare(a, b);
}

/**
 * All keys from one to another, both included; in a product each dimension from its part of the one to its part of the other.
 *
 * @param max - more keys are refused @default 100000
 * @throws E_PARTITION if an end is no key, if they are in the wrong order, and for keys that cannot be listed.
 */
export function keysBetween(definition: PartitionDefinition, from: string, to: string, max = 100_000): readonly string[] {
  const dimension = dimensionOf(definition);
  for (const key of [from, to]) {
    const why = dimension.check(key);
    if (why !== null) throw new HeadgateError("E_PARTITION", why);
  }
  const keys = dimension.between(from, to, max + 1);
  const range = `${from}..${to}`;
  if (keys === null)
    throw new HeadgateError("E_PARTITION", `keys of ${describePartitions(definition)} have no order, so ${range} is no range`, { hint: "list the keys" });
  if (keys.length === 0) throw new HeadgateError("E_PARTITION", `${range} is no range: ${from} is later than ${to}`);
  if (keys.length > max) throw new HeadgateError("E_PARTITION", `${range} has more than ${max} keys`, { hint: "choose a shorter range" });
  return keys;
}

/** All keys that exist, in their order. Null where they are not known: dynamic keys, time without `start` and `end`, more than `max`. */
export function allKeys(definition: PartitionDefinition, max = 100_000): readonly string[] | null {
  const dimension = dimensionOf(definition);
  if (dimension.edges === null) return null;
  const keys = dimension.between(...dimension.edges, max + 1);
  return keys === null || keys.length > max ? null : keys;
}

function dimensionOf(definition: PartitionDefinition): Dimension {
  let dimension = compiled.get(definition);
  if (dimension === undefined) {
    dimension = compile(definition);
    compiled.set(definition, dimension);
  }
  return dimension;
}

function compile(definition: PartitionDefinition): Dimension {
  if ("product" in definition) return compileProduct(definition);
  if ("grain" in definition) return compileTime(definition);
  return "keys" in definition ? compileList(definition) : compileDynamic();
}

/** Keys of one asset come again and again, so the last ones that fitted are remembered. */
const REMEMBERED_KEYS = 4096;

function compileTime(definition: Extract<PartitionDefinition, { readonly grain: string }>): Dimension {
  const { grain, tz = "UTC" } = definition;
  const slices = timeSlices(grain, tz);
  const first = definition.start === undefined ? Number.NEGATIVE_INFINITY : (slices.of(definition.start)?.start ?? Number.POSITIVE_INFINITY);
  const last = definition.end === undefined ? Number.POSITIVE_INFINITY : (slices.of(definition.end)?.end ?? Number.NEGATIVE_INFINITY);
  const fitting = new Map<string, Slice>();
  const exists = (slice: Slice | null): slice is Slice => slice !== null && slice.start >= first && slice.end <= last;
  function sliceOf(key: string): Slice | null {
    const known = fitting.get(key);
    if (known !== undefined) return known;
    const slice = slices.of(key);
    if (!exists(slice)) return null;
    if (fitting.size >= REMEMBERED_KEYS) fitting.clear();
    fitting.set(key, slice);
    return slice;
  }
  return {
    check: (key) => {
      if (sliceOf(key) !== null) return null;
      const why =
        slices.of(key) === null ? `a key of the grain ${grain} is written ${KEY_EXAMPLES[grain]}, and its local time exists` : "it lies outside of start..end";
      return noFit(definition, key, why);
    },
    interval: sliceOf,
    at: (instant) => {
      const slice = slices.at(instant);
      return exists(slice) ? slice.key : null;
    },
    shift: (key, by) => {
      let slice = sliceOf(key);
      for (let left = Math.abs(by); left > 0 && slice !== null; left--) slice = slices.at(by > 0 ? slice.end : slice.start - 1);
      return exists(slice) ? slice.key : null;
    },
    compare: (a, b) => (slices.of(a)?.start ?? Number.NaN) - (slices.of(b)?.start ?? Number.NaN),
    between: (from, to, max) => {
      const keys: string[] = [];
      const end = sliceOf(to)?.start ?? Number.NEGATIVE_INFINITY;
      for (let slice = sliceOf(from); slice !== null && slice.start <= end && keys.length < max; slice = slices.at(slice.end)) keys.push(slice.key);
      return keys;
    },
    edges: definition.start === undefined || definition.end === undefined ? null : [definition.start, definition.end],
  };
}

function compileList(definition: Extract<PartitionDefinition, { readonly keys: readonly string[] }>): Dimension {
  const { keys } = definition;
  const places = new Map(keys.map((key, index) => [key, index]));
  const place = (key: string): number => places.get(key) ?? Number.NaN;
  return {
    check: (key) => (places.has(key) ? null : noFit(definition, key, "it is not in the list")),
    interval: () => null,
    at: () => null,
    shift: (key, by) => keys[place(key) + by] ?? null,
    compare: (a, b) => place(a) - place(b),
    between: (from, to, max) => keys.slice(place(from), Math.min(place(to) + 1, place(from) + max)),
    edges: [keys[0] ?? "", keys.at(-1) ?? ""],
  };
}

function compileDynamic(): Dimension {
  return {
    check: (key) => {
      const why = whyNoKey(key);
      return why === null ? null : noFit({ dynamic: true }, key, `it ${why}`);
    },
    interval: () => null,
    at: () => null,
    shift: () => null,
    compare: compareText,
    between: (from, to) => (from === to ? [from] : null),
    edges: null,
  };
}

function compileProduct(definition: PartitionDefinition): Dimension {
  const dimensions = dimensionsOf(definition).map(dimensionOf);
  const lists = (from: readonly string[], to: readonly string[], max: number): readonly string[] | null => {
    const each = dimensions.map((dimension, index) => dimension.between(from[index] ?? "", to[index] ?? "", max));
    return each.some((list) => list === null) ? null : crossKeys(each as readonly (readonly string[])[], max);
  };
  return {
    check: (key) => {
      const parts = key.split("|");
      if (parts.length !== dimensions.length) return noFit(definition, key, `it has ${parts.length} part(s) and not ${dimensions.length}`);
      const why = parts.map((part, index) => dimensions[index]?.check(part) ?? null).find((reason) => reason !== null);
      return why === undefined ? null : noFit(definition, key, why);
    },
    interval: (key) => {
      const parts = key.split("|");
      const intervals = dimensions.flatMap((dimension, index) => dimension.interval(parts[index] ?? "") ?? []);
      return intervals.length === 0 ? null : intervals.reduce((last, interval) => (interval.end > last.end ? interval : last));
    },
    at: () => null,
    shift: () => null,
    compare: (a, b) => {
      const [left, right] = [a.split("|"), b.split("|")];
      for (const [index, dimension] of dimensions.entries()) {
        const order = dimension.compare(left[index] ?? "", right[index] ?? "");
        if (order !== 0) return order;
      }
      return 0;
    },
    between: (from, to, max) => lists(from.split("|"), to.split("|"), max),
    edges: dimensions.every((dimension) => dimension.edges !== null)
      ? [dimensions.map((dimension) => dimension.edges?.[0]).join("|"), dimensions.map((dimension) => dimension.edges?.[1]).join("|")]
      : null,
  };
}

/** Every combination of one part of each list, joined to keys, the last list fastest; stops after `max`. */
export function crossKeys(lists: readonly (readonly string[])[], max: number): readonly string[] {
  const [first = [], ...rest] = lists;
  return rest.reduce<readonly string[]>((keys, list) => {
    const longer: string[] = [];
    for (const key of keys) {
      for (const part of list) {
        if (longer.length >= max) return longer;
        longer.push(`${key}|${part}`);
      }
    }
    return longer;
  }, first);
}

function noFit(definition: PartitionDefinition, key: string, why: string): string {
  const json = JSON.stringify(definition);
  const shown = json.length > 300 ? describePartitions(definition) : json;
  return `partition ${JSON.stringify(key.length > 260 ? `${key.slice(0, 260)}...` : key)} does not fit ${shown}: ${why}`;
}
