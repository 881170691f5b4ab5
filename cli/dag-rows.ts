import type { Dag } from "../client/http/schema.gen.ts";
import type { ConditionNode } from "../core/condition.ts";
import { readView } from "../core/json-view.ts";
import type { Plan } from "../core/plan.ts";
import type { DagSummary } from "../store/queries/dags.ts";
import type { RunSummary } from "../store/queries/runs.ts";

/** A deployed DAG as a line shows it; instants are milliseconds since 1970. */
export interface DagRow {
  readonly dag: string;
  readonly project: string;
  readonly on: ConditionNode | null;
  readonly paused: { readonly since: number; readonly by: string | null } | null;
  readonly faulted: string | null;
  readonly running: number;
  /** Undefined while the registry is away, as are the failed ones. */
  readonly pending?: number;
  readonly failedRuns?: number;
  readonly heldEvents?: number;
  readonly lastRun: DagSummary["lastRun"];
}

export interface DagDetails extends DagRow {
  readonly plan: Plan;
  readonly runs: readonly RunSummary[];
}

/** The line of a DAG from what the API says of it. A condition is data of its own form, which its schema leaves open. */
export function rowOf({ on, ...dag }: Dag): DagRow {
  return { ...readView<Omit<DagRow, "on">>(dag), on: on as unknown as ConditionNode | null };
}
