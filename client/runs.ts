import { type Client, WorkflowExecutionAlreadyStartedError, WorkflowFailedError, WorkflowNotFoundError, WorkflowUpdateFailedError } from "@temporalio/client";
import { HeadgateError, messageOf } from "../core/errors.ts";
import { checkKey } from "../core/partitions/partition-key.ts";
import type { EndStatus, RunInput } from "../core/run.ts";
import { RUN_UPDATES, type RunOutcome, type TaskAnswer } from "../core/run-protocol.ts";
import type { KeepItems } from "../core/tasks/keep-result.ts";
import { checkParams } from "./check-params.ts";
import type { RegistryClient } from "./registry.ts";
import { outcomeOf, type RerunOptions, rerun } from "./rerun.ts";

/** Runs started, watched and stopped by a person or a service. */
export interface RunsClient {
  /** Starts a run that consumes nothing. Returns its workflow id. Throws `E_DAG_UNKNOWN`, `E_PARTITION`, `E_RUN_STATE` if a run of this id still runs, and `E_PARAMS` as far as the plan has their schema. */
  start(dag: string, input?: Pick<RunInput, "params" | "partition">, options?: { readonly id?: string; readonly by?: string }): Promise<string>;
  /**
   * Starts a run that repeats one that has ended, and returns its id. It is linked to the first one, publishes anew, and is never held
   * back. Throws `E_RUN_UNKNOWN`, `E_RUN_STATE` if the run still runs or nothing of it failed, `E_DAG_UNKNOWN`, `E_RUN_INPUT`.
   */
  rerun(run: string, options?: RerunOptions): Promise<string>;
  /** What a run was given and what its tasks came to, with the values of these. Throws `E_RUN_UNKNOWN`. */
  outcome(run: string, values?: readonly string[]): Promise<RunOutcome>;
  /** Asks a run to stop; its tasks' `signal` aborts. */
  cancel(run: string): Promise<void>;
  /** The DAG of a run, its task queue, and whether it still runs. Throws `E_RUN_UNKNOWN`. */
  describe(run: string): Promise<DescribedRun>;
  /** Waits for the end of a run. */
  wait(run: string): Promise<EndStatus>;
  /** Waits for the end of a run, and says why it failed. */
  end(run: string): Promise<{ readonly status: EndStatus; readonly error?: string }>;
  /** Answers a task that waits for an approval. Throws `E_RUN_UNKNOWN`, `E_APPROVAL` if it does not wait for one. */
  answer(run: string, answer: TaskAnswer): Promise<void>;
  /** Statuses of the tasks of a run, from the run itself. */
  progress(run: string): Promise<unknown>;
}

/** A workflow as Temporal describes it: that it is a run of this environment is not said. */
export interface DescribedRun {
  readonly dag: string;
  readonly taskQueue: string;
  readonly running: boolean;
}

/** `keep` takes values of reruns that are too large for the input of a run. */
export function runsClient(client: Client, registry: RegistryClient, keep?: KeepItems): RunsClient {
  async function start(
    dag: string,
    input: Pick<RunInput, "params" | "partition"> = {},
    options: { readonly id?: string; readonly by?: string } = {},
  ): Promise<string> {
    const known = await registry.dag(dag);
    if (!known) throw unknownDag(dag);
    const wrong = known.partitions == null || input.partition == null ? null : checkKey(known.partitions, input.partition);
    if (wrong !== null) throw new HeadgateError("E_PARTITION", `dag "${dag}" cannot run for this partition: ${wrong}`, { where: "partition" });
    checkParams(dag, await registry.deployedPlan(dag), input.params ?? {});
    const workflowId = options.id ?? `${dag}/manual-${new Date().toISOString().replace(/[:.]/g, "-")}`;
    try {
      await client.workflow.start(dag, {
        workflowId,
        taskQueue: known.taskQueue,
        args: [{ ...input, cause: { kind: "person", text: options.by ? `started by ${options.by}` : "started by hand" } } satisfies RunInput],
      });
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      throw new HeadgateError("E_RUN_STATE", `there is a run "${workflowId}" that still runs`, { hint: "choose another id", cause: error });
    }
    return workflowId;
  }

  async function repeat(run: string, options: RerunOptions = {}): Promise<string> {
    const { dag, running } = await lookAt(run);
    if (running) {
      throw new HeadgateError("E_RUN_STATE", `run "${run}" still runs`, { hint: `wait for its end, or stop it: headgate runs cancel ${run}` });
    }
    const known = await registry.deployedPlan(dag);
    const missing = (options.from ?? []).find((task) => known?.plan.tasks.every(({ id }) => id !== task) === true);
    if (missing !== undefined) {
      throw new HeadgateError("E_REFERENCE", `dag "${dag}" has no task "${missing}"`, {
        where: `run ${run}`,
        hint: `its tasks are ${known?.plan.tasks.map(({ id }) => id).join(", ")}`,
      });
    }
    const state = await registry.dag(dag);
    if (state === null) throw unknownDag(dag);
    return await orUnknown(run, rerun({ client, ...(keep === undefined ? {} : { keep }) }, run, dag, state.taskQueue, options));
  }

  async function end(run: string): Promise<{ readonly status: EndStatus; readonly error?: string }> {
    const thrown = await client.workflow
      .getHandle(run)
      .result()
      .then(
        () => undefined,
        (error: unknown) => error,
      );
    const { status } = await describe(run);
    if (status.name === "COMPLETED") return { status: "succeeded" };
    const error = thrown instanceof WorkflowFailedError ? { error: messageOf(thrown.cause ?? thrown) } : {};
    return status.name === "FAILED" || status.name === "TIMED_OUT" ? { status: "failed", ...error } : { status: "cancelled" };
  }

  async function describe(run: string) {
    return await orUnknown(run, client.workflow.getHandle(run).describe());
  }

  async function lookAt(run: string): Promise<DescribedRun> {
    const { status, type: dag, taskQueue } = await describe(run);
    return { dag, taskQueue, running: status.name === "RUNNING" || status.name === "PAUSED" };
  }

  return {
    start,
    rerun: repeat,
    outcome: (run, values) => orUnknown(run, outcomeOf(client.workflow.getHandle(run), values)),
    cancel: async (run) => void (await orUnknown(run, client.workflow.getHandle(run).cancel())),
    describe: lookAt,
    wait: async (run) => (await end(run)).status,
    end,
    answer: async (run, answer) => {
      try {
        await client.workflow.getHandle(run).executeUpdate<void, [TaskAnswer]>(RUN_UPDATES.answer, { args: [answer] });
      } catch (error) {
        if (!(error instanceof WorkflowNotFoundError)) throw refusalOf(error, run) ?? error;
        await lookAt(run);
        throw new HeadgateError("E_APPROVAL", `run "${run}" has ended, and waits for no answer`, {
          hint: `\`headgate runs show ${run}\` says how`,
          cause: error,
        });
      }
    },
    progress: (run) => orUnknown(run, client.workflow.getHandle(run).query("progress")),
  };
}

function unknownDag(dag: string): HeadgateError {
  return new HeadgateError("E_DAG_UNKNOWN", `no deployed DAG is called "${dag}"`, {
    hint: "`headgate dags list` shows what is deployed, `headgate deploy` deploys",
  });
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
