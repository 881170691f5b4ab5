import { forEachLeafCell } from "./cells.ts";
import type { Condition } from "./condition.ts";
import { nextExpiry } from "./policies/expiry.ts";
import { throttledUntil } from "./policies/throttle.ts";
import type { Pool } from "./pool.ts";
import type { Consumer, Registry } from "./registry.ts";
import { nextSilence } from "./silences.ts";
import { nextTick, TICK_TIMER } from "./ticks.ts";

/** Id of the timer for the throttle of a consumer, beside those of its groups. */
const THROTTLE_TIMER = "throttle";

/** True if time alone can change something for this consumer. */
export function hasTimers({ condition, policy }: Consumer): boolean {
  return condition !== null && (condition.timed || policy.timed);
}

/** Sets the timers of a consumer that do not belong to one group. */
export function setConsumerTimers(registry: Registry, consumer: Consumer, now: number): void {
  const tick = nextTick(consumer);
  // Ticks that are caught up lie in the past, and time does not go back.
  registry.timers.set(consumer.dag, TICK_TIMER, tick === null ? null : Math.max(tick, now));
  const throttled = throttledUntil(consumer.policy.throttle, consumer.state);
  registry.timers.set(consumer.dag, THROTTLE_TIMER, consumer.waiting.size > 0 && throttled > now ? throttled : null);
}

/** Sets the timer of one group, or of what all groups share, to the next instant at which time alone changes it. */
export function setPoolTimer(registry: Registry, consumer: Consumer, condition: Condition, pool: Pool, now: number): void {
  const instants = [
    consumer.readyAt.get(pool.id)?.at ?? null,
    nextExpiry(registry, consumer, condition, pool, now),
    nextSilence(registry, consumer, condition, pool.id, now),
    nextDeadline(consumer, condition, pool, now),
  ];
  const next = instants.reduce<number | null>((first, at) => (at !== null && at > now && (first === null || at < first) ? at : first), null);
  registry.timers.set(consumer.dag, pool.id, next);
}

/** When a slice stops waiting for its missing upstream slices. */
function nextDeadline(consumer: Consumer, condition: Condition, pool: Pool, now: number): number | null {
  const group = consumer.state.groups[pool.id];
  if (group === undefined) return null;
  let next: number | null = null;
  forEachLeafCell(consumer.state, group, (cell, no) => {
    const leaf = condition.leafByNo.get(no);
    if ((cell.pending === undefined && cell.stretches === undefined) || leaf === undefined || leaf.selects.kind !== "asset") return;
    const at = leaf.slicesOf(leaf.selects.asset)?.waits?.deadline(group.partition) ?? null;
    if (at !== null && at > now && (next === null || at < next)) next = at;
  });
  return next;
}
