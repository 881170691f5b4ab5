import { HeadgateError } from "../core/errors.ts";

/** SQLSTATEs that mean "not now": connection, resources, shutdown, i/o, failed start, deadlock, lock timeout, killed session. */
const NOT_NOW = /^(08|53|57|58|XX|40001|40P01|55P03|25P0[34])/;
const REFUSED = /^(28|3D)/;
const NOT_MIGRATED = /^(42P01|3F000|42703)$/;
/** SQLSTATEs that one value causes: out of range, constraint, too complex or too large. */
const BAD_VALUE = /^(21|22|23|54)/;

/** True if the server could not be asked, so that the same statement may work later on another connection. */
export function isUnavailable(error: unknown): boolean {
  const state = sqlState(error);
  return state === undefined ? !(error instanceof TypeError) : /^(08|57P0[1-5]|25P0[34]|58|XX)/.test(state);
}

/** True if a statement failed because of a value in it: the same rows will fail again, one by one most of them will not. */
export function isBadValue(error: unknown): boolean {
  const state = sqlState(error);
  return state !== undefined && BAD_VALUE.test(state);
}

/** True if a row's day has no table: another process's `retain` dropped it a moment ago. */
export function isMissingDay(error: unknown): boolean {
  return sqlState(error) === "23514";
}

/** An error of `pg` as `E_STORE` where the store does not answer or is not ready; any other error as it is. */
export function toStoreError(error: unknown, where: string): unknown {
  if (HeadgateError.is(error)) return error;
  const state = sqlState(error);
  const said = messageOf(error);
  if (error instanceof TypeError) return error;
  if (state === undefined || NOT_NOW.test(state)) {
    return new HeadgateError("E_STORE", `the store does not answer: ${said}`, {
      where,
      hint: "check that Postgres runs and can be reached; what was not written is kept and tried again",
      cause: error,
    });
  }
  if (REFUSED.test(state))
    return new HeadgateError("E_STORE", `the store refuses the connection: ${said}`, {
      where,
      hint: "check user, password and database of the store's url",
      cause: error,
    });
  if (NOT_MIGRATED.test(state))
    return new HeadgateError("E_STORE", `the store lacks a table: ${said}`, { where, hint: "run the migrations first", cause: error });
  return error;
}

function sqlState(error: unknown): string | undefined {
  // Only the server's own errors have a severity; `EPIPE` has five letters too.
  const { code, severity } = (error ?? {}) as { code?: unknown; severity?: unknown };
  return typeof code === "string" && severity !== undefined ? code : undefined;
}

function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === "") return error.errors.map(messageOf).join("; ");
  return error instanceof Error ? error.message : String(error);
}
