import type { TaskRow } from "./task-rows.ts";

/** A bar from `from` to `to`, as shares of the whole width between 0 and 1. */
export interface Bar {
  readonly from: number;
  readonly to: number;
  readonly status: string;
  readonly attempt: number;
  readonly startedAt: string;
  readonly endedAt: string | null;
}

export interface Gantt {
  readonly rows: readonly { readonly row: TaskRow; readonly bars: readonly Bar[] }[];
  /** Marks of time: shares of the width, with milliseconds since the start. */
  readonly ticks: readonly { readonly at: number; readonly ms: number }[];
}

/** Steps of the marks, in milliseconds. */
const STEPS = [100, 200, 500, 1e3, 2e3, 5e3, 1e4, 15e3, 3e4, 6e4, 12e4, 3e5, 6e5, 9e5, 18e5, 36e5, 72e5, 216e5, 864e5];
const MOST_TICKS = 6;

/** When each attempt ran, on one line of time from `start` to `end`; instants are milliseconds since 1970. What still runs ends at `end`. */
export function ganttOf(rows: readonly TaskRow[], start: number, end: number): Gantt {
  const span = Math.max(1, end - start);
  const share = (at: number): number => Math.min(1, Math.max(0, (at - start) / span));
  const step = STEPS.find((one) => span / one <= MOST_TICKS) ?? 864e5 * Math.ceil(span / MOST_TICKS / 864e5);
  return {
    rows: rows.map((row) => ({
      row,
      bars: row.attempts.map(({ startedAt, endedAt, status, attempt }) => ({
        ...{ from: share(Date.parse(startedAt)), to: share(endedAt === null ? end : Date.parse(endedAt)) },
        ...{ status, attempt, startedAt, endedAt },
      })),
    })),
    ticks: Array.from({ length: Math.floor(span / step) + 1 }, (_, index) => ({ at: (index * step) / span, ms: index * step })),
  };
}
