import { setTimeout as sleep } from "node:timers/promises";
import { HeadgateError } from "../core/errors.ts";
import type { Log } from "../core/tasks/log.ts";

/** Wait before another try, in milliseconds: doubled each time. */
const FIRST = 200;
const LONGEST = 10_000;

/**
 * Waits for the store: while it does not answer it is asked again, until the task's own time is up or it is cancelled. What a handler
 * did is done, and must not be done again because its result could not be kept at once. The log says what is waited for.
 */
export async function patiently<T>(call: () => Promise<T>, signal: AbortSignal, log: Pick<Log, "warn" | "info">): Promise<T> {
  for (let wait = FIRST, waited = false; ; wait = Math.min(wait * 2, LONGEST), waited = true) {
    try {
      const done = await call();
      if (waited) log.info("the store answers again");
      return done;
    } catch (error) {
      if (!HeadgateError.is(error) || error.code !== "E_STORE") throw error;
      signal.throwIfAborted();
      if (!waited) log.warn("waits for the store, as a value of the run is too large for its history", { error: error.message });
      await sleep(wait, undefined, { signal }).catch(() => signal.throwIfAborted());
    }
  }
}
