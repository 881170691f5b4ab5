import type { Mapping, PartitionDefinition, Wait } from "../condition.ts";
import { HeadgateError } from "../errors.ts";
import { compileDimension, type DimensionMapping, type DownKeys, UNPARTITIONED } from "./mapping-dimension.ts";
import { dimensionsOf, productOf } from "./partition-definition.ts";
import { compareKeys, crossKeys, intervalOf } from "./partition-key.ts";
import { deadlineOf, neededOf } from "./wait.ts";

export type { DownKeys } from "./mapping-dimension.ts";

/** How far a downstream slice is with the upstream slices that it waits for. */
export interface WaitProgress {
  /** Distinct upstream keys of it that were seen. */
  readonly seen: number;
  readonly needed: number;
  /** Upstream keys that exist; null where nobody knows (`all` of dynamic keys). */
  readonly of: number | null;
  readonly met: boolean;
  /** True if more is needed than exists and no deadline helps: it waits for ever. */
  readonly impossible: boolean;
}

/** A mapping between the keys of one asset and those of a consumer. SEMANTICS section 5. */
export interface CompiledMapping {
  /** The slices that the consumer has by this leaf; null if it does not partition it (`all`, `latest`, no partitions). */
  readonly downstream: PartitionDefinition | null;
  /** The consumer's keys for which an event of this upstream key counts. `[""]` if `downstream` is null. */
  down(key: string): DownKeys;
  /** The upstream keys that the consumer's key waits for and that exist, in order; null where they are not known. */
  up(key: string): readonly string[] | null;
  /** `seen`: the upstream keys of this slice of which the consumer has ever seen an event. */
  progress(key: string, seen: ReadonlySet<string>, now: number): WaitProgress;
  /** The instant from which the slice waits no longer, or null. */
  deadlineAt(key: string): number | null;
  /** True if a slice may wait for more than one upstream key, which mode `each` cannot do. */
  readonly waitsForMany: boolean;
  /** For `latest`: the order in which an upstream key is newer than another. Null for the other mappings. */
  readonly compareLatest: ((a: string, b: string) => number) | null;
}

/**
 * Compiles the mapping of a leaf, given the partitions of its asset. Without a mapping it is `same`.
 *
 * @throws E_CONDITION if the mapping does not fit the asset's partitions.
 */
export function compileMapping(mapping: Mapping | undefined, upstream: PartitionDefinition | undefined, where?: string): CompiledMapping {
  if (upstream === undefined) {
    if (mapping !== undefined && mapping.map !== "same") {
      throw new HeadgateError("E_CONDITION", `${where ?? mapping.map}: the asset has no partitions to map`, {
        hint: "give the asset partitions, or leave the mapping out",
        ...(where === undefined ? {} : { where }),
      });
    }
    return finish([UNPARTITIONED], null, where);
  }
  const whole = mapping ?? SAME;
  if (whole.map === "same" || whole.map === "latest" || whole.map === "all") return finish([compileDimension(whole, upstream, where)], [upstream], where);
  const upDimensions = dimensionsOf(upstream);
  const each = whole.map === "product" ? whole.of : [whole];
  if (each.length !== upDimensions.length) {
    throw new HeadgateError("E_CONDITION", `${where ?? whole.map}: ${each.length} mapping(s) for partitions with ${upDimensions.length} dimension(s)`, {
      hint: 'write {"map": "product", "of": [...]} with one mapping for each dimension',
      ...(where === undefined ? {} : { where }),
    });
  }
  const dimensions = each.map((one, index) =>
    compileDimension(one, upDimensions[index] as PartitionDefinition, whole.map === "product" ? `${where ?? "partitions"}.of[${index}]` : where),
  );
  return finish(dimensions, upDimensions, where);
}

/** `same`, `latest` and `all` mean something for a product as a whole; any other mapping is for one dimension. */
const SAME: Mapping = { map: "same" };

function finish(dimensions: readonly DimensionMapping[], upDimensions: readonly PartitionDefinition[] | null, where: string | undefined): CompiledMapping {
  const downstream = productOf(dimensions.flatMap((dimension) => dimension.downstream ?? []));
  const deadlines = dimensions.flatMap((dimension) => deadlineOf(dimension.wait) ?? []);
  const deadline = deadlines.length === 0 ? null : Math.max(...deadlines);
  if (deadline !== null && !(downstream !== null && dimensionsOf(downstream).some((dimension) => "grain" in dimension))) {
    throw new HeadgateError(
      "E_CONDITION",
      `${where ?? "wait"}: a deadline counts from the end of the consumer's slice, and its slices are not of time`,
      where === undefined ? {} : { where },
    );
  }
  const deadlineAt = (key: string): number | null => {
    const interval = deadline === null || downstream === null ? null : intervalOf(downstream, key);
    return interval === null || deadline === null ? null : interval.end + deadline;
  };
  const latest = dimensions.map((dimension, index) => (dimension.latest ? index : -1)).filter((index) => index >= 0);
  return {
    downstream,
    down: remembering((key) => downOf(dimensions, key)),
    up: (key) => upOf(dimensions, key),
    progress: (key, seen, now) => {
      const parts = partsOf(dimensions, key);
      const counts = dimensions.map((dimension, index) => dimension.count(parts[index] ?? ""));
      const of = counts.reduce<number | null>((product, count) => (product === null || count === null ? null : product * count), 1);
      const needs = dimensions.map((dimension, index) => need(dimension.wait, counts[index] ?? null));
      const needed = needs.reduce((product, count) => product * count, 1);
      const end = deadlineAt(key);
      const enough =
        dimensions.length === 1
          ? seen.size >= needed
          : nested(
              [...seen].map((upKey) => upKey.split("|")),
              needs,
            );
      return {
        seen: seen.size,
        needed,
        of,
        met: of !== 0 && seen.size > 0 && (enough || (end !== null && now >= end)),
        impossible: end === null && needs.some((count, index) => count > (counts[index] ?? Number.POSITIVE_INFINITY)),
      };
    },
    deadlineAt,
    waitsForMany: dimensions.some((dimension) => dimension.waitsForMany),
    compareLatest: latest.length === 0 || upDimensions === null ? null : compareBy(upDimensions, latest),
  };
}

/** Without a number of upstream keys only `any` and a plain number make sense; anything else was refused before. */
function need(wait: Wait, of: number | null): number {
  return neededOf(wait, of ?? 1);
}

/**
 * A product waits dimension by dimension: enough values of the first one for which enough of the rest are there. So 20
 * of 24 hours and all of 2 regions means 20 hours with both regions.
 */
function nested(keys: readonly (readonly string[])[], needs: readonly number[], depth = 0): boolean {
  const groups = new Map<string, (readonly string[])[]>();
  for (const key of keys) {
    const value = key[depth] ?? "";
    const group = groups.get(value);
    if (group === undefined) groups.set(value, [key]);
    else group.push(key);
  }
  const isLast = depth === needs.length - 1;
  let complete = 0;
  for (const group of groups.values()) if (isLast || nested(group, needs, depth + 1)) complete++;
  return complete >= (needs[depth] ?? 1);
}

function downOf(dimensions: readonly DimensionMapping[], key: string): DownKeys {
  const [only] = dimensions;
  if (dimensions.length === 1 && only !== undefined) return only.down(key);
  const parts = key.split("|");
  const each = dimensions.map((dimension, index) => dimension.down(parts[index] ?? ""));
  const count = each.reduce((product, one) => product * one.count, 1);
  const tooMany = each.find((one) => one.count > one.max);
  const max = tooMany?.max ?? each.reduce((most, one) => Math.max(most, one.max), 0);
  if (tooMany !== undefined || count > max) return { keys: [], count, max };
  const lists = each.flatMap((one, index) => (dimensions[index]?.downstream === null ? [] : [one.keys]));
  return { keys: lists.length === 0 ? [""] : crossKeys(lists, max), count, max };
}

function upOf(dimensions: readonly DimensionMapping[], key: string): readonly string[] | null {
  const parts = partsOf(dimensions, key);
  const lists = dimensions.map((dimension, index) => dimension.up(parts[index] ?? ""));
  return lists.some((list) => list === null) ? null : crossKeys(lists as readonly (readonly string[])[], Number.POSITIVE_INFINITY);
}

/** The part of a downstream key for each dimension; dimensions that do not partition the consumer have none. */
function partsOf(dimensions: readonly DimensionMapping[], key: string): readonly string[] {
  if (dimensions.length === 1) return [key];
  const parts = key.split("|");
  return dimensions.map((dimension) => (dimension.downstream === null ? "" : (parts.shift() ?? "")));
}

function compareBy(dimensions: readonly PartitionDefinition[], indexes: readonly number[]): (a: string, b: string) => number {
  const [only] = dimensions;
  if (dimensions.length === 1 && only !== undefined) return (a, b) => compareKeys(only, a, b);
  return (a, b) => {
    const [left, right] = [a.split("|"), b.split("|")];
    for (const index of indexes) {
      const order = compareKeys(dimensions[index] as PartitionDefinition, left[index] ?? "", right[index] ?? "");
      if (order !== 0) return order;
    }
    return 0;
  };
}

const REMEMBERED = 4096;

/** Events of one slice come together, so the last answers are worth keeping. */
function remembering(compute: (key: string) => DownKeys): (key: string) => DownKeys {
  const known = new Map<string, DownKeys>();
  return (key) => {
    let keys = known.get(key);
    if (keys === undefined) {
      keys = compute(key);
      if (known.size >= REMEMBERED) known.clear();
      // A wide fan-out is not kept: thousands of long lists would be the registry's memory.
      if (keys.keys.length <= 64) known.set(key, keys);
    }
    return keys;
  };
}
