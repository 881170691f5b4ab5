import type { Json } from "../json.ts";
import type { TaskStatus } from "../run.ts";

/** One execution of a task by a worker. A row per (run, temporalRunId, task, attempt); a later call with the same key replaces it. */
export interface AttemptRecord {
  readonly run: string;
  readonly temporalRunId: string;
  readonly dag: string;
  readonly task: string;
  /** How often the interpreter had scheduled the task: 1, and more after lost workers. */
  readonly round: number;
  /** 1, 2, 3, ... over all rounds. */
  readonly attempt: number;
  readonly status: "running" | "succeeded" | "failed" | "cancelled" | "skipped" | "lost";
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly endedAt?: number;
  readonly worker: string;
  /** Message, stack and causes, as text. */
  readonly error?: string;
  /** The error's code, if it is one of ours. */
  readonly code?: string;
}

export const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface LogLine {
  readonly run: string;
  readonly temporalRunId: string;
  readonly task: string;
  readonly attempt: number;
  readonly at: number;
  /** Order among the lines of one attempt: 1, 2, 3, ... */
  readonly line: number;
  readonly level: LogLevel;
  readonly text: string;
  readonly fields: Readonly<Record<string, Json>>;
}

/** The status of one task of a run, as far as it is known at `at`; the newest wins. */
export interface TaskRecord {
  readonly run: string;
  readonly temporalRunId: string;
  readonly dag: string;
  readonly task: string;
  readonly status: TaskStatus;
  readonly at: number;
  readonly why?: string;
}
