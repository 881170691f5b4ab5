import type { EventInput } from "../core/event.ts";
import type { Plan } from "../core/plan.ts";
import type { RunFacts } from "./state.ts";

/** Stands for the task in the ids of what the DAG as a whole publishes; no task can be called so. */
export const DAG_LEVEL = "$dag";

/** The id of one published event: the same on a retry, new on a rerun or reset. */
export function outletId(run: { readonly id: string; readonly temporalRunId: string }, task: string, ordinal: number): string {
  return `${run.id}/${run.temporalRunId}/${task}/${ordinal}`;
}

/** What a run that succeeded publishes for its DAG: each declared outlet that none of its tasks published. */
export function dagOutlets(plan: Plan, run: RunFacts, published: ReadonlySet<string>): readonly EventInput[] {
  return plan.outlets
    .filter((outlet) => !published.has(outlet.asset))
    .map((outlet, ordinal) => ({
      asset: outlet.asset,
      id: outletId(run, DAG_LEVEL, ordinal),
      source: `run:${plan.dag}`,
      partition: run.partition,
      data: {},
      hops: run.hops + 1,
    }));
}
