import { proxyActivities } from "@temporalio/workflow";
import type { Registry } from "../registry/index.ts";
import type { RegistryInput } from "../registry/input.ts";
import { countsOf } from "../registry/outlook.ts";
import type { RegistryActivities } from "./ports.ts";

const EVERY = 60_000;
const RUNS_PER_LOOK = 200;

export interface Reconciler {
  /** Asks what became of runs that were not heard of for long, at most once a minute. */
  look(silent: Parameters<RegistryActivities["reconcile"]>[0]["runs"], now: number): void;
  /** When to look next, in milliseconds since 1970; null while nothing runs. */
  next(): number | null;
}

/** The third way in which the end of a run reaches the registry: it asks. Terminated, deleted and reset runs report nothing. */
export function createReconciler(registry: Registry, take: (inputs: readonly RegistryInput[]) => void): Reconciler {
  const { reconcile } = proxyActivities<RegistryActivities>({
    startToCloseTimeout: "1 minute",
    retry: { maximumAttempts: 3 },
    summary: "asks what became of silent runs",
  });
  let last = Number.NEGATIVE_INFINITY;
  let busy = false;
  return {
    look(silent, now) {
      if (busy || now - last < EVERY) return;
      last = now;
      if (silent.length === 0) return;
      busy = true;
      void reconcile({ runs: silent.slice(0, RUNS_PER_LOOK) }).then(
        ({ ended }) => {
          busy = false;
          take(ended.map((end) => ({ kind: "runEnded", ...end })));
        },
        () => {
          busy = false;
        },
      );
    },
    next: () => (countsOf(registry).running === 0 ? null : last + EVERY),
  };
}
