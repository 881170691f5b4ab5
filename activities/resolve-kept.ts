import { HeadgateError } from "../core/errors.ts";
import { isRecord, type Json } from "../core/json.ts";
import { type KeptRef, toKeptRef } from "../core/tasks/kept-ref.ts";
import type { TaskInput } from "../core/tasks/task-io.ts";
import type { KeptItems } from "../watchers/outbox.ts";

/** The input of a task with what its references stand for. Throws `E_KEPT_GONE`, `E_STORE`. */
export async function resolveKept(input: TaskInput, kept: Pick<KeptItems, "list" | "one">): Promise<TaskInput> {
  const fields: [string, Json][] = [];
  for (const [name, value] of Object.entries(input.input)) fields.push([name, await resolve(value, kept)]);
  const { item } = input;
  return {
    ...input,
    input: Object.fromEntries(fields),
    ...(item === undefined ? {} : { item: { ...item, value: await resolve(item.value, kept) } }),
  };
}

async function resolve(value: Json, kept: Pick<KeptItems, "list" | "one">): Promise<Json> {
  const ref = toKeptRef(value);
  if (ref !== undefined) return await load(ref, kept);
  // An outcome, for a task whose rule lets it run though others failed.
  const inside = isRecord(value) && value.status === "succeeded" ? toKeptRef(value.value as Json) : undefined;
  return inside === undefined ? value : { status: "succeeded", value: await load(inside, kept) };
}

async function load(ref: KeptRef, kept: Pick<KeptItems, "list" | "one">): Promise<Json> {
  if ("index" in ref) {
    const item = await kept.one(ref.key, ref.index);
    if (item !== undefined) return item;
  } else {
    const items = await kept.list(ref.key);
    if (items.length >= ref.count) return items;
  }
  throw new HeadgateError("E_KEPT_GONE", `what ${ref.key} took from its source is not in the store any more`, {
    hint: "it is kept as long as tasks are remembered; let the source send it again, and start a new run",
  });
}
