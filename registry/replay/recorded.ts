import type { CatalogAsset } from "../../core/catalog.ts";
import type { AssetEvent } from "../../core/event.ts";
import type { HashedPlan } from "../../core/plan.ts";
import type { RecordedRun } from "../../core/run.ts";
import type { OperatorInput } from "../input.ts";

/** What was recorded of one DAG in a span of time. Instants are milliseconds. */
export interface RecordedHistory {
  /** The span: its start included, its end not. */
  readonly since: number;
  readonly until: number;
  /** Accepted in the span, in the order of acceptance. */
  readonly events: readonly AssetEvent[];
  /** Pending for the DAG when the span began, in the order of acceptance. */
  readonly pending: readonly AssetEvent[];
  /** Runs of the DAG that started in the span or ran when it began, whoever started them. */
  readonly runs: readonly RecordedRun[];
  /** What people did to the DAG or to the whole registry, oldest first, also before the span: it may be paused when it begins. */
  readonly operations: readonly { readonly at: number; readonly input: OperatorInput }[];
}

/** A condition that history is played through. */
export interface Replayed {
  readonly plan: HashedPlan;
  /** Of all projects. */
  readonly assets: readonly CatalogAsset[];
  /** DAGs that the condition may name by the ends of their runs. */
  readonly others: readonly HashedPlan[];
}

/** A run as it would be now. */
export interface ReplayedRun {
  readonly at: number;
  readonly key: string;
  readonly partition: string | null;
  /** What it would consume, as it was recorded. */
  readonly events: readonly AssetEvent[];
}

/** The same event has the same name, in what was recorded and in what is replayed. */
export function nameOfEvent({ source, id, seq }: AssetEvent): string {
  return JSON.stringify([source, id, seq]);
}
