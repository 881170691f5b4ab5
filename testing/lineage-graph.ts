import type { Catalog } from "../core/catalog.ts";
import { takenLeaves } from "../core/conditions/condition-leaves.ts";
import { compilePattern } from "../core/conditions/pattern.ts";
import type { Plan } from "../core/plan.ts";
import { runEndsUri } from "../core/run-ends.ts";

/** What leads to what: a node is an asset's URI, or `dag <id>`. */
export type LineageGraph = ReadonlyMap<string, ReadonlySet<string>>;

/** How many paths a text shows. */
const SHOWN = 12;

export function dagNode(id: string): string {
  return `dag ${id}`;
}

/** Assets lead to the DAGs that take their events, DAGs to their outlets. What `absent` and `unless` name is not taken. */
export function lineageGraph({ assets, dags }: Catalog): LineageGraph {
  const plans = dags.map(({ plan }) => plan);
  const graph = new Map<string, Set<string>>();
  const add = (from: string, to?: string): void => {
    const targets = graph.get(from) ?? new Set();
    graph.set(from, to === undefined ? targets : targets.add(to));
  };
  for (const { uri } of assets) add(uri);
  for (const plan of plans) for (const uri of outletsOf(plan)) add(dagNode(plan.dag), uri);
  const uris = [...new Set([...assets.map(({ uri }) => uri), ...plans.flatMap(outletsOf)])];
  const inGroup = (group: string): readonly string[] => assets.filter(({ groups = [] }) => groups.includes(group)).map(({ uri }) => uri);
  for (const plan of plans) {
    for (const leaf of plan.on === null ? [] : takenLeaves(plan.on)) {
      const taken = "asset" in leaf ? [leaf.asset] : "group" in leaf ? inGroup(leaf.group) : uris.filter(compilePattern(leaf.pattern));
      // A DAG never takes its own events by a group or a pattern.
      const own = "asset" in leaf ? new Set<string>() : new Set(outletsOf(plan));
      for (const uri of taken) if (!own.has(uri)) add(uri, dagNode(plan.dag));
    }
  }
  return graph;
}

function outletsOf(plan: Plan): readonly string[] {
  return [...plan.outlets, ...plan.tasks.flatMap(({ outlets }) => outlets)].map(({ asset }) => asset).concat(runEndsUri(plan.dag));
}

export function reversed(graph: LineageGraph): LineageGraph {
  const back = new Map<string, Set<string>>([...graph.keys()].map((node) => [node, new Set()]));
  for (const [from, targets] of graph) for (const to of targets) back.set(to, (back.get(to) ?? new Set()).add(from));
  return back;
}

/** The shortest way, with both ends; of a node to itself that is the node. */
export function shortestPath(graph: LineageGraph, from: string, to: string): readonly string[] | undefined {
  const cameFrom = new Map<string, string | undefined>([[from, undefined]]);
  for (const node of cameFrom.keys()) {
    if (node === to) {
      const path: string[] = [];
      for (let step: string | undefined = to; step !== undefined; step = cameFrom.get(step)) path.unshift(step);
      return path;
    }
    for (const next of graph.get(node) ?? []) if (!cameFrom.has(next)) cameFrom.set(next, node);
  }
  return undefined;
}

/** Ways from a node until they end, or until `to`; a few, and whether there are more. */
export function pathsFrom(graph: LineageGraph, from: string, to?: string): { readonly paths: readonly (readonly string[])[]; readonly more: boolean } {
  // Only what can still reach the end is walked into: dead ends may be many.
  const leads = to === undefined ? undefined : nodesBehind(reversed(graph), to);
  const paths: (readonly string[])[] = [];
  const walk = (path: readonly string[]): void => {
    if (paths.length > SHOWN) return;
    const node = path.at(-1) ?? "";
    const next = node === to ? [] : [...(graph.get(node) ?? [])].filter((one) => leads?.has(one) !== false && !path.includes(one) && !isRunEnd(graph, one));
    if (next.length === 0 && (to === undefined || node === to)) paths.push(path);
    for (const one of next) walk([...path, one]);
  };
  walk([from]);
  return { paths: paths.slice(0, SHOWN), more: paths.length > SHOWN };
}

/** The end of a DAG's runs is an outlet of every DAG; it says something only where a DAG waits for it. */
function isRunEnd(graph: LineageGraph, node: string): boolean {
  return node.startsWith("headgate://runs/") && (graph.get(node)?.size ?? 0) === 0;
}

function nodesBehind(graph: LineageGraph, start: string): ReadonlySet<string> {
  const seen = new Set([start]);
  for (const node of seen) for (const next of graph.get(node) ?? []) seen.add(next);
  return seen;
}
