import { randomUUID } from "node:crypto";
import type { KeptRun, KeptTask } from "../core/run.ts";
import { type KeepItems, keepValue } from "../core/tasks/keep-result.ts";

/** What a rerun takes over, with so many of the largest values by reference to the store that it has at most so many bytes, if that is possible. */
export async function fitKept(kept: KeptRun, room: number, keep: KeepItems): Promise<KeptRun> {
  let bytes = bytesOf(kept);
  const tasks = { ...kept.tasks };
  const largest = Object.entries(tasks)
    .map(([id, { value = null }]) => ({ id, value, bytes: bytesOf(value) }))
    .sort((a, b) => b.bytes - a.bytes);
  for (const one of largest) {
    if (bytes <= room) break;
    const ref = await keepValue(one.value, `rerun/${randomUUID()}`, keep);
    tasks[one.id] = { ...(tasks[one.id] as KeptTask), value: ref };
    bytes += bytesOf(ref) - one.bytes;
  }
  return { ...kept, tasks };
}

/** Bytes of a value's JSON. */
export function bytesOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}
