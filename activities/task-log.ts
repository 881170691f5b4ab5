import { messageOf } from "../core/errors.ts";
import { type HideSecrets, hideInFields } from "../core/hide-secrets.ts";
import type { Json } from "../core/json.ts";
import type { Log } from "../core/tasks/log.ts";
import type { LogLevel, LogLine } from "../core/tasks/records.ts";
import type { Recorder } from "./recorder.ts";

/** Longest text of one line; what is longer belongs into a file. */
const TEXT = 8_000;

/** `ctx.log` of one attempt: each line goes to the recorder with its number, and to the worker's own log. */
export function createTaskLog(
  attempt: Pick<LogLine, "run" | "temporalRunId" | "task" | "attempt">,
  recorder: Recorder,
  logger: Log,
  hide: HideSecrets = (text) => text,
): Log {
  let line = 0;
  function write(level: LogLevel, message: string, fields: object = {}): void {
    line += 1;
    const text = hide(String(message)).slice(0, TEXT);
    const data = hideInFields(toFields(fields), hide) as ReturnType<typeof toFields>;
    recorder.log({ ...attempt, line, at: Date.now(), level, text, fields: data });
    logger[level](text, { ...data, run: attempt.run, task: attempt.task, attempt: attempt.attempt });
  }
  return {
    debug: (message, fields) => write("debug", message, fields),
    info: (message, fields) => write("info", message, fields),
    warn: (message, fields) => write("warn", message, fields),
    error: (message, fields) => write("error", message, fields),
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
