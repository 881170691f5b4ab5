import { publishingRun } from "../core/publishing-run.ts";
import { forEachLeafCell } from "./cells.ts";
import { refreshDirty } from "./decide.ts";
import type { FateFact } from "./fates.ts";
import { guarded } from "./faults.ts";
import { compareOrder, type Held, heldOf } from "./order.ts";
import { groupId } from "./places.ts";
import { RUN_BYTES } from "./policies/mode.ts";
import { groupPool, letGo, type Pool } from "./pool.ts";
import type { Consumer, Registry } from "./registry.ts";
import type { RepairState } from "./state.ts";
import { touch } from "./touch.ts";

export interface TakenEvents {
  readonly events: readonly Held[];
  /** They wait for the run's id. */
  readonly facts: readonly FateFact[];
}

/**
 * Takes what the runs of a repair published for a slice, and nothing else: what the condition gathered besides is not the
 * repair's, and stays. What a run's input cannot hold is dropped, as it would start the slice a second time.
 */
export function takePublished(registry: Registry, consumer: Consumer, repair: RepairState, partition: string | null, now: number): TakenEvents {
  const taken = new Set<number>();
  const left = new Set<number>();
  let bytes = 0;
  for (const held of publishedFor(registry, consumer, repair, partition)) {
    bytes += held.bytes;
    if (taken.size < consumer.policy.batch.max && bytes <= RUN_BYTES) taken.add(held.seq);
    else left.add(held.seq);
  }
  const events = [...taken].map((seq) => heldOf(registry.events, seq));
  const pool = poolOfSlice(consumer, partition);
  if (pool === undefined || events.length === 0) return { events, facts: [] };
  const facts = letGo(registry, consumer, pool, null, taken, { fate: "consumed" });
  if (left.size > 0) letGo(registry, consumer, pool, null, left, { fate: "dropped", why: `${repair.id}: more than a run takes` });
  touch(consumer, pool.id);
  // Its consumer was evaluated already: what it took must not be due any more.
  const { condition } = consumer;
  if (condition !== null) guarded(registry, consumer, () => refreshDirty(registry, consumer, condition, now));
  return { events, facts };
}

/** Drops what the runs of a repair published for a slice that is not made anew: its condition must not start it instead. */
export function dropPublished(registry: Registry, consumer: Consumer, repair: RepairState, partition: string | null): void {
  const pool = poolOfSlice(consumer, partition);
  const seqs = new Set(publishedFor(registry, consumer, repair, partition).map(({ seq }) => seq));
  if (pool === undefined || seqs.size === 0) return;
  letGo(registry, consumer, pool, null, seqs, { fate: "dropped", why: `${repair.id} stopped` });
  touch(consumer, pool.id);
}

function publishedFor(registry: Registry, consumer: Consumer, repair: RepairState, partition: string | null): Held[] {
  const pool = poolOfSlice(consumer, partition);
  if (pool === undefined) return [];
  const runs = new Set(repair.steps.flatMap(({ run }) => run ?? []));
  const found = new Map<number, Held>();
  forEachLeafCell(consumer.state, pool.cell, (cell) => {
    for (const seq of cell.pending ?? []) {
      const held = heldOf(registry.events, seq);
      if (runs.has(publishingRun(held.event) ?? "")) found.set(seq, held);
    }
  });
  return [...found.values()].sort(compareOrder);
}

/** Conditions with a `by` are not repaired, so a slice is one group. */
function poolOfSlice(consumer: Consumer, partition: string | null): Pool | undefined {
  return consumer.condition === null ? undefined : groupPool(consumer, groupId(consumer.condition, partition, ""));
}
