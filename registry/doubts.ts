import type { RegistryInput, RunClaim } from "./input.ts";
import type { Registry } from "./registry.ts";
import { isDoubtful } from "./run-claims.ts";

/** What signals say of runs that Temporal has to be asked about, and what has to wait for the answer. */
export interface Doubts {
  /** Keeps what is in doubt, and what must not overtake it; the rest goes on at once. */
  divert(inputs: readonly RegistryInput[]): readonly RegistryInput[];
  /** What to ask about now: empty while a question is open, or if there is nothing. */
  ask(): readonly RunClaim[];
  /** Why each of what was asked about is refused, or null; what goes on then, in its order. */
  answered(refused: readonly (string | null)[]): readonly RegistryInput[];
  /** What is not answered. */
  held(): readonly RegistryInput[];
}

/** At most as many in one question. */
const AT_ONCE = 200;

/**
 * What a signal says of a run that the registry does not know waits here until Temporal has said whether there is such a run: an end that
 * is believed brings events, and the start of another life of a run would make its true end a stranger's. One question is open at a
 * time, so what was said keeps its order; what Temporal denies comes back to be rejected.
 *
 * Meanwhile somebody may look at the run and find that it has ended. That end knows of no outlets, and of two ends the first counts: so it
 * comes after the one that the run has told of itself.
 */
export function createDoubts(registry: Registry): Doubts {
  let waiting: readonly RunClaim[] = [];
  let asked: readonly RunClaim[] = [];
  let behind: readonly RegistryInput[] = [];

  function mustNotOvertake(input: RegistryInput): boolean {
    return input.kind === "runEnded" && [...asked, ...waiting].some(({ kind, run }) => kind === "runEnded" && run === input.run);
  }

  return {
    divert(inputs) {
      const rest: RegistryInput[] = [];
      for (const input of inputs) {
        if (isDoubtful(registry, input)) waiting = [...waiting, input];
        else if (mustNotOvertake(input)) behind = [...behind, input];
        else rest.push(input);
      }
      return rest;
    },
    ask() {
      if (asked.length > 0) return [];
      asked = waiting.slice(0, AT_ONCE);
      waiting = waiting.slice(AT_ONCE);
      return asked;
    },
    answered(refused) {
      const judged = asked.map((claim, index) => judge(claim, refused[index] ?? null));
      asked = [];
      const due = behind.filter((input) => !mustNotOvertake(input));
      behind = behind.filter(mustNotOvertake);
      return [...judged, ...due];
    },
    held: () => [...asked, ...waiting, ...behind],
  };
}

function judge(claim: RunClaim, refused: string | null): RegistryInput {
  if (refused !== null) return { kind: "runUnknown", claim, why: refused };
  const { claimed: _, ...believed } = claim;
  return believed;
}
