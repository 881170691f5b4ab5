import type { Stopped } from "./answer.ts";

/** A deployed DAG as `/v1/dags` lists it. */
export interface DagRow {
  readonly dag: string;
  readonly project: string;
  readonly paused: Stopped | boolean | null;
  readonly faulted: string | null;
  readonly pending?: number;
  readonly running: number;
  readonly condition?: string | null;
  readonly lastRun: { readonly run: string; readonly status: string; readonly startedAt: string; readonly endedAt: string | null } | null;
  readonly failedRuns?: number;
  readonly heldEvents?: number;
}
