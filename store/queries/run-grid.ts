import { sql } from "kysely";
import type { RunStatus, TaskStatus } from "../../core/run.ts";
import type { Database } from "../database.ts";
import { listRuns, type RunSummary } from "./runs.ts";

/** A run with how its tasks are now; items of maps are not told apart. */
export interface GridRun extends Pick<RunSummary, "run" | "partition" | "startedAt" | "endedAt"> {
  readonly status: RunStatus;
  readonly tasks: readonly { readonly task: string; readonly status: TaskStatus }[];
}

/** The last runs of a DAG with their tasks, the newest start first. */
export async function runGrid(db: Database, dag: string, limit: number): Promise<readonly GridRun[]> {
  const runs = await listRuns(db, { dag, limit });
  const ids = runs.map(({ run }) => run);
  // A run that was reset has tasks of each execution; what was written last holds.
  const { rows } = await sql<{ run: string; task: string; status: TaskStatus }>`
    select distinct on (run, task) run, task, status from ${db.tables.tasks}
    where run = any(${ids}::text[]) and right(task, 1) <> ']' order by run, task, at desc, stamp desc`.execute(db.kysely);
  const tasks = new Map<string, { task: string; status: TaskStatus }[]>(ids.map((run) => [run, []]));
  for (const { run, ...task } of rows) tasks.get(run)?.push(task);
  return runs.map(({ run, status, partition, startedAt, endedAt }) => ({ run, status, partition, startedAt, endedAt, tasks: tasks.get(run) ?? [] }));
}
