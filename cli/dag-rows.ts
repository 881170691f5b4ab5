import type { RegistryStatus } from "../client/registry.ts";
import type { Catalog } from "../core/catalog.ts";
import type { ConditionNode } from "../core/condition.ts";
import type { Plan } from "../core/plan.ts";
import type { DagSummary } from "../store/queries/dags.ts";
import type { RunSummary } from "../store/queries/runs.ts";

type Consumer = RegistryStatus["consumers"][number];

/** A deployed DAG: what the registry says of it now, with what the store remembers. */
export interface DagRow extends Consumer {
  /** Undefined where the store does not know. */
  readonly on?: ConditionNode | null;
  readonly lastRun: DagSummary["lastRun"];
}

export interface DagDetails extends DagRow {
  readonly plan: Plan | null;
  readonly runs: readonly RunSummary[];
}

export function dagRows(consumers: readonly Consumer[], stored: readonly DagSummary[], catalogs: readonly Catalog[]): readonly DagRow[] {
  const plans = new Map(catalogs.flatMap((catalog) => catalog.dags.map(({ plan }) => [plan.dag, plan])));
  const summaries = new Map(stored.map((summary) => [summary.dag, summary]));
  return consumers
    .map((consumer) => {
      const plan = plans.get(consumer.dag);
      return { ...consumer, ...(plan === undefined ? {} : { on: plan.on }), lastRun: summaries.get(consumer.dag)?.lastRun ?? null };
    })
    .sort((a, b) => (a.dag < b.dag ? -1 : 1));
}
