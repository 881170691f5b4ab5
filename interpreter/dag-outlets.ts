import type { EventInput } from "../core/event.ts";
import type { Plan } from "../core/plan.ts";
import { DAG_LEVEL, outletId } from "../core/tasks/outlet-id.ts";
import type { RunFacts } from "./state.ts";

/** What a run that succeeded publishes for its DAG: each declared outlet that none of its tasks published. */
export function dagOutlets(plan: Plan, run: RunFacts, published: ReadonlySet<string>): readonly EventInput[] {
  const missing = plan.outlets.filter((outlet) => !published.has(outlet.asset));
  return missing.map((outlet, ordinal) => ({
    asset: outlet.asset,
    id: outletId(run, DAG_LEVEL, ordinal),
    source: `run:${plan.dag}`,
    partition: run.partition,
    data: {},
    hops: run.hops + 1,
  }));
}
