import type { Duration } from "../condition.ts";
import { parseDuration } from "../time/duration.ts";

/**
 * Thrown by a task that no other attempt can help: the task fails at once, however many retries it has.
 *
 * @example
 * if (!rows.every(isValid)) throw new NonRetryableError("the export lacks the column `id`");
 */
export class NonRetryableError extends Error {
  readonly nonRetryable = true;
  override name = "NonRetryableError";
}

/**
 * Thrown by a task that knows when it is worth trying again, such as by a `Retry-After` header: the next attempt starts after that long,
 * instead of after the task's backoff. It uses up one of the task's retries. Throws `E_DURATION` for what is no duration.
 *
 * @example
 * if (response.status === 429) throw new RetryAfterError("the API is busy", `${response.headers.get("retry-after")}s`);
 */
export class RetryAfterError extends Error {
  override name = "RetryAfterError";
  /** In milliseconds. */
  readonly retryAfter: number;

  constructor(message: string, after: Duration, options?: ErrorOptions) {
    super(message, options);
    this.retryAfter = parseDuration(after, "new RetryAfterError(message, after)");
  }
}

/** What an error says about the next attempt; by its shape, as it may come from another copy of the package. `retryAfter` is in milliseconds. */
export function retryWish(error: unknown): { readonly nonRetryable: boolean; readonly retryAfter?: number } {
  const { nonRetryable, retryAfter } = (error ?? {}) as { readonly nonRetryable?: unknown; readonly retryAfter?: unknown };
  return { nonRetryable: nonRetryable === true, ...(typeof retryAfter === "number" ? { retryAfter } : {}) };
}
