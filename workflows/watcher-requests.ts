import { isRecord } from "../core/json.ts";
import type { WatcherPosition, WatcherReset, WatcherStatus } from "../core/watcher-protocol.ts";

/** Reads the input of signals that anyone may send: what cannot be understood is null, never an error. `id` stands for one that it has not. */
export function readReset(input: unknown, watcher: string, id: string): WatcherReset | null {
  if (!isRecord(input)) return null;
  const { to, deliver } = input;
  if ((to !== "beginning" && to !== "now" && !isRecord(to)) || (deliver !== "redeliver" && deliver !== "skip")) return null;
  return { id: textOf(input.id) ?? id, watcher, to: to as WatcherPosition, deliver, by: nameOf(input), ...whyOf(input) };
}

export function readPause(input: unknown, at: number): NonNullable<WatcherStatus["paused"]> {
  return { by: nameOf(input), at, ...whyOf(input) };
}

function whyOf(input: unknown): { readonly why?: string } {
  const why = isRecord(input) ? textOf(input.why) : undefined;
  return why === undefined ? {} : { why };
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function nameOf(input: unknown): string {
  return isRecord(input) && typeof input.by === "string" && input.by !== "" ? input.by : "unknown";
}
