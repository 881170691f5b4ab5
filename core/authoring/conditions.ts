import type { ConditionNode, Duration } from "../condition.ts";
import { compilePattern } from "../conditions/pattern.ts";
import { HeadgateError } from "../errors.ts";
import { compileCron } from "../time/cron.ts";
import { parseDuration } from "../time/duration.ts";
import {
  type AnyCondition,
  type AssetsByUri,
  assertCondition,
  type Condition,
  createAnyCondition,
  createCondition,
  createLeaf,
  type LeafCondition,
  mergeAssets,
} from "./condition-builder.ts";
import type { Any } from "./json-types.ts";
import type { AnyLeaf, Leaf } from "./leaf.ts";

/** The leaves of a condition. */
export type LeavesOf<C> = C extends Condition<infer L> ? L : never;
type Conditions = readonly [Condition<Any>, ...Condition<Any>[]];
const NOTHING: AssetsByUri = new Map();

/** Due when each of them is. */
export function all<const C extends Conditions>(...conditions: C): Condition<LeavesOf<C[number]>> {
  return createCondition({ all: nodesOf("all", conditions) }, mergeAssets(conditions));
}

/** Due when one of them is; a run takes the events of every one that is due. */
export function any<const C extends Conditions>(...conditions: C): AnyCondition<LeavesOf<C[number]>> {
  return createAnyCondition({ any: nodesOf("any", conditions) }, mergeAssets(conditions));
}

/** Due when `k` of them are. */
export function atLeast<const C extends Conditions>(k: number, ...conditions: C): Condition<LeavesOf<C[number]>> {
  const of = nodesOf("atLeast", conditions);
  if (!Number.isSafeInteger(k) || k < 1 || k > of.length) {
    throw new HeadgateError("E_CONDITION", `atLeast(${k}, ...) of ${of.length} conditions can never be right`, {
      where: "atLeast(...)",
      hint: `give a whole number from 1 to ${of.length}`,
    });
  }
  return createCondition({ atLeast: k, of }, mergeAssets(conditions));
}

/** Due when they came in this order, one event each. What lies between does not matter. */
export function sequence<const C extends Conditions>(...conditions: C): Condition<LeavesOf<C[number]>> {
  return createCondition({ sequence: nodesOf("sequence", conditions) }, mergeAssets(conditions));
}

/**
 * Due from a tick on until a run took it. Five fields, or `@hourly @daily @weekly @monthly @yearly`. Combines with assets:
 * `all(cron("0 6 * * *", { tz: "Europe/Paris" }), raw)`.
 */
export function cron(expression: string, options: { /** @default "UTC" */ readonly tz?: string } = {}): Condition<never> {
  const tz = options.tz ?? "UTC";
  compileCron(expression, tz, `cron("${expression}")`);
  return createCondition({ cron: expression, tz }, NOTHING);
}

/** Due from a tick on; the ticks are the multiples of the interval since 1970-01-01T00:00Z. */
export function every(interval: Duration): Condition<never> {
  const where = `every("${interval}")`;
  if (parseDuration(interval, where) === 0) {
    throw new HeadgateError("E_DURATION", `${where} would tick without end`, { where, hint: `give a time above 0, such as "15m"` });
  }
  return createCondition({ every: interval }, NOTHING);
}

/** Due when nothing of an asset, group or pattern came for that long; with `.count(n)`: fewer than n. */
export function absent(what: LeafCondition<Any>, options: { readonly for: Duration }): Condition<never> {
  assertCondition(what, "absent(...)");
  if (!("asset" in what.node || "group" in what.node || "pattern" in what.node)) {
    throw new HeadgateError("E_CONDITION", "absent(...) takes an asset, a group or a pattern", {
      where: "absent(...)",
      hint: `write any(absent(a, { for: "2h" }), absent(b, { for: "2h" })) for several`,
    });
  }
  parseDuration(options.for, "absent(..., { for })");
  return createCondition({ absent: what.node, for: options.for }, what.assets);
}

export interface MembersOption {
  /** `"all"`: due when each member known at that moment has an event pending. @default "any" */
  readonly members?: "all" | "any";
}

/** Due on the members of a group, also those that appear later. An asset joins by its `groups`, an event by its own. */
export function group(name: string, options: MembersOption = {}): LeafCondition<Leaf<`group ${string}`, unknown, Any>> {
  if (name === "") {
    throw new HeadgateError("E_CONDITION", "group(...) has an empty name", { where: "group(...)", hint: `write group("sales")` });
  }
  return createLeaf({ group: name, ...options }, NOTHING);
}

/** Due on the assets whose URI matches, also those that appear later: `*` any characters but `/`, `**` any, `?` one. */
export function pattern(glob: string, options: MembersOption = {}): LeafCondition<Leaf<`pattern ${string}`, unknown, Any>> {
  if (!/^[a-z*?][a-z0-9+.*?-]*:\/\//i.test(glob)) {
    throw new HeadgateError("E_CONDITION", `pattern("${glob}") does not begin with a scheme, so it matches no asset`, {
      where: "pattern(...)",
      hint: `write pattern("s3://lake/raw/*")`,
    });
  }
  compilePattern(glob);
  return createLeaf({ pattern: glob, ...options }, NOTHING);
}

function nodesOf(name: string, conditions: readonly Condition<AnyLeaf>[]): readonly ConditionNode[] {
  if (conditions.length === 0) {
    throw new HeadgateError("E_CONDITION", `${name}(...) has no conditions`, {
      where: `${name}(...)`,
      hint: `write ${name}(${name === "atLeast" ? "1, " : ""}a, b)`,
    });
  }
  return conditions.map((condition, index) => {
    assertCondition(condition, `${name}(...), condition ${index + 1}`);
    return condition.node;
  });
}
