import { sql } from "kysely";
import type { AttemptRecord, LogLine, TaskRecord } from "../core/tasks/records.ts";
import { hintsOfRecords, noteChanges } from "./changes.ts";
import type { Database, DayTable } from "./database.ts";
import { type Days, readHorizons } from "./days.ts";
import { insertRows, newestOf, type Row, replaceWhen, type Shape } from "./rows.ts";
import { isMissingDay } from "./store-error.ts";
import { dayOf, indexable, instant, jsonText, optional, storable } from "./text.ts";

/** Something that a worker wants remembered. `stamp` grows with each record of a worker: of two for one row, the higher stays. */
export type WorkerRecord = { readonly stamp: number } & (
  | { readonly kind: "attempt"; readonly attempt: AttemptRecord }
  | { readonly kind: "log"; readonly line: LogLine }
  | { readonly kind: "task"; readonly task: TaskRecord }
);

const TASKS = {
  table: "tasks",
  columns: { day: "date", run: "text", temporal_run_id: "text", task: "text", dag: "text", status: "text", at: "timestamptz", why: "text", stamp: "bigint" },
} as const satisfies Shape;

const ATTEMPTS = {
  table: "attempts",
  columns: {
    ...{ day: "date", run: "text", temporal_run_id: "text", task: "text", attempt: "int", dag: "text", round: "int", status: "text" },
    ...{ started_at: "timestamptz", ended_at: "timestamptz", worker: "text", error: "text", code: "text", stamp: "bigint" },
  },
} as const satisfies Shape;

const LOGS = {
  table: "logs",
  columns: {
    ...{ day: "date", run: "text", temporal_run_id: "text", task: "text", attempt: "int", line: "int" },
    ...{ at: "timestamptz", level: "text", text: "text", fields: "json" },
  },
} as const satisfies Shape;

/** Writes records in any order, any number of times: the result is the same. Throws `E_STORE` if Postgres does not answer. */
export async function record(db: Database, days: Days, records: readonly WorkerRecord[]): Promise<void> {
  try {
    await writeRecords(db, days, records);
  } catch (error) {
    if (!isMissingDay(error)) throw error;
    days.forget();
    await writeRecords(db, days, records);
  }
}

async function writeRecords(db: Database, days: Days, records: readonly WorkerRecord[]): Promise<void> {
  const horizons = await readHorizons(db);
  const prepare = async <R extends { readonly day: unknown }>(table: DayTable, rows: readonly R[]): Promise<readonly R[]> => {
    const live = rows.filter((row) => String(row.day) > (horizons[table] ?? ""));
    await days.ensure(
      table,
      live.map((row) => String(row.day)),
    );
    return live;
  };

  const attempts = await prepare(
    "attempts",
    records.flatMap((one) => (one.kind === "attempt" ? [attemptRow(one.stamp, one.attempt)] : [])),
  );
  const tasks = await prepare(
    "tasks",
    records.flatMap((one) => (one.kind === "task" ? [taskRow(one.stamp, one.task)] : [])),
  );
  const logs = await prepare(
    "logs",
    records.flatMap((one) => (one.kind === "log" ? [logRow(one.line)] : [])),
  );

  const attemptKey = ["run", "temporal_run_id", "task", "attempt", "day"] as const;
  const taskKey = ["run", "temporal_run_id", "task", "day"] as const;
  const byStamp = (row: Row<typeof ATTEMPTS>, than: Row<typeof ATTEMPTS>): boolean => Number(row.stamp) > Number(than.stamp);
  const byTime = (row: Row<typeof TASKS>, than: Row<typeof TASKS>): boolean =>
    String(row.at) > String(than.at) || (row.at === than.at && Number(row.stamp) > Number(than.stamp));
  await insertRows(
    db,
    ATTEMPTS,
    sorted(newestOf(attempts, keyBy(attemptKey), byStamp), keyBy(attemptKey)),
    replaceWhen(ATTEMPTS, attemptKey, sql`excluded.stamp > kept.stamp`),
  );
  await insertRows(
    db,
    TASKS,
    sorted(newestOf(tasks, keyBy(taskKey), byTime), keyBy(taskKey)),
    replaceWhen(TASKS, taskKey, sql`(excluded.at, excluded.stamp) > (kept.at, kept.stamp)`),
  );
  await insertRows(db, LOGS, logs, sql`on conflict do nothing`);
  await noteChanges(db, hintsOfRecords(records));
}

function attemptRow(stamp: number, one: AttemptRecord): Row<typeof ATTEMPTS> {
  return {
    day: dayOf(one.startedAt),
    run: indexable(one.run),
    temporal_run_id: storable(one.temporalRunId),
    task: indexable(one.task),
    attempt: one.attempt,
    dag: indexable(one.dag),
    round: one.round,
    status: one.status,
    started_at: instant(one.startedAt),
    ended_at: one.endedAt === undefined ? null : instant(one.endedAt),
    worker: storable(one.worker),
    error: optional(one.error, storable),
    code: optional(one.code, storable),
    stamp,
  };
}

function taskRow(stamp: number, one: TaskRecord): Row<typeof TASKS> {
  const { status } = one;
  const [run, task, dag] = [indexable(one.run), indexable(one.task), indexable(one.dag)];
  return {
    day: dayOf(one.at),
    run,
    temporal_run_id: storable(one.temporalRunId),
    task,
    dag,
    status,
    at: instant(one.at),
    why: optional(one.why, storable),
    stamp,
  };
}

function logRow(one: LogLine): Row<typeof LOGS> {
  const [run, task, text] = [indexable(one.run), indexable(one.task), storable(one.text)];
  const { attempt, line, level } = one;
  return {
    day: dayOf(one.at),
    run,
    temporal_run_id: storable(one.temporalRunId),
    task,
    attempt,
    line,
    at: instant(one.at),
    level,
    text,
    fields: jsonText(one.fields),
  };
}

function keyBy<R>(columns: readonly (keyof R)[]): (row: R) => string {
  return (row) => columns.map((column) => String(row[column])).join(" ");
}

/** In one order, so that two workers that write the same rows wait for one another instead of deadlocking. */
function sorted<R>(rows: readonly R[], keyOf: (row: R) => string): R[] {
  return rows
    .map((row) => [keyOf(row), row] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, row]) => row);
}
