import type { ConsumerState } from "../state.ts";
import type { CompiledPolicy } from "./policy.ts";

/** No span of `per`, open at its start, holds more than `limit` starts. Returns the instant from which the next start is allowed. */
export function throttledUntil(throttle: CompiledPolicy["throttle"], state: ConsumerState): number {
  if (throttle === null) return Number.NEGATIVE_INFINITY;
  const starts = state.starts ?? [];
  const nth = starts[starts.length - throttle.limit];
  return nth === undefined ? Number.NEGATIVE_INFINITY : nth + throttle.per;
}

/** Remembers a start as long as the throttle needs it. */
export function noteStart(throttle: CompiledPolicy["throttle"], state: ConsumerState, now: number): void {
  if (throttle === null) return;
  state.starts = [...(state.starts ?? []), now].slice(-throttle.limit);
}
