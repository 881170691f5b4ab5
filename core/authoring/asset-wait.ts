import type { Filter } from "../condition.ts";
import { compileFilter } from "../conditions/filter.ts";
import type { AssetDefinition } from "../definition.ts";
import { HeadgateError } from "../errors.ts";
import type { JsonObject } from "../json.ts";
import { checkKey } from "../partitions/partition-key.ts";
import type { PlanWait } from "../plan.ts";
import { frozenJson } from "./freeze.ts";
import type { DataOf, LeafOf } from "./leaf.ts";
import type { TimeoutOptions, WaitOptions } from "./wait.ts";
import { type RawWait, readTimeout } from "./wait-options.ts";
import type { Where } from "./where.ts";

export interface AssetWaitSpec<A> extends WaitOptions, TimeoutOptions {
  /**
   * Which slice: a key, `"same"` as that of the run, if it has one, or `"any"`.
   * @default "same" for an asset with partitions, else "any"
   */
  readonly partition?: "same" | "any" | (string & {});
  /** Which events: a filter on their data, as that of a condition. @default every one */
  readonly where?: Where<DataOf<LeafOf<A>>>;
}

interface RawAssetWait extends RawWait {
  readonly partition?: unknown;
  readonly where?: unknown;
}

/** `d.waitForAsset`. Throws `E_OPTION`, `E_CONDITION`, `E_PARTITION`, `E_DURATION`. */
export function readAssetWait(asset: AssetDefinition, spec: RawAssetWait, where: string): PlanWait {
  const { partitions } = asset.catalog;
  const partition = spec.partition ?? (partitions === undefined ? "any" : "same");
  if (typeof partition !== "string" || partition === "") {
    throw new HeadgateError("E_OPTION", `"partition" of ${where} is ${JSON.stringify(partition)}`, { where, hint: 'it is "same", "any", or a key' });
  }
  if (partition !== "same" && partition !== "any") {
    const why = partitions === undefined ? "it has no partitions" : checkKey(partitions, partition);
    if (why !== null) throw new HeadgateError("E_PARTITION", `${where} waits for "${partition}", which is no partition of ${asset.uri}: ${why}`, { where });
  }
  const filter = spec.where === undefined ? undefined : (frozenJson<JsonObject>(spec.where, "E_CONDITION", `${where}, where`) as Filter);
  if (filter !== undefined) compileFilter(filter, `${where}, where`);
  return { for: "event", asset: asset.uri, partition, ...(filter === undefined ? {} : { where: filter }), ...readTimeout(spec, where) };
}
