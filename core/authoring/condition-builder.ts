import type { By, ConditionNode, Duration, Filter, Mapping } from "../condition.ts";
import { compileFilter } from "../conditions/filter.ts";
import { compilePath } from "../conditions/path.ts";
import { kindOf } from "../conditions/value-kind.ts";
import type { AssetDefinition } from "../definition.ts";
import { HeadgateError } from "../errors.ts";
import { parseDuration } from "../time/duration.ts";
import { parseTemplate } from "../uri/template.ts";
import { frozenJson } from "./freeze.ts";
import type { Any } from "./json-types.ts";
import type { AnyLeaf, DataOf } from "./leaf.ts";
import type { CommonPath, PathOf, Where } from "./where.ts";

declare const LEAF: unique symbol;

/** Asset definitions by identity. */
export type AssetsByUri = ReadonlyMap<string, AssetDefinition>;

/**
 * An expression over assets and time that says when a DAG is due. Frozen: each method returns a new one.
 * `L` is for the compiler: the leaves whose events a task may ask for.
 */
export interface Condition<L = AnyLeaf> {
  readonly [LEAF]: L;
  /** The JSON form: what the plan carries and `headgate simulate` reads. */
  readonly node: ConditionNode;
  /** Every asset that the condition mentions. */
  readonly assets: AssetsByUri;
  and<M>(other: Condition<M>): Condition<L | M>;
  or<M>(other: Condition<M>): AnyCondition<L | M>;
  /** All events that a run takes lie within this span of event time; older partial state expires. */
  within(span: Duration): Condition<L>;
  /** What has gathered here is dropped whenever `other` becomes due. */
  unless(other: Condition<Any>): Condition<L>;
  /** Gathers separately for each partition, for each value of a field, or for each combination of several. */
  by(key: ByKey<L> | readonly ByKey<L>[] | { readonly [asset: string]: string | readonly string[] }): Condition<L>;
}
type ByKey<L> = "partition" | CommonPath<L>;

/** A condition of `any(...)`: it can count over all of them. */
export interface AnyCondition<L = AnyLeaf> extends Condition<L> {
  /** Due when `n` events of any of the children are pending. */
  count(n: number): AnyCondition<L>;
}

/** A condition on one asset, group or pattern. */
export interface LeafCondition<L = AnyLeaf> extends Condition<L> {
  /** Counts only events that pass. Twice: both must hold. */
  where(filter: Where<DataOf<L>>): LeafCondition<L>;
  /** Due when `n` events are pending. */
  count(n: number): LeafCondition<L>;
  /** Due once an event was ever seen, and not used up by a run. */
  keep(): LeafCondition<L>;
  /** Counts an event only if the value at this path differs from that of the event before it. */
  changed(path: PathOf<DataOf<L>>): LeafCondition<L>;
  /** How the asset's slices become the consumer's: `rollup("day")`, `offset(-1)`, `latestSlice()`. */
  partitions(mapping: Mapping): LeafCondition<L>;
}

/** Plain form of the methods, for an object that adds its own fields (an asset is its own leaf). */
export type ConditionParts<C> = Omit<C, typeof LEAF>;

/** @internal */
export function createCondition<L>(node: ConditionNode, assets: AssetsByUri): Condition<L> {
  return sealed<Condition<L>>(conditionParts(frozenNode(node), assets));
}

/** @internal */
export function createAnyCondition<L>(node: ConditionNode, assets: AssetsByUri): AnyCondition<L> {
  return sealed<AnyCondition<L>>({
    ...conditionParts<L>(frozenNode(node), assets),
    count: (n) => createAnyCondition<L>(withField(node, "count", checkCount(n, node)), assets),
  });
}

/** @internal */
export function createLeaf<L>(node: ConditionNode, assets: AssetsByUri): LeafCondition<L> {
  return sealed<LeafCondition<L>>(leafParts(frozenNode(node), assets));
}

/** @internal */
export function leafParts<L>(node: ConditionNode, assets: AssetsByUri): ConditionParts<LeafCondition<L>> {
  const leaf = (next: ConditionNode): LeafCondition<L> => createLeaf<L>(next, assets);
  return {
    ...conditionParts<L>(node, assets),
    where(filter) {
      const where = `${leafName(node)}.where(...)`;
      const added = frozenJson<Filter & ConditionJson>(filter, "E_CONDITION", where);
      compileFilter(added, where);
      const before = (node as { readonly where?: Filter }).where;
      return leaf({ ...node, where: before === undefined ? added : { and: [before, added] } });
    },
    count: (n) => leaf(withField(node, "count", checkCount(n, node))),
    keep: () => leaf({ ...node, keep: true }),
    changed: (path) => leaf(withField(node, "changed", checkPath(path, ".changed(...)"))),
    partitions: (mapping) => leaf(withField(node, "partitions", mapping)),
  };
}

function conditionParts<L>(node: ConditionNode, assets: AssetsByUri): ConditionParts<Condition<L>> {
  return {
    node,
    assets,
    and(other) {
      assertCondition(other, ".and(...)");
      return createCondition({ all: [...childrenOf(node, "all"), ...childrenOf(other.node, "all")] }, mergeAssets([{ assets }, other]));
    },
    or(other) {
      assertCondition(other, ".or(...)");
      return createAnyCondition({ any: [...childrenOf(node, "any"), ...childrenOf(other.node, "any")] }, mergeAssets([{ assets }, other]));
    },
    within(span) {
      parseDuration(span, ".within(...)");
      return createCondition(withField(node, "within", span), assets);
    },
    unless(other) {
      assertCondition(other, ".unless(...)");
      const unless: ConditionNode = node.unless === undefined ? other.node : { any: [node.unless, other.node] };
      return createCondition({ ...node, unless }, mergeAssets([{ assets }, other]));
    },
    by: (key) => createCondition(withField(node, "by", checkBy(key)), assets),
  };
}

/** Throws `E_CONDITION` unless `value` is a condition, and says how to write a list of them. */
export function assertCondition(value: unknown, where: string): asserts value is Condition {
  if (typeof value === "object" && value !== null && "node" in value && "assets" in value) {
    return;
  }
  const hint = Array.isArray(value)
    ? "a list does not say whether all of them or any of them: wrap it in all(a, b) or any(a, b)"
    : typeof value === "string"
      ? `pass the asset, not its URI: export const orders = asset("s3://lake/orders"), then use orders`
      : "pass an asset, or what all, any, atLeast, sequence, cron, every, absent, group and pattern return";
  throw new HeadgateError("E_CONDITION", `${where} is ${kindOf(value)}, not a condition`, { where, hint });
}

/** @internal */
export function mergeAssets(parts: readonly { readonly assets: AssetsByUri }[]): AssetsByUri {
  return new Map(parts.flatMap((part) => [...part.assets]));
}

/** Nested joins of one kind become one, if nothing was said about the inner one. */
function childrenOf(node: ConditionNode, kind: "all" | "any"): readonly ConditionNode[] {
  const children: readonly ConditionNode[] | undefined = kind === "all" && "all" in node ? node.all : kind === "any" && "any" in node ? node.any : undefined;
  return children !== undefined && Object.keys(node).length === 1 ? children : [node];
}

function withField(node: ConditionNode, field: "within" | "by" | "count" | "changed" | "partitions", value: unknown): ConditionNode {
  if (field in node) {
    throw new HeadgateError("E_CONDITION", `${leafName(node)} says ${field} twice`, {
      where: `.${field}(...)`,
      hint: `keep one .${field}(...), or put the inner condition into all(...) first`,
    });
  }
  return { ...node, [field]: value };
}

type ConditionJson = { readonly [key: string]: never };

function frozenNode(node: ConditionNode): ConditionNode {
  return frozenJson<never>(node, "E_CONDITION", leafName(node)) as ConditionNode;
}

function checkPath(path: string, where: string): string {
  compilePath(path, where);
  return path;
}

/** Paths must be paths; the assets of the object form may be written in any spelling of their URI. */
function checkBy(key: unknown): By {
  const paths = (value: unknown): string | readonly string[] => {
    const list: readonly unknown[] = Array.isArray(value) ? value : [value];
    if (list.length === 0 || !list.every((path) => typeof path === "string")) {
      throw new HeadgateError("E_CONDITION", ".by(...) takes no such key", {
        where: ".by(...)",
        hint: `write .by("partition"), .by("tenant"), .by(["tenant", "region"]) or .by({ "s3://lake/a": "updated_by", "s3://lake/b": "posted_by" })`,
      });
    }
    for (const path of list) {
      checkPath(path as string, ".by(...)");
    }
    return value as string | readonly string[];
  };
  if (typeof key !== "object" || key === null || Array.isArray(key)) {
    return paths(key);
  }
  return Object.fromEntries(Object.entries(key).map(([uri, value]) => [parseTemplate(uri).identity, paths(value)]));
}

function checkCount(n: number, node: ConditionNode): number {
  if (!Number.isSafeInteger(n) || n < 1) {
    throw new HeadgateError("E_CONDITION", `${leafName(node)}.count(${n}) is no count of events`, {
      where: ".count(...)",
      hint: "give a whole number from 1 on",
    });
  }
  return n;
}

function leafName(node: ConditionNode): string {
  return "asset" in node
    ? node.asset
    : "group" in node
      ? `group "${node.group}"`
      : "pattern" in node
        ? `pattern "${node.pattern}"`
        : `${Object.keys(node)[0] ?? "condition"}(...)`;
}

/** The leaf's type is for the compiler only. */
function sealed<C>(parts: ConditionParts<C>): C {
  return Object.freeze(parts) as C;
}
