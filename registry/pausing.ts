import { forEachLeafCell } from "./cells.ts";
import { compareOrder, heldOf } from "./order.ts";
import { letGo, poolsOf } from "./pool.ts";
import type { Consumer, Registry } from "./registry.ts";
import { touchAll } from "./touch.ts";

/** Stops starting, not gathering. False if it is paused already. */
export function pauseConsumer(registry: Registry, consumer: Consumer, now: number, by: string | null): boolean {
  if (consumer.state.paused !== null) return false;
  consumer.state.paused = { since: now, by, seq: registry.state.counters.event };
  registry.ledger.write("consumer", { dag: consumer.dag, project: consumer.state.project, paused: true, faulted: consumer.state.faulted });
  touchAll(consumer);
  registry.touched.add(consumer);
  return true;
}

/** Starts again with what is pending; in `whenPaused: "latest"` of what came meanwhile only the newest of each leaf and key is left. */
export function resumeConsumer(registry: Registry, consumer: Consumer, now: number): boolean {
  const { state, policy } = consumer;
  if (state.paused === null) return false;
  const { seq: last } = state.paused;
  state.paused = null;
  state.resumedAt = now;
  delete state.failures;
  // What could not be read is asked for once more.
  registry.traffic.missing.clear();
  if (policy.whenPaused === "latest") keepNewestSince(registry, consumer, last);
  registry.ledger.write("consumer", { dag: consumer.dag, project: state.project, paused: false, faulted: state.faulted });
  touchAll(consumer);
  registry.touched.add(consumer);
  return true;
}

function keepNewestSince(registry: Registry, consumer: Consumer, last: number): void {
  const leaves = consumer.condition?.leaves.filter((leaf) => leaf.role === "gather") ?? [];
  for (const pool of poolsOf(consumer)) {
    for (const leaf of leaves) {
      const newest = new Set<number>();
      forEachLeafCell(consumer.state, pool.cell, (cell, no) => {
        const since = no === leaf.no ? (cell.pending ?? []).filter((seq) => seq > last) : [];
        const best = since
          .map((seq) => heldOf(registry.events, seq))
          .sort(compareOrder)
          .at(-1);
        if (best !== undefined) newest.add(best.seq);
      });
      letGo(registry, consumer, pool, [leaf], (seq) => seq > last && !newest.has(seq), { fate: "superseded" });
    }
  }
}
