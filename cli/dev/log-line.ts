import type { Paint } from "../text/paint.ts";

/** A line of the worker's log for people: `warn  watcher landing-files: the store does not answer`. What is no log line stays as it is. */
export function logLineText(line: string, paint: Paint): string {
  if (!line.startsWith("{")) return line;
  let entry: Readonly<Record<string, unknown>>;
  try {
    entry = JSON.parse(line) as Readonly<Record<string, unknown>>;
  } catch {
    return line;
  }
  const { level, time: _time, msg, from: _from, ...fields } = entry;
  if (typeof level !== "string") return line;
  const shown = Object.entries(fields).map(([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`);
  const word = level === "error" || level === "fatal" ? paint.red(level) : level === "warn" ? paint.yellow(level) : paint.dim(level);
  return `${word} ${String(msg ?? "")}${shown.length === 0 ? "" : ` ${paint.dim(shown.join(" "))}`}`;
}
