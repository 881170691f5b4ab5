import type { AssetEvent, ConsumedEvent } from "../core/event.ts";
import type { Json, JsonObject } from "../core/json.ts";
import type { PlanTask } from "../core/plan.ts";
import type { RunFacts, TaskState } from "./state.ts";

/** The handler's argument: one field for each name of `needs`. */
export function inputOf(task: PlanTask, tasks: Readonly<Record<string, TaskState>>, run: RunFacts): JsonObject {
  const input: Record<string, Json> = {};
  for (const need of task.needs) {
    if ("events" in need) input[need.name] = [...run.events, ...run.references].map(toConsumed);
    else if ("asset" in need) input[need.name] = [...run.events, ...run.references].filter((event) => event.asset === need.asset).map(toConsumed);
    else
      input[need.name] = task.when === "all-succeeded" || need.task === task.teardown?.setup ? (tasks[need.task]?.value ?? null) : toOutcome(tasks[need.task]);
  }
  return input;
}

/** An event as tasks are given it. */
export function toConsumed(event: AssetEvent): JsonObject {
  const consumed: ConsumedEvent = {
    asset: event.asset,
    id: event.id,
    source: event.source,
    time: new Date(event.time).toISOString(),
    partition: event.partition,
    data: event.data,
  };
  return { ...consumed };
}

/** How a task that is needed under another rule than `all-succeeded` ended, if it did. */
function toOutcome(task: TaskState | undefined): Json {
  switch (task?.status) {
    case "succeeded":
      return { status: "succeeded", value: task.value ?? null };
    case "failed":
    case "cancelled":
      return { status: "failed", error: task.why ?? task.status };
    case "skipped":
      return { status: "skipped", why: task.why ?? "" };
    default:
      return { status: "unfinished" };
  }
}
