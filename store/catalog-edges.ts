import type { Catalog } from "../core/catalog.ts";
import type { ConditionNode } from "../core/condition.ts";
import { assetOfFreshness } from "../core/freshness-events.ts";

export type EdgeEnd = "asset" | "dag" | "watcher" | "group" | "pattern";

/** One arrow of the graph of assets and DAGs that a catalogue describes. */
export interface CatalogEdge {
  readonly fromKind: EdgeEnd;
  readonly fromId: string;
  readonly toKind: EdgeEnd;
  readonly toId: string;
  /** `on` a condition's leaf, `keep`, `absent`, `unless`; `outlet` of a task or DAG; `watch`; `end` of a run; `freshness` of an asset. */
  readonly how: "on" | "keep" | "absent" | "unless" | "outlet" | "watch" | "end" | "freshness";
  /** The task of an outlet. */
  readonly task: string;
  /** Of a pattern: the regular expression for the URIs that it matches. */
  readonly matches: string | null;
}

const RUN_ENDS = "headgate://runs/";

/** Edges from assets, groups and patterns to the DAGs that wait for them, from DAGs to their outlets, and from watchers to assets. */
export function edgesOf(catalog: Catalog): readonly CatalogEdge[] {
  const edges = new Map<string, CatalogEdge>();
  const add = (
    fromKind: EdgeEnd,
    fromId: string,
    toKind: EdgeEnd,
    toId: string,
    how: CatalogEdge["how"],
    more: { task?: string; matches?: string } = {},
  ): void => {
    const edge = { fromKind, fromId, toKind, toId, how, task: more.task ?? "", matches: more.matches ?? null };
    edges.set(JSON.stringify(edge), edge);
  };

  const walk = (dag: string, node: ConditionNode, how: CatalogEdge["how"]): void => {
    const own = "keep" in node && node.keep === true ? "keep" : how;
    if ("asset" in node) {
      add("asset", node.asset, "dag", dag, own);
      if (node.asset.startsWith(RUN_ENDS)) add("dag", node.asset.slice(RUN_ENDS.length), "asset", node.asset, "end");
      const watched = assetOfFreshness(node.asset);
      if (watched !== undefined) add("asset", watched, "asset", node.asset, "freshness");
    } else if ("group" in node) add("group", node.group, "dag", dag, own);
    else if ("pattern" in node) add("pattern", node.pattern, "dag", dag, own, { matches: toRegularExpression(node.pattern) });
    else if ("absent" in node) walk(dag, node.absent, "absent");
    else for (const child of childrenOf(node)) walk(dag, child, how);
    if (node.unless !== undefined) walk(dag, node.unless, "unless");
  };

  for (const { plan } of catalog.dags) {
    if (plan.on !== null) walk(plan.dag, plan.on, "on");
    for (const outlet of plan.outlets) add("dag", plan.dag, "asset", outlet.asset, "outlet");
    for (const task of plan.tasks) for (const outlet of task.outlets) add("dag", plan.dag, "asset", outlet.asset, "outlet", { task: task.id });
  }
  for (const { id, publishes, alsoPublishes = [] } of catalog.watchers)
    for (const asset of [publishes, ...alsoPublishes]) add("watcher", id, "asset", asset, "watch");
  return [...edges.values()];
}

function childrenOf(node: ConditionNode): readonly ConditionNode[] {
  if ("all" in node) return node.all;
  if ("any" in node) return node.any;
  if ("atLeast" in node) return node.of;
  if ("sequence" in node) return node.sequence;
  return [];
}

/** A glob of SEMANTICS section 3 as Postgres understands it: `*` any characters but `/`, `**` any, `?` one; a last `/` is ignored. */
export function toRegularExpression(pattern: string): string {
  const body = pattern.replace(/\/+$/, "").replace(/\*\*|[*?]|[.+^${}()|[\]\\]/g, (part) => {
    if (part === "**") return ".*";
    if (part === "*") return "[^/]*";
    return part === "?" ? "." : `\\${part}`;
  });
  return `^${body}/?$`;
}
