import { ApplicationFailure, ensureApplicationFailure, TemporalFailure } from "@temporalio/common";
import type { ErrorCode } from "../core/error-codes.ts";
import { HeadgateError } from "../core/errors.ts";

/** Longest message and stack that go into a history. */
const TEXT = 10_000;

/**
 * An error as it goes into a history: message, stack and causes are kept, and the code becomes the failure's type.
 * Errors with a code in `final` are not tried again.
 */
export function toFailure(error: unknown, final: readonly ErrorCode[] = []): TemporalFailure {
  if (error instanceof TemporalFailure) return error;
  if (!HeadgateError.is(error)) return shortened(ensureApplicationFailure(error));
  const failure = ApplicationFailure.create({
    message: describe(error),
    type: error.code,
    nonRetryable: final.includes(error.code),
    ...(error.cause instanceof Error ? { cause: error.cause } : {}),
  });
  failure.stack = error.stack ?? "";
  return shortened(failure);
}

/** Message, place and fix in one text. */
export function describe(error: HeadgateError): string {
  return [error.where === undefined ? "" : `${error.where}: `, error.message, error.hint === undefined ? "" : ` (${error.hint})`].join("");
}

/** Message, stack and causes as text for people. */
export function errorText(error: unknown): string {
  const parts: string[] = [];
  const seen = new Set<unknown>();
  for (
    let next: unknown = error;
    next !== undefined && next !== null && !seen.has(next) && parts.length < 10;
    next = next instanceof Error ? next.cause : undefined
  ) {
    seen.add(next);
    parts.push(next instanceof Error ? (next.stack ?? next.message) : String(next));
  }
  return parts.join("\ncaused by: ").slice(0, TEXT);
}

function shortened(failure: ApplicationFailure): ApplicationFailure {
  if (failure.message.length > TEXT) failure.message = `${failure.message.slice(0, TEXT)}… (${failure.message.length} characters)`;
  if (failure.stack !== undefined && failure.stack.length > TEXT) failure.stack = failure.stack.slice(0, TEXT);
  return failure;
}
