import { log, proxyLocalActivities } from "@temporalio/workflow";
import type { RunActivities } from "./ports.ts";
import { reasonOf } from "./run-failure.ts";

/** Waits of more than 5 s between two tries become timers, so that no workflow task is held open for long. */
const PATIENT = { startToCloseTimeout: "10s", localRetryThreshold: "5s", retry: { initialInterval: "200ms", maximumInterval: "1m" } } as const;
/** What is told to the registry must arrive, however long that takes. */
export const patient = proxyLocalActivities<RunActivities>(PATIENT);
/** Unless another way makes it good: the reconciler finds runs whose start or end the registry has not heard of. */
export const impatient = proxyLocalActivities<RunActivities>({ ...PATIENT, scheduleToCloseTimeout: "20s" });

export function logUnheard(error: unknown): void {
  log.warn("the registry could not be told of this run; it will find out by itself", { error: reasonOf(error) });
}
