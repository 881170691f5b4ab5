import { CancellationScope } from "@temporalio/workflow";
import type { EventInput } from "../core/event.ts";
import { patient } from "./run-activities.ts";

/** Publishes in order: one call at a time, in which everything goes that gathered meanwhile. So many small outlets cost little history. */
export interface OutletLane {
  add(outlets: readonly EventInput[]): void;
  /** Waits until all is accepted; gives the first refusal, if there was one. */
  idle(): Promise<unknown>;
}

export function createOutletLane(run: string): OutletLane {
  let gathered: EventInput[] = [];
  let sending: Promise<void> | undefined;
  let refusal: unknown;

  function send(): void {
    const events = gathered;
    gathered = [];
    sending = CancellationScope.nonCancellable(() => patient.publishOutlets({ run, events }))
      // Caught at once: a rejection that nobody awaits yet fails the workflow task.
      .catch((error: unknown) => {
        refusal ??= error;
      })
      .then(() => {
        sending = undefined;
        if (gathered.length > 0) send();
      });
  }

  return {
    add: (outlets) => {
      gathered.push(...outlets);
      if (sending === undefined) send();
    },
    idle: async () => {
      while (sending !== undefined) await sending;
      return refusal;
    },
  };
}
