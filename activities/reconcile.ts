import { type Client, type WorkflowExecutionDescription, WorkflowNotFoundError } from "@temporalio/client";
import type { EndStatus, RunEnded, RunStarted } from "../core/run.ts";
import type { RegistryActivities, RunToLookAt } from "../workflows/ports.ts";

const AT_ONCE = 20;

/**
 * The activity that asks the server about runs that were not heard of: terminated, deleted and reset runs report no end. A run
 * that was reset has another Temporal run under the same id; the newest one is what counts.
 */
export function createReconcile(deps: { readonly client: Client }): RegistryActivities["reconcile"] {
  return async function reconcile({ runs }) {
    const queue = [...runs];
    const ended: RunEnded[] = [];
    const running: RunStarted[] = [];
    async function work(): Promise<void> {
      for (let run = queue.shift(); run !== undefined; run = queue.shift()) {
        const found = await describe(deps.client, run.run);
        if (found === undefined)
          ended.push({ ...endOf(run, run.temporalRunId ?? "", "cancelled", "the workflow was deleted or its retention is over"), missing: true });
        else if (found.status.name in STATUS) ended.push(closed(run, found));
        else running.push({ run: run.run, temporalRunId: found.runId, dag: run.dag, partition: run.partition, cause: SEEN });
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    return { ended, running };
  };
}

/** The registry knows why a run that it asks about exists. */
const SEEN = { kind: "person", text: "it was seen running" } as const;

async function describe(client: Client, run: string): Promise<WorkflowExecutionDescription | undefined> {
  try {
    return await client.workflow.getHandle(run).describe();
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
    return undefined;
  }
}

function closed(run: RunToLookAt, found: WorkflowExecutionDescription): RunEnded {
  const status = STATUS[found.status.name] ?? "failed";
  return endOf(run, found.runId, status, status === "succeeded" ? undefined : `the workflow was ${found.status.name.toLowerCase().replace("_", " ")}`);
}

function endOf({ run, dag, partition }: RunToLookAt, temporalRunId: string, status: EndStatus, error?: string): RunEnded {
  return { run, temporalRunId, dag, partition, status, outlets: [], ...(error === undefined ? {} : { error }) };
}

/** A run that was continued as new or still runs has not ended. */
const STATUS: { readonly [name: string]: EndStatus | undefined } = {
  COMPLETED: "succeeded",
  FAILED: "failed",
  TIMED_OUT: "failed",
  TERMINATED: "cancelled",
  CANCELLED: "cancelled",
};
