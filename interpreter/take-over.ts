import type { KeptRun } from "../core/run.ts";
import type { Graph } from "./graph.ts";
import type { TaskState } from "./state.ts";

/** The tasks of a rerun that stay as they were: those that ended well, unless they are to run again or something before them does. */
export function tasksToKeep(graph: Graph, { tasks, from = [] }: KeptRun): ReadonlySet<string> {
  const again = [...graph.nodes.keys()].filter((id) => !Object.hasOwn(tasks, id) || from.includes(id));
  const keep = new Set(graph.nodes.keys());
  for (let id = again.pop(); id !== undefined; id = again.pop()) {
    if (keep.delete(id)) again.push(...(graph.nodes.get(id)?.downstream ?? []));
  }
  for (const { task } of graph.nodes.values()) {
    // Every run tells of its own end.
    if (task.atEnd !== undefined) keep.delete(task.id);
    // What was torn down is set up anew for those that run again; those that had succeeded with it stay.
    if (task.teardown !== undefined && !keep.has(task.id)) keep.delete(task.teardown.setup);
  }
  return keep;
}

/** These tasks as they stand when the rerun begins. */
export function takeOver(graph: Graph, kept: KeptRun, now: number): ReadonlyMap<string, TaskState> {
  const states = new Map<string, TaskState>();
  for (const id of tasksToKeep(graph, kept)) {
    const { why, ...task } = kept.tasks[id] as KeptRun["tasks"][string];
    const rounds = { round: 0, attemptsBefore: 0, retries: graph.nodes.get(id)?.task.retries ?? 0, lost: 0 };
    states.set(id, { ...rounds, ...task, why: task.status === "skipped" && why !== undefined ? why : `kept from ${kept.run}`, endedAt: now });
  }
  return states;
}
