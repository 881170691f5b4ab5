import { HeadgateError } from "../core/errors.ts";
import type { Plan, PlanTask } from "../core/plan.ts";

/** One thing that a task waits for: another task, or one path of a branch. */
export interface Upstream {
  readonly task: string;
  readonly path?: string;
}

export interface GraphNode {
  readonly task: PlanTask;
  readonly upstream: readonly Upstream[];
  /** Ids of the tasks that wait for this one, in the order of the plan. */
  readonly downstream: readonly string[];
}

/** A plan's tasks with their edges in both directions. Made once a run; holds nothing that changes. */
export interface Graph {
  readonly plan: Plan;
  /** In the order of the plan. */
  readonly nodes: ReadonlyMap<string, GraphNode>;
  /** Tasks that nothing waits for, but teardowns: they decide the status of the run. */
  readonly leaves: readonly string[];
  /** For a path of a branch, every task that can be reached through it. */
  reachedThrough(branch: string, path: string): ReadonlySet<string>;
  /** Every task that comes after one, at whatever distance, in the order of the plan. */
  below(task: string): readonly string[];
}

/** Throws E_DUPLICATE_ID, E_REFERENCE or E_CYCLE if the plan is no graph: it came from a catalogue, not from our builder. */
export function buildGraph(plan: Plan): Graph {
  const where = `dag ${plan.dag}`;
  const tasks = new Map<string, PlanTask>();
  for (const task of plan.tasks) {
    if (tasks.has(task.id)) throw new HeadgateError("E_DUPLICATE_ID", `two tasks are called "${task.id}"`, { where });
    tasks.set(task.id, task);
  }

  const downstream = new Map<string, string[]>(plan.tasks.map((task) => [task.id, []]));
  const upstream = new Map<string, readonly Upstream[]>();
  for (const task of plan.tasks) {
    const edges = upstreamOf(task);
    for (const edge of edges) {
      const target = tasks.get(edge.task);
      if (target === undefined) throw new HeadgateError("E_REFERENCE", `task "${task.id}" waits for "${edge.task}", which the plan does not have`, { where });
      if (edge.path !== undefined && !(target.paths ?? []).includes(edge.path)) {
        throw new HeadgateError(
          "E_REFERENCE",
          `task "${task.id}" waits for path "${edge.path}" of "${edge.task}", which has the paths ${JSON.stringify(target.paths ?? [])}`,
          { where },
        );
      }
      const known = downstream.get(edge.task);
      if (known !== undefined && !known.includes(task.id)) known.push(task.id);
    }
    upstream.set(task.id, edges);
  }

  const nodes = new Map<string, GraphNode>();
  for (const task of plan.tasks) nodes.set(task.id, { task, upstream: upstream.get(task.id) ?? [], downstream: downstream.get(task.id) ?? [] });
  assertNoCycle(nodes, where);

  const reached = new Map<string, ReadonlySet<string>>();
  return {
    plan,
    nodes,
    leaves: plan.tasks.filter((task) => counts(task) && !nodes.get(task.id)?.downstream.some((id) => counts(nodes.get(id)?.task))).map((task) => task.id),
    reachedThrough(branch, path) {
      const name = `${branch}.${path}`;
      let found = reached.get(name);
      if (found === undefined) {
        found = reach(nodes, branch, path);
        reached.set(name, found);
      }
      return found;
    },
    below(task) {
      const found = reachFrom(nodes, nodes.get(task)?.downstream ?? []);
      return plan.tasks.filter(({ id }) => found.has(id)).map(({ id }) => id);
    },
  };
}

/** As in Airflow: a teardown says nothing about the run unless it is asked to. Nor does a task that runs when the end is known. */
function counts(task: PlanTask | undefined): boolean {
  return task !== undefined && task.atEnd === undefined && task.teardown?.failsRun !== false;
}

/** `needs` and `after` as one list without repeats. */
function upstreamOf(task: PlanTask): readonly Upstream[] {
  const edges = new Map<string, Upstream>();
  for (const need of task.needs) if ("task" in need) edges.set(need.task, { task: need.task });
  for (const edge of task.after) edges.set(edge.path === undefined ? edge.task : `${edge.task}.${edge.path}`, edge);
  return [...edges.values()];
}

function reach(nodes: ReadonlyMap<string, GraphNode>, branch: string, path: string): ReadonlySet<string> {
  const first = (nodes.get(branch)?.downstream ?? []).filter(
    (id) => nodes.get(id)?.upstream.some((edge) => edge.task === branch && edge.path === path) === true,
  );
  return reachFrom(nodes, first);
}

function reachFrom(nodes: ReadonlyMap<string, GraphNode>, first: readonly string[]): ReadonlySet<string> {
  const found = new Set<string>();
  const open = [...first];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (found.has(id)) continue;
    found.add(id);
    open.push(...(nodes.get(id)?.downstream ?? []));
  }
  return found;
}

function assertNoCycle(nodes: ReadonlyMap<string, GraphNode>, where: string): void {
  const waitsFor = new Map<string, number>();
  for (const [id, node] of nodes) waitsFor.set(id, new Set(node.upstream.map((edge) => edge.task)).size);
  const ready = [...waitsFor].filter(([, count]) => count === 0).map(([id]) => id);
  let seen = 0;
  for (let id = ready.pop(); id !== undefined; id = ready.pop()) {
    seen += 1;
    for (const next of nodes.get(id)?.downstream ?? []) {
      const left = (waitsFor.get(next) ?? 0) - 1;
      waitsFor.set(next, left);
      if (left === 0) ready.push(next);
    }
  }
  if (seen === nodes.size) return;
  const stuck = [...waitsFor].filter(([, count]) => count > 0).map(([id]) => id);
  throw new HeadgateError("E_CYCLE", `the tasks ${stuck.map((id) => `"${id}"`).join(", ")} wait for each other`, { where });
}
