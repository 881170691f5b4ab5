import { sql } from "kysely";
import type { RunStatus, TaskStatus } from "../../core/run.ts";
import type { Database } from "../database.ts";
import { listRuns, type RunSummary } from "./runs.ts";

interface GridTask {
  readonly task: string;
  readonly status: TaskStatus;
  /** Of a task that failed, its beginning. */
  readonly why: string | null;
}

/** A run with how its tasks are now; items of maps are not told apart. */
export interface GridRun extends Pick<RunSummary, "run" | "partition" | "startedAt" | "endedAt"> {
  readonly status: RunStatus;
  readonly tasks: readonly GridTask[];
}

/** The last runs of a DAG with their tasks, the newest start first. */
export async function runGrid(db: Database, dag: string, limit: number): Promise<readonly GridRun[]> {
  const runs = await listRuns(db, { dag, limit });
  const ids = runs.map(({ run }) => run);
  // A run that was reset has tasks of each execution; what was written last holds.
  const { rows } = await sql<GridTask & { run: string }>`
    select distinct on (run, task) run, task, status, case when status = 'failed' then left(why, 200) end as why from ${db.tables.tasks}
    where run = any(${ids}::text[]) and right(task, 1) <> ']' order by run, task, at desc, stamp desc`.execute(db.kysely);
  const tasks = new Map<string, GridTask[]>(ids.map((run) => [run, []]));
  for (const { run, ...task } of rows) tasks.get(run)?.push(task);
  return runs.map(({ run, status, partition, startedAt, endedAt }) => ({ run, status, partition, startedAt, endedAt, tasks: tasks.get(run) ?? [] }));
}
