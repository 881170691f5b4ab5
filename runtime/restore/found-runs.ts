import type { Client } from "@temporalio/client";
import type { Payload } from "@temporalio/common";
import type { temporal } from "@temporalio/proto";
import type { RunInput } from "../../core/run.ts";

/** A run as Temporal has it. */
export interface FoundRun {
  readonly run: string;
  readonly dag: string;
  readonly temporalRunId: string;
  readonly isRunning: boolean;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly input: RunInput;
}

const AT_ONCE = 20;

/** Runs of these task queues that are running, or that began since an instant, with what they were given. */
export async function findRuns(client: Client, queues: readonly string[], since: number): Promise<readonly FoundRun[]> {
  const found = new Map<string, Omit<FoundRun, "input">>();
  for (const queue of queues) {
    // Newest first: of a run that was reset, the newest life counts.
    const query = `TaskQueue = "${queue}" AND (ExecutionStatus = "Running" OR StartTime >= "${new Date(since).toISOString()}")`;
    for await (const { runId, startTime, status, type, workflowId } of client.workflow.list({ query })) {
      if (!found.has(workflowId))
        found.set(workflowId, { run: workflowId, dag: type, temporalRunId: runId, isRunning: status.name === "RUNNING", startedAt: startTime.getTime() });
    }
  }
  const queue = [...found.values()];
  const runs: FoundRun[] = [];
  async function read(): Promise<void> {
    for (let run = queue.shift(); run !== undefined; run = queue.shift()) {
      const input = await inputOf<RunInput>(client, run.run, run.temporalRunId);
      if (input !== undefined) runs.push({ ...run, input });
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, read));
  return runs;
}

/** The first argument that a workflow was started with; undefined if it had none. */
export async function inputOf<T>(client: Client, workflowId: string, runId?: string): Promise<T | undefined> {
  const { history } = await client.workflowService.getWorkflowExecutionHistory({
    namespace: client.options.namespace,
    execution: { workflowId, ...(runId === undefined ? {} : { runId }) },
    maximumPageSize: 1,
  });
  return await decodeFirst<T>(client, history?.events?.[0]?.workflowExecutionStartedEventAttributes?.input);
}

export async function decodeFirst<T>(client: Client, payloads: temporal.api.common.v1.IPayloads | null | undefined): Promise<T | undefined> {
  const { payloadCodecs, payloadConverter } = client.options.loadedDataConverter;
  let decoded = (payloads?.payloads ?? []).slice(0, 1) as Payload[];
  for (const codec of [...payloadCodecs].reverse()) decoded = await codec.decode(decoded);
  return decoded[0] === undefined ? undefined : payloadConverter.fromPayload<T>(decoded[0]);
}
