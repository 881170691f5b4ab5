import { describe } from "vitest";
import { ev, FOREVER, on } from "../play.ts";
import { keeps, sliced } from "./promise.ts";

const eager = "builtins/test_eager_condition.py";
const cron = "builtins/test_on_cron_condition.py";
const hour = (n: string, id: string, name = "a") => ev(name, id, { partition: `2020-02-02T${n}` });
const failing = { duration: "1m", outcome: "failed" };
const sinceTick = { sequence: [{ cron: "0 * * * *" }, on("a")] };

describe("Dagster: declarative automation", () => {
  keeps([
    {
      says: "eager: runs when its parent was updated, and again only for the next update",
      where: eager,
      dags: { on: on("a") },
      when: [["00:00"], ["00:01", { event: ev("a", "1") }], ["00:02"], ["00:03", { event: ev("a", "2") }]],
      starts: ["d@00:01 1", "d@00:03 2"],
    },
    {
      says: "eager: while it runs it is not requested again, and what comes meanwhile is one run",
      where: `${eager}: in_progress`,
      dags: { on: on("a"), runs: { duration: "10m" } },
      when: [["00:00", { event: ev("a", "1") }], ["00:01", { event: ev("a", "2") }], ["00:02", { event: ev("a", "3") }], ["01:00"]],
      starts: ["d@00:00 1", "d@00:10 2,3"],
    },
    {
      says: "eager: a failed run is not tried again by itself",
      where: eager,
      dags: { on: on("a"), runs: failing },
      when: [["00:00", { event: ev("a", "1") }], ["01:00"]],
      starts: ["d@00:00 1"],
    },
    {
      says: "eager: each partition by itself",
      where: `${eager}: test_eager_hourly_partitioned`,
      dags: { on: on("a") },
      when: [
        ["00:00", { event: hour("00", "1") }],
        ["00:01", { event: hour("01", "2") }],
      ],
      starts: ["d[2020-02-02T00]@00:00 1", "d[2020-02-02T01]@00:01 2"],
      assets: [sliced("a", { grain: "hour" })],
    },
    {
      says: "eager: keys that are added later count from then on",
      where: `${eager}: test_eager_static_partitioned`,
      dags: { on: on("s") },
      when: [
        ["00:00", { event: [ev("s", "1", { partition: "a" }), ev("s", "2", { partition: "c" })] }],
        ["00:01", { register: { assets: [sliced("s", { keys: ["a", "b", "c"] })], dags: [{ id: "d", on: on("s") }] } }],
        ["00:02", { event: ev("s", "3", { partition: "c" }) }],
      ],
      starts: ["d[a]@00:00 1", "d[c]@00:02 3"],
      assets: [sliced("s", { keys: ["a", "b"] })],
    },
    {
      says: "eager: no surprise backfill when a consumer is new",
      where: `${eager}: test_eager_static_partitioned`,
      dags: { on: on("b") },
      when: [
        ["00:00", { event: ev("a", "1") }],
        [
          "00:01",
          {
            register: {
              dags: [
                { id: "d", on: on("b") },
                { id: "new", on: on("a") },
              ],
            },
          },
        ],
        ["00:02"],
      ],
      starts: [],
    },
    {
      says: "eager with a self dependency: the slice before it must have run",
      where: `${eager}: test_eager_self_dependency`,
      dags: { cycle: true, on: { all: [on("root"), on("self", { partitions: { map: "offset", by: -1 } })] }, runs: { outlets: ["s3://lake/self"] } },
      when: [
        ["00:00", { event: ["14", "15", "16"].map((day) => ev("root", `r${day}`, { partition: `2024-08-${day}` })) }],
        ["00:01", { event: ev("self", "first", { partition: "2024-08-13" }) }],
      ],
      starts: ["d[2024-08-14]@00:01 r14,first", "d[2024-08-15]@00:01 r15,d/sim-1/1", "d[2024-08-16]@00:01 r16,d/sim-2/1"],
      assets: [sliced("root", { grain: "day" }), sliced("self", { grain: "day" })],
    },
    {
      says: "eager down a chain: what was made is seen by the next one at once",
      where: `${eager}: test_eager_partial_run`,
      dags: [{ on: on("root"), runs: { outlets: ["s3://lake/a"] } }, { on: on("a"), runs: { outlets: ["s3://lake/b"] } }, { on: on("b") }],
      when: [["00:00", { event: ev("root", "1") }]],
      starts: ["d@00:00 1", "d2@00:00 d/sim-1/1", "d3@00:00 d2/sim-2/1"],
    },
    {
      says: "eager down a chain: a failed step starts nothing after it",
      where: `${eager}: test_eager_partial_run`,
      dags: [{ on: on("root"), runs: { outlets: ["s3://lake/a"] } }, { on: on("a"), runs: { outcome: "failed", outlets: ["s3://lake/b"] } }, { on: on("b") }],
      when: [["00:00", { event: ev("root", "1") }]],
      starts: ["d@00:00 1", "d2@00:00 d/sim-1/1"],
    },
    {
      says: "on_cron: a tick, then an update of the parent; an update before the tick does not do",
      where: cron,
      dags: { on: sinceTick, mode: "each" },
      when: [
        ["00:55", { event: ev("a", "early") }],
        ["01:05"],
        ["01:06", { event: ev("a", "1") }],
        ["01:10", { event: ev("a", "again") }],
        ["02:05"],
        ["02:06", { event: ev("a", "2") }],
      ],
      starts: ["d@01:06 1", "d@02:06 2"],
    },
    {
      says: "on_cron: several ticks without an update are one",
      where: cron,
      dags: { on: sinceTick, mode: "each" },
      when: [["00:55"], ["04:06", { event: ev("a", "1") }], ["04:07", { event: ev("a", "2") }]],
      starts: ["d@04:06 1"],
    },
    {
      says: "on_cron: without parents each tick runs it",
      where: `${cron}: test_on_cron_on_observable_source`,
      dags: { on: { cron: "@hourly" } },
      when: [["04:35"], ["06:10"]],
      starts: ["d@05:00", "d@06:00"],
    },
    {
      says: "on_cron: another order of the parents resets nothing",
      where: `${cron}: test_asset_order_change_doesnt_reset_cursor_state`,
      dags: { on: { sequence: [{ cron: "* * * * *" }, { all: [on("b"), on("c")] }] } },
      when: [
        ["00:00:30"],
        ["00:01:10", { event: ev("b", "b") }],
        ["00:01:20", { register: { dags: [{ id: "d", on: { sequence: [{ cron: "* * * * *" }, { all: [on("a"), on("c"), on("b")] }] } }] } }],
        ["00:01:30", { event: [ev("a", "a"), ev("c", "c")] }],
      ],
      starts: ["d@00:01:30 b,a,c"],
    },
    {
      says: "newly_updated with any_deps: one is enough",
      where: "builtins/test_dep_condition.py",
      dags: { on: { any: [on("a"), on("b")] } },
      when: [["00:00", { event: ev("b", "1") }]],
      starts: ["d@00:00 1"],
    },
    {
      says: "newly_updated with all_deps: each must be",
      where: "builtins/test_dep_condition.py",
      dags: { on: { all: [on("a"), on("b")] } },
      when: [
        ["00:00", { event: ev("b", "1") }],
        ["00:01", { event: ev("a", "2") }],
      ],
      starts: ["d@00:01 1,2"],
    },
    {
      says: "since: what was true is forgotten when the reset comes",
      where: "builtins/test_since_condition.py",
      dags: { on: { all: [on("a", { unless: on("reset") }), on("go")] } },
      when: [
        ["00:00", { event: ev("a", "1") }],
        ["00:01", { event: ev("reset", "r") }],
        ["00:02", { event: ev("go", "2") }],
        ["00:03", { event: ev("a", "3") }],
      ],
      starts: ["d@00:03 2,3"],
    },
    {
      says: "since: trigger and reset at once are as they were accepted",
      where: "builtins/test_since_condition.py",
      dags: { on: on("a", { unless: on("reset") }) },
      when: [
        ["00:00", { event: [ev("a", "1"), ev("reset", "r1")] }],
        ["00:01", { event: [ev("reset", "r2"), ev("a", "2")] }],
      ],
      starts: ["d@00:01 2"],
    },
    {
      says: "data_version_changed: a new materialization with the same version is none",
      where: "builtins/test_data_version_changed.py",
      dags: { on: on("a", { changed: "version" }) },
      when: [
        ["00:00", { event: ev("a", "1", { data: { version: "x" } }) }],
        ["00:01", { event: ev("a", "2", { data: { version: "x" } }) }],
        ["00:02", { event: ev("a", "3", { data: { version: "y" } }) }],
      ],
      starts: ["d@00:00 1", "d@00:02 3"],
    },
    {
      says: "data_version_changed: for each partition by itself",
      where: "builtins/test_data_version_changed.py",
      dags: { on: on("a", { changed: "version" }) },
      when: [["00:00", { event: ["00", "01", "00"].map((n, index) => ({ ...hour(n, `${index}`), data: { version: "x" } })) }]],
      starts: ["d[2020-02-02T00]@00:00 0", "d[2020-02-02T01]@00:00 1"],
      assets: [sliced("a", { grain: "hour" })],
    },
    {
      says: "in_latest_time_window: an older slice does not matter",
      where: "builtins/test_latest_time_window_condition.py",
      dags: { on: on("a", { partitions: { map: "latest" } }) },
      when: [
        ["00:00", { event: hour("05", "1") }],
        ["00:01", { event: hour("04", "2") }],
        ["00:02", { event: hour("06", "3") }],
      ],
      starts: ["d@00:00 1", "d@00:02 3"],
      assets: [sliced("a", { grain: "hour" })],
    },
    {
      says: "freshness: an asset that was not updated for that long",
      where: "builtins/test_freshness_result_condition.py",
      dags: { on: { absent: on("a"), for: "1h" } },
      when: [["00:00"], ["00:30", { event: ev("a", "1") }], ["01:29"], ["02:00"]],
      starts: ["d@01:30"],
    },
    {
      says: "TimeWindowPartitionMapping(start_offset=-1): a slice and the one before it",
      where: "partition mappings",
      dags: { on: on("a", { partitions: { map: "window", from: -1, to: 0 } }) },
      when: [
        ["00:00", { event: hour("00", "0") }],
        ["00:01", { event: hour("01", "1") }],
        ["00:02", { event: hour("02", "2") }],
      ],
      starts: ["d[2020-02-02T01]@00:01 0,1", "d[2020-02-02T02]@00:02 1,2"],
      assets: [sliced("a", { grain: "hour" })],
    },
    {
      says: "run_in_progress of one partition does not block another",
      where: "builtins/test_in_progress_condition.py",
      dags: { on: on("a"), runs: FOREVER },
      when: [
        ["00:00", { event: hour("00", "1") }],
        ["00:01", { event: [hour("00", "2"), hour("01", "3")] }],
      ],
      starts: ["d[2020-02-02T00]@00:00 1", "d[2020-02-02T01]@00:01 3"],
      assets: [sliced("a", { grain: "hour" })],
    },
  ]);
});
