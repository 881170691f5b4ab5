import type { LogLevel, LogLine } from "../core/tasks/records.ts";
import type { Paint } from "./text/paint.ts";

const COLORS = { debug: "dim", info: "cyan", warn: "yellow", error: "red" } as const satisfies Record<LogLevel, keyof Paint>;

/** Log lines as people read them: `10:00:00.000 load#1 info  loaded rows=3`. The attempt stands behind the task. */
export function logsText(lines: readonly LogLine[], { paint }: { readonly paint: Paint }): string {
  return lines.map((line) => lineText(line, paint)).join("\n");
}

function lineText({ at, task, attempt, level, text, fields }: LogLine, paint: Paint): string {
  const time = new Date(at).toISOString().slice(11, 23);
  const more = Object.entries(fields).map(([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`);
  const head = `${paint.dim(time)} ${paint.bold(`${task}#${attempt}`)} ${paint[COLORS[level]](level.padEnd(5))}`;
  return [head, text, ...(more.length === 0 ? [] : [paint.dim(more.join(" "))])].join(" ");
}
