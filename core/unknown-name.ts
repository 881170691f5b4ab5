import { nearest } from "./authoring/option-names.ts";
import type { ErrorCode } from "./error-codes.ts";
import { HeadgateError } from "./errors.ts";

/** The error for a name that nothing has, with the nearest one that something has. */
export function unknownName(code: ErrorCode, message: string, name: string, known: readonly string[], otherwise: string): HeadgateError {
  const near = nearest(name, known);
  return new HeadgateError(code, message, { hint: near === undefined ? otherwise : `did you mean ${near}?` });
}
