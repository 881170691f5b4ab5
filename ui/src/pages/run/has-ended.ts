import type { Run } from "../../api/schema.gen.ts";

/** Whether nothing of it will change by itself. */
export function hasEnded({ status }: Pick<Run, "status">): boolean {
  return status !== "running" && status !== "queued";
}
