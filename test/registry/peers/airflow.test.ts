import { describe } from "vitest";
import { ev, type Line, on } from "../play.ts";
import { keeps, type Promised, sliced } from "./promise.ts";

const a = on("a");
const b = on("b");
const c = on("c");
const nested = { all: [a, { any: [b, c] }] };
const events = (...names: string[]): readonly Line[] => [["00:00", { event: names.map((name) => ev(name, name)) }]];
const TEST = "unit/assets/test_evaluation.py";

function condition(says: string, on: object, names: string, starts: readonly string[]): Promised {
  return { says, where: TEST, dags: { on }, when: events(...names), starts };
}

describe("Airflow: asset expressions", () => {
  keeps([
    condition("a & b waits for both", { all: [a, b] }, "a", []),
    condition("a & b runs when both were updated", { all: [a, b] }, "ab", ["d@00:00 a,b"]),
    condition("a | b runs with either", { any: [a, b] }, "b", ["d@00:00 b"]),
    condition("a | b | c runs once for all that were updated", { any: [a, b, c] }, "abc", ["d@00:00 a,b,c"]),
    condition("a | b without updates does not run", { any: [a, b] }, "c", []),
    condition("a & b & c is false with two", { all: [a, b, c] }, "ac", []),
    condition("f & (t | t)", nested, "bc", []),
    condition("t & (t | t)", nested, "abc", ["d@00:00 a,b,c"]),
    condition("t & (f | t)", nested, "ac", ["d@00:00 a,c"]),
    condition("t & (f | f)", nested, "a", []),
    {
      says: "an asset that was updated several times before the others counts once",
      where: "asset-scheduling.html: Multiple assets",
      dags: { on: { all: [a, b] } },
      when: [
        ["00:00", { event: ev("a", "1") }],
        ["00:01", { event: ev("a", "2") }],
        ["00:02", { event: ev("b", "3") }],
        ["00:03", { event: ev("b", "4") }],
      ],
      starts: ["d@00:02 1,2,3"],
    },
    {
      says: "after a run all assets must be updated anew",
      where: "asset-scheduling.html: Multiple assets",
      dags: { on: { all: [a, b] } },
      when: [
        ["00:00", { event: [ev("a", "1"), ev("b", "2")] }],
        ["00:01", { event: ev("b", "3") }],
        ["00:02", { event: ev("a", "4") }],
      ],
      starts: ["d@00:00 1,2", "d@00:02 3,4"],
    },
    {
      says: "only a task that succeeded updates its outlets",
      where: "asset-scheduling.html: Schedule Dags with assets",
      dags: [{ on: a, runs: [{ outcome: "failed", outlets: ["s3://lake/b"] }, { outlets: ["s3://lake/b"] }] }, { on: b }],
      when: [
        ["00:00", { event: ev("a", "1") }],
        ["00:01", { event: ev("a", "2") }],
      ],
      starts: ["d@00:00 1", "d@00:01 2", "d2@00:01 d/sim-2/1"],
    },
    {
      says: "a paused consumer gathers, and runs once when it is un-paused",
      where: "unit/assets/test_manager.py: paused consumers",
      dags: { on: a },
      when: [
        ["00:00", { pause: "d" }],
        ["00:01", { event: ev("a", "1") }],
        ["00:02", { event: ev("a", "2") }],
        ["00:03", { resume: "d" }],
      ],
      starts: ["d@00:03 1,2"],
    },
    {
      says: "an alias without an event is not true",
      where: `${TEST}: TestAssetAlias.test_evaluate_empty`,
      dags: { on: { group: "alias" } },
      when: events("a"),
      starts: [],
    },
    {
      says: "an alias that an event names at run time counts, also for the asset itself",
      where: `${TEST}: TestAssetAlias.test_evalute_resolved`,
      dags: [{ on: { group: "alias" } }, { on: a }],
      when: [["00:00", { event: ev("a", "1", { groups: ["alias"] }) }]],
      starts: ["d@00:00 1", "d2@00:00 1"],
    },
    {
      says: "one event with several aliases counts for each of them",
      where: "assets.html: AssetAlias",
      dags: { on: { all: [{ group: "x" }, { group: "y" }] } },
      when: [["00:00", { event: ev("a", "1", { groups: ["x", "y"] }) }]],
      starts: ["d@00:00 1"],
    },
    {
      says: "an asset or a time, whichever comes first",
      where: "AssetOrTimeSchedule",
      dags: { on: { any: [{ cron: "0 * * * *" }, a] } },
      when: [["00:30", { event: ev("a", "1") }], ["01:30"]],
      starts: ["d@00:30 1", "d@01:00"],
    },
  ]);
});

const hourly = sliced("h", { grain: "hour" });
const h = (hour: number, more: { readonly id?: string; readonly day?: string } = {}) =>
  ev("h", more.id ?? `h${hour}`, { partition: `${more.day ?? "2026-01-01"}T${String(hour).padStart(2, "0")}` });
const hours = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => h(from + index));
const all24 = Array.from({ length: 24 }, (_, index) => `h${index}`).join(",");
const rollup = (wait?: object | string) => on("h", { partitions: { map: "rollup", grain: "day", ...(wait === undefined ? {} : { wait }) } });
const days = ["2024-03-04", "2024-03-05", "2024-03-06", "2024-03-07", "2024-03-08", "2024-03-09", "2024-03-10"];

describe("Airflow: partitioned assets", () => {
  keeps([
    {
      says: "IdentityMapper: one run for each key",
      where: "partition_mappers/test_identity.py",
      dags: { on: on("h") },
      when: [["00:00", { event: [h(1), h(2)] }]],
      starts: ["d[2026-01-01T01]@00:00 h1", "d[2026-01-01T02]@00:00 h2"],
      assets: [hourly],
    },
    {
      says: "partitioned runs wait for the same key of each asset",
      where: "PartitionedAssetTimetable",
      dags: { on: { all: [on("h"), on("i")] } },
      when: [
        ["00:00", { event: [h(1), ev("i", "i2", { partition: "2026-01-01T02" })] }],
        ["00:01", { event: ev("i", "i1", { partition: "2026-01-01T01" }) }],
      ],
      starts: ["d[2026-01-01T01]@00:01 h1,i1"],
      assets: [hourly, sliced("i", { grain: "hour" })],
    },
    {
      says: "StartOfDayMapper: each hour runs its day",
      where: "partition_mappers/test_temporal.py",
      dags: { on: rollup("any") },
      when: [
        ["00:00", { event: h(9) }],
        ["00:01", { event: h(10, { day: "2026-01-02" }) }],
      ],
      starts: ["d[2026-01-01]@00:00 h9", "d[2026-01-02]@00:01 h10"],
      assets: [hourly],
    },
    {
      says: "WaitForAll: a day runs when its 24 hours are there",
      where: "partition_mappers/test_rollup_wait_policy.py",
      dags: { on: rollup("all") },
      when: [
        ["00:00", { event: hours(0, 22) }],
        ["00:01", { event: h(23) }],
      ],
      starts: [`d[2026-01-01]@00:01 ${all24}`],
      assets: [hourly],
    },
    {
      says: "MinimumCount(n): a day runs when n hours are there",
      where: "partition_mappers/test_rollup_wait_policy.py",
      dags: { on: rollup({ atLeast: 3 }) },
      when: [
        ["00:00", { event: hours(0, 1) }],
        ["00:01", { event: h(7) }],
      ],
      starts: ["d[2026-01-01]@00:01 h0,h1,h7"],
      assets: [hourly],
    },
    {
      says: "MinimumCount(-n): all but n",
      where: "partition_mappers/test_rollup_wait_policy.py",
      dags: { on: rollup({ atLeast: -22 }) },
      when: [
        ["00:00", { event: h(0) }],
        ["00:01", { event: h(7) }],
      ],
      starts: ["d[2026-01-01]@00:01 h0,h7"],
      assets: [hourly],
    },
    {
      says: "the same hour twice is one of the hours that are there",
      where: "partition_mappers/test_rollup_wait_policy.py",
      dags: { on: rollup({ atLeast: 2 }) },
      when: [["00:00", { event: [h(0), h(0, { id: "again" })] }]],
      starts: [],
      assets: [hourly],
    },
    {
      says: "FanOutMapper: a week gives its days",
      where: "partition_mappers/test_fan_out.py",
      dags: { on: on("w", { partitions: { map: "fanOut", grain: "day" } }) },
      when: [["00:00", { event: ev("w", "w", { partition: "2024-W10" }) }]],
      starts: days.map((day) => `d[${day}]@00:00 w`),
      assets: [sliced("w", { grain: "week" })],
    },
    {
      says: "FanOutMapper backward: the seven days that end with the first of the week",
      where: "partition_mappers/test_window.py: direction",
      dags: { on: on("w", { partitions: { map: "fanOut", grain: "day", direction: "backward" } }) },
      when: [["00:00", { event: ev("w", "w", { partition: "2024-W10" }) }]],
      starts: ["2024-02-27", "2024-02-28", "2024-02-29", "2024-03-01", "2024-03-02", "2024-03-03", "2024-03-04"].map((day) => `d[${day}]@00:00 w`),
      assets: [sliced("w", { grain: "week" })],
    },
    {
      says: "a fan-out of more than 1,000 keys starts nothing",
      where: "max_downstream_keys",
      dags: { on: on("y", { partitions: { map: "fanOut", grain: "hour" } }) },
      when: [["00:00", { event: ev("y", "y", { partition: "2026" }) }]],
      starts: [],
      assets: [sliced("y", { grain: "year" })],
    },
    {
      says: "ProductMapper: each part of the key by its own mapper",
      where: "partition_mappers/test_product.py",
      dags: { on: on("p", { partitions: { map: "product", of: [{ map: "same" }, { map: "rollup", grain: "day", wait: "any" }] } }) },
      when: [["00:00", { event: ev("p", "p", { partition: "us|2026-03-10T09" }) }]],
      starts: ["d[us|2026-03-10]@00:00 p"],
      assets: [sliced("p", { product: [{ keys: ["us", "eu"] }, { grain: "hour" }] })],
    },
    {
      says: "AllowedKeyMapper: a key outside of the list is refused",
      where: "partition_mappers/test_allowed_key.py",
      dags: { on: on("k") },
      when: [["00:00", { event: [ev("k", "1", { partition: "us" }), ev("k", "2", { partition: "fr" })] }]],
      starts: ["d[us]@00:00 1"],
      assets: [sliced("k", { keys: ["us", "eu"] })],
    },
    {
      says: "FixedKeyMapper: every key gives the same one",
      where: "partition_mappers/test_fixed_key.py",
      dags: { on: on("k", { partitions: { map: "static", keys: { us: "all", eu: "all" }, wait: "any" } }) },
      when: [["00:00", { event: [ev("k", "1", { partition: "us" }), ev("k", "2", { partition: "eu" })] }]],
      starts: ["d[all]@00:00 1,2"],
      assets: [sliced("k", { keys: ["us", "eu"] })],
    },
    {
      says: "SegmentWindow: a run waits for every segment of the list",
      where: "example_asset_partition.py",
      dags: { on: on("k", { partitions: { map: "all" } }) },
      when: [
        ["00:00", { event: ev("k", "1", { partition: "us" }) }],
        ["00:01", { event: ev("k", "2", { partition: "eu" }) }],
      ],
      starts: ["d@00:01 1,2"],
      assets: [sliced("k", { keys: ["us", "eu"] })],
    },
    {
      says: "PartitionedAtRuntime: keys that come up at run time",
      where: "airflow.timetables.simple",
      dags: { on: on("dyn") },
      when: [["00:00", { event: [ev("dyn", "1", { partition: "customer-7" }), ev("dyn", "2", { partition: "customer-8" })] }]],
      starts: ["d[customer-7]@00:00 1", "d[customer-8]@00:00 2"],
      assets: [sliced("dyn", { dynamic: true })],
    },
    {
      says: "the key of the upstream run goes on to the downstream run",
      where: "airflow-partitioned-runs",
      dags: [{ on: on("h"), runs: { outlets: ["s3://lake/i"] } }, { on: on("i") }],
      when: [["00:00", { event: h(3) }]],
      starts: ["d[2026-01-01T03]@00:00 h3", "d2[2026-01-01T03]@00:00 d/sim-1/1"],
      assets: [hourly, sliced("i", { grain: "hour" })],
    },
  ]);
});
