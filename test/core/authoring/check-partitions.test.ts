import { describe, expect, it } from "vitest";
import { asset } from "../../../core/authoring/asset.ts";
import { checkPartitions } from "../../../core/authoring/check-partitions.ts";
import type { Condition } from "../../../core/authoring/condition-builder.ts";
import { absent, all, any, group, pattern, sequence } from "../../../core/authoring/conditions.ts";
import { dag } from "../../../core/authoring/dag.ts";
import { dimensions, everySlice, fanOut, latestSlice, mapKeys, offset, rollup, same, window } from "../../../core/authoring/mapping-builders.ts";
import { daily, dynamic, hourly, keys, product, weekly } from "../../../core/authoring/partitions.ts";
import type { Policy } from "../../../core/policy.ts";
import { runEnds } from "../../../core/run-ends.ts";

const hours = asset("s3://lake/hours", { partitions: hourly(), groups: "time" });
const days = asset("s3://lake/days", { partitions: daily(), groups: "time" });
const parisDays = asset("s3://lake/paris-days", { partitions: daily({ tz: "Europe/Paris" }) });
const boundedDays = asset("s3://lake/bounded-days", { partitions: daily({ start: "2026-01-01" }) });
const weeks = asset("s3://lake/weeks", { partitions: weekly() });
const regions = asset("s3://lake/regions", { partitions: keys("eu", "us") });
const tenants = asset("s3://lake/tenants", { partitions: dynamic() });
const dayRegions = asset("s3://lake/day-regions", { partitions: product(daily(), keys("eu", "us")) });
const plain = asset("s3://lake/plain");
const ASSETS = [hours, days, parisDays, boundedDays, weeks, regions, tenants, dayRegions, plain].map((one) => one.catalog);

const errorsOf = (on: Condition, policy: Policy = {}) =>
  checkPartitions(dag("x", { on, ...policy }, () => undefined).plan.plan, ASSETS).map(({ code, message }) => `${code}: ${message}`);

describe("conditions whose leaves give the same slices", () => {
  it.each<[string, Condition]>([
    ["one asset", days],
    ["hours rolled up beside days", all(hours.partitions(rollup("day")), days)],
    ["weeks fanned out beside days", all(weeks.partitions(fanOut("day")), days)],
    ["yesterday and today", all(days.partitions(offset(-1)), boundedDays)],
    ["the last seven days", all(days.partitions(window(-6, 0)), boundedDays)],
    ["regions by their names elsewhere", all(regions.partitions(mapKeys({ eu: "eu", us: "us" })), regions)],
    ["an unpartitioned asset beside days", all(days, plain)],
    ["the newest slice of anything beside days", all(days, weeks.partitions(latestSlice()), regions.partitions(everySlice({ wait: "any" })))],
    ["days and regions, dimension by dimension", dayRegions.partitions(dimensions(same(), same()))],
    ["the absence of something with other slices", all(days, absent(hours, { for: "2h" }))],
    ["a reset by something with other slices", days.unless(weeks)],
    ["the ends of runs, whose slices only the registry knows", all(days, runEnds("other"))],
    ["nothing but the newest slices", any(days.partitions(latestSlice()), weeks.partitions(latestSlice()))],
  ])("%s", (_, on) => {
    expect(errorsOf(on)).toEqual([]);
  });
});

describe("conditions whose leaves give different slices", () => {
  it.each<[string, Condition, string]>([
    ["hours beside days", all(hours, days), "s3://lake/hours and s3://lake/days give its runs different slices: hour (UTC) and day (UTC)"],
    ["days of two zones", any(days, parisDays), "s3://lake/days and s3://lake/paris-days give its runs different slices: day (UTC) and day (Europe/Paris)"],
    ["days before weeks", sequence(days, weeks), "s3://lake/days and s3://lake/weeks give its runs different slices: day (UTC) and week (UTC)"],
    ["regions beside any key", all(regions, tenants), "s3://lake/regions and s3://lake/tenants give its runs different slices: eu, us and any key"],
    [
      "a product beside one of its dimensions",
      all(dayRegions, days),
      "s3://lake/day-regions and s3://lake/days give its runs different slices: day (UTC) x eu, us and day (UTC)",
    ],
    ["two members of a group", group("time"), "s3://lake/hours and s3://lake/days give its runs different slices: hour (UTC) and day (UTC)"],
    [
      "two that match a pattern",
      pattern("s3://lake/*days"),
      "s3://lake/days and s3://lake/paris-days give its runs different slices: day (UTC) and day (Europe/Paris)",
    ],
  ])("%s", (_, on, text) => {
    expect(errorsOf(on)).toEqual([`E_CONDITION: dag x: ${text}`]);
  });

  it("are told of each leaf that differs from the first", () => {
    expect(errorsOf(all(days, hours, weeks))).toHaveLength(2);
  });
});

describe("mappings that do not fit their asset", () => {
  it.each<[string, Condition]>([
    ["a mapping of an unpartitioned asset", plain.partitions(offset(-1))],
    ["a roll-up to something finer", days.partitions(rollup("hour"))],
    ["a roll-up of keys that are no times", regions.partitions(rollup("day"))],
    ["one mapping for two dimensions", dayRegions.partitions(rollup("month"))],
    ["more slices than there can be", hours.partitions(rollup("day", { wait: { atLeast: 26 } }))],
    ["every slice of keys that nobody knows", tenants.partitions(everySlice({ wait: "all" }))],
  ])("%s", (_, on) => {
    const [error, ...more] = errorsOf(on);
    expect(error).toMatch(/^E_CONDITION: .*s3:\/\/lake\//s);
    expect(more).toEqual([]);
  });
});

describe("mode each", () => {
  it.each<[string, Condition, boolean]>([
    ["over a roll-up", hours.partitions(rollup("day")), false],
    ["over a window", days.partitions(window(-6, 0)), false],
    ["over a roll-up that waits for any", hours.partitions(rollup("day", { wait: "any" })), true],
    ["over yesterday", days.partitions(offset(-1)), true],
    ["over one slice", days, true],
  ])("%s", (_, on, good) => {
    expect(errorsOf(on, { mode: "each" }).map((error) => error.slice(0, 8))).toEqual(good ? [] : ["E_POLICY"]);
    expect(errorsOf(on, { mode: "batch" })).toEqual([]);
  });
});
