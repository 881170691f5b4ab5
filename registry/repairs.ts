import type { EndStatus } from "../core/run.ts";
import { askedStart } from "./asked-start.ts";
import { metWork, noteTrouble, openWork } from "./asked-work.ts";
import type { RepairOrder } from "./orders.ts";
import { isFreeFor } from "./policies/concurrency.ts";
import type { Registry } from "./registry.ts";
import { dropPublished, takePublished } from "./repair-events.ts";
import type { PlannedStart } from "./start.ts";
import type { RepairState, RepairStep, RunState } from "./state.ts";

/**
 * Takes a repair in, and returns its id. From now on conditions do not start the slices that wait for their turn: what comes for
 * them gathers meanwhile.
 */
export function openRepair(registry: Registry, order: RepairOrder, now: number): string {
  const met = metWork(registry, order);
  if (met !== undefined) return met;
  const steps = order.steps.map((step): RepairStep => ({ ...step, status: "waiting" }));
  const repair: RepairState = { ...openWork(registry, "repair", order.asset, order, now), asset: order.asset, steps, troubles: [] };
  registry.state.repairs = [...(registry.state.repairs ?? []), repair];
  // After a reset the order comes again, and runs of it may be there already.
  for (const dag of new Set(steps.map((step) => step.dag))) {
    for (const [id, run] of Object.entries(registry.consumers.get(dag)?.state.running ?? {})) adoptRepairRun(registry, dag, id, run);
  }
  awaitTurns(registry, repair);
  return repair.id;
}

/** A run that is there before its repair knows of it: the step does not wait any more. */
export function adoptRepairRun(registry: Registry, dag: string, id: string, run: RunState): void {
  const repair = run.cause.kind === "repair" ? registry.state.repairs?.find((one) => one.id === run.cause.text) : undefined;
  const step = repair?.steps.find((one) => one.status === "waiting" && one.dag === dag && one.partition === run.partition);
  if (repair === undefined || step === undefined) return;
  step.run = id;
  run.backfill = repair.id;
  begin(registry, repair, step);
}

/** Steps that may start now: what they stand on succeeded, their key is free, and fewer than `parallel` of their repair run. */
export function planRepairs(registry: Registry, planned: readonly PlannedStart[], now: number): PlannedStart[] {
  const starts: PlannedStart[] = [];
  if (registry.state.hold !== null) return starts;
  for (const repair of registry.state.repairs ?? []) {
    let running = repair.steps.filter(({ status }) => status === "running").length;
    for (const step of repair.steps) {
      if (running >= repair.parallel) break;
      const consumer = registry.consumers.get(step.dag);
      if (step.status !== "waiting" || consumer === undefined || !isFreeFor(consumer, step.partition, planned)) continue;
      if (!step.needs.every((need) => repair.steps[need]?.status === "succeeded")) continue;
      running += 1;
      const taken = takePublished(registry, consumer, repair, step.partition, now);
      begin(registry, repair, step);
      const cause = { kind: "repair", text: repair.id } as const;
      starts.push(askedStart({ consumer, partition: step.partition, params: repair.params, cause, backfill: repair.id, step, ...taken }, now));
    }
  }
  return starts;
}

/** What stands on a step that did not succeed is stopped; the rest goes on. */
export function endRepairRun(registry: Registry, repair: RepairState, run: string, status: EndStatus, error: string | undefined): void {
  const place = repair.steps.findIndex((step) => step.run === run && step.status === "running");
  const step = repair.steps[place];
  if (step === undefined) return;
  step.status = status;
  if (status === "succeeded") return;
  noteTrouble(repair.troubles, { dag: step.dag, partition: step.partition, why: error ?? status });
  const stopped = stopWhere(repair, (one) => one.needs.some((need) => hasFailed(repair.steps[need])));
  for (const { dag, partition } of stopped) noteTrouble(repair.troubles, { dag, partition, why: `stopped: ${nameOf(step)} ${status}` });
  if (stopped.length > 0)
    registry.ledger.warn("W_REPAIR_STOPPED", `${repair.id}: ${nameOf(step)} ${status}, so ${stopped.length} that stand on it are not made anew`, step.dag);
}

export function cancelRepair(repair: RepairState): void {
  stopWhere(repair, () => true);
}

/** Steps of a DAG that is gone, and what stands on them. */
export function stopRemoved(repair: RepairState, dag: string): void {
  for (const step of repair.steps) if (step.dag === dag && step.status === "running") step.status = "stopped";
  stopWhere(repair, (step) => step.dag === dag || step.needs.some((need) => hasFailed(repair.steps[need])));
}

/** True if nothing of it runs or will run. */
export function repairIsOver({ steps }: RepairState): boolean {
  return steps.every(({ status }) => status !== "waiting" && status !== "running");
}

export function nameOf({ dag, partition }: Pick<RepairStep, "dag" | "partition">): string {
  return partition === null ? dag : `${dag} ${partition}`;
}

/** Stops the steps that a test names. Steps stand behind what they need, so one walk finds all that stands on them. */
function stopWhere(repair: RepairState, test: (step: RepairStep) => boolean): RepairStep[] {
  const stopped: RepairStep[] = [];
  for (const step of repair.steps) {
    if (step.status !== "waiting" || !test(step)) continue;
    step.status = "stopped";
    stopped.push(step);
  }
  return stopped;
}

function hasFailed(step: RepairStep | undefined): boolean {
  return step !== undefined && (step.status === "failed" || step.status === "cancelled" || step.status === "stopped");
}

function begin(registry: Registry, repair: RepairState, step: RepairStep): void {
  step.status = "running";
  letGoOfKey(registry, repair, step);
}

/** A slice that waits for its turn, or that was stopped while the repair still publishes for it, is not started by its condition. */
export function awaitTurns(registry: Registry, { id, steps }: RepairState): void {
  for (const { dag, partition, status } of steps) {
    if (status === "waiting" || status === "stopped") registry.consumers.get(dag)?.awaited.set(partition ?? "", id);
  }
}

/** The repair is over: what it published for the slices that were stopped is dropped, as their conditions would start them with it. */
export function releaseRepair(registry: Registry, repair: RepairState): void {
  for (const step of repair.steps) {
    const consumer = registry.consumers.get(step.dag);
    if (step.status !== "stopped" || consumer === undefined) continue;
    dropPublished(registry, consumer, repair, step.partition);
    letGoOfKey(registry, repair, step);
  }
}

function letGoOfKey(registry: Registry, repair: RepairState, { dag, partition }: RepairStep): void {
  const consumer = registry.consumers.get(dag);
  if (consumer?.awaited.get(partition ?? "") !== repair.id) return;
  consumer.awaited.delete(partition ?? "");
  registry.touched.add(consumer);
  // Another repair may wait for the same slice.
  for (const other of registry.state.repairs ?? []) if (other !== repair) awaitTurns(registry, other);
}
