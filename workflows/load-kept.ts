import { proxyActivities } from "@temporalio/workflow";
import type { JsonObject } from "../core/json.ts";
import type { PlanTask } from "../core/plan.ts";
import type { KeptActivities } from "./ports.ts";

/** The input of a task with what its references stand for. While the store is away it waits, as long as the task may take. */
export function loadKept(task: PlanTask, input: JsonObject): Promise<JsonObject> {
  const activities = proxyActivities<KeptActivities>({
    summary: `${task.id} · reads what the store keeps for it`,
    startToCloseTimeout: "1 minute",
    scheduleToCloseTimeout: task.timeout,
    retry: { initialInterval: "200ms", maximumInterval: "10s" },
  });
  return activities.loadKept({ input });
}
