import type { PartitionDefinition } from "../condition.ts";
import type { DagDefinition } from "../definition.ts";
import type { PlanTask } from "../plan.ts";
import type { DataInterval } from "../run.ts";
import type { Interval } from "../tasks/context.ts";
import { formatInstant, wallAt } from "../time/time.ts";
import { dimensionsOf } from "./partition-definition.ts";
import { checkKey, intervalOf } from "./partition-key.ts";

/**
 * The span of time that a run's partition stands for, and the day of its start in the partition's time zone. A run knows its
 * key only: what the key means is said by the first partitioned asset that it fits, of the task's outlets, the DAG's, the rest.
 * Null without a partition, and for keys that are not of time.
 */
export function sliceOf(dag: DagDefinition, task: PlanTask, partition: string | null): { readonly interval: Interval; readonly ds: string } | null {
  if (partition === null) return null;
  const outlets = [...task.outlets, ...dag.plan.plan.outlets].map((outlet) => outlet.asset);
  for (const uri of [...outlets, ...dag.assets.keys()]) {
    const definition = dag.assets.get(uri)?.catalog.partitions;
    if (definition === undefined || checkKey(definition, partition) !== null) continue;
    const span = intervalOf(definition, partition);
    if (span === null) continue;
    const ds = formatInstant(wallAt(zoneOf(definition), span.start)).slice(0, 10);
    return { interval: { start: formatInstant(span.start), end: formatInstant(span.end) }, ds };
  }
  return null;
}

/** The same for a run that has no slice and that a clock started. */
export function spanOf({ start, end, tz }: DataInterval): { readonly interval: Interval; readonly ds: string } {
  return { interval: { start: formatInstant(start), end: formatInstant(end) }, ds: formatInstant(wallAt(tz, start)).slice(0, 10) };
}

function zoneOf(definition: PartitionDefinition): string {
  const time = dimensionsOf(definition).find((dimension) => "grain" in dimension);
  return time !== undefined && "grain" in time ? (time.tz ?? "UTC") : "UTC";
}
