import { ActivityFailure, ApplicationFailure, ChildWorkflowFailure } from "@temporalio/common";
import { HeadgateError, messageOf } from "../core/errors.ts";

/** Runs a function of ours; what it refuses fails the run with its code, instead of failing the workflow task for ever. */
export function orFailure<T>(compute: () => T): T {
  try {
    return compute();
  } catch (error) {
    if (!HeadgateError.is(error)) throw error;
    const hint = error.hint === undefined ? "" : ` (${error.hint})`;
    throw ApplicationFailure.nonRetryable(`${error.message}${hint}`, error.code);
  }
}

/** The failure of a whole run: its type is the code; the failed task's error with message, stack and causes hangs below it. */
export function runFailure(message: string, code: string, cause?: unknown): ApplicationFailure {
  const below = cause instanceof ActivityFailure || cause instanceof ChildWorkflowFailure ? cause.cause : cause;
  return ApplicationFailure.create({ message, type: code, nonRetryable: true, ...(below instanceof Error ? { cause: below } : {}) });
}

/** The code that an activity gave its failure. */
export function codeOf(error: unknown): string | undefined {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  return cause instanceof ApplicationFailure && cause.type?.startsWith("E_") === true ? cause.type : undefined;
}

/** What a person should read of an error: an activity's own message says only that an activity failed. */
export function reasonOf(error: unknown): string {
  return messageOf(error instanceof ActivityFailure ? (error.cause ?? error) : error);
}
