import type { EndStatus } from "../../core/run.ts";
import type { Condition } from "../condition.ts";
import { holdEvents } from "../held-runs.ts";
import { ensureLeafCell, type Leaf } from "../nodes/leaf.ts";
import { type Held, heldOf } from "../order.ts";
import { placesFor } from "../places.ts";
import { hold, unref } from "../pool.ts";
import type { Consumer, Registry } from "../registry.ts";
import type { RunState } from "../state.ts";
import { touch } from "../touch.ts";

/**
 * What becomes of a run's events when it ends: they stay with a failed run, or go back to the head of what is pending. Those
 * whose `expireAfter` was over before the run ended are expired, since it goes on while they are in the run.
 */
export function settleFailed(registry: Registry, consumer: Consumer, runId: string, run: RunState, status: EndStatus, now: number): void {
  const { whenFailed } = consumer.policy;
  const back = run.back ?? [];
  if (status === "failed" && whenFailed.kind === "return" && back.length > 0) giveBack(registry, consumer, runId, run, whenFailed.times, now);
  else if (status === "failed") holdEvents(consumer, runId, run.events.length + (run.carries ?? 0));
  // References that were kept for giving back are not needed any more.
  if (run.back !== undefined) for (const seq of run.events) unref(registry, heldOf(registry.events, seq));
  const group = run.group === undefined ? undefined : consumer.state.groups[run.group];
  if (status === "succeeded" && group?.returns !== undefined) {
    for (const seq of run.events) delete group.returns[seq];
    if (Object.keys(group.returns).length === 0) delete group.returns;
  }
}

function giveBack(registry: Registry, consumer: Consumer, runId: string, run: RunState, times: number, now: number): void {
  const { condition } = consumer;
  const { expireAfter } = consumer.policy;
  const returned = new Set<number>();
  const expired = new Set(run.events.filter((seq) => expireAfter !== null && heldOf(registry.events, seq).at + expireAfter < now));
  const spent = new Set(run.events.filter((seq) => !expired.has(seq) && timesReturned(consumer, run, seq) >= times));
  let tick: { readonly leaf: Leaf; readonly at: number } | null = null;
  for (const from of run.back ?? []) {
    const leaf = condition?.leafByNo.get(from.leaf);
    if (leaf === undefined || condition === null) continue;
    if (from.tick !== undefined) tick = { leaf, at: from.tick };
    for (const seq of from.seqs) {
      if (!spent.has(seq) && !expired.has(seq) && putBack(registry, consumer, condition, leaf, heldOf(registry.events, seq), run, runId)) returned.add(seq);
    }
  }
  const group = run.group === undefined ? undefined : consumer.state.groups[run.group];
  if (group !== undefined) {
    for (const seq of returned) group.returns = { ...group.returns, [seq]: timesReturned(consumer, run, seq) + 1 };
    for (const seq of [...spent, ...expired]) delete group.returns?.[seq];
    // The tick comes back with the events that it started, unless a newer one is there.
    if (tick !== null && returned.size > 0) ensureLeafCell(group, tick.leaf).tick ??= tick.at;
  }
  for (const seq of expired) registry.ledger.fate(consumer.dag, run.key, seq, "expired", "expireAfter");
  const gone = run.events.filter((seq) => !returned.has(seq) && !spent.has(seq) && !expired.has(seq));
  for (const seq of gone) registry.ledger.fate(consumer.dag, run.key, seq, "dropped", "condition changed");
  holdEvents(consumer, runId, spent.size);
}

function timesReturned(consumer: Consumer, run: RunState, seq: number): number {
  return (run.group === undefined ? undefined : consumer.state.groups[run.group]?.returns?.[seq]) ?? 0;
}

/** Into the leaf that it was taken from, in the group of the run. */
function putBack(registry: Registry, consumer: Consumer, condition: Condition, leaf: Leaf, held: Held, run: RunState, runId: string): boolean {
  const placing = placesFor(consumer, condition, leaf, held.event);
  if (!("places" in placing)) return false;
  const places = placing.places.filter((place) => leaf.shared || place.pool.id === run.group);
  for (const { pool, cell } of places) {
    hold(registry, consumer, pool, ensureLeafCell(cell, leaf), held);
    registry.ledger.fate(consumer.dag, pool.key, held.seq, "returned", undefined, runId);
    touch(consumer, pool.id);
  }
  return places.length > 0;
}
