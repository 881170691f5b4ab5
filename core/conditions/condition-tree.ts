import type { AbsentNode, By, ConditionNode, Filter, Mapping } from "../condition.ts";
import type { Json } from "../json.ts";

export const NODE_KINDS = ["asset", "group", "pattern", "all", "any", "atLeast", "sequence", "cron", "every", "absent"] as const;
/** The kind of a node is the name of the key that says it. */
export type NodeKind = (typeof NODE_KINDS)[number];

export function kindOf(node: ConditionNode): NodeKind {
  for (const kind of NODE_KINDS) if (kind in node) return kind;
  throw new TypeError(`no condition node: ${JSON.stringify(node)}`);
}

/** The nodes that a node combines, in their order; none for leaves, ticks and `absent`. */
export function childrenOf(node: ConditionNode): readonly ConditionNode[] {
  if ("all" in node) return node.all;
  if ("any" in node) return node.any;
  if ("of" in node) return node.of;
  return "sequence" in node ? node.sequence : [];
}

/** What a node is to the condition: a part of it, what must not come (`absent`), or what clears it (`unless`). */
export type NodeRole = "part" | "absent" | "unless";

/**
 * Visits every node from the root down, `unless` after the node's own children. `path` is as in errors: `all[1].unless`,
 * the empty text for the root. What is below an `absent` or an `unless` has that role, too.
 */
export function walkCondition(root: ConditionNode, visit: (node: ConditionNode, path: string, role: NodeRole) => void): void {
  function walk(node: ConditionNode, path: string, role: NodeRole): void {
    visit(node, path, role);
    const below = path === "" ? "" : `${path}.`;
    const list = kindOf(node) === "atLeast" ? "of" : kindOf(node);
    childrenOf(node).forEach((child, index) => {
      walk(child, `${below}${list}[${index}]`, role);
    });
    if ("absent" in node) walk(node.absent, `${below}absent`, role === "unless" ? role : "absent");
    if (node.unless !== undefined) walk(node.unless, `${below}unless`, "unless");
  }
  walk(root, "", "part");
}

/** A condition as one plain English sentence without its full stop: `s3://lake/a and (s3://lake/b or every 15m), within 1h`. */
export function describeCondition(node: ConditionNode): string {
  const modifiers = describeModifiers(node);
  return describeKind(node, modifiers !== "") + modifiers;
}

function describeKind(node: ConditionNode, modified: boolean): string {
  if ("asset" in node) return describeLeaf(node.asset, node);
  if ("group" in node) return describeLeaf(`${node.members === "all" ? "all assets" : "any asset"} of group ${node.group}`, node);
  if ("pattern" in node) return describeLeaf(`${node.members === "all" ? "all assets" : "any asset"} like ${node.pattern}`, node);
  if ("all" in node) return grouped(node.all.map(describePart).join(" and "), node.all.length > 1 && modified);
  if ("any" in node) {
    const list = node.any.map(describePart).join(" or ");
    return node.count === undefined || node.count === 1 ? grouped(list, node.any.length > 1 && modified) : `${node.count} events of (${list})`;
  }
  if ("of" in node) return `at least ${node.atLeast} of (${node.of.map(describeCondition).join("; ")})`;
  if ("sequence" in node) return grouped(node.sequence.map(describePart).join(", then "), node.sequence.length > 1 && modified);
  if ("cron" in node) return `cron ${node.cron} (${node.tz ?? "UTC"})`;
  if ("every" in node) return `every ${node.every}`;
  return describeAbsent(node);
}

function describeAbsent(node: AbsentNode): string {
  const { absent } = node;
  const count = "count" in absent ? (absent.count ?? 1) : 1;
  const { count: _, ...once } = absent as ConditionNode & { readonly count?: number };
  return count > 1 ? `fewer than ${count} events of ${describeCondition(once)} for ${node.for}` : `no event of ${describeCondition(once)} for ${node.for}`;
}

/** A child of a combination stands in brackets if it is one itself. */
function describePart(node: ConditionNode): string {
  const text = describeCondition(node);
  return grouped(text, childrenOf(node).length > 1 && !("of" in node) && !("count" in node && node.count !== undefined));
}

function grouped(text: string, brackets: boolean): string {
  return brackets ? `(${text})` : text;
}

interface LeafFields {
  readonly where?: Filter;
  readonly count?: number;
  readonly partitions?: Mapping;
  readonly keep?: boolean;
  readonly changed?: string;
}

function describeLeaf(name: string, { where, count = 1, partitions, keep, changed }: LeafFields): string {
  const mapping = partitions === undefined ? "" : describeMapping(partitions);
  return [
    count > 1 ? `${count} events of ${name}` : name,
    where === undefined || Object.keys(where).length === 0 ? "" : ` where ${describeFilter(where)}`,
    changed === undefined ? "" : ` when ${changed} changes`,
    mapping === "" ? "" : ` (${mapping})`,
    keep === true ? " (kept)" : "",
  ].join("");
}

function describeModifiers({ within, unless, by }: ConditionNode): string {
  return [
    by === undefined ? "" : `, for each ${describeBy(by)}`,
    within === undefined ? "" : `, within ${within}`,
    unless === undefined ? "" : `, unless ${describePart(unless)}`,
  ].join("");
}

function describeBy(by: By): string {
  if (typeof by === "string") return by;
  if (Array.isArray(by)) return by.join(" and ");
  return Object.entries(by)
    .map(([asset, path]) => `${typeof path === "string" ? path : path.join(" and ")} of ${asset}`)
    .join(", ");
}

const WORDS: Readonly<Record<string, string>> = { eq: "=", ne: "!=", gt: ">", gte: ">=", lt: "<", lte: "<=", in: "in", notIn: "not in", glob: "like" };

/** A filter as text: `rows > 0 and region in ["eu"]`. */
export function describeFilter(filter: Filter): string {
  const parts = Object.entries(filter).map(([path, test]) => {
    if (path === "and" || path === "or") return `(${(test as readonly Filter[]).map(describeFilter).join(` ${path} `)})`;
    if (path === "not") return `not (${describeFilter(test as Filter)})`;
    const isOperators = typeof test === "object" && test !== null && !Array.isArray(test);
    const operators = isOperators ? (test as { readonly [operator: string]: Json }) : { eq: test as Json };
    const { tz, ...rest } = operators;
    return Object.entries(rest)
      .map(([operator, operand]) => `${path} ${describeOperator(operator, operand)}${operator === "between" && tz !== undefined ? ` (${String(tz)})` : ""}`)
      .join(" and ");
  });
  return parts.join(" and ");
}

function describeOperator(operator: string, operand: Json): string {
  if (operator === "exists") return operand === true ? "exists" : "is absent";
  if (operator === "between" && Array.isArray(operand)) return `from ${JSON.stringify(operand[0])} to ${JSON.stringify(operand[1])}`;
  return `${WORDS[operator] ?? operator} ${JSON.stringify(operand)}`;
}

/** A mapping as text: `rolled up to day`; empty for `same`. */
export function describeMapping(mapping: Mapping): string {
  switch (mapping.map) {
    case "same":
      return "";
    case "rollup":
      return `rolled up to ${mapping.grain}`;
    case "fanOut":
      return `fanned out to ${mapping.grain}${mapping.direction === "backward" ? " backward" : ""}`;
    case "offset":
      return `slice ${signed(mapping.by)}`;
    case "window":
      return `slices ${signed(mapping.from)} to ${signed(mapping.to)}`;
    case "static":
      return "mapped key by key";
    case "latest":
      return "latest slice";
    case "all":
      return "all slices";
    case "product":
      return mapping.of.map((one) => describeMapping(one) || "same").join(" x ");
  }
}

function signed(value: number): string {
  return value > 0 ? `+${value}` : `${value}`;
}
