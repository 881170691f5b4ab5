import type { EventInput } from "../core/event.ts";
import type { RunEnded, RunStarted } from "../core/run.ts";
import type { RunActivities } from "../workflows/ports.ts";
import { toFailure } from "./failure.ts";
import type { Recorder } from "./recorder.ts";

/** The way of a run to the registry. Each promise settles when what was handed over is accepted. */
export interface RunPublisher {
  publish(events: readonly EventInput[]): Promise<void>;
  runStarted(started: RunStarted): Promise<void>;
  runEnded(ended: RunEnded): Promise<void>;
}

/** An event that the registry would refuse is refused the next time, too. */
const FINAL = ["E_EVENT", "E_EVENT_DATA", "E_EVENT_PARTITION", "E_EVENT_SIZE", "E_ASSET_URI"] as const;

type RunReports = Pick<RunActivities, "announceRun" | "publishOutlets" | "recordTask" | "recordAttempt" | "reportEnd">;

/** What a run tells the registry, and the last statuses of its tasks for the store. */
export function createRunReports({ publisher, recorder }: { readonly publisher: RunPublisher; readonly recorder: Recorder }): RunReports {
  async function told(telling: Promise<void>): Promise<void> {
    try {
      await telling;
    } catch (error) {
      throw toFailure(error, FINAL);
    }
  }

  return {
    announceRun: (started) => told(publisher.runStarted(started)),
    publishOutlets: ({ events }) => told(publisher.publish(events)),
    recordAttempt: async (record) => recorder.attempt(record),
    recordTask: async (record) => recorder.task(record),
    async reportEnd({ tasks, ...ended }) {
      const at = Date.now();
      for (const { task, status, why } of tasks) {
        recorder.task({ run: ended.run, temporalRunId: ended.temporalRunId, dag: ended.dag, task, status, at, ...(why === undefined ? {} : { why }) });
      }
      await told(publisher.runEnded(ended));
    },
  };
}
