import { clearByTick } from "./clear.ts";
import type { Condition } from "./condition.ts";
import { mark } from "./marks.ts";
import { ensureLeafCell, type Leaf } from "./nodes/leaf.ts";
import { ensureGroup } from "./places.ts";
import { groupPool, type Pool } from "./pool.ts";
import type { Consumer, Registry } from "./registry.ts";
import type { Cell } from "./state.ts";
import { touchAll } from "./touch.ts";

/** Id of the timer for the clocks of a consumer, beside those of its groups. */
export const TICK_TIMER = "tick";

/** Lets the clocks of a consumer tick that are due, and computes their next ticks. After a standstill only the newest tick counts, unless the DAG catches up. */
export function fireTicks(registry: Registry, consumer: Consumer, condition: Condition, now: number): void {
  for (const leaf of condition.ticks) {
    const record = consumer.state.leaves.find((one) => one.no === leaf.no);
    if (record?.next === undefined || leaf.next === null || record.next > now) continue;
    const catches = catchesUp(consumer, condition);
    // One after the other: the next one comes when a run has taken this one.
    if (catches && heldTick(consumer, condition) !== undefined) continue;
    let tick = record.next;
    let next = leaf.next(tick);
    const oldest = catches ? now - (consumer.policy.catchUp ?? 0) : now;
    while (next !== null && next <= now && (!catches || tick < oldest)) {
      tick = next;
      next = leaf.next(tick);
    }
    if (next === null) delete record.next;
    else record.next = next;
    if (consumer.state.paused !== null && consumer.policy.whenPaused === "drop") {
      // A position of a sequence is filled by a tick that nobody holds.
      touchAll(consumer);
      continue;
    }
    if (condition.resets.some((reset) => reset.leaves.includes(leaf))) clearByTick(registry, consumer, condition, leaf, tick, now);
    else giveTick(consumer, condition, leaf, tick);
  }
}

/** True if each tick that was missed gets its run. A paused DAG keeps what `whenPaused` says. */
function catchesUp({ policy, state }: Consumer, condition: Condition): boolean {
  return condition.schedule !== null && policy.catchUp !== null && (state.paused === null || policy.whenPaused === "hold");
}

/** The tick of a schedule that waits for its run. */
function heldTick(consumer: Consumer, { schedule }: Condition): number | undefined {
  return schedule === null ? undefined : consumer.state.groups["="]?.leaves[schedule.leaf.no]?.tick;
}

/** The next tick of any clock of the consumer. */
export function nextTick(consumer: Consumer): number | null {
  const { condition } = consumer;
  if (condition !== null && catchesUp(consumer, condition) && heldTick(consumer, condition) !== undefined) return null;
  let next: number | null = null;
  for (const record of consumer.state.leaves) if (record.next !== undefined && (next === null || record.next < next)) next = record.next;
  return next;
}

/** In a keyed or partitioned condition each key that has something pending gets the tick. */
function giveTick(consumer: Consumer, condition: Condition, leaf: Leaf, tick: number): void {
  const keyed = condition.by !== null || condition.partitions !== null;
  const pools: Pool[] = keyed
    ? Object.keys(consumer.state.groups).flatMap((id) => groupPool(consumer, id) ?? [])
    : [ensureGroup(consumer, condition, null, "")];
  for (const pool of pools) {
    if (keyed && !hasSomething(pool.cell)) continue;
    let cells: Cell[] = [pool.cell];
    for (const { name } of leaf.scopes) cells = cells.flatMap((cell) => Object.values(cell.inner?.[name] ?? {}).filter(hasSomething));
    for (const cell of cells) ensureLeafCell(cell, leaf).tick = tick;
    mark(consumer.dirty, pool.id);
  }
}

function hasSomething(cell: Cell): boolean {
  if (Object.values(cell.leaves).some((leaf) => (leaf.pending?.length ?? 0) > 0 || leaf.stretches !== undefined || (leaf.kept?.length ?? 0) > 0)) return true;
  return Object.values(cell.inner ?? {}).some((byKey) => Object.values(byKey).some(hasSomething));
}
