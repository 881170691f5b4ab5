import { forEachLeafCell } from "../cells.ts";
import { compareOrder, type Held, heldOf } from "../order.ts";
import { letGo, type Pool, poolsOf } from "../pool.ts";
import type { Consumer, Registry } from "../registry.ts";
import { touch } from "../touch.ts";

/**
 * At most `maxPending` events are pending: when one more came, the oldest goes. One warning for each time that it fills up. Which is the
 * oldest is not known before all that an edit left outside of the state is back: until then there may be more.
 */
export function makeRoom(registry: Registry, consumer: Consumer, maxPending: number): void {
  if (consumer.state.unplaced !== undefined) return;
  while (consumer.pending > maxPending) {
    const oldest = findOldest(registry, consumer);
    if (oldest === null) return;
    letGo(registry, consumer, oldest.pool, null, new Set([oldest.held.seq]), { fate: "dropped", why: "overflow" });
    touch(consumer, oldest.pool.id);
    if (consumer.state.overflowing !== true) {
      consumer.state.overflowing = true;
      registry.ledger.warn("W_OVERFLOW", `${consumer.dag} has more than ${maxPending} pending events; the oldest are dropped`, consumer.dag);
    }
  }
}

/** The period of an overflow ends when there is room again. */
export function noteRoom(consumer: Consumer, maxPending: number): void {
  if (consumer.pending < maxPending) delete consumer.state.overflowing;
}

function findOldest(registry: Registry, consumer: Consumer): { pool: Pool; held: Held } | null {
  let oldest: { pool: Pool; held: Held } | null = null;
  for (const pool of poolsOf(consumer)) {
    forEachLeafCell(consumer.state, pool.cell, (cell) => {
      const [first] = cell.pending ?? [];
      if (first === undefined) return;
      const held = heldOf(registry.events, first);
      if (oldest === null || compareOrder(held, oldest.held) < 0) oldest = { pool, held };
    });
  }
  return oldest;
}
