import { patched, proxyActivities } from "@temporalio/workflow";
import { isDoubtful, type Registry, type RegistryInput, type RunClaim } from "../registry/index.ts";
import type { RegistryActivities } from "./ports.ts";

const RUNS_PER_QUESTION = 200;

export interface RunClaims {
  /** Takes out what signals say of runs that Temporal must be asked about; the rest goes on at once. */
  divert(inputs: readonly RegistryInput[]): readonly RegistryInput[];
  /** What the next registry run must ask about. */
  unacknowledged(): readonly RegistryInput[];
}

/**
 * What a signal says of a run that the registry does not know waits here until Temporal has said whether there is such a run: an end that
 * is believed brings events, and the start of another life of a run would make its true end a stranger's. One question is open at a
 * time, so what was said keeps its order; what Temporal denies comes back to be rejected.
 */
export function createRunClaims(registry: Registry, take: (inputs: readonly RegistryInput[]) => void): RunClaims {
  const { verifyRuns } = proxyActivities<RegistryActivities>({
    startToCloseTimeout: "1 minute",
    retry: { initialInterval: "500ms", backoffCoefficient: 2, maximumInterval: "10s" },
    summary: "asks whether there are the runs that signals tell of",
  });
  let waiting: readonly RunClaim[] = [];
  let asked: readonly RunClaim[] = [];
  let asks: boolean | undefined;

  function ask(): void {
    if (asked.length > 0 || waiting.length === 0) return;
    asked = waiting.slice(0, RUNS_PER_QUESTION);
    waiting = waiting.slice(RUNS_PER_QUESTION);
    void verifyRuns({ runs: asked.map(({ run, temporalRunId, dag }) => ({ run, temporalRunId, dag })) }).then(({ refused }) => {
      const claims = asked;
      asked = [];
      take(claims.map((claim, index) => judged(claim, refused[index] ?? null)));
      ask();
    });
  }

  return {
    divert: (inputs) => {
      if (!inputs.some((input) => isDoubtful(registry, input))) return inputs;
      // Decided once for each run: a history of an earlier release has none of these questions.
      asks ??= patched("claims-of-runs-are-verified");
      if (!asks) return inputs;
      waiting = [...waiting, ...inputs.filter((input) => isDoubtful(registry, input))] as readonly RunClaim[];
      ask();
      return inputs.filter((input) => !isDoubtful(registry, input));
    },
    unacknowledged: () => [...asked, ...waiting],
  };
}

function judged(claim: RunClaim, refused: string | null): RegistryInput {
  if (refused !== null) return { kind: "runUnknown", claim, why: refused };
  const { claimed: _, ...believed } = claim;
  return believed;
}
