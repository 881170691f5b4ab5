import type { Logger } from "pino";
import type { Store } from "../store/index.ts";

const FIRST_AFTER = 60_000;
const EVERY = 6 * 3_600_000;

/** Drops the days of the store that are over, now and then. Several workers may do it at once. */
export function startHousekeeping(store: Pick<Store, "retain">, logger: Logger): { stop(): void } {
  let timer = setTimeout(look, FIRST_AFTER);
  timer.unref();

  async function look(): Promise<void> {
    try {
      await store.retain();
    } catch (error) {
      // The store may be down: nothing is lost by keeping a day longer.
      logger.warn({ err: error }, "old days could not be dropped from the store");
    }
    timer = setTimeout(look, EVERY);
    timer.unref();
  }

  return { stop: () => clearTimeout(timer) };
}
