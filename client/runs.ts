import { type Client, WorkflowNotFoundError } from "@temporalio/client";
import { HeadgateError } from "../core/errors.ts";
import type { RunInput } from "../core/run.ts";
import type { RegistryClient } from "./registry.ts";

/** Runs started, watched and stopped by a person or a service. */
export interface RunsClient {
  /** Starts a run that consumes nothing. Returns its workflow id. Throws `E_DAG_UNKNOWN`. */
  start(dag: string, input?: Pick<RunInput, "params" | "partition">, options?: { readonly id?: string; readonly by?: string }): Promise<string>;
  /** Asks a run to stop; its tasks' `signal` aborts. */
  cancel(run: string): Promise<void>;
  /** Waits for the end of a run. */
  wait(run: string): Promise<"succeeded" | "failed" | "cancelled">;
  /** Statuses of the tasks of a run, from the run itself. */
  progress(run: string): Promise<unknown>;
}

export function runsClient(client: Client, registry: RegistryClient): RunsClient {
  async function start(
    dag: string,
    input: Pick<RunInput, "params" | "partition"> = {},
    options: { readonly id?: string; readonly by?: string } = {},
  ): Promise<string> {
    const known = await registry.dag(dag);
    if (!known)
      throw new HeadgateError("E_DAG_UNKNOWN", `no deployed DAG is called "${dag}"`, {
        hint: "`headgate dags list` shows what is deployed, `headgate deploy` deploys",
      });
    const workflowId = options.id ?? `${dag}/manual-${new Date().toISOString().replace(/[:.]/g, "-")}`;
    await client.workflow.start(dag, {
      workflowId,
      taskQueue: known.taskQueue,
      args: [{ ...input, cause: { kind: "person", text: options.by ? `started by ${options.by}` : "started by hand" } } satisfies RunInput],
    });
    return workflowId;
  }

  async function wait(run: string): Promise<"succeeded" | "failed" | "cancelled"> {
    const handle = client.workflow.getHandle(run);
    await handle.result().catch(() => undefined);
    const { status } = await describe(run);
    if (status.name === "COMPLETED") return "succeeded";
    return status.name === "FAILED" || status.name === "TIMED_OUT" ? "failed" : "cancelled";
  }

  async function describe(run: string) {
    return await orUnknown(run, client.workflow.getHandle(run).describe());
  }

  return {
    start,
    cancel: async (run) => void (await orUnknown(run, client.workflow.getHandle(run).cancel())),
    wait,
    progress: (run) => orUnknown(run, client.workflow.getHandle(run).query("progress")),
  };
}

async function orUnknown<T>(run: string, call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
    throw new HeadgateError("E_RUN_UNKNOWN", `there is no run "${run}" that still runs or is remembered by Temporal`, {
      cause: error,
      hint: "`headgate runs list` shows the runs",
    });
  }
}
