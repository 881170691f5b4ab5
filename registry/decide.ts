import { clearIfDue } from "./clear.ts";
import type { Condition } from "./condition.ts";
import { mark, takeMark, takeMarks } from "./marks.ts";
import { type Taking, usesSomething } from "./nodes/node.ts";
import { isBefore, type Order } from "./order.ts";
import { batchedUntil } from "./policies/batch.ts";
import { hasSlot, isRunByWork, keyIsFree } from "./policies/concurrency.ts";
import { debouncedUntil } from "./policies/debounce.ts";
import { takeByMode } from "./policies/mode.ts";
import { onceKey, startedRecently } from "./policies/once.ts";
import { throttledUntil } from "./policies/throttle.ts";
import { hasWhatItTakes, readingGroups } from "./read-back.ts";
import type { Consumer, Registry } from "./registry.ts";
import { letGoOfMatch, type PlannedStart, startFrom } from "./start.ts";
import type { GroupState } from "./state.ts";
import { viewOf } from "./view.ts";

/** Looks at every group of a consumer that something happened to, and takes from them until nothing more may start. */
export function decide(registry: Registry, consumer: Consumer, now: number, planned: PlannedStart[]): void {
  const { condition } = consumer;
  if (condition === null) return;
  refreshDirty(registry, consumer, condition, now);
  while (mayStart(registry, consumer, now)) {
    const id = nextGroup(consumer);
    if (id === null) break;
    if (!hasWhatItTakes(registry, consumer, condition, id)) {
      consumer.waiting.delete(id);
      continue;
    }
    const start = startFrom(registry, consumer, condition, id, now);
    if (start === null) consumer.waiting.delete(id);
    else planned.push(start);
    refreshDirty(registry, consumer, condition, now);
  }
}

/** Finds out what is due after a restart, and starts nothing: whatever could start did so in the step before. */
export function survey(registry: Registry, consumer: Consumer, condition: Condition, now: number): void {
  refreshDirty(registry, consumer, condition, now);
  takeMarks(consumer.seen);
}

function mayStart(registry: Registry, consumer: Consumer, now: number): boolean {
  if (consumer.waiting.size === 0 || isStopped(registry, consumer)) return false;
  if (registry.traffic.reading.size > 0) {
    const reading = readingGroups(registry, consumer);
    // A group that waits for the store keeps its place: of the slots, and before others where starts are counted.
    if (consumer.running + reading >= consumer.policy.concurrency.total || (reading > 0 && consumer.policy.throttle !== null)) return false;
  }
  return hasSlot(consumer) && throttledUntil(consumer.policy.throttle, consumer.state) <= now;
}

/** True while nothing of a consumer starts, whatever is due. */
function isStopped(registry: Registry, { state }: Consumer): boolean {
  return state.paused !== null || state.wants !== undefined || state.unplaced !== undefined || registry.state.hold !== null;
}

/** Of the groups that could start, the one whose oldest event is oldest. */
function nextGroup(consumer: Consumer): string | null {
  let best: string | null = null;
  let oldest: Order | null = null;
  for (const [id, order] of consumer.waiting) {
    const group = consumer.state.groups[id];
    if (group === undefined || !keyIsFree(consumer, group.key) || consumer.awaited.has(group.key) || isRunByWork(consumer, group.partition)) continue;
    // Groups without events, which only a clock made due, have equal places; then the id decides.
    if (oldest === null || best === null || isBefore(order, oldest) || (!isBefore(oldest, order) && id < best)) {
      best = id;
      oldest = order;
    }
  }
  return best;
}

/** Finds out anew for every group that something happened to. */
export function refreshDirty(registry: Registry, consumer: Consumer, condition: Condition, now: number): void {
  for (let id = takeMark(consumer.dirty); id !== undefined; id = takeMark(consumer.dirty)) {
    mark(consumer.seen, id);
    const oldest = findDue(registry, consumer, condition, id, now);
    if (oldest !== null) consumer.waiting.set(id, oldest);
    else if (consumer.waiting.size > 0) consumer.waiting.delete(id);
  }
}

/** The oldest event that a group would take now; null if it is not due, or its own policies do not let it start. */
function findDue(registry: Registry, consumer: Consumer, condition: Condition, id: string, now: number): Order | null {
  const group = consumer.state.groups[id];
  if (consumer.readyAt.size > 0) consumer.readyAt.delete(id);
  if (group === undefined) return null;
  for (const reset of condition.resets) if (reset.timed) clearIfDue(registry, consumer, reset, { id, key: group.key, cell: group }, now);
  const view = viewOf(registry, consumer, group, now);
  const { policy } = consumer;
  const point = condition.root.filled(view);
  // Kept events make a node due, but a run that would use nothing up is none.
  if (point === null || (condition.keeps && !usesSomething(takeByMode(condition.root, view, policy.mode, policy.batch.max)))) {
    if (group.dueSince !== undefined) delete group.dueSince;
    return null;
  }
  if (policy.debounce !== null || policy.batch.wait !== null || policy.once !== null) {
    if (policy.debounce !== null) group.dueSince ??= now;
    const taking = takeByMode(condition.root, view, policy.mode, policy.batch.max);
    const held = heldUntil(registry, consumer, group, taking, now);
    if (held !== null && held.at > now) {
      consumer.readyAt.set(id, held);
      return null;
    }
    if (startedAlready(registry, consumer, condition, group, taking, now)) {
      letGoOfMatch(registry, consumer, id, taking, now);
      return null;
    }
  }
  return condition.root.oldest(view) ?? point;
}

/** Until when debounce or batch hold a match back. */
function heldUntil(
  registry: Registry,
  consumer: Consumer,
  group: GroupState,
  taking: Taking,
  now: number,
): { readonly at: number; readonly by: "debounce" | "batch" } | null {
  const { debounce, batch, mode } = consumer.policy;
  const debounced = debounce === null ? Number.NEGATIVE_INFINITY : debouncedUntil(debounce, group.dueSince ?? now, taking.seqs, registry.events);
  const batched = mode === "batch" ? batchedUntil(batch, taking.seqs, registry.events) : Number.NEGATIVE_INFINITY;
  if (debounced === Number.NEGATIVE_INFINITY && batched === Number.NEGATIVE_INFINITY) return null;
  return debounced >= batched ? { at: debounced, by: "debounce" } : { at: batched, by: "batch" };
}

/** True if a run with the match's `once` key started recently. A pause holds the match as it is. */
function startedAlready(registry: Registry, consumer: Consumer, condition: Condition, group: GroupState, taking: Taking, now: number): boolean {
  const { once } = consumer.policy;
  if (once === null || isStopped(registry, consumer)) return false;
  const key = onceKey(once, condition.byPath, group, taking.seqs, registry.events);
  return key !== null && startedRecently(once, consumer.state, key, now);
}
