import { HeadgateError, messageOf } from "../core/errors.ts";
import type { RunFilter, RunSummary } from "../store/queries/runs.ts";
import type { RunsClient } from "./runs.ts";

/** A run among many that are chosen at once. */
export type ChosenRun = Pick<RunSummary, "run" | "dag" | "partition">;

/** Which runs: all that a filter finds. */
export type RunChoice = Pick<RunFilter, "dags" | "status" | "partition" | "since" | "notRepeated">;

/** Most runs that one request touches. */
const MOST = 1_000;

/** The runs that a filter finds, the newest first. Throws `E_USAGE` for more than 1,000. */
export async function chooseRuns(store: { listRuns(filter: RunFilter): Promise<readonly RunSummary[]> }, choice: RunChoice): Promise<readonly ChosenRun[]> {
  const found = await store.listRuns({ ...choice, limit: MOST + 1 });
  if (found.length <= MOST) return found;
  throw new HeadgateError("E_USAGE", `more than ${MOST} runs are chosen`, {
    where: "runs",
    hint: "choose fewer, by DAG, partition or the time since they started",
  });
}

/** Asks runs to stop; returns those that were still there to be asked. */
export async function cancelRuns(runs: Pick<RunsClient, "cancel">, chosen: readonly ChosenRun[]): Promise<readonly string[]> {
  const asked: string[] = [];
  for (const { run } of chosen) {
    try {
      await runs.cancel(run);
      asked.push(run);
    } catch (error) {
      // It ended between the two looks.
      if (!HeadgateError.is(error) || error.code !== "E_RUN_UNKNOWN") throw error;
    }
  }
  return asked;
}

/** The id of a rerun among many: several in one millisecond must not have one id. `n` counts them. */
export function rerunId(dag: string, now: number, n: number): string {
  return `${dag}/rerun-${new Date(now).toISOString().replace(/[:.]/g, "-")}-${n}`;
}

/** What was done with one of many, or why it could not be: that keeps none of the others from it. */
export async function orError<Result extends { readonly of: string }>(
  of: string,
  work: () => Promise<Result>,
): Promise<Result | { readonly of: string; readonly error: string }> {
  try {
    return await work();
  } catch (error) {
    return { of, error: messageOf(error) };
  }
}
