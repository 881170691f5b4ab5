import { ERROR_CODES, type ErrorCode } from "./error-codes.ts";

/** What an error carries besides its message. */
export interface ErrorDetails {
  /** What to do about it, as one sentence. */
  readonly hint?: string;
  /** What made it happen. */
  readonly cause?: unknown;
  /** Where a person finds it: `dag orders-clean, task load`, `dags/orders.dag.ts`, `timeline[3].at`. */
  readonly where?: string;
}

/**
 * Every error that Headgate raises on purpose. The message says what, where and why; `hint` says the fix;
 * `code` has a section in docs/errors.md.
 *
 * @example
 * throw new HeadgateError("E_ASSET_URI", `"${uri}" is no asset URI: it has no scheme`, { hint: "write it as s3://bucket/path" });
 */
export class HeadgateError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly where: string | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = "HeadgateError";
    this.code = code;
    this.hint = details.hint;
    this.where = details.where;
  }

  /** True for our errors also when they come from another copy of the package or another realm. */
  static is(value: unknown): value is HeadgateError {
    return (
      typeof value === "object" &&
      value !== null &&
      (value as { name?: unknown }).name === "HeadgateError" &&
      typeof (value as { code?: unknown }).code === "string" &&
      (value as { code: string }).code in ERROR_CODES
    );
  }
}

/** What a person should read of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
