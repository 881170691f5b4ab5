import type { PartitionDefinition } from "../../core/condition.ts";

/** Which slices an asset has, in words: `one a day (UTC)`, `eu, us`, `one a day (UTC) × eu, us`. */
export function partitionText(definition: PartitionDefinition): string {
  if ("grain" in definition) {
    const { end, grain, start, tz = "UTC" } = definition;
    return `one ${grain === "hour" ? "an" : "a"} ${grain} (${tz})${start === undefined ? "" : ` from ${start}`}${end === undefined ? "" : ` to ${end}`}`;
  }
  if ("keys" in definition) return definition.keys.join(", ");
  if ("dynamic" in definition) return "any key";
  return definition.product.map(partitionText).join(" × ");
}
