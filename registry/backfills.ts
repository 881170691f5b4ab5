import type { JsonObject } from "../core/json.ts";
import { keyIsFree, occupy } from "./policies/concurrency.ts";
import { noteStart } from "./policies/throttle.ts";
import type { Consumer, Registry } from "./registry.ts";
import type { PlannedStart } from "./start.ts";

/** A run that a person asked for starts at once, paused or not, and takes nothing. */
export function planStart(consumer: Consumer, partition: string | null, params: JsonObject | undefined, by: string, now: number): PlannedStart {
  return planned(consumer, partition, params, { kind: "person", text: by }, undefined, now);
}

/** Runs of backfills that may start now: at most `parallel` of each, one after another for each key; `total` does not count. */
export function planBackfills(registry: Registry, now: number): PlannedStart[] {
  const starts: PlannedStart[] = [];
  if (registry.state.hold !== null) return starts;
  for (const backfill of registry.state.backfills) {
    const consumer = registry.consumers.get(backfill.dag);
    if (consumer === undefined) continue;
    const left: string[] = [];
    for (const partition of backfill.waiting) {
      if (backfill.running >= backfill.parallel || !keyIsFree(consumer, partition)) left.push(partition);
      else {
        backfill.running += 1;
        starts.push(planned(consumer, partition, backfill.params, { kind: "backfill", text: backfill.id }, backfill.id, now));
      }
    }
    backfill.waiting = left;
  }
  return starts;
}

export function endBackfillRun(registry: Registry, id: string): void {
  const backfill = registry.state.backfills.find((one) => one.id === id);
  if (backfill === undefined) return;
  backfill.running -= 1;
  if (backfill.running === 0 && backfill.waiting.length === 0) registry.state.backfills = registry.state.backfills.filter((one) => one !== backfill);
}

function planned(
  consumer: Consumer,
  partition: string | null,
  params: JsonObject | undefined,
  cause: PlannedStart["cause"],
  backfill: string | undefined,
  now: number,
): PlannedStart {
  const key = partition ?? "";
  occupy(consumer, key);
  noteStart(consumer.policy.throttle, consumer.state, now);
  return {
    consumer,
    key,
    partition,
    oldest: { time: now, seq: 0, at: now },
    events: [],
    references: [],
    cause,
    group: null,
    back: null,
    facts: [],
    ...(params === undefined ? {} : { params }),
    ...(backfill === undefined ? {} : { backfill }),
  };
}
