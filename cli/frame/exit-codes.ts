import type { ErrorCode } from "../../core/error-codes.ts";

/** What a command's exit code tells a script. */
export const EXIT = {
  ok: 0,
  failure: 1,
  /** The input was wrong: arguments, settings, DAG files, a scenario, an event. Nothing was done. */
  usage: 2,
  /** With `--wait`: the run finished, and did not succeed. */
  unsuccessful: 3,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

const INPUT_ERRORS: ReadonlySet<ErrorCode> = new Set([
  ...(["E_USAGE", "E_API_REQUEST", "E_FOLDER", "E_CONFIG", "E_ENVIRONMENT", "E_SCENARIO", "E_DAG_FILE", "E_PACKAGE_COPY", "E_PARAMS"] as const),
  ...(["E_RUN_INPUT", "E_RUN_STATE", "E_APPROVAL"] as const),
  ...(["E_ID", "E_DUPLICATE_ID", "E_ASSET_URI", "E_ASSET_DUPLICATE", "E_DURATION", "E_CONDITION", "E_PARTITION", "E_CRON", "E_POLICY"] as const),
  ...(["E_REFERENCE", "E_CYCLE", "E_OPTION", "E_SCHEMA", "E_EVENT", "E_EVENT_DATA", "E_EVENT_SIZE", "E_EVENT_PARTITION", "E_BACKFILL"] as const),
]);

/** 2 for what the caller can correct in the input, else 1. */
export function exitCodeOf(code: ErrorCode | undefined): ExitCode {
  return code !== undefined && INPUT_ERRORS.has(code) ? EXIT.usage : EXIT.failure;
}
