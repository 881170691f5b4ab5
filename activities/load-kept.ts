import { ApplicationFailure } from "@temporalio/activity";
import type { Json } from "../core/json.ts";
import { LIMITS } from "../core/limits.ts";
import { keptBytes } from "../core/tasks/kept-ref.ts";
import { type KeptValues, resolveValue } from "../core/tasks/resolve-kept.ts";
import { byteLength } from "../core/tasks/result.ts";
import type { KeptActivities } from "../workflows/ports.ts";
import { toFailure } from "./failure.ts";

/** Puts the values that the store keeps in place of their references, for workers in other languages, which cannot read them. */
export function createLoadKept(kept: KeptValues): KeptActivities["loadKept"] {
  return async function loadKept({ input }) {
    const known = Object.values(input).reduce<number>((sum, value) => sum + keptBytes(value), 0);
    if (known > LIMITS.inputBytes) throw tooLarge(known);
    try {
      const fields: [string, Json][] = [];
      for (const [name, value] of Object.entries(input)) fields.push([name, await resolveValue(value, kept)]);
      const loaded = Object.fromEntries(fields);
      const bytes = byteLength(JSON.stringify(loaded));
      if (bytes > LIMITS.inputBytes) throw tooLarge(bytes);
      return loaded;
    } catch (error) {
      throw toFailure(error, ["E_KEPT_GONE"]);
    }
  };
}

function tooLarge(bytes: number): ApplicationFailure {
  const message = `the values that it needs have ${bytes} bytes, and a worker in another language is handed at most ${LIMITS.inputBytes}: write them to a file or table in the task before, and return where they are`;
  return ApplicationFailure.nonRetryable(message, "E_RESULT_SIZE");
}
