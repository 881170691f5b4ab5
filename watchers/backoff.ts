import { setTimeout as sleep } from "node:timers/promises";

/** Waits between tries, in milliseconds: the first, doubled each time, up to the longest. */
export interface Backoff {
  readonly first: number;
  readonly longest: number;
}

export const DEFAULT_BACKOFF: Backoff = { first: 500, longest: 30_000 };

/** The wait before the n-th repeat (1, 2, ...), shortened by up to a quarter so that many watchers do not come back in step. */
export function backoffWait(backoff: Backoff, n: number, random: number): number {
  return Math.min(backoff.longest, backoff.first * 2 ** (n - 1)) * (1 - random / 4);
}

/** Waits, or returns early when the signal aborts. Never throws. */
export async function wait(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}
