import type { Grain, Mapping, PartitionDefinition, Wait } from "../condition.ts";
import { HeadgateError } from "../errors.ts";
import { GRAINS } from "./grain.ts";
import { whyNoKey } from "./partition-definition.ts";
import { allKeys, checkKey, intervalOf, nextKey, shiftKey } from "./partition-key.ts";
import { type Slice, type TimeSlices, timeSlices } from "./time-slices.ts";
import { checkReachable } from "./wait.ts";

/** The keys that an event gives. If `count` is over `max`, there are none, and the event is dropped as a whole. */
export interface DownKeys {
  readonly keys: readonly string[];
  readonly count: number;
  readonly max: number;
}

/** The mapping of one dimension. */
export interface DimensionMapping {
  readonly downstream: PartitionDefinition | null;
  down(key: string): DownKeys;
  up(key: string): readonly string[] | null;
  /** How many keys `up` gives, without making them where that is cheaper. */
  count(key: string): number | null;
  readonly wait: Wait;
  readonly waitsForMany: boolean;
  readonly latest: boolean;
}

type TimeDefinition = Extract<PartitionDefinition, { readonly grain: Grain }>;
type Refuse = (why: string, hint?: string) => never;

/** Cap on the keys that one event gives, unless the mapping says its own. */
const MOST_KEYS = 1000;

const ONE = { wait: "any", waitsForMany: false, latest: false } as const;

/** Of an asset without partitions. */
export const UNPARTITIONED: DimensionMapping = { downstream: null, down: () => few([""]), up: () => [""], count: () => 1, ...ONE };

export function compileDimension(mapping: Mapping, upstream: PartitionDefinition, where: string | undefined): DimensionMapping {
  const refuse: Refuse = (why, hint) => {
    throw new HeadgateError("E_CONDITION", `${where ?? mapping.map}: ${why}`, {
      ...(hint === undefined ? {} : { hint }),
      ...(where === undefined ? {} : { where }),
    });
  };
  switch (mapping.map) {
    case "same":
      return {
        downstream: withoutEdges(upstream),
        down: (key) => few([key]),
        up: (key) => existing(upstream, [key]),
        count: (key) => existing(upstream, [key]).length,
        ...ONE,
      };
    case "latest":
      return { downstream: null, down: () => few([""]), up: () => null, count: () => null, ...ONE, latest: true };
    case "all":
      return compileAll(mapping.wait, upstream, where, refuse);
    case "rollup":
      return compileRollup(mapping, timeOf(upstream, refuse), where, refuse);
    case "fanOut":
      return compileFanOut(mapping, timeOf(upstream, refuse), refuse);
    case "offset":
      return compileWindow(mapping.by, mapping.by, "any", upstream, where, refuse);
    case "window":
      return compileWindow(mapping.from, mapping.to, mapping.wait ?? "all", upstream, where, refuse);
    case "static":
      return compileStatic(mapping.keys, mapping.wait ?? "all", upstream, where, refuse);
    default:
      return refuse("a product of mappings needs an asset whose partitions are a product, and none inside another");
  }
}

/** `all` waits for every key where they are known, else for any. */
function compileAll(given: Wait | undefined, upstream: PartitionDefinition, where: string | undefined, refuse: Refuse): DimensionMapping {
  const keys = allKeys(upstream);
  const wait = given ?? (keys === null ? "any" : "all");
  if (keys === null && wait !== "any" && (wait === "all" || typeof wait.atLeast !== "number" || wait.atLeast < 0)) {
    refuse("nobody knows all keys of this asset, so it cannot be waited for them", 'give the asset `start` and `end` or a list of keys, or say "wait": "any"');
  }
  if (keys !== null) checkReachable(wait, keys.length, where);
  return {
    downstream: null,
    down: () => few([""]),
    up: () => keys,
    count: () => keys?.length ?? null,
    wait,
    waitsForMany: isMany(wait, keys?.length ?? 2),
    latest: false,
  };
}

function compileRollup(mapping: Extract<Mapping, { map: "rollup" }>, upstream: TimeDefinition, where: string | undefined, refuse: Refuse): DimensionMapping {
  const { wait = "all" } = mapping;
  const { fine, coarse, downstream } = twoGrains(mapping, upstream, refuse);
  if (GRAINS.indexOf(mapping.grain) < GRAINS.indexOf(upstream.grain))
    refuse(`a ${upstream.grain} cannot be rolled up to a ${mapping.grain}`, 'to a finer grain it is "fanOut"');
  checkReachable(wait, mostSlices(upstream.grain, mapping.grain), where);
  const edges = edgesOf(upstream);
  return {
    downstream,
    down: (key) => few(keyOf(coarse.at(fine.of(key)?.start ?? Number.NaN))),
    up: (key) => beginningIn(fine, clip(coarse.of(key), edges)),
    count: (key) => {
      const span = clip(coarse.of(key), edges);
      return span === null ? 0 : fine.count(span.start, span.end);
    },
    wait,
    waitsForMany: isMany(wait, mapping.grain === upstream.grain ? 1 : 2),
    latest: false,
  };
}

function compileFanOut(mapping: Extract<Mapping, { map: "fanOut" }>, upstream: TimeDefinition, refuse: Refuse): DimensionMapping {
  const { max = MOST_KEYS, direction = "forward" } = mapping;
  const { fine: coarse, coarse: fine, downstream } = twoGrains(mapping, upstream, refuse);
  if (GRAINS.indexOf(mapping.grain) > GRAINS.indexOf(upstream.grain))
    refuse(`a ${upstream.grain} cannot be fanned out to a ${mapping.grain}`, 'to a coarser grain it is "rollup"');
  const exists = (slice: Slice | null): string[] => (slice === null ? [] : existing(upstream, [slice.key]));
  function down(key: string): DownKeys {
    const period = coarse.of(key);
    const count = period === null ? 0 : fine.count(period.start, period.end);
    if (period === null || count > max) return { keys: [], count, max };
    const forward = beginningIn(fine, period);
    return { keys: direction === "forward" ? forward : endingWith(fine, forward[0], count), count, max };
  }
  function upForward(key: string): string[] {
    return exists(coarse.at(fine.of(key)?.start ?? Number.NaN));
  }
  /** The period that the slice lies in, if the slice is its first, and those after it that reach back so far. */
  function upBackward(key: string): string[] {
    const slice = fine.of(key);
    const found: string[] = [];
    let period = slice === null ? null : coarse.at(slice.start);
    for (let looked = 0; looked < 4 && slice !== null && period !== null; looked++, period = coarse.at(period.end)) {
      const first = beginningIn(fine, period)[0];
      if (first !== undefined && endingWith(fine, first, fine.count(period.start, period.end)).includes(key)) found.push(...exists(period));
    }
    return found;
  }
  const up = direction === "forward" ? upForward : upBackward;
  return { downstream, down, up, count: (key) => up(key).length, ...ONE };
}

/** `offset` is a window of one. */
function compileWindow(from: number, to: number, wait: Wait, upstream: PartitionDefinition, where: string | undefined, refuse: Refuse): DimensionMapping {
  if (!("grain" in upstream || "keys" in upstream))
    refuse("its partitions have no order, so no slice is before another", "offsets and windows need time or a list of keys");
  if (to < from) refuse(`the window ends at ${to}, before its start ${from}`);
  const size = to - from + 1;
  if (size > MOST_KEYS) refuse(`the window has ${size} slices, and an event may give ${MOST_KEYS} keys`);
  checkReachable(wait, size, where);
  const endless = withoutEdges(upstream);
  const up = (key: string): string[] => existing(upstream, walk(endless, key, from, to));
  return {
    downstream: endless,
    down: (key) => few(walk(endless, key, -to, -from)),
    up,
    count: (key) => up(key).length,
    wait,
    waitsForMany: isMany(wait, size),
    latest: false,
  };
}

function compileStatic(
  keys: { readonly [upstream: string]: string | readonly string[] },
  wait: Wait,
  upstream: PartitionDefinition,
  where: string | undefined,
  refuse: Refuse,
): DimensionMapping {
  const down = new Map<string, readonly string[]>();
  const up = new Map<string, string[]>();
  for (const [key, value] of Object.entries(keys)) {
    const why = checkKey(upstream, key);
    if (why !== null) refuse(why);
    const targets = [...new Set(typeof value === "string" ? [value] : value)];
    down.set(key, targets);
    for (const target of targets) {
      const wrong = whyNoKey(target);
      if (wrong !== null) refuse(`the key ${JSON.stringify(target)} ${wrong}`);
      up.set(target, [...(up.get(target) ?? []), key]);
    }
  }
  if (up.size === 0) refuse("the mapping gives no key");
  const most = Math.max(...[...up.values()].map((list) => list.length));
  checkReachable(wait, most, where);
  return {
    downstream: { keys: [...up.keys()] },
    down: (key) => few(down.get(key) ?? []),
    up: (key) => up.get(key) ?? [],
    count: (key) => up.get(key)?.length ?? 0,
    wait,
    waitsForMany: isMany(wait, most),
    latest: false,
  };
}

function isMany(wait: Wait, most: number): boolean {
  return most > 1 && wait !== "any" && !(typeof wait === "object" && wait.atLeast === 1);
}

function few(keys: readonly string[]): DownKeys {
  return { keys, count: keys.length, max: MOST_KEYS };
}

function timeOf(upstream: PartitionDefinition, refuse: Refuse): TimeDefinition {
  return "grain" in upstream ? upstream : refuse("the asset's partitions are not of time");
}

function twoGrains(
  mapping: { readonly grain: Grain; readonly tz?: string },
  upstream: TimeDefinition,
  refuse: Refuse,
): { readonly fine: TimeSlices; readonly coarse: TimeSlices; readonly downstream: PartitionDefinition } {
  if (!GRAINS.includes(mapping.grain)) refuse(`${JSON.stringify(mapping.grain)} is no grain`, `grains are ${GRAINS.join(", ")}`);
  const from = upstream.tz ?? "UTC";
  const tz = mapping.tz ?? from;
  return { fine: timeSlices(upstream.grain, from), coarse: timeSlices(mapping.grain, tz), downstream: { grain: mapping.grain, tz } };
}

/** The most slices of each grain that begin in a slice of a coarser one: hours with the one that daylight saving may add. */
const MOST: Readonly<Record<Grain, Readonly<Partial<Record<Grain, number>>>>> = {
  minute: {},
  hour: { minute: 60 },
  day: { minute: 1500, hour: 25 },
  week: { minute: 10_140, hour: 169, day: 7 },
  month: { minute: 44_700, hour: 745, day: 31, week: 5 },
  quarter: { minute: 132_540, hour: 2209, day: 92, week: 14, month: 3 },
  year: { minute: 527_100, hour: 8785, day: 366, week: 53, month: 12, quarter: 4 },
};

function mostSlices(fine: Grain, coarse: Grain): number {
  return MOST[coarse][fine] ?? 1;
}

/** Where the consumer's slices end is not where those of an asset do. */
function withoutEdges(definition: PartitionDefinition): PartitionDefinition {
  return "grain" in definition ? { grain: definition.grain, tz: definition.tz ?? "UTC" } : definition;
}

function edgesOf(definition: TimeDefinition): { readonly start: number; readonly end: number } {
  return {
    start: definition.start === undefined ? Number.NEGATIVE_INFINITY : (intervalOf(definition, definition.start)?.start ?? Number.POSITIVE_INFINITY),
    end: definition.end === undefined ? Number.POSITIVE_INFINITY : (intervalOf(definition, definition.end)?.end ?? Number.NEGATIVE_INFINITY),
  };
}

interface Span {
  readonly start: number;
  readonly end: number;
}

function clip(slice: Slice | null, edges: Span): Span | null {
  if (slice === null) return null;
  const [start, end] = [Math.max(slice.start, edges.start), Math.min(slice.end, edges.end)];
  return start < end ? { start, end } : null;
}

/** The slices that begin in a span. */
function beginningIn(slices: TimeSlices, span: Span | null): string[] {
  const keys: string[] = [];
  if (span === null) return keys;
  let slice = slices.at(span.start);
  if (slice !== null && slice.start < span.start) slice = slices.at(slice.end);
  for (; slice !== null && slice.start < span.end; slice = slices.at(slice.end)) keys.push(slice.key);
  return keys;
}

/** So many slices in order, the last of which is given. */
function endingWith(slices: TimeSlices, last: string | undefined, count: number): string[] {
  const keys: string[] = [];
  for (let slice = last === undefined ? null : slices.of(last); slice !== null && keys.length < count; slice = slices.at(slice.start - 1)) keys.push(slice.key);
  return keys.reverse();
}

/** The slices from `from` to `to`, counted from a key. */
function walk(definition: PartitionDefinition, key: string, from: number, to: number): string[] {
  const keys: string[] = [];
  if ("keys" in definition) {
    for (let by = from; by <= to; by++) keys.push(...keyOf({ key: shiftKey(definition, key, by) }));
    return keys;
  }
  for (let at = shiftKey(definition, key, from); at !== null && keys.length <= to - from; at = nextKey(definition, at)) keys.push(at);
  return keys;
}

function keyOf(slice: { readonly key: string | null } | null): string[] {
  return slice === null || slice.key === null ? [] : [slice.key];
}

function existing(definition: PartitionDefinition, keys: readonly string[]): string[] {
  return keys.filter((key) => checkKey(definition, key) === null);
}
