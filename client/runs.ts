import { type Client, WorkflowNotFoundError, WorkflowUpdateFailedError } from "@temporalio/client";
import { HeadgateError, messageOf } from "../core/errors.ts";
import type { RunInput } from "../core/run.ts";
import { RUN_UPDATES, type TaskAnswer } from "../core/run-protocol.ts";
import type { RegistryClient } from "./registry.ts";

/** Runs started, watched and stopped by a person or a service. */
export interface RunsClient {
  /** Starts a run that consumes nothing. Returns its workflow id. Throws `E_DAG_UNKNOWN`. */
  start(dag: string, input?: Pick<RunInput, "params" | "partition">, options?: { readonly id?: string; readonly by?: string }): Promise<string>;
  /** Asks a run to stop; its tasks' `signal` aborts. */
  cancel(run: string): Promise<void>;
  /** Waits for the end of a run. */
  wait(run: string): Promise<"succeeded" | "failed" | "cancelled">;
  /** Answers a task that waits for an approval. Throws `E_RUN_UNKNOWN`, `E_APPROVAL` if it does not wait for one. */
  answer(run: string, answer: TaskAnswer): Promise<void>;
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
    answer: async (run, answer) => {
      const update = client.workflow.getHandle(run).executeUpdate<void, [TaskAnswer]>(RUN_UPDATES.answer, { args: [answer] });
      await orUnknown(run, update).catch((error: unknown) => {
        throw refusalOf(error, run) ?? error;
      });
    },
    progress: (run) => orUnknown(run, client.workflow.getHandle(run).query("progress")),
  };
}

function refusalOf(error: unknown, run: string): HeadgateError | undefined {
  if (!(error instanceof WorkflowUpdateFailedError)) return undefined;
  return new HeadgateError("E_APPROVAL", messageOf(error.cause ?? error), {
    where: `run ${run}`,
    hint: `\`headgate runs show ${run}\` shows its tasks; one that waits for an answer is "waiting"`,
    cause: error,
  });
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
