import { ApplicationFailure } from "@temporalio/activity";
import type { DagDefinition } from "../core/definition.ts";
import { HeadgateError, messageOf } from "../core/errors.ts";
import { isRecord, type Json, type JsonObject } from "../core/json.ts";
import { sliceOf } from "../core/partitions/slice.ts";
import type { PlanAirflow, PlanTask } from "../core/plan.ts";
import { issuesText, validateWithSchema } from "../core/schema.ts";
import { resolveKept } from "../core/tasks/resolve-kept.ts";
import { toResult } from "../core/tasks/result.ts";
import type { TaskInput, TaskOutput } from "../core/tasks/task-io.ts";
import { formatDuration } from "../core/time/duration.ts";
import { abortAfter } from "../watchers/abort-after.ts";
import { type AirflowClient, createAirflowClient } from "../watchers/airflow/client.ts";
import {
  cancelDagRun,
  clearFailed,
  type DagRunName,
  type DagRunState,
  dagRunNameFor,
  dagRunState,
  failedTasks,
  isPaused,
  readXcom,
  startDagRun,
} from "../watchers/airflow/dag-run.ts";
import { backoffWait, DEFAULT_BACKOFF, wait } from "../watchers/backoff.ts";
import type { WaitingAttempt, WaitingTaskOptions } from "./waiting-task.ts";

/** How long an Airflow is asked to end a run that nobody waits for any more, in milliseconds. */
const FAREWELL = 20_000;

/**
 * `d.airflow`: starts the DAG run that belongs to this task of this run, or finds it, and waits until it has ended. An attempt that follows a failed one
 * clears what failed there. An Airflow that does not answer is asked again until the task's time is over.
 */
export async function runInAirflow(attempt: WaitingAttempt, options: WaitingTaskOptions): Promise<TaskOutput> {
  const { input, signal } = attempt;
  const { dag, task, airflow } = findTask(attempt.input, options);
  const where = `dag ${dag.id}, task ${task.id}`;
  const name: DagRunName = { dag: airflow.dag, run: dagRunNameFor(input.run, task.id) };
  const uri = options.connections.uri(airflow.connection);
  const connect = (until: AbortSignal): AirflowClient => createAirflowClient({ connection: airflow.connection, uri, log: options.logger, signal: until });
  const start = {
    ...name,
    ...(await askedFor(dag, task, airflow, await resolveKept(input, options.kept))),
    note: `Headgate run ${input.run.id}, task ${task.id}`,
  };

  const left = (input.begunAt ?? Date.now()) + airflow.timeout - Date.now();
  const late = new AbortController();
  const stop = AbortSignal.any([signal, late.signal]);
  const client = connect(stop);
  const patiently = <T>(ask: () => Promise<T>): Promise<T> => untilAnswered(ask, stop, (error) => options.logger.warn(`${where}: ${messageOf(error)}`));
  const callOff = abortAfter(late, left);
  try {
    attempt.waitsFor(`starts DAG ${name.dag} in Airflow`);
    let state = await patiently(() => startDagRun(client, start));
    if (state === "failed" && attempt.attempt > 1) {
      await patiently(() => clearFailed(client, name));
      state = "queued";
    }
    attempt.waitsFor(
      `waits for run ${name.run} of DAG ${name.dag} in Airflow${state === "queued" && (await patiently(() => isPaused(client, name.dag))) ? ", which is paused there" : ""}`,
    );
    state = await untilEnded(state);
    if (state === "failed") throw await failure(() => patiently(() => failedTasks(client, name)));
    const { xcom } = airflow;
    const value = xcom === undefined ? { ...name, state } : await checked(dag, task.id, await patiently(() => readXcom(client, name, xcom)), where);
    return { value: toResult(value, where), outlets: [] };
  } catch (error) {
    if (!stop.aborted) throw error;
    if (airflow.whenCancelled === "cancel" && (attempt.isCancelled() || (late.signal.aborted && !signal.aborted))) await sayFarewell();
    signal.throwIfAborted();
    throw ApplicationFailure.nonRetryable(`${where}: run ${name.run} in Airflow did not end within ${formatDuration(airflow.timeout)}`, "E_TASK_TIMEOUT");
  } finally {
    callOff();
  }

  async function untilEnded(begun: DagRunState): Promise<DagRunState> {
    for (let state = begun; ; ) {
      if (state === "success" || state === "failed") return state;
      await wait(airflow.every, stop);
      stop.throwIfAborted();
      const seen = await patiently(() => dagRunState(client, name));
      if (seen === undefined) throw new HeadgateError("E_AIRFLOW", `run ${name.run} of DAG ${name.dag} was deleted in Airflow`, { where });
      state = seen;
    }
  }

  async function failure(tasks: () => Promise<readonly string[]>): Promise<HeadgateError> {
    const failed = await tasks();
    return new HeadgateError("E_AIRFLOW", `run ${name.run} of DAG ${name.dag} failed in Airflow${failed.length === 0 ? "" : `: ${failed.join(", ")}`}`, {
      where,
      hint: "its logs are there; a retry of this task clears what failed",
    });
  }

  async function sayFarewell(): Promise<void> {
    try {
      await cancelDagRun(connect(AbortSignal.timeout(FAREWELL)), name);
    } catch (error) {
      options.logger.warn(`${where}: run ${name.run} of DAG ${name.dag} goes on in Airflow: ${messageOf(error)}`);
    }
  }
}

/** Asks again with growing waits while there is no answer. What Airflow refuses is thrown. */
async function untilAnswered<T>(ask: () => Promise<T>, signal: AbortSignal, onFailure: (error: unknown) => void): Promise<T> {
  for (let failures = 1; ; failures += 1) {
    signal.throwIfAborted();
    try {
      return await ask();
    } catch (error) {
      if (signal.aborted || !HeadgateError.is(error) || error.code !== "E_SOURCE") throw error;
      onFailure(error);
      await wait(backoffWait(DEFAULT_BACKOFF, failures, Math.random()), signal);
    }
  }
}

function findTask({ run, task: id }: TaskInput, { definitions }: WaitingTaskOptions) {
  const dag = definitions.dag(run.dag);
  const task = dag?.plan.plan.tasks.find((one) => one.id === id);
  const airflow = task?.airflow;
  if (dag !== undefined && task !== undefined && airflow !== undefined) return { dag, task, airflow };
  throw ApplicationFailure.nonRetryable(`this worker has no task "${id}" of dag "${run.dag}" that runs in Airflow`, "E_TASK_GONE");
}

/** Conf and logical date of the run there. Throws `E_OPTION`, and what the code of `conf` throws. */
async function askedFor(
  dag: DagDefinition,
  task: PlanTask,
  airflow: PlanAirflow,
  input: TaskInput,
): Promise<{ readonly conf: JsonObject | undefined; readonly logicalDate: string | null }> {
  const where = `dag ${dag.id}, task ${task.id}`;
  const slice = sliceOf(dag, task, input.partition);
  const code = dag.handlers.get(task.id) as ((input: unknown, run: unknown) => unknown) | undefined;
  const run = { id: input.run.id, partition: input.partition, params: input.params, interval: slice?.interval ?? null, ds: slice?.ds ?? null };
  const conf = code === undefined ? airflow.conf : toResult(await code(input.input, run), `${where}, conf`);
  if (conf !== undefined && !isRecord(conf))
    throw new HeadgateError("E_OPTION", `"conf" of ${where} returned ${JSON.stringify(conf)}, which is no object`, { where });
  if (airflow.logicalDate !== "interval") return { conf: conf as JsonObject | undefined, logicalDate: airflow.logicalDate ?? null };
  if (slice !== null) return { conf: conf as JsonObject | undefined, logicalDate: slice.interval.start };
  throw new HeadgateError("E_OPTION", `${where} has the logical date of its interval, and its run has none`, {
    where,
    hint: "give the DAG a partition of time, or logicalDate an instant",
  });
}

async function checked(dag: DagDefinition, task: string, value: Json, where: string): Promise<unknown> {
  const schema = dag.returns?.get(task);
  if (schema === undefined) return value;
  const result = await validateWithSchema(schema, value);
  if (result.ok) return result.value;
  throw new HeadgateError("E_RESULT_JSON", `what Airflow gives does not fit what the task returns: ${issuesText(result.issues)}`, {
    where,
    hint: "correct returns, or xcom",
  });
}
