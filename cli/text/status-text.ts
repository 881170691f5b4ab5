import type { Fate } from "../../core/fact.ts";
import type { TaskStatus } from "../../core/run.ts";
import type { Paint } from "./paint.ts";

type Word = TaskStatus | Fate | "lost" | "backing-off" | "paused" | "stopped" | "faulted" | "active";

/** A status in the colour that it has everywhere. */
export function statusText(status: Word, paint: Paint, text: string = status): string {
  switch (status) {
    case "succeeded":
    case "consumed":
    case "active":
      return paint.green(text);
    case "running":
      return paint.cyan(text);
    case "queued":
    case "waiting":
    case "pending":
    case "returned":
      return paint.blue(text);
    case "failed":
    case "lost":
    case "stopped":
    case "faulted":
    case "dropped":
    case "expired":
      return paint.red(text);
    case "cancelled":
    case "paused":
    case "backing-off":
      return paint.yellow(text);
    case "skipped":
    case "referenced":
    case "superseded":
    case "filtered":
      return paint.dim(text);
  }
}
