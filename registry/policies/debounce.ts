import { type Events, heldOf } from "../order.ts";
import type { CompiledPolicy } from "./policy.ts";

/**
 * From the moment the condition is due, a run waits until nothing that it would take was accepted for `quiet`, but not longer than
 * `max` after it became due. Returns the instant at which it may start.
 */
export function debouncedUntil(debounce: NonNullable<CompiledPolicy["debounce"]>, dueSince: number, seqs: Iterable<number>, events: Events): number {
  let last = Number.NEGATIVE_INFINITY;
  for (const seq of seqs) last = Math.max(last, heldOf(events, seq).at);
  return Math.max(dueSince, Math.min(last + debounce.quiet, dueSince + debounce.max));
}
