import type { Json } from "../core/json.ts";
import { jsonLength } from "../core/limits.ts";
import type { RunInput } from "../core/run.ts";
import type { OutcomeQuestion, RunOutcome } from "../core/run-protocol.ts";
import type { RunState } from "../interpreter/index.ts";

/** Bytes of values in one reply: a query's answer has to stay below what the server takes. */
const REPLY_BYTES = 1024 * 1024;

/** What a run was given and what its tasks came to, for a run that repeats it. */
export function toOutcome(given: RunInput, plan: string | null, state: RunState | undefined, { values: wanted = [] }: OutcomeQuestion = {}): RunOutcome {
  const { loaded: _, ...input } = given;
  const tasks = state?.tasks ?? {};
  const values: (readonly [string, Json])[] = [];
  let bytes = 0;
  for (const task of wanted) {
    const value = tasks[task]?.value ?? null;
    bytes += jsonLength(value);
    if (values.length > 0 && bytes > REPLY_BYTES) break;
    values.push([task, value]);
  }
  return {
    input,
    plan,
    tasks: Object.entries(tasks).map(([task, { status, why, paths, published }]) => ({
      task,
      status,
      ...(why === undefined ? {} : { why }),
      ...(paths === undefined ? {} : { paths }),
      ...(published === undefined ? {} : { published }),
    })),
    values,
  };
}
