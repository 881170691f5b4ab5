/** A line of a file, before anything of it is believed. */
export interface Row {
  readonly transaction_id?: unknown;
  readonly amount?: unknown;
  readonly booked_at?: unknown;
}

/** What must hold of a whole day. Add a check here, and nowhere else. */
export const CHECKS: Readonly<Record<string, (rows: readonly Row[]) => boolean>> = {
  "has rows": (rows) => rows.length > 0,
  "every row has an id": (rows) => rows.every(({ transaction_id }) => typeof transaction_id === "string" && transaction_id !== ""),
  "ids are unique": (rows) => new Set(rows.map(({ transaction_id }) => transaction_id)).size === rows.length,
  "amounts are between 0 and 100,000": (rows) => rows.every(({ amount }) => typeof amount === "number" && amount >= 0 && amount <= 100_000),
  "dates are dates": (rows) => rows.every(({ booked_at }) => typeof booked_at === "string" && !Number.isNaN(Date.parse(booked_at))),
};

/** The names of the checks that the rows do not pass. */
export function failedChecks(rows: readonly Row[]): readonly string[] {
  return Object.entries(CHECKS).flatMap(([name, holds]) => (holds(rows) ? [] : [name]));
}

/** The rows of a file; a line that is no JSON is a row that passes no check. */
export function readRows(text: string): readonly Row[] {
  return text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line): Row => {
      try {
        return (JSON.parse(line) as Row | null) ?? {};
      } catch {
        return {};
      }
    });
}
