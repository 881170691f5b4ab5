import type { TriggerRule } from "../core/plan.ts";
import type { Graph, GraphNode, Upstream } from "./graph.ts";
import type { TaskState } from "./state.ts";

/** What a trigger rule says of a task at one moment. */
export type Verdict =
  | { readonly kind: "wait" }
  | { readonly kind: "run" }
  /** It will never run; the run does not fail by it. */
  | { readonly kind: "skip"; readonly why: string }
  /** It will never run because something before it failed. */
  | { readonly kind: "fail"; readonly why: string };

type EdgeStatus = "open" | "succeeded" | "failed" | "skipped";

const WAIT: Verdict = { kind: "wait" };
const RUN: Verdict = { kind: "run" };

/**
 * Whether a task may run. As in Airflow: a task without anything before it runs whatever its rule, a cancelled task counts as
 * failed, and a task on a path that its branch did not choose is skipped whatever its rule, unless a chosen path leads to it too.
 * The verdict that a task ends with depends only on how the others ended, not on their order: a task on a path first waits for
 * its branch, and a skip waits until nothing can fail.
 */
export function decide(graph: Graph, node: GraphNode, tasks: Readonly<Record<string, TaskState>>): Verdict {
  if (node.task.teardown !== undefined) return decideTeardown(node, node.task.teardown.setup, tasks);
  for (const edge of node.upstream) if (edge.path !== undefined && edgeStatus(edge, tasks[edge.task]) === "open") return WAIT;
  const closed = closedPath(graph, node, tasks);
  if (closed !== undefined) return { kind: "skip", why: closed };
  const edges = node.upstream.map((edge) => ({ edge, status: edgeStatus(edge, tasks[edge.task]) }));
  return edges.length === 0 ? RUN : applyRule(node.task.when, edges);
}

/** What was set up is torn down, whatever became of the tasks between; what was not set up is not. */
function decideTeardown(node: GraphNode, setup: string, tasks: Readonly<Record<string, TaskState>>): Verdict {
  const { status } = tasks[setup] ?? {};
  if (edgeStatus({ task: setup }, tasks[setup]) === "open") return WAIT;
  if (status !== "succeeded") return { kind: "skip", why: `its setup "${setup}" ${status === "failed" ? "failed" : `was ${status}`}` };
  return node.upstream.some((edge) => edgeStatus(edge, tasks[edge.task]) === "open") ? WAIT : RUN;
}

function applyRule(rule: TriggerRule, edges: readonly { readonly edge: Upstream; readonly status: EdgeStatus }[]): Verdict {
  const first = (status: EdgeStatus): Upstream | undefined => edges.find((entry) => entry.status === status)?.edge;
  const open = first("open");
  const failed = first("failed");
  const skipped = first("skipped");
  const succeeded = first("succeeded");
  switch (rule) {
    case "always":
      return RUN;
    case "all-succeeded":
      if (failed) return failedBy(failed);
      if (open) return WAIT;
      return skipped ? skippedBy(skipped) : RUN;
    case "all-done":
      return open ? WAIT : RUN;
    case "one-succeeded":
      if (succeeded) return RUN;
      if (open) return WAIT;
      return failed ? { kind: "fail", why: "nothing before it succeeded" } : { kind: "skip", why: "everything before it was skipped" };
    case "one-failed":
      if (failed) return RUN;
      return open ? WAIT : { kind: "skip", why: "nothing before it failed" };
    case "none-failed":
      if (failed) return failedBy(failed);
      return open ? WAIT : RUN;
    case "none-failed-min-one-succeeded":
      if (failed) return failedBy(failed);
      if (open) return WAIT;
      return succeeded ? RUN : { kind: "skip", why: "everything before it was skipped" };
    case "all-failed":
      if (succeeded) return { kind: "skip", why: `"${succeeded.task}" did not fail` };
      if (skipped) return { kind: "skip", why: `"${skipped.task}" did not fail` };
      return open ? WAIT : RUN;
    case "none-skipped":
      if (skipped) return skippedBy(skipped);
      return open ? WAIT : RUN;
  }
}

function edgeStatus(edge: Upstream, task: TaskState | undefined): EdgeStatus {
  switch (task?.status) {
    case "succeeded":
      return edge.path === undefined || task.paths?.includes(edge.path) === true ? "succeeded" : "skipped";
    case "failed":
    case "cancelled":
      return "failed";
    case "skipped":
      return "skipped";
    default:
      return "open";
  }
}

/** Says so if a branch has decided against every path that the task hangs on. */
function closedPath(graph: Graph, node: GraphNode, tasks: Readonly<Record<string, TaskState>>): string | undefined {
  for (const edge of node.upstream) {
    if (edge.path === undefined) continue;
    const branch = tasks[edge.task];
    if (branch?.status !== "succeeded" || branch.paths?.includes(edge.path) === true) continue;
    const chosen = branch.paths ?? [];
    if (chosen.some((path) => graph.reachedThrough(edge.task, path).has(node.task.id))) continue;
    return `path "${edge.path}" of "${edge.task}" was not chosen`;
  }
  return undefined;
}

function failedBy(edge: Upstream): Verdict {
  return { kind: "fail", why: `"${edge.task}" failed` };
}

function skippedBy(edge: Upstream): Verdict {
  return { kind: "skip", why: edge.path === undefined ? `"${edge.task}" was skipped` : `path "${edge.path}" of "${edge.task}" was not taken` };
}
