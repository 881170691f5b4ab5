import type { ConditionNode } from "../core/condition.ts";
import { compilePattern } from "../core/pattern.ts";
import type { HashedPlan } from "../core/plan.ts";
import { normalizeUri } from "../core/uri.ts";
import { type Assets, outletsOf, RUNS_PREFIX } from "./assets.ts";

/** Which DAG's outlets start which other DAG, over all projects, with groups and patterns expanded. */
export interface Edges {
  /** DAG, by the asset that it publishes, to the DAGs that the asset starts. */
  readonly next: ReadonlyMap<string, readonly { readonly dag: string; readonly asset: string }[]>;
}

export function findEdges(plans: readonly HashedPlan[], assets: Assets): Edges {
  const listeners = new Map<string, string[]>();
  const wild: { dag: string; matches: (asset: string) => boolean }[] = [];
  for (const { plan } of plans) {
    if (plan.on === null) continue;
    for (const node of starting(plan.on)) {
      if ("asset" in node) {
        const asset = normalizeUri(node.asset);
        listeners.set(asset, [...(listeners.get(asset) ?? []), plan.dag]);
      } else if ("group" in node) {
        const { group } = node;
        wild.push({ dag: plan.dag, matches: (asset) => assets.membersOf(group).includes(asset) });
      } else if ("pattern" in node) wild.push({ dag: plan.dag, matches: compilePattern(node.pattern) });
    }
  }
  const next = new Map<string, { dag: string; asset: string }[]>();
  for (const { plan } of plans) {
    const edges: { dag: string; asset: string }[] = [];
    for (const asset of new Set([...outletsOf(plan), `${RUNS_PREFIX}${plan.dag}`])) {
      for (const dag of listeners.get(asset) ?? []) edges.push({ dag, asset });
      // A DAG never sees its own outlets by group or pattern.
      for (const { dag, matches } of wild) if (dag !== plan.dag && matches(asset)) edges.push({ dag, asset });
    }
    next.set(plan.dag, edges);
  }
  return { next };
}

/** A cycle in which no DAG allows it, as text: `orders -> s3://lake/a -> mart -> s3://lake/b -> orders`. Null if there is none. */
export function findCycle(plans: readonly HashedPlan[], edges: Edges): string | null {
  const allowed = new Set(plans.filter(({ plan }) => plan.policy.cycle === true).map(({ plan }) => plan.dag));
  const done = new Set<string>();
  for (const { plan } of plans) {
    const cycle = walk(plan.dag);
    if (cycle !== null) return cycle;
  }
  return null;

  /** Depth first without recursion, so that a long chain is no deep stack. */
  function walk(from: string): string | null {
    const path: { dag: string; via: string; index: number }[] = [];
    const onPath = new Set<string>();
    const enter = (dag: string, via: string): void => {
      path.push({ dag, via, index: 0 });
      onPath.add(dag);
    };
    if (!done.has(from) && !allowed.has(from)) enter(from, "");
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const edge = edges.next.get(top.dag)?.[top.index];
      top.index += 1;
      if (edge === undefined) {
        done.add(top.dag);
        onPath.delete(top.dag);
        path.pop();
      } else if (onPath.has(edge.dag)) {
        const start = path.findIndex((step) => step.dag === edge.dag);
        const steps = path.slice(start).flatMap((step, index) => (index === 0 ? [step.dag] : [step.via, step.dag]));
        return [...steps, edge.asset, edge.dag].join(" -> ");
      } else if (!done.has(edge.dag) && !allowed.has(edge.dag)) enter(edge.dag, edge.asset);
    }
    return null;
  }
}

/** How many DAGs stand in the longest chain; edges back to one on the path are not followed. */
export function longestChain(plans: readonly HashedPlan[], edges: Edges): number {
  const lengths = new Map<string, number>();
  let longest = 0;
  for (const { plan } of plans) {
    const path: { dag: string; index: number; best: number }[] = lengths.has(plan.dag) ? [] : [{ dag: plan.dag, index: 0, best: 0 }];
    const onPath = new Set([plan.dag]);
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const edge = edges.next.get(top.dag)?.[top.index];
      top.index += 1;
      if (edge === undefined) {
        lengths.set(top.dag, top.best + 1);
        onPath.delete(top.dag);
        path.pop();
        const below = path.at(-1);
        if (below !== undefined) below.best = Math.max(below.best, top.best + 1);
      } else if (lengths.has(edge.dag)) top.best = Math.max(top.best, lengths.get(edge.dag) ?? 0);
      else if (!onPath.has(edge.dag)) {
        path.push({ dag: edge.dag, index: 0, best: 0 });
        onPath.add(edge.dag);
      }
    }
    longest = Math.max(longest, lengths.get(plan.dag) ?? 0);
  }
  return longest;
}

/** Nodes whose events can start a run: not those of `absent`, which wait for nothing to come, nor of `unless`, which only clear. */
function* starting(node: ConditionNode): Generator<ConditionNode> {
  if ("asset" in node || "group" in node || "pattern" in node) yield node;
  const below = "all" in node ? node.all : "any" in node ? node.any : "of" in node ? node.of : "sequence" in node ? node.sequence : [];
  for (const child of below) yield* starting(child);
}
