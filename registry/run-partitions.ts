import type { ConditionNode, PartitionDefinition } from "../core/condition.ts";
import type { Assets } from "./assets.ts";
import { partitionsOfCondition } from "./condition.ts";

/** `headgate://runs/<dag>` has the partitions of that DAG's runs. A DAG that waits for its own runs is a cycle, and has none here. */
export function createRunPartitions(
  conditionOf: (dag: string) => ConditionNode | null | undefined,
  assets: () => Assets,
): (dag: string) => PartitionDefinition | null {
  const known = new Map<string, PartitionDefinition | null>();
  return (dag) => {
    const found = known.get(dag);
    if (found !== undefined) return found;
    known.set(dag, null);
    const on = conditionOf(dag) ?? null;
    const partitions = on === null ? null : partitionsOfCondition(on, assets(), `dag ${dag}.on`);
    known.set(dag, partitions);
    return partitions;
  };
}
