import { HeadgateError } from "../../core/errors.ts";

/** True for a store that is not configured or does not answer. */
export function isStoreAway(error: unknown): error is HeadgateError {
  return HeadgateError.is(error) && (error.code === "E_STORE" || error.code === "E_CONFIG");
}

/** Gives `otherwise` where the store is away: it is never needed to act. */
export async function unlessStoreAway<T>(ask: () => Promise<T>, otherwise: (why: HeadgateError) => T | Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (isStoreAway(error)) return await otherwise(error);
    throw error;
  }
}
