import { isRecord } from "../core/json.ts";
import type { WatcherReset, WatcherStatus } from "../core/watcher-protocol.ts";

/** Reads the input of signals that anyone may send: what cannot be understood is null, never an error. */
export function readReset(input: unknown, watcher: string, id: string): WatcherReset | null {
  if (!isRecord(input)) return null;
  const { to, deliver } = input;
  if ((to !== "beginning" && to !== "now") || (deliver !== "redeliver" && deliver !== "skip")) return null;
  return { id, watcher, to, deliver, by: nameOf(input) };
}

export function readPause(input: unknown, at: number): NonNullable<WatcherStatus["paused"]> {
  const why = isRecord(input) && typeof input.why === "string" ? input.why : undefined;
  return { by: nameOf(input), at, ...(why === undefined ? {} : { why }) };
}

function nameOf(input: unknown): string {
  return isRecord(input) && typeof input.by === "string" && input.by !== "" ? input.by : "unknown";
}
