import { patched, proxyActivities } from "@temporalio/workflow";
import { createDoubts, isDoubtful, type Registry, type RegistryInput } from "../registry/index.ts";
import type { RegistryActivities } from "./ports.ts";

export interface RunClaims {
  /** Takes out what signals say of runs that Temporal must be asked about; the rest goes on at once. */
  divert(inputs: readonly RegistryInput[]): readonly RegistryInput[];
  /** What the next registry run must look at again. */
  unacknowledged(): readonly RegistryInput[];
}

/** Asks Temporal about the runs that are in doubt, one question at a time. */
export function createRunClaims(registry: Registry, take: (inputs: readonly RegistryInput[]) => void): RunClaims {
  const { verifyRuns } = proxyActivities<RegistryActivities>({
    // A worker that dies over the question is not waited for: ends of runs wait for the answer.
    startToCloseTimeout: "20 seconds",
    retry: { initialInterval: "500ms", backoffCoefficient: 2, maximumInterval: "10s" },
    summary: "asks whether there are the runs that signals tell of",
  });
  const doubts = createDoubts(registry);
  let asks: boolean | undefined;

  function ask(): void {
    const runs = doubts.ask();
    if (runs.length === 0) return;
    void verifyRuns({ runs: runs.map(({ run, temporalRunId, dag }) => ({ run, temporalRunId, dag })) }).then(({ refused }) => {
      take(doubts.answered(refused));
      ask();
    });
  }

  return {
    divert: (inputs) => {
      if (asks === undefined && !inputs.some((input) => isDoubtful(registry, input))) return inputs;
      // Decided once for each run: a history of an earlier release has none of these questions.
      asks ??= patched("claims-of-runs-are-verified");
      if (!asks) return inputs;
      const rest = doubts.divert(inputs);
      ask();
      return rest;
    },
    unacknowledged: doubts.held,
  };
}
