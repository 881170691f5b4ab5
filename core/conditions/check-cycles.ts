import type { CatalogAsset } from "../catalog.ts";
import type { Plan } from "../plan.ts";
import { runEndsUri } from "../run-ends.ts";
import { takenLeaves } from "./condition-leaves.ts";
import { compilePattern } from "./pattern.ts";

/** A loop of assets and DAGs, from an asset back to itself. */
export interface AssetCycle {
  /** The DAGs on it, in its order. */
  readonly dags: readonly string[];
  /** `s3://lake/a -> dag x -> s3://lake/b -> dag y -> s3://lake/a` */
  readonly text: string;
}

/** For each DAG, the DAGs that its outlets start, each with the asset through which. */
type Edges = ReadonlyMap<string, ReadonlyMap<string, string>>;

/**
 * The cycles that assets and DAGs form, one for each knot of DAGs, the shortest. A DAG with `cycle: true` breaks every cycle
 * through it. Members of groups and patterns are those among `assets` and what the DAGs mention. SEMANTICS section 6: leaves of
 * `absent` and `unless` start nothing; own outlets are no edges of a DAG's own groups and patterns; the ends of a DAG's runs are
 * an outlet of it.
 */
export function checkCycles(plans: readonly Plan[], assets: readonly CatalogAsset[]): readonly AssetCycle[] {
  const edges = edgesOf(
    plans.filter((plan) => plan.policy.cycle !== true),
    assets,
  );
  return knotsOf(edges)
    .flatMap((knot) => {
      const start = [...knot].sort()[0] ?? "";
      const loops = knot.length > 1 || edges.get(start)?.has(start) === true;
      const path = loops ? shortestWayBack(start, edges) : [];
      return path.length === 0 ? [] : [{ dags: path, text: print(path, edges) }];
    })
    .sort((one, other) => (one.text < other.text ? -1 : 1));
}

/** The most DAGs that one event can go through, cycles left out. */
export function longestChain(plans: readonly Plan[], assets: readonly CatalogAsset[]): number {
  const edges = edgesOf(plans, assets);
  const lengths = new Map<string, number>();
  const waiting = new Map<string, number>([...edges.keys()].map((dag) => [dag, 0]));
  for (const targets of edges.values()) {
    for (const target of targets.keys()) {
      waiting.set(target, (waiting.get(target) ?? 0) + 1);
    }
  }
  const ready = [...waiting].flatMap(([dag, before]) => (before === 0 ? [dag] : []));
  for (const dag of ready) {
    const length = lengths.get(dag) ?? 1;
    for (const target of edges.get(dag)?.keys() ?? []) {
      lengths.set(target, Math.max(lengths.get(target) ?? 1, length + 1));
      const left = (waiting.get(target) ?? 0) - 1;
      waiting.set(target, left);
      if (left === 0) {
        ready.push(target);
      }
    }
  }
  return Math.max(0, ...ready.map((dag) => lengths.get(dag) ?? 1));
}

function edgesOf(plans: readonly Plan[], assets: readonly CatalogAsset[]): Edges {
  const groupsOf = new Map(assets.flatMap(({ uri, groups = [] }) => (groups.length === 0 ? [] : [[uri, new Set(groups)] as const])));
  const outletsOf = new Map(plans.map((plan) => [plan.dag, outletsOfPlan(plan)]));
  const producers = new Map<string, string[]>();
  for (const [dag, outlets] of outletsOf) {
    for (const uri of outlets) {
      producers.set(uri, [...(producers.get(uri) ?? []), dag]);
    }
  }
  const edges = new Map<string, Map<string, string>>(plans.map((plan) => [plan.dag, new Map()]));
  for (const plan of plans) {
    for (const leaf of plan.on === null ? [] : takenLeaves(plan.on)) {
      const exact = "asset" in leaf;
      const matches =
        "pattern" in leaf ? compilePattern(leaf.pattern) : "group" in leaf ? (uri: string) => groupsOf.get(uri)?.has(leaf.group) === true : undefined;
      const uris = exact ? [leaf.asset] : [...producers.keys()].filter((uri) => matches?.(uri));
      for (const uri of uris) {
        for (const producer of producers.get(uri) ?? []) {
          const targets = edges.get(producer);
          if (targets !== undefined && (exact || producer !== plan.dag) && !targets.has(plan.dag)) {
            targets.set(plan.dag, uri);
          }
        }
      }
    }
  }
  return edges;
}

function outletsOfPlan(plan: Plan): ReadonlySet<string> {
  return new Set([...plan.outlets, ...plan.tasks.flatMap((task) => task.outlets)].map((outlet) => outlet.asset).concat(runEndsUri(plan.dag)));
}

/** The DAGs from `start` to itself by the fewest steps, in order, without the return; breadth first. */
function shortestWayBack(start: string, edges: Edges): readonly string[] {
  const cameFrom = new Map<string, string>();
  const queue = [start];
  for (const dag of queue) {
    for (const target of edges.get(dag)?.keys() ?? []) {
      if (target === start) {
        const path = [dag];
        for (let before = cameFrom.get(dag); before !== undefined; before = cameFrom.get(before)) {
          path.push(before);
        }
        return path.reverse();
      }
      if (!cameFrom.has(target)) {
        cameFrom.set(target, dag);
        queue.push(target);
      }
    }
  }
  return [];
}

/** The DAGs in sets, each of which reach one another (Kosaraju, with lists instead of recursion: chains may be long). */
function knotsOf(edges: Edges): readonly (readonly string[])[] {
  const backwards = new Map<string, string[]>([...edges.keys()].map((dag) => [dag, []]));
  for (const [dag, targets] of edges) {
    for (const target of targets.keys()) {
      backwards.get(target)?.push(dag);
    }
  }
  const placed = new Set<string>();
  return leavingOrder(edges)
    .reverse()
    .flatMap((start) => {
      if (placed.has(start)) {
        return [];
      }
      placed.add(start);
      const knot = [start];
      for (const dag of knot) {
        for (const before of backwards.get(dag) ?? []) {
          if (!placed.has(before)) {
            placed.add(before);
            knot.push(before);
          }
        }
      }
      return [knot];
    });
}

/** The DAGs in the order in which a depth-first walk is through with them. */
function leavingOrder(edges: Edges): string[] {
  const order: string[] = [];
  const entered = new Set<string>();
  for (const start of edges.keys()) {
    if (entered.has(start)) {
      continue;
    }
    entered.add(start);
    const walk = [{ dag: start, left: targetsOf(start) }];
    for (let top = walk.at(-1); top !== undefined; top = walk.at(-1)) {
      const next = top.left.next();
      if (next.done === true) {
        order.push(top.dag);
        walk.pop();
      } else if (!entered.has(next.value)) {
        entered.add(next.value);
        walk.push({ dag: next.value, left: targetsOf(next.value) });
      }
    }
  }
  return order;

  function targetsOf(dag: string): Iterator<string> {
    return (edges.get(dag) ?? new Map<string, string>()).keys();
  }
}

function print(path: readonly string[], edges: Edges): string {
  const last = path.at(-1) ?? "";
  const into = (index: number): string => edges.get(index === 0 ? last : (path[index - 1] ?? ""))?.get(path[index] ?? "") ?? "";
  return [...path.map((dag, index) => `${into(index)} -> dag ${dag}`), into(0)].join(" -> ");
}
