import type { PlanTask } from "../../api/schema.gen.ts";

/** Ids of the tasks that a task waits for. */
export function upstreamOf({ needs, after }: Pick<PlanTask, "needs" | "after">): readonly string[] {
  return [...needs.flatMap((need) => ("task" in need ? [need.task] : [])), ...after.map(({ task }) => task)];
}
