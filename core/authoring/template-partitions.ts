import type { Grain, PartitionDefinition } from "../condition.ts";
import { HeadgateError } from "../errors.ts";
import { dimensionsOf } from "../partitions/partition-definition.ts";

/** For each grain, the sets of placeholders that make its key together. `{partition}` alone is the whole key of any definition. */
const TIME_PLACEHOLDERS: Readonly<Record<Grain, readonly (readonly string[])[]>> = {
  minute: [["ds", "hour", "minute"], ["year", "month", "day", "hour", "minute"], ["minute"]],
  hour: [["ds", "hour"], ["year", "month", "day", "hour"], ["hour"]],
  day: [["ds"], ["year", "month", "day"], ["day"]],
  week: [["week"]],
  month: [["year", "month"], ["month"]],
  quarter: [["quarter"]],
  year: [["year"]],
};
const TIME_NAMES = new Set(["ds", "minute", "hour", "day", "week", "month", "quarter", "year"]);
const BUILDERS: Readonly<Record<Grain, string>> = {
  minute: "minutely",
  hour: "hourly",
  day: "daily",
  week: "weekly",
  month: "monthly",
  quarter: "quarterly",
  year: "yearly",
};

/**
 * Checks that the placeholders of a template are those of the asset's partitions: the grain fixes the time placeholders; one
 * other name stands for each other dimension. Throws `E_PARTITION`, or `E_ASSET_URI` for a placeholder that means nothing there.
 */
export function checkTemplatePartitions(uri: string, definition: PartitionDefinition | undefined, where: string): void {
  const names = [...new Set([...uri.matchAll(/\{([^{}]*)\}/g)].map((match) => match[1] ?? ""))];
  if (names.length === 0) {
    return;
  }
  const written = names.map((name) => `{${name}}`).join(" ");
  if (definition === undefined) {
    throw new HeadgateError("E_PARTITION", `${where} has the placeholder ${written} but no partitions`, {
      where,
      hint: `say which slices it has: partitions: ${suggestBuilder(names)}`,
    });
  }
  const dimensions = dimensionsOf(definition);
  const grains = dimensions.flatMap((dimension) => ("grain" in dimension ? [dimension.grain] : []));
  const time = names.filter((name) => TIME_NAMES.has(name));
  const others = names.filter((name) => !TIME_NAMES.has(name));
  if (names.length === 1 && dimensions.length === 1 && others[0] === "partition") {
    return;
  }
  const grain = grains[0];
  if (grain === undefined) {
    refuseIf(
      time.length > 0,
      where,
      `${where} has the placeholder ${brace(time)}, but its partitions are not by time`,
      `use {partition} or a name of your own, such as {region}`,
    );
  } else {
    const sets = TIME_PLACEHOLDERS[grain];
    const fits = sets.some((set) => set.length === time.length && set.every((name) => time.includes(name)));
    const allowed = sets.map(brace).join(" or ");
    refuseIf(
      !fits && others.length > 0 && dimensions.length === 1,
      where,
      `${where} has the unknown placeholder ${brace(others)}`,
      `a ${grain} is written as ${allowed}, or {partition} alone`,
    );
    refuseIf(
      !fits,
      where,
      `${where} has the placeholder ${time.length === 0 ? written : brace(time)}, but its partitions are by ${grain}`,
      `write ${allowed}, or change the partitions`,
    );
  }
  const needed = dimensions.length - (grain === undefined ? 0 : 1);
  refuseIf(
    others.length > needed,
    where,
    `${where} has the unknown placeholder ${brace(others.slice(needed))}`,
    `its partitions have ${dimensions.length} dimension${dimensions.length === 1 ? "" : "s"}: one placeholder${grain === undefined ? "" : " besides the time"} for each`,
  );
  refuseIf(
    others.length < needed,
    where,
    `${where} has too few placeholders: ${written}`,
    `its partitions have ${dimensions.length} dimensions; write one for each, such as {region}`,
  );
}

function refuseIf(wrong: boolean, where: string, message: string, hint: string): void {
  if (wrong) {
    throw new HeadgateError(message.includes("unknown placeholder") ? "E_ASSET_URI" : "E_PARTITION", message, { where, hint });
  }
}

function brace(names: readonly string[]): string {
  return names.map((name) => `{${name}}`).join(" ");
}

function suggestBuilder(names: readonly string[]): string {
  const grain = (Object.keys(TIME_PLACEHOLDERS) as Grain[]).find((candidate) =>
    TIME_PLACEHOLDERS[candidate].some((set) => set.length === names.length && set.every((name) => names.includes(name))),
  );
  return grain === undefined ? "dynamic()" : `${BUILDERS[grain]}()`;
}
