import { HeadgateError } from "../errors.ts";
import type { TaskOutput } from "./task-io.ts";

/** What a short circuit said, as its output: `true` goes on; `false` and a reason stop all that comes after it. */
export function shortCircuitOutput(said: unknown, where: string): Pick<TaskOutput, "value" | "stopped"> {
  if (said === true) return { value: true };
  if (said === false || (typeof said === "string" && said !== "")) return { value: false, stopped: said === false ? "it said no" : said };
  throw new HeadgateError("E_RESULT_JSON", `the short circuit returned ${JSON.stringify(said) ?? "nothing"}`, {
    where,
    hint: "return true to go on; false, or the reason as a text, to stop",
  });
}
