import { HeadgateError } from "../errors.ts";
import { contentHash } from "../hash.ts";
import type { Json } from "../json.ts";
import { LIMITS } from "../limits.ts";
import { keptItem, keptList } from "./kept-ref.ts";
import { byteLength } from "./result.ts";
import type { TaskInput } from "./task-io.ts";

/** Keeps the JSON texts of items under a key, in place of what was there. */
export type KeepItems = (key: string, items: readonly string[]) => Promise<void>;

/** Lists of at most so many items are kept item by item, so that a map can go over them one by one. */
const MOST_ITEMS = 10_000;

/**
 * What a task's result is in the history of its run: itself, or from 256 KiB on a reference to what is kept of it. A retry keeps it
 * under the same key. Throws `E_RESULT_SIZE` over 64 MiB.
 */
export async function keepResult(value: Json, { run, task, item }: Pick<TaskInput, "run" | "task" | "item">, where: string, keep: KeepItems): Promise<Json> {
  const bytes = byteLength(JSON.stringify(value));
  if (bytes <= LIMITS.resultBytes) return value;
  if (bytes > LIMITS.keptBytes) {
    throw new HeadgateError("E_RESULT_SIZE", `the result has ${bytes} bytes, at most ${LIMITS.keptBytes} are kept`, {
      where,
      hint: "write the data to a file or table and return where it is",
    });
  }
  // Short, because the list of a map has it once for each item.
  return await keepValue(value, `result/${contentHash([run.id, run.temporalRunId, task, item?.index ?? null]).slice(0, 16)}`, keep);
}

/** Keeps a value under a key, and returns what stands for it in a history. */
export async function keepValue(value: Json, key: string, keep: KeepItems): Promise<Json> {
  const text = JSON.stringify(value);
  if (Array.isArray(value) && value.length <= MOST_ITEMS) {
    const items = (value as readonly Json[]).map((one) => JSON.stringify(one));
    await keep(key, items);
    return keptList(key, items.length, byteLength(text));
  }
  await keep(key, [text]);
  return keptItem(key, 0, byteLength(text));
}
