import { defaultPayloadConverter } from "@temporalio/common";
import type { temporal } from "@temporalio/proto";
import type { Scene } from "./scene.ts";

type HistoryEvent = temporal.api.history.v1.IHistoryEvent;

/** What the registry's present life has written down: the last witness of what a fault did to it. */
export async function registryHistory(scene: Scene, runId?: string): Promise<readonly HistoryEvent[]> {
  const { events } = await scene.client.workflow.getHandle(scene.names.registry, runId).fetchHistory();
  return events ?? [];
}

/** The first argument of every signal of this name. */
export function signalsOf<T>(history: readonly HistoryEvent[], name: string): readonly T[] {
  return history.flatMap((event) => {
    const signal = event.workflowExecutionSignaledEventAttributes;
    return signal?.signalName === name ? [firstOf<T>(signal.input)] : [];
  });
}

/** Every activity of this type: its input, and in which attempt it completed. */
export function activitiesOf<T>(
  history: readonly HistoryEvent[],
  type: string,
): readonly { readonly input: T; readonly attempt: number | undefined; readonly id: string }[] {
  return history.flatMap((event) => {
    const scheduled = event.activityTaskScheduledEventAttributes;
    if (scheduled?.activityType?.name !== type) return [];
    const started = history.find((other) => String(other.activityTaskStartedEventAttributes?.scheduledEventId) === String(event.eventId));
    return [
      { input: firstOf<T>(scheduled.input), id: String(scheduled.activityId), attempt: started?.activityTaskStartedEventAttributes?.attempt ?? undefined },
    ];
  });
}

function firstOf<T>(input: temporal.api.common.v1.IPayloads | null | undefined): T {
  const [payload] = input?.payloads ?? [];
  if (payload == null) throw new Error("the history has no such input");
  return defaultPayloadConverter.fromPayload<T>(payload);
}
