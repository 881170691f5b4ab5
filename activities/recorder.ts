import type { AttemptRecord, LogLine, TaskRecord } from "../core/tasks/records.ts";

/**
 * Where attempts, logs and task statuses go for people to read. Never needed to decide: every call returns at once,
 * never throws, and a recorder that cannot write keeps or drops the record by itself.
 */
export interface Recorder {
  attempt(record: AttemptRecord): void;
  log(line: LogLine): void;
  task(record: TaskRecord): void;
}

/** For workers without a store. */
export const noRecorder: Recorder = { attempt: () => undefined, log: () => undefined, task: () => undefined };
