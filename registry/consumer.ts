import { HeadgateError } from "../core/errors.ts";
import type { HashedPlan } from "../core/plan.ts";
import { type Assets, endsOf } from "./assets.ts";
import { forEachLeafCell } from "./cells.ts";
import { type Condition, compileCondition } from "./condition.ts";
import { createLeafNumbers } from "./leaf-identity.ts";
import { createMarks } from "./marks.ts";
import { type CompiledPolicy, compilePolicy } from "./policies/policy.ts";
import { poolsOf } from "./pool.ts";
import type { Consumer } from "./registry.ts";
import { scheduleOf } from "./schedule.ts";
import type { ConsumerState, LeafRecord } from "./state.ts";
import { storedOfConsumer } from "./stretches.ts";

export function createConsumerState(dag: string, project: string, now: number, fromSeq: number): ConsumerState {
  return { dag, project, registeredAt: now, fromSeq, leaves: [], nextLeaf: 0, paused: null, faulted: null, groups: {}, shared: {}, running: {} };
}

export function createConsumer(state: ConsumerState, plan: HashedPlan, taskQueue: string): Consumer {
  return {
    dag: state.dag,
    ends: endsOf(state.dag),
    state,
    plan,
    taskQueue,
    condition: null,
    policy: compilePolicy({}, false, `dag ${state.dag}`),
    isTouched: false,
    dirty: createMarks(),
    seen: createMarks(),
    waiting: new Map(),
    readyAt: new Map(),
    awaited: new Map(),
    busy: new Map(),
    running: 0,
    pending: 0,
  };
}

export interface CompiledPlan {
  readonly condition: Condition | null;
  readonly policy: CompiledPolicy;
  readonly leaves: LeafRecord[];
  readonly nextLeaf: number;
}

/** Compiles a plan against what a consumer's leaves are numbered as. Changes nothing. @throws what conditions and policies throw */
export function compilePlan(state: ConsumerState, plan: HashedPlan, assets: Assets, now: number, where = `dag ${state.dag}`): CompiledPlan {
  const scratch = { ...state };
  const numbers = createLeafNumbers(scratch, now);
  const { on, policy } = plan.plan;
  const bare = on === null ? null : compileCondition(state.dag, on, policy.mode ?? "batch", assets, numbers, `${where}.on`);
  const condition = on === null || bare === null ? null : { ...bare, schedule: scheduleOf(on, bare.leaves, plan.plan, assets) };
  if (condition?.schedule === null && (policy.catchUp ?? false) !== false) {
    throw new HeadgateError("E_POLICY", `${where}.catchUp is for a DAG that only a clock starts`, {
      where: `${where}.catchUp`,
      hint: "write on: cron(...) or every(...) alone",
    });
  }
  const keyed = condition !== null && (condition.by !== null || condition.partitions !== null);
  return { condition, policy: compilePolicy(policy, keyed, where), leaves: numbers.claimed(), nextLeaf: scratch.nextLeaf };
}

/** Counts what the index of a consumer keeps beside its state. */
export function recount(consumer: Consumer): void {
  consumer.busy.clear();
  consumer.running = 0;
  for (const run of Object.values(consumer.state.running)) {
    consumer.running += 1;
    consumer.busy.set(run.key, (consumer.busy.get(run.key) ?? 0) + 1);
  }
  consumer.pending = storedOfConsumer(consumer);
  for (const pool of poolsOf(consumer)) {
    const seqs = new Set<number>();
    forEachLeafCell(consumer.state, pool.cell, (cell) => {
      for (const seq of cell.pending ?? []) seqs.add(seq);
    });
    consumer.pending += seqs.size;
  }
}
