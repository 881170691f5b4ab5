import { proxyActivities } from "@temporalio/workflow";
import { countsOf, type Registry, type RegistryInput } from "../registry/index.ts";

import type { RegistryActivities, RunToLookAt } from "./ports.ts";

const RUNS_PER_LOOK = 200;

export interface Reconciler {
  /** A run that seems to be over, but may have been reset: it is asked about at once. */
  suspect(run: RunToLookAt): void;
  /** Asks what became of suspects, and now and then of runs that were not heard of for long. */
  look(silent: () => readonly RunToLookAt[], now: number): void;
  /** When to look next, in milliseconds since 1970; null while nothing runs. */
  next(): number | null;
}

/** The third way in which the end of a run reaches the registry: it asks. Terminated, deleted and reset runs report nothing. */
export function createReconciler(registry: Registry, every: number, take: (inputs: readonly RegistryInput[]) => void, changed: () => void): Reconciler {
  const { reconcile } = proxyActivities<RegistryActivities>({
    startToCloseTimeout: "1 minute",
    retry: { maximumAttempts: 3 },
    summary: "asks what became of silent runs",
  });
  const suspects = new Map<string, RunToLookAt>();
  let last = Number.NEGATIVE_INFINITY;
  let busy = false;

  function ask(runs: readonly RunToLookAt[]): void {
    busy = true;
    for (const { run } of runs) suspects.delete(run);
    void reconcile({ runs }).then(
      ({ ended, running }) => {
        busy = false;
        // What runs is noted, too: the next look is for others, and another life of it will be seen.
        take([...running.map((run) => ({ kind: "runStarted", ...run }) as const), ...ended.map((end) => ({ kind: "runEnded", ...end }) as const)]);
      },
      () => {
        // They are silent from now on, and come again with the others.
        busy = false;
        changed();
      },
    );
  }

  return {
    suspect: (run) => {
      suspects.set(run.run, run);
      changed();
    },
    look(silent, now) {
      if (busy) return;
      const due = now - last >= every;
      if (due) last = now;
      const runs = new Map([...suspects, ...(due ? silent() : []).map((run) => [run.run, run] as const)]);
      if (runs.size > 0) ask([...runs.values()].slice(0, RUNS_PER_LOOK));
    },
    next: () => (countsOf(registry).running === 0 ? null : last + every),
  };
}
