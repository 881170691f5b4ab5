import { messageOf } from "../core/errors.ts";
import { type HideSecrets, hideInFields } from "../core/hide-secrets.ts";
import type { Json } from "../core/json.ts";
import type { Log } from "../core/tasks/log.ts";
import type { LogLevel, LogLine } from "../core/tasks/records.ts";
import type { OutputSink } from "./captured-output.ts";
import type { Recorder } from "./recorder.ts";

/** Longest text of one line; what is longer belongs into a file. */
const TEXT = 8_000;

export interface TaskLog {
  /** `ctx.log` of one attempt: each line goes to the recorder with its number, and to the worker's own log. */
  readonly log: Log;
  /** What the handler wrote to the process's stdout and stderr: it goes to the recorder alone, as the streams have it already. */
  readonly written: OutputSink;
}

export function createTaskLog(
  { dag, ...attempt }: Pick<LogLine, "run" | "temporalRunId" | "task" | "attempt"> & { readonly dag: string },
  recorder: Recorder,
  logger: Log,
  hide: HideSecrets = (text) => text,
): TaskLog {
  let line = 0;
  function keep(level: LogLevel, message: string, fields: object): { readonly text: string; readonly data: ReturnType<typeof toFields> } {
    line += 1;
    const text = hide(String(message)).slice(0, TEXT);
    const data = hideInFields(toFields(fields), hide) as ReturnType<typeof toFields>;
    recorder.log({ ...attempt, line, at: Date.now(), level, text, fields: data });
    return { text, data };
  }
  function write(level: LogLevel, message: string, fields: object = {}): void {
    const { text, data } = keep(level, message, fields);
    logger[level](text, { ...data, dag, run: attempt.run, temporalRunId: attempt.temporalRunId, task: attempt.task, attempt: attempt.attempt });
  }
  return {
    log: {
      debug: (message, fields) => write("debug", message, fields),
      info: (message, fields) => write("info", message, fields),
      warn: (message, fields) => write("warn", message, fields),
      error: (message, fields) => write("error", message, fields),
    },
    written: (stream, text) => void keep(stream === "stdout" ? "info" : "warn", text, { stream }),
  };
}

/** Fields as JSON; a log line must never fail a task, so what is no JSON becomes text. */
function toFields(fields: object): Readonly<Record<string, Json>> {
  try {
    const copy: unknown = JSON.parse(JSON.stringify(fields, toLoggable));
    return typeof copy === "object" && copy !== null && !Array.isArray(copy) ? (copy as Record<string, Json>) : { value: copy as Json };
  } catch (error) {
    return { unreadable: messageOf(error) };
  }
}

function toLoggable(_: string, value: unknown): unknown {
  if (value instanceof Error) return { name: value.name, message: value.message, ...(value.stack === undefined ? {} : { stack: value.stack }) };
  return typeof value === "bigint" ? String(value) : value;
}
