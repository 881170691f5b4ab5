/** Workers that a task may lose in a row before it fails with E_TASK_LOST. */
export const MAX_LOST = 10;

/** How often something was scheduled, and what is left to it. */
export interface Rounds {
  /** How often it was scheduled. */
  readonly round: number;
  /** Attempts that rounds which lost their worker had begun. */
  readonly attemptsBefore: number;
  /** Retries that are left for the next round. */
  readonly retries: number;
  /** Workers lost in a row. */
  readonly lost: number;
}

/** What is left after a worker went away in whose round `attempts` had begun, the lost one included. */
export function afterLostWorker<T extends Rounds>(rounds: T, attempts: number): T {
  // All attempts of the round but the lost one failed by an error of the handler, so the row of losses began anew.
  const failures = Math.max(0, attempts - 1);
  return {
    ...rounds,
    lost: failures > 0 ? 1 : rounds.lost + 1,
    attemptsBefore: rounds.attemptsBefore + Math.max(1, attempts),
    retries: Math.max(0, rounds.retries - failures),
  };
}

/** Why it must not be scheduled once more, if it must not. */
export function lostTooOften({ lost }: Rounds): string | undefined {
  return lost > MAX_LOST ? `its worker was lost ${lost} times in a row` : undefined;
}
