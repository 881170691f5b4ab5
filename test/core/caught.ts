import { HeadgateError } from "../../core/errors.ts";

/** The error that something raised on purpose; anything else, or nothing, fails the test. */
export function caught(action: () => unknown): HeadgateError {
  try {
    action();
  } catch (error) {
    if (HeadgateError.is(error)) {
      return error;
    }
    throw error;
  }
  throw new Error("expected an error, but there was none");
}

/** Code, message and hint in one text, to compare with what a person must read. */
export function said(action: () => unknown): string {
  const { code, message, hint } = caught(action);
  return `${code}: ${message}${hint === undefined ? "" : `. ${hint}`}`;
}
