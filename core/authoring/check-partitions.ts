import type { CatalogAsset } from "../catalog.ts";
import type { PartitionDefinition } from "../condition.ts";
import { type LeafNode, takenLeaves } from "../conditions/condition-leaves.ts";
import { compilePattern } from "../conditions/pattern.ts";
import { HeadgateError } from "../errors.ts";
import { compileMapping } from "../partitions/mapping.ts";
import { describePartitions, sameKeys } from "../partitions/partition-definition.ts";
import type { Plan } from "../plan.ts";

/**
 * What is wrong with how the slices of a DAG's assets become slices of its runs: a mapping that does not fit its asset, leaves
 * that give different slices, and mode `each` over a mapping that waits for more than one slice. The ends of runs are left to the
 * registry, which knows the DAGs of all projects.
 */
export function checkPartitions(plan: Plan, assets: readonly CatalogAsset[]): readonly HeadgateError[] {
  const where = `dag ${plan.dag}`;
  const errors: HeadgateError[] = [];
  let found: { readonly asset: string; readonly definition: PartitionDefinition } | undefined;
  for (const leaf of plan.on === null ? [] : takenLeaves(plan.on)) {
    for (const asset of membersOf(leaf, assets)) {
      try {
        const { downstream, waitsForMany } = compileMapping(leaf.partitions, asset.partitions, `${where}, ${asset.uri}`);
        if (waitsForMany && plan.policy.mode === "each") {
          errors.push(
            new HeadgateError("E_POLICY", `${where} has mode "each", but its mapping of ${asset.uri} waits for more than one slice`, {
              where,
              hint: 'use mode "batch", or wait: "any"',
            }),
          );
        }
        if (downstream !== null && found !== undefined && !sameKeys(found.definition, downstream)) {
          errors.push(
            new HeadgateError(
              "E_CONDITION",
              `${where}: ${found.asset} and ${asset.uri} give its runs different slices: ${describePartitions(found.definition)} and ${describePartitions(downstream)}`,
              {
                where,
                hint: 'map one onto the other, as in hours.partitions(rollup("day")), or take its newest slice with .partitions(latestSlice())',
              },
            ),
          );
        }
        if (downstream !== null) {
          found ??= { asset: asset.uri, definition: downstream };
        }
      } catch (error) {
        if (!HeadgateError.is(error)) {
          throw error;
        }
        errors.push(error);
      }
    }
  }
  return errors;
}

function membersOf(leaf: LeafNode, assets: readonly CatalogAsset[]): readonly CatalogAsset[] {
  if ("asset" in leaf) {
    return assets.filter((asset) => asset.uri === leaf.asset);
  }
  if ("group" in leaf) {
    return assets.filter((asset) => asset.groups?.includes(leaf.group));
  }
  const matches = compilePattern(leaf.pattern);
  return assets.filter((asset) => matches(asset.uri));
}
