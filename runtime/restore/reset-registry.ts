import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Client } from "@temporalio/client";
import { HeadgateError } from "../../core/errors.ts";
import type { Recalled } from "../../workflows/ports.ts";
import { decodeFirst } from "./found-runs.ts";

/**
 * Resets a closed registry to its last workflow task: what it decided in that task is undone and recalled, and all signals come again.
 * Returns the id of the new run.
 */
export async function resetToLastTask(client: Client, registry: string): Promise<string> {
  const handle = client.workflow.getHandle(registry);
  const { runId } = await handle.describe();
  const history = (await client.workflow.getHandle(registry, runId).fetchHistory()).events ?? [];
  const completed = history.findLast((event) => event.workflowTaskCompletedEventAttributes != null)?.eventId;
  const scheduled = history.findLast((event) => event.workflowTaskScheduledEventAttributes != null)?.eventId;
  // One that was closed before its first task has only a scheduled one: the reset goes to the event after it.
  const task = completed ?? (scheduled == null ? undefined : Number(scheduled) + 1);
  if (task == null) throw new HeadgateError("E_REGISTRY_CLOSED", `the registry "${registry}" was closed before it had a workflow task`, { where: runId });
  const { namespace } = client.options;
  const reset = await client.workflowService.resetWorkflowExecution({
    namespace,
    workflowExecution: { workflowId: registry, runId },
    reason: "headgate registry restore",
    requestId: randomUUID(),
    workflowTaskFinishEventId: completed ?? (Number(task) as never),
  });
  return reset.runId;
}

/** What a registry that was reset has recalled. Null if it has not asked in time. */
export async function recalledBy(
  client: Client,
  registry: string,
  runId: string,
  end: number,
): Promise<{ readonly starts: number; readonly events: number } | null> {
  do {
    const history = (await client.workflow.getHandle(registry, runId).fetchHistory()).events ?? [];
    const asked = history.filter((event) => event.activityTaskScheduledEventAttributes?.activityType?.name === "recall").map(({ eventId }) => String(eventId));
    const answers = history.filter((event) => asked.includes(String(event.activityTaskCompletedEventAttributes?.scheduledEventId)));
    const told = await Promise.all(answers.map((event) => decodeFirst<Recalled>(client, event.activityTaskCompletedEventAttributes?.result)));
    if (told.length > 0 && told.at(-1)?.more === false) {
      return {
        starts: told.reduce((sum, one) => sum + (one?.starts.length ?? 0), 0),
        events: told.reduce((sum, one) => sum + (one?.events.length ?? 0), 0),
      };
    }
    await sleep(250);
  } while (performance.now() < end);
  return null;
}
