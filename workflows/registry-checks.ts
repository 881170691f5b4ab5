import { proxyActivities } from "@temporalio/workflow";
import { countThatFit, jsonLength, LIMITS } from "../core/limits.ts";
import { checkQueue, type Registry, type RegistryInput } from "../registry/index.ts";
import type { RegistryActivities } from "./ports.ts";

export interface EventChecks {
  /** Takes out the raw events that a worker must check first; the rest goes on at once. */
  divert(inputs: readonly RegistryInput[]): readonly RegistryInput[];
  unacknowledged(): readonly unknown[];
}

/**
 * Raw events of assets with a schema wait here until a worker of the asset's project has checked their data. One activity
 * in flight for each project, so that their order stays; what it finds comes back as inputs.
 */
export function createEventChecks(registry: Registry, carried: readonly unknown[], take: (inputs: readonly RegistryInput[]) => void): EventChecks {
  const waiting = new Map<string, unknown[]>();
  const inFlight = new Map<string, readonly unknown[]>();

  function add(event: unknown, queue: string): void {
    const events = waiting.get(queue);
    if (events) events.push(event);
    else waiting.set(queue, [event]);
  }

  function run(queue: string): void {
    const events = waiting.get(queue);
    if (!events || events.length === 0 || inFlight.has(queue)) return;
    const chunk = events.splice(0, countThatFit(events, jsonLength, LIMITS.activityBytes, LIMITS.signalEvents));
    inFlight.set(queue, chunk);
    const { checkEvents } = proxyActivities<RegistryActivities>({
      taskQueue: queue,
      startToCloseTimeout: "1 minute",
      retry: { initialInterval: "500ms", backoffCoefficient: 2, maximumInterval: "10s" },
      summary: "checks events against the schemas of their assets",
    });
    void checkEvents({ events: chunk }).then(({ good, rejected }) => {
      inFlight.delete(queue);
      take([
        ...(good.length > 0 ? [{ kind: "publish", events: good, checked: true } as const] : []),
        ...rejected.map((one) => ({ kind: "reject", ...one }) as const),
      ]);
      run(queue);
    });
  }

  function divert(inputs: readonly RegistryInput[]): readonly RegistryInput[] {
    const rest = inputs.flatMap((input): RegistryInput[] => {
      if (input.kind !== "publish" || input.checked) return [input];
      const free: unknown[] = [];
      for (const event of input.events) {
        const queue = checkQueue(registry, event);
        // One that is too large is rejected for that, and need not travel.
        if (queue === null || jsonLength(event) > LIMITS.eventBytes) free.push(event);
        else add(event, queue);
      }
      return free.length === 0 ? [] : [{ ...input, events: free }];
    });
    for (const queue of waiting.keys()) run(queue);
    return rest;
  }

  if (carried.length > 0) take([{ kind: "publish", events: carried }]);
  return { divert, unacknowledged: () => [...[...inFlight.values()].flat(), ...[...waiting.values()].flat()] };
}
