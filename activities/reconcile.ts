import { type Client, type WorkflowExecutionDescription, WorkflowNotFoundError } from "@temporalio/client";
import type { EndStatus, RunEnded } from "../core/run.ts";
import type { RegistryActivities } from "../workflows/ports.ts";

type SilentRun = Parameters<RegistryActivities["reconcile"]>[0]["runs"][number];

/** The activity that asks the server about runs that were not heard of: terminated, deleted and reset runs report no end. */
export function createReconcile(deps: { readonly client: Client }): RegistryActivities["reconcile"] {
  async function look(run: SilentRun): Promise<RunEnded | undefined> {
    try {
      return endOf(run, await deps.client.workflow.getHandle(run.run).describe());
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
      return {
        run: run.run,
        temporalRunId: run.temporalRunId ?? "",
        dag: run.dag,
        partition: run.partition,
        status: "cancelled",
        outlets: [],
        error: "the workflow was deleted or its retention is over",
      };
    }
  }

  return async function reconcile({ runs }) {
    const ended: RunEnded[] = [];
    for (const run of runs) {
      const end = await look(run);
      if (end) ended.push(end);
    }
    return { ended };
  };
}

function endOf(run: SilentRun, found: WorkflowExecutionDescription): RunEnded | undefined {
  const status = STATUS[found.status.name];
  if (status === undefined) return undefined;
  return {
    run: run.run,
    temporalRunId: found.runId,
    dag: run.dag,
    partition: run.partition,
    status,
    outlets: [],
    ...(status === "succeeded" ? {} : { error: `the workflow was ${found.status.name.toLowerCase().replace("_", " ")}` }),
  };
}

/** A run that was continued as new or still runs has not ended. */
const STATUS: { readonly [name: string]: EndStatus | undefined } = {
  COMPLETED: "succeeded",
  FAILED: "failed",
  TIMED_OUT: "failed",
  TERMINATED: "cancelled",
  CANCELLED: "cancelled",
};
