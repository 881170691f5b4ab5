import type { ConditionNode, Filter } from "../condition.ts";
import { HeadgateError } from "../errors.ts";
import { parseMapping } from "../partitions/mapping-schema.ts";
import { compileCron } from "../time/cron.ts";
import { parseDuration } from "../time/duration.ts";
import { checkTimeZone } from "../time/time.ts";
import { parseTemplate } from "../uri/template.ts";
import { normalizePattern } from "../uri/uri.ts";
import { NODE_KINDS, type NodeKind, walkCondition } from "./condition-tree.ts";
import { compileFilter } from "./filter.ts";
import { compilePath } from "./path.ts";
import { type StrictReader, strictReader } from "./strict-json.ts";

const read: StrictReader = strictReader("E_CONDITION");

const MODIFIERS = ["within", "unless", "by"] as const;
const EVENT_TEST = ["where", "count", "partitions"] as const;
const LEAF = [...EVENT_TEST, "keep", "changed", ...MODIFIERS] as const;

/** All keys of each kind of node. */
const KEYS: Readonly<Record<NodeKind, readonly string[]>> = {
  asset: ["asset", ...LEAF],
  group: ["group", "members", ...LEAF],
  pattern: ["pattern", "members", ...LEAF],
  all: ["all", ...MODIFIERS],
  any: ["any", "count", ...MODIFIERS],
  atLeast: ["atLeast", "of", ...MODIFIERS],
  sequence: ["sequence", ...MODIFIERS],
  cron: ["cron", "tz", ...MODIFIERS],
  every: ["every", ...MODIFIERS],
  absent: ["absent", "for", ...MODIFIERS],
};

/** Nobody writes this deep a condition, and the machine walks it by recursion. */
const DEEPEST = 64;

/**
 * Checks a condition that comes from outside, strictly, and returns it with its URIs and patterns normalised; a template
 * becomes the identity of its asset. What depends on the assets (whether a mapping fits) is not looked at.
 *
 * @param where - path of the condition for errors: `dags[0].on`
 * @throws E_CONDITION, and E_ASSET_URI, E_CRON, E_DURATION for what stands inside; each names its path.
 */
export function parseCondition(value: unknown, where: string): ConditionNode {
  const node = parseNode(value, where, 0);
  let uses = 0;
  walkCondition(node, (below, _, role) => {
    if (role === "part" && !("keep" in below && below.keep === true) && isOwn(below)) uses++;
  });
  if (uses === 0)
    read.refuse(where, "every node of it is kept, so no event would ever be used up and it would be due for ever", "leave keep out of one of them");
  return node;
}

/** Nodes that can be due by themselves: not the combinations. */
function isOwn(node: ConditionNode): boolean {
  return !("all" in node || "any" in node || "of" in node || "sequence" in node);
}

function parseNode(value: unknown, where: string, depth: number): ConditionNode {
  if (depth > DEEPEST) read.refuse(where, `nodes are nested deeper than ${DEEPEST}`);
  const given = read.object(value, where);
  const kinds = NODE_KINDS.filter((kind) => Object.hasOwn(given, kind));
  const [kind, second] = kinds;
  if (kind === undefined) return read.refuse(where, `a node has one of the keys ${NODE_KINDS.join(", ")}`);
  if (second !== undefined) return read.refuse(where, `a node is either ${kind} or ${second}`, `write {"all": [...]} or {"any": [...]} around two nodes`);
  read.object(value, where, KEYS[kind]);
  const node: Record<string, unknown> = {};
  for (const [key, field] of Object.entries(given)) {
    if (field !== undefined) node[key] = parseField(kind, key, field, `${where}.${key}`, depth);
  }
  checkWhole(kind, node, where);
  return node as unknown as ConditionNode;
}

function parseField(kind: NodeKind, key: string, value: unknown, where: string, depth: number): unknown {
  switch (key) {
    case "asset":
      return at(where, () => parseTemplate(read.text(value, where)).identity);
    case "group":
      return read.text(value, where);
    case "pattern":
      return normalizePattern(read.text(value, where));
    case "members":
      return read.oneOf(value, where, ["all", "any"]);
    case "all":
    case "any":
    case "of":
    case "sequence":
      return read.list(value, where, 1).map((child, index) => parseNode(child, `${where}[${index}]`, depth + 1));
    case "atLeast":
    case "count":
      return read.whole(value, where, 1);
    case "cron":
      compileCron(value as string, "UTC", where);
      return value;
    case "tz":
      checkTimeZone(value as string, where);
      return value;
    case "every":
    case "for":
      return read.duration(value, where);
    case "absent":
      return parseAbsent(value, where, depth);
    case "within":
      parseDuration(value as string, where);
      return value;
    case "unless":
      return parseNode(value, where, depth + 1);
    case "by":
      return parseBy(value, where);
    case "where":
      compileFilter(value as Filter, where);
      return value;
    case "partitions":
      return parseMapping(value, where);
    case "keep":
      return read.flag(value, where);
    case "changed":
      return parsePath(value, where);
    default:
      return read.refuse(where, `a node of kind ${kind} has no ${key}`);
  }
}

function checkWhole(kind: NodeKind, node: Readonly<Record<string, unknown>>, where: string): void {
  if (kind === "atLeast") {
    if (!Array.isArray(node.of)) read.refuse(where, "atLeast needs of, the list of its nodes");
    else if (node.of.length < (node.atLeast as number)) read.refuse(`${where}.atLeast`, `${String(node.atLeast)} of ${node.of.length} nodes can never be due`);
  }
  if (kind === "absent" && node.for === undefined) read.refuse(where, 'absent needs for, such as "2h"');
  if (node.keep === true && node.count !== undefined) read.refuse(where, "a kept node is due after one event, so count means nothing");
}

function parseAbsent(value: unknown, where: string, depth: number): ConditionNode {
  const node = parseNode(value, where, depth + 1);
  if (!("asset" in node || "group" in node || "pattern" in node)) return read.refuse(where, "absent takes an asset, group or pattern node");
  read.object(node, where, ["asset", "group", "pattern", "members", ...EVENT_TEST]);
  return node;
}

/** `"partition"`, a path, a list of them, or one of these for each asset. */
function parseBy(value: unknown, where: string): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return parsePaths(value, where);
  const entries = Object.entries(value);
  if (entries.length === 0) read.refuse(where, "it names no asset");
  return Object.fromEntries(
    entries.map(([asset, path]) => [at(`${where}.${asset}`, () => parseTemplate(asset).identity), parsePaths(path, `${where}.${asset}`)]),
  );
}

function parsePaths(value: unknown, where: string): unknown {
  if (Array.isArray(value)) return read.list(value, where, 1).map((path, index) => parsePath(path, `${where}[${index}]`));
  return parsePath(value, where);
}

function parsePath(value: unknown, where: string): string {
  const path = read.text(value, where);
  compilePath(path, where);
  return path;
}

/** Adds the place to an error that knows only what is wrong. */
function at<T>(where: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (!HeadgateError.is(error) || error.where !== undefined) throw error;
    throw new HeadgateError(error.code, error.message, { where, cause: error, ...(error.hint === undefined ? {} : { hint: error.hint }) });
  }
}
