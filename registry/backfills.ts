import type { EndStatus } from "../core/run.ts";
import { askedStart } from "./asked-start.ts";
import { metWork, noteTrouble, openWork } from "./asked-work.ts";
import type { BackfillOrder } from "./orders.ts";
import { isFreeFor } from "./policies/concurrency.ts";
import type { Consumer, Registry } from "./registry.ts";
import type { PlannedStart } from "./start.ts";
import type { BackfillState, RunState } from "./state.ts";

/** Takes a backfill in, and returns its id; that of the former one for a request that came before. Its keys are not checked here: see work-requests.ts. */
export function openBackfill(registry: Registry, consumer: Consumer, order: BackfillOrder, now: number): string {
  const met = metWork(registry, order);
  if (met !== undefined) return met;
  const waiting = [...new Set(order.partitions)];
  const backfill: BackfillState = {
    ...openWork(registry, "backfill", consumer.dag, order, now),
    dag: consumer.dag,
    total: waiting.length,
    waiting,
    running: 0,
    ended: { succeeded: 0, failed: 0, cancelled: 0 },
    troubles: [],
  };
  // After a reset the order comes again, and runs of it may be there already.
  for (const run of Object.values(consumer.state.running)) if (run.cause.kind === "backfill" && run.cause.text === backfill.id) adoptBackfillRun(backfill, run);
  registry.state.backfills.push(backfill);
  return backfill.id;
}

/** Runs of backfills that may start now: at most `parallel` of each, one after another for each key; `total` does not count. */
export function planBackfills(registry: Registry, planned: readonly PlannedStart[], now: number): PlannedStart[] {
  const starts: PlannedStart[] = [];
  if (registry.state.hold !== null) return starts;
  for (const backfill of registry.state.backfills) {
    const consumer = registry.consumers.get(backfill.dag);
    if (consumer === undefined || backfill.running >= backfill.parallel || backfill.waiting.length === 0) continue;
    const { id, params } = backfill;
    const started = new Set<string>();
    for (const partition of backfill.waiting) {
      if (backfill.running >= backfill.parallel) break;
      if (!isFreeFor(consumer, partition, planned)) continue;
      backfill.running += 1;
      started.add(partition);
      starts.push(askedStart({ consumer, partition, params, cause: { kind: "backfill", text: id }, backfill: id }, now));
    }
    if (started.size > 0) backfill.waiting = backfill.waiting.filter((partition) => !started.has(partition));
  }
  return starts;
}

/** A run that is there before the backfill knows of it: its key does not wait any more. */
export function adoptBackfillRun(backfill: BackfillState, run: RunState): void {
  backfill.waiting = backfill.waiting.filter((partition) => partition !== run.partition);
  backfill.running += 1;
  run.backfill = backfill.id;
}

export function endBackfillRun(backfill: BackfillState, run: RunState, status: EndStatus, error: string | undefined): void {
  backfill.running -= 1;
  backfill.ended[status] += 1;
  if (status !== "succeeded") noteTrouble(backfill.troubles, { dag: backfill.dag, partition: run.partition, why: error ?? status });
}

/** True if nothing of it runs or will run. */
export function backfillIsOver(backfill: BackfillState): boolean {
  return backfill.running === 0 && backfill.waiting.length === 0;
}
