import type { RegistryClient } from "../../client/registry.ts";
import { endedWell, type RerunOptions } from "../../client/rerun.ts";
import type { RunsClient } from "../../client/runs.ts";
import { HeadgateError } from "../../core/errors.ts";
import { buildGraph, tasksToKeep } from "../../interpreter/index.ts";

/** What a rerun would do: tasks that would run again, and those that would stay as they are. */
export interface RerunPlan {
  readonly of: string;
  readonly again: readonly string[];
  readonly kept: readonly string[];
}

/** Throws `E_RUN_UNKNOWN`, and `E_DAG_UNKNOWN` if the plan that it would have is gone. */
export async function planRerun(
  runs: Pick<RunsClient, "outcome" | "describe">,
  registry: Pick<RegistryClient, "plan" | "deployedPlan">,
  run: string,
  { from, failed, samePlan }: Pick<RerunOptions, "from" | "failed" | "samePlan">,
): Promise<RerunPlan> {
  const outcome = await runs.outcome(run);
  const { dag } = await runs.describe(run);
  const deployed = samePlan === true && outcome.plan !== null ? await registry.plan(outcome.plan) : await registry.deployedPlan(dag);
  if (deployed === null) throw new HeadgateError("E_DAG_UNKNOWN", `no deployed DAG is called ${dag}`, { hint: "`headgate deploy` deploys it" });
  const graph = buildGraph(deployed.plan);
  const well = failed === true || from !== undefined ? endedWell(outcome) : [];
  const tasks = Object.fromEntries(well.map(({ task, status }) => [task, { status }]));
  const keep = tasksToKeep(graph, { run, tasks, ...(from === undefined ? {} : { from }) });
  const ids = [...graph.nodes.keys()];
  return { of: run, again: ids.filter((id) => !keep.has(id)), kept: ids.filter((id) => keep.has(id)) };
}
