import { HeadgateError } from "../../core/errors.ts";
import { contentHash } from "../../core/hash.ts";
import type { Json, JsonObject } from "../../core/json.ts";
import type { AirflowClient } from "./client.ts";
import type { RawRun } from "./dag-runs.ts";

/** A DAG run of Airflow. */
export interface DagRunName {
  readonly dag: string;
  readonly run: string;
}

export interface DagRunStart extends DagRunName {
  readonly conf: JsonObject | undefined;
  /** ISO 8601. */
  readonly logicalDate: string | null;
  /** For people who look at it there. */
  readonly note: string;
}

/** How a DAG run is. */
export type DagRunState = "queued" | "running" | "success" | "failed";

/**
 * The name of the run that a task of ours starts: the same for every attempt, another for each of our runs, so that Airflow itself refuses a second one.
 * In the letters that Airflow takes; what is left out of them the hash tells apart.
 */
export function dagRunNameFor({ id, temporalRunId }: { readonly id: string; readonly temporalRunId: string }, task: string): string {
  const readable = `${id}__${task}`.replaceAll(/[^A-Za-z0-9_.~:+-]/g, "_").slice(0, 180);
  return `headgate__${readable}__${contentHash([id, temporalRunId, task]).slice(0, 12)}`;
}

/** Starts it, or finds that it was started. Throws `E_AIRFLOW`. */
export async function startDagRun(client: AirflowClient, { dag, run, conf, logicalDate, note }: DagRunStart): Promise<DagRunState> {
  const { status, body } = await client.ask({
    method: "POST",
    path: `/dags/${encodeURIComponent(dag)}/dagRuns`,
    body: { dag_run_id: run, logical_date: logicalDate, note, ...(conf === undefined ? {} : { conf }) },
    expects: [404, 409],
  });
  if (status === 404) {
    throw new HeadgateError("E_AIRFLOW", `Airflow has no DAG "${dag}"`, { hint: "write its id as Airflow shows it; its file may not be read yet" });
  }
  if (status !== 409) return (body as RawRun).state as DagRunState;
  const state = await dagRunState(client, { dag, run });
  if (state !== undefined) return state;
  throw new HeadgateError("E_AIRFLOW", `Airflow has a run of DAG "${dag}" for the logical date ${logicalDate} already`, {
    hint: "it has one for each: clear or delete that one there, or leave out logicalDate and give the date in conf",
  });
}

/** Undefined if there is no such run. */
export async function dagRunState(client: AirflowClient, name: DagRunName): Promise<DagRunState | undefined> {
  const { status, body } = await client.ask({ path: pathOf(name), expects: [404] });
  return status === 404 ? undefined : ((body as RawRun).state as DagRunState);
}

/** True if nothing of the DAG starts there. */
export async function isPaused(client: AirflowClient, dag: string): Promise<boolean> {
  const { body } = await client.ask({ path: `/dags/${encodeURIComponent(dag)}` });
  return (body as { readonly is_paused?: boolean }).is_paused === true;
}

/** Lets the tasks that failed run once more, and what comes after them. */
export async function clearFailed(client: AirflowClient, name: DagRunName): Promise<void> {
  await client.ask({ method: "POST", path: `${pathOf(name)}/clear`, body: { dry_run: false, only_failed: true } });
}

/** Marks a run that has not ended as failed, which ends its tasks. False if there was nothing to end. */
export async function cancelDagRun(client: AirflowClient, name: DagRunName): Promise<boolean> {
  const state = await dagRunState(client, name);
  if (state !== "queued" && state !== "running") return false;
  await client.ask({ method: "PATCH", path: pathOf(name), body: { state: "failed" } });
  return true;
}

/** Names of the first tasks that failed. */
export async function failedTasks(client: AirflowClient, name: DagRunName): Promise<readonly string[]> {
  const { body } = await client.ask({ path: `${pathOf(name)}/taskInstances`, query: { state: "failed", limit: 10 } });
  const { task_instances } = body as { readonly task_instances: readonly { readonly task_id: string; readonly map_index?: number }[] };
  return task_instances.map(({ task_id, map_index = -1 }) => (map_index < 0 ? task_id : `${task_id}[${map_index}]`));
}

/** What a task there left under a key; null if it left nothing. */
export async function readXcom(client: AirflowClient, name: DagRunName, { task, key }: { readonly task: string; readonly key: string }): Promise<Json> {
  const { status, body } = await client.ask({
    path: `${pathOf(name)}/taskInstances/${encodeURIComponent(task)}/xcomEntries/${encodeURIComponent(key)}`,
    query: { stringify: "false" },
    expects: [404],
  });
  return status === 404 ? null : ((body as { readonly value?: Json }).value ?? null);
}

function pathOf({ dag, run }: DagRunName): string {
  return `/dags/${encodeURIComponent(dag)}/dagRuns/${encodeURIComponent(run)}`;
}
