import { setTimeout as sleep } from "node:timers/promises";
import { type Client, WorkflowNotFoundError } from "@temporalio/client";
import type { InjectedSinks } from "@temporalio/worker";
import { isTracing, stamped } from "../client/tracing/traceparent.ts";
import { RUN_SIGNALS } from "../core/run-protocol.ts";
import type { RunActivities, RunSinks } from "../workflows/ports.ts";
import { runTraceparent, traceRun } from "./trace-run.ts";

export interface EndSinkOptions {
  readonly client: Client;
  /** Settles when the registry has accepted the end. */
  readonly reportEnd: RunActivities["reportEnd"];
  /** How long the workflow task of a run is held open for that, in milliseconds: it keeps one of the worker's slots. @default 3,000 */
  readonly patience?: number;
}

/**
 * The sink by which a run tells the registry of its end. The SDK sends what a workflow decided only after its sinks have come back, so
 * a run is closed only after its end is accepted. What a sink throws nobody hears; so when the registry does not accept in time, the run
 * gets a signal. The server then refuses the closing of the run, since it has not seen the signal, and the run takes the patient way.
 */
export function createEndSink({ client, reportEnd, patience = 3_000 }: EndSinkOptions): InjectedSinks<RunSinks> {
  async function isAccepted(end: Parameters<typeof reportEnd>[0]): Promise<boolean> {
    const giveUp = new AbortController();
    try {
      const late = sleep(patience, false, { signal: giveUp.signal }).catch(() => false);
      return await Promise.race([reportEnd(end).then(() => true), late]);
    } catch {
      // Refused: the local activity meets the same, and the run can tell of it.
      return false;
    } finally {
      giveUp.abort();
    }
  }

  /** Comes back only when it is certain that this workflow task does not close the run. */
  async function sayUnheard(workflowId: string, runId: string): Promise<void> {
    for (let tries = 0; ; tries += 1) {
      try {
        return await client.workflow.getHandle(workflowId, runId).signal(RUN_SIGNALS.endUnheard);
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return;
        await sleep(Math.min(2_000, 50 * 2 ** tries));
      }
    }
  }

  return {
    headgateRun: {
      end: {
        async fn({ workflowId, runId, startTime }, given, consumed) {
          const traced = isTracing();
          if (traced) traceRun(given, { startedAt: startTime.getTime(), consumed });
          const end = traced ? { ...given, outlets: stamped(given.outlets, runTraceparent(given.run, given.temporalRunId)) } : given;
          if (!(await isAccepted(end))) await sayUnheard(workflowId, runId);
        },
      },
    },
  };
}
