import { HeadgateError } from "../core/errors.ts";
import { parseInstant } from "../core/time/time.ts";

/** A clock that only waits move: the code of tasks takes no time. */
export interface TestClock {
  now(): number;
  /** Moves to an instant; one that is over moves nothing. */
  moveTo(instant: number): void;
}

/** Begins at `start`, ISO 8601, or now. Throws `E_OPTION`. */
export function createTestClock(start: string | undefined): TestClock {
  const begin = start === undefined ? Date.now() : parseInstant(start);
  if (begin === null)
    throw new HeadgateError("E_OPTION", `"now" of the test is ${JSON.stringify(start)}, which is no instant`, { hint: 'write it as "2026-11-23T08:00:00Z"' });
  let current = begin;
  return {
    now: () => current,
    moveTo: (instant) => {
      current = Math.max(current, instant);
    },
  };
}
