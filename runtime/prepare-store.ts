import { setTimeout as delay } from "node:timers/promises";
import type { Logger } from "pino";
import { isUnavailable, type Store } from "../store/index.ts";

/** Milliseconds between two tries while Postgres is away. */
const EVERY = 5_000;

/**
 * Brings the store up to date. While Postgres does not answer a worker starts all the same, since nothing that it decides needs the
 * store: this goes on trying beside it, and what waits for the tables is tried again by itself. Whatever else is wrong with the store
 * (it refuses the user, a step fails) stops the start.
 *
 * @throws E_STORE if the store answers and refuses.
 */
export async function prepareStore(store: Pick<Store, "migrate">, logger: Logger, signal: AbortSignal): Promise<void> {
  try {
    await store.migrate();
  } catch (error) {
    if (!isUnavailable((error as Error).cause ?? error)) throw error;
    logger.warn({ err: error }, "the store does not answer: the worker starts without it, facts and logs wait");
    void keepTrying(store, logger, signal);
  }
}

async function keepTrying(store: Pick<Store, "migrate">, logger: Logger, signal: AbortSignal): Promise<void> {
  for (;;) {
    try {
      await delay(EVERY, undefined, { signal, ref: false });
    } catch {
      return;
    }
    try {
      await store.migrate();
      return logger.info("the store answers, and its tables are up to date");
    } catch (error) {
      logger.debug({ err: error }, "the store still does not answer");
    }
  }
}
