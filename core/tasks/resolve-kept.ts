import { HeadgateError } from "../errors.ts";
import { isRecord, type Json, type JsonObject } from "../json.ts";
import { type KeptRef, toKeptRef } from "./kept-ref.ts";
import type { TaskInput } from "./task-io.ts";

/** Where the values are that references stand for. */
export interface KeptValues {
  /** Oldest first. */
  list(key: string): Promise<readonly Json[]>;
  /** The n-th, from 0. */
  one(key: string, index: number): Promise<Json | undefined>;
}

/** The input of a task with what its references stand for. Throws `E_KEPT_GONE`, `E_STORE`. */
export async function resolveKept(input: TaskInput, kept: KeptValues): Promise<TaskInput> {
  const fields: [string, Json][] = [];
  for (const [name, value] of Object.entries(input.input)) fields.push([name, await resolveValue(value, kept)]);
  const { item } = input;
  return {
    ...input,
    input: Object.fromEntries(fields),
    ...(item === undefined ? {} : { item: { ...item, value: await resolveValue(item.value, kept) } }),
  };
}

/** A value with what it stands for: as a whole, as an outcome, or item by item in the list of a map. */
export async function resolveValue(value: Json, kept: KeptValues): Promise<Json> {
  const ref = toKeptRef(value);
  if (ref !== undefined) return await load(ref, kept);
  if (Array.isArray(value) && value.some((item: Json) => toKeptRef(item) !== undefined)) {
    const items: Json[] = [];
    for (const item of value as readonly Json[]) items.push(await resolveValue(item, kept));
    return items;
  }
  // An outcome, for a task whose rule lets it run though others failed.
  if (!isRecord(value) || value.status !== "succeeded" || value.value === undefined) return value;
  return { ...(value as JsonObject), value: await resolveValue(value.value as Json, kept) };
}

async function load(ref: KeptRef, kept: KeptValues): Promise<Json> {
  if ("index" in ref) {
    const item = await kept.one(ref.key, ref.index);
    if (item !== undefined) return item;
  } else {
    const items = await kept.list(ref.key);
    if (items.length >= ref.count) return items;
  }
  throw new HeadgateError("E_KEPT_GONE", `what was kept as ${ref.key} is not in the store any more`, {
    hint: "it is kept as long as tasks are remembered: start a new run, or a rerun from the task that made it",
  });
}
