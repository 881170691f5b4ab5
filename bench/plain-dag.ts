import type { ConditionNode } from "../core/condition.ts";
import { contentHash } from "../core/hash.ts";
import type { Json } from "../core/json.ts";
import type { HashedPlan, Plan } from "../core/plan.ts";
import type { Policy } from "../core/policy.ts";

/** A DAG of which the registry only needs its condition and policy: it has no tasks. */
export function plainDag(dag: string, on: ConditionNode, policy: Policy = {}): HashedPlan {
  const plan: Plan = { version: 1, dag, tags: [], meta: {}, on, policy, tasks: [], outlets: [], params: null };
  return { hash: contentHash(plan as unknown as Json), plan };
}
