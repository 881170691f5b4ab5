import { type Events, heldOf } from "../order.ts";
import type { CompiledPolicy } from "./policy.ts";

/**
 * A batch starts when `max` events are ready or `wait` has passed since the oldest of them was accepted. Returns the instant at
 * which it may start; `ready` is everything that it would take without a cap.
 */
export function batchedUntil(batch: CompiledPolicy["batch"], ready: ReadonlySet<number>, events: Events): number {
  if (batch.wait === null || ready.size === 0 || ready.size >= batch.max) return Number.NEGATIVE_INFINITY;
  let first = Number.POSITIVE_INFINITY;
  for (const seq of ready) first = Math.min(first, heldOf(events, seq).at);
  return first + batch.wait;
}
