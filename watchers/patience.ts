import { abortAfter } from "./abort-after.ts";

/** How long somebody waits, where time may not count for a while. */
export interface Patience {
  /** Aborts when the time is over. */
  readonly over: AbortSignal;
  /** From here on time does not count, until it runs again from its beginning. */
  hold(): void;
  /** Lets it run again, if it was held. */
  run(): void;
  stop(): void;
}

/** `ms` from now, or never; all holds together may last so long, and from then on time counts. */
export function createPatience(ms: number | undefined, longestHold: number): Patience {
  const over = new AbortController();
  let stopTimer = abortAfter(over, ms);
  let left = longestHold;
  let heldAt: number | undefined;

  function arm(after: number): void {
    stopTimer();
    stopTimer = abortAfter(over, ms === undefined ? undefined : ms + after);
  }

  return {
    over: over.signal,
    hold: () => {
      if (heldAt !== undefined || left <= 0 || over.signal.aborted) return;
      heldAt = performance.now();
      arm(left);
    },
    run: () => {
      if (heldAt === undefined) return;
      left -= performance.now() - heldAt;
      heldAt = undefined;
      arm(0);
    },
    stop: () => stopTimer(),
  };
}
