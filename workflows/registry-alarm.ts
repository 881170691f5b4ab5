import { sleep } from "@temporalio/workflow";

/** One lazy timer: an earlier one is left to fire and look again. */
export function createAlarm(ring: () => void): { set(at: number | null, now: number): void } {
  let armed: number | null = null;
  return {
    set(at, now) {
      if (at === null || (armed !== null && armed <= at)) return;
      armed = at;
      void sleep(Math.max(1, at - now)).then(() => {
        if (armed === at) armed = null;
        ring();
      });
    },
  };
}

export function earliest(...instants: readonly (number | null)[]): number | null {
  const known = instants.filter((instant) => instant !== null);
  return known.length === 0 ? null : Math.min(...known);
}
