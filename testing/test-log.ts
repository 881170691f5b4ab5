import type { Json, JsonObject } from "../core/json.ts";
import type { Log } from "../core/tasks/log.ts";
import type { LogLevel, TestLogLine } from "./test-run.ts";

/** `ctx.log` that keeps its lines. */
export function createTestLog(task: string, attempt: number, lines: TestLogLine[]): Log {
  const write = (level: LogLevel, text: string, fields: object = {}): void => {
    lines.push({ task, attempt, level, text, fields: toJson(fields) });
  };
  return {
    debug: (text, fields) => write("debug", text, fields),
    info: (text, fields) => write("info", text, fields),
    warn: (text, fields) => write("warn", text, fields),
    error: (text, fields) => write("error", text, fields),
  };
}

function toJson(fields: object): JsonObject {
  const text = JSON.stringify(fields, (_, value: unknown) =>
    typeof value === "bigint" ? String(value) : value instanceof Error ? { name: value.name, message: value.message } : value,
  );
  return JSON.parse(text) as { [key: string]: Json };
}
