import { CancellationScope, defineSignal, proxySinks, setHandler } from "@temporalio/workflow";
import { RUN_SIGNALS } from "../core/run-protocol.ts";
import type { ConsumedTrace, RunReport, RunSinks } from "./ports.ts";
import { impatient, logUnheard, patient } from "./run-activities.ts";

const { headgateRun } = proxySinks<RunSinks>();

/** How a run tells the registry of its end. */
export interface EndTeller {
  /**
   * By the sink, which costs the run nothing more: the worker completes a workflow task only after the sinks of it. False if a local
   * activity has to do it, since the registry did not take this end in time.
   */
  handOver(end: RunReport, consumed: ConsumedTrace): boolean;
  /** By a local activity, also when the run is cancelled. Outlets must arrive; an end without any may be found out. */
  report(end: RunReport): Promise<void>;
}

export function createEndTeller(): EndTeller {
  let unheard = false;
  setHandler(
    defineSignal(RUN_SIGNALS.endUnheard),
    () => {
      unheard = true;
    },
    { description: "The registry did not take the end of this run in time" },
  );
  return {
    handOver: (end, consumed) => {
      if (unheard) return false;
      headgateRun.end(end, consumed);
      return true;
    },
    report: (end) =>
      end.outlets.length > 0
        ? CancellationScope.nonCancellable(() => patient.reportEnd(end))
        : CancellationScope.nonCancellable(() => impatient.reportEnd(end)).catch(logUnheard),
  };
}
