import { ApplicationFailure, TemporalFailure } from "@temporalio/common";
import type { ErrorCode } from "../core/error-codes.ts";
import { HeadgateError, messageOf } from "../core/errors.ts";
import { retryWish } from "../core/tasks/retry-errors.ts";

/** Longest message and stack that go into a history. */
const TEXT = 10_000;
/** Causes below an error that go into a history. */
const CAUSES = 10;

/**
 * An error as it goes into a history: message, stack and causes are kept, and the code becomes the failure's type.
 * Errors with a code in `final` are not tried again.
 */
export function toFailure(error: unknown, final: readonly ErrorCode[] = []): TemporalFailure {
  return error instanceof TemporalFailure ? error : toApplicationFailure(error, final, 0);
}

/** Causes are failures, too: a plain error as a cause would lose its name and its stack on the way. */
function toApplicationFailure(error: unknown, final: readonly ErrorCode[], depth: number): ApplicationFailure {
  const cause = error instanceof Error ? error.cause : undefined;
  const wish = retryWish(error);
  const below =
    cause === undefined || depth >= CAUSES ? {} : { cause: cause instanceof TemporalFailure ? cause : toApplicationFailure(cause, final, depth + 1) };
  const failure = HeadgateError.is(error)
    ? ApplicationFailure.create({ message: shorten(describe(error)), type: error.code, nonRetryable: final.includes(error.code), ...below })
    : ApplicationFailure.create({
        message: shorten(messageOf(error)),
        type: nameOf(error),
        nonRetryable: wish.nonRetryable,
        ...(wish.retryAfter === undefined ? {} : { nextRetryDelay: wish.retryAfter }),
        ...below,
      });
  failure.stack = error instanceof Error && error.stack !== undefined ? shorten(error.stack) : "";
  return failure;
}

function nameOf(error: unknown): string {
  return error instanceof Error ? (error.constructor.name === "Error" ? error.name : error.constructor.name) : typeof error;
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

function shorten(text: string): string {
  return text.length > TEXT ? `${text.slice(0, TEXT)}… (${text.length} characters)` : text;
}
