import type { Client, WorkflowHandle } from "@temporalio/client";
import { HeadgateError } from "../core/errors.ts";
import type { Json } from "../core/json.ts";
import { LIMITS } from "../core/limits.ts";
import type { KeptRun, KeptTask, RunInput } from "../core/run.ts";
import { type OutcomeQuestion, RUN_QUERIES, type RunOutcome } from "../core/run-protocol.ts";
import type { KeepItems } from "../core/tasks/keep-result.ts";
import { bytesOf, fitKept } from "./fit-kept.ts";

export interface RerunOptions {
  /** These tasks run again, and what follows them; with them what did not end well. */
  readonly from?: readonly string[];
  /** Only what did not end well runs again, and what follows it. */
  readonly failed?: boolean;
  /** The graph of the first run instead of the deployed one. */
  readonly samePlan?: boolean;
  /** Workflow id. @default `<dag>/rerun-<time>` */
  readonly id?: string;
  /** Who asks. */
  readonly by?: string;
}

/** What a run was given and what came of it; with the values of these tasks. Needs a worker that has its workflow's code. */
export async function outcomeOf(handle: WorkflowHandle, values: readonly string[] = []): Promise<RunOutcome> {
  const ask = (wanted: readonly string[]): Promise<RunOutcome> => handle.query<RunOutcome, [OutcomeQuestion]>(RUN_QUERIES.outcome, { values: wanted });
  const first = await ask(values);
  const found = [...first.values];
  while (found.length < values.length) found.push(...(await ask(values.slice(found.length))).values);
  return { ...first, values: found };
}

/** The tasks that a rerun need not run again by themselves. */
export function endedWell({ tasks }: RunOutcome): readonly (RunOutcome["tasks"][number] & Pick<KeptTask, "status">)[] {
  return tasks.filter((task): task is RunOutcome["tasks"][number] & Pick<KeptTask, "status"> => task.status === "succeeded" || task.status === "skipped");
}

/** Where values go that are too large for the input of a run. */
export interface RerunDeps {
  readonly client: Client;
  /** @default a rerun whose values do not fit into its input is refused */
  readonly keep?: KeepItems;
}

/**
 * Starts a run that repeats another one: with the same events, parameters and partition, and with the results that it keeps. Where these
 * are too large together for the input of a run, the largest of them go by reference.
 */
export async function rerun({ client, keep }: RerunDeps, run: string, dag: string, taskQueue: string, options: RerunOptions): Promise<string> {
  const handle = client.workflow.getHandle(run);
  const { input, kept } = await repeat(handle, run, options);
  const cause = { kind: "rerun", text: run } as const;
  const room = LIMITS.inputBytes - bytesOf({ ...input, cause });
  const fitting = kept === undefined || keep === undefined ? kept : await fitKept(kept, room, keep);
  const given: RunInput = { ...input, cause, ...(fitting === undefined ? {} : { kept: fitting }) };
  if (bytesOf(given) > LIMITS.inputBytes) {
    throw new HeadgateError("E_RUN_INPUT", `what the rerun of ${run} takes over has ${bytesOf(given)} bytes, at most ${LIMITS.inputBytes} go into one run`, {
      hint:
        keep === undefined
          ? "use `headgate runs rerun` or the API, which keep large values in the store; or leave out --failed and --from"
          : "run it again from the start: leave out --failed and --from",
    });
  }
  const workflowId = options.id ?? `${dag}/rerun-${new Date().toISOString().replace(/[:.]/g, "-")}`;
  const who = options.by === undefined ? "" : `, asked for by ${options.by}`;
  await client.workflow.start(dag, { workflowId, taskQueue, args: [given], staticSummary: `rerun of ${run}${who}`.slice(0, 190) });
  return workflowId;
}

async function repeat(handle: WorkflowHandle, run: string, options: RerunOptions): Promise<{ readonly input: RunInput; readonly kept: KeptRun | undefined }> {
  const { from = [], failed = false, samePlan = false } = options;
  const keeps = failed || from.length > 0;
  const before = await outcomeOf(handle);
  const well = endedWell(before).map(({ task }) => task);
  if (failed && from.length === 0 && well.length === before.tasks.length && well.length > 0) {
    throw new HeadgateError("E_RUN_STATE", `no task of ${run} failed, so there is nothing to run again`, {
      hint: "`--from <task>` runs a task again with all that follows it; without both the whole run is repeated",
    });
  }
  const { plan: pinned, decision: _, kept: __, loaded: ___, ...input } = before.input as RunInput;
  const plan = before.plan ?? pinned;
  const same = samePlan && plan !== undefined && plan !== null ? { plan } : {};
  if (!keeps) return { input: { ...input, ...same }, kept: undefined };
  const { values } = await outcomeOf(handle, well);
  const kept = new Map<string, Json>(values);
  const tasks = endedWell(before).map(({ task, ...rest }): [string, KeptTask] => [
    task,
    { ...rest, ...(rest.status === "succeeded" ? { value: kept.get(task) ?? null } : {}) },
  ]);
  return { input: { ...input, ...same }, kept: { run, tasks: Object.fromEntries(tasks), ...(from.length === 0 ? {} : { from }) } };
}
