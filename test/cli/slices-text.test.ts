import { describe, expect, it } from "vitest";
import { slicesText } from "../../cli/slices-text.ts";
import type { PartitionDefinition } from "../../core/condition.ts";
import { keysBetween } from "../../core/partitions/partition-key.ts";
import type { SliceState, SliceStatus } from "../../core/partitions/slice-states.ts";
import { NOW, plain } from "./plain.ts";

const terminal = { ...plain, width: 100 };
const slice = (partition: string | null, status: SliceStatus, more: Partial<SliceState> = {}): SliceState => ({
  ...{ partition, status, version: 1, madeAt: NOW - 3_600_000, run: null, why: null },
  ...more,
});
const shown = (definition: PartitionDefinition | null, slices: readonly SliceState[], look = terminal): string[] =>
  slicesText({ asset: "s3://lake/a", definition, slices }, look).split("\n");

describe("the partitions of an asset", () => {
  it("are a calendar on a terminal, with what needs a look below", () => {
    const days: PartitionDefinition = { grain: "day" };
    const slices = keysBetween(days, "2026-01-29", "2026-02-04").map((key, index) =>
      slice(
        key,
        (["present", "missing", "present", "stale", "failed", "running", "open"] as const)[index] ?? "open",
        index === 4 ? { why: "x/1 failed: no" } : {},
      ),
    );
    expect(shown(days, slices)).toEqual([
      "s3://lake/a  one a day (UTC)",
      "",
      "         1    6    11   16   21   26   31",
      "2026-01                              ■·■",
      "2026-02  ~✗▸",
      "",
      "7 slices: ■ 2 present  · 1 missing  ✗ 1 failed  ~ 1 stale  ▸ 1 running  1 open",
      "",
      "PARTITION   STATUS   VERSION  MADE     WHY",
      "2026-02-01  stale          1  1 h ago",
      "2026-02-02  failed         1  1 h ago  x/1 failed: no",
      "2026-02-03  running        1  1 h ago",
    ]);
  });

  it.each<[string, PartitionDefinition, string, string, string[]]>([
    [
      "hours of a day, the doubled one at the end",
      { grain: "hour", tz: "America/New_York" },
      "2026-11-01T00",
      "2026-11-01T23",
      ["            0     6     12    18", "2026-11-01  ■■■■■■■■■■■■■■■■■■■■■■■■  +■"],
    ],
    [
      "hours of the day that has 23",
      { grain: "hour", tz: "America/New_York" },
      "2026-03-08T00",
      "2026-03-08T05",
      ["            0     6     12    18", "2026-03-08  ■■ ■■■"],
    ],
    ["months of a year", { grain: "month" }, "2025-11", "2026-02", ["      1  4  7  10", "2025            ■■", "2026  ■■"]],
    [
      "weeks of an ISO year",
      { grain: "week" },
      "2025-W51",
      "2026-W02",
      ["      1         11        21        31        41        51", `2025  ${" ".repeat(50)}■■`, "2026  ■■"],
    ],
    ["quarters of a year", { grain: "quarter" }, "2025-Q3", "2026-Q1", ["      1234", "2025    ■■", "2026  ■"]],
    ["years of a decade", { grain: "year" }, "2019", "2021", ["      0    5", "2010           ■", "2020  ■■"]],
    [
      "minutes of an hour",
      { grain: "minute" },
      "2026-01-01T00:59",
      "2026-01-01T01:01",
      ["               0         10        20        30        40        50", `2026-01-01T00  ${" ".repeat(59)}■`, "2026-01-01T01  ■■"],
    ],
  ])("are %s", (_, definition, from, to, lines) => {
    const slices = keysBetween(definition, from, to).map((key) => slice(key, "present"));
    expect(shown(definition, slices).slice(2, 2 + lines.length)).toEqual(lines);
  });

  it("are plain rows in a pipe", () => {
    expect(
      shown({ grain: "day" }, [slice("2026-01-01", "present", { run: "x/1" }), slice("2026-01-02", "missing", { version: 0, madeAt: null })], plain as never),
    ).toEqual([
      "s3://lake/a  one a day (UTC)",
      "PARTITION   STATUS   VERSION  MADE     BY",
      "2026-01-01  present        1  1 h ago  x/1",
      "2026-01-02  missing",
      "2 slices: ■ 1 present  · 1 missing",
    ]);
  });

  it.each<[string, PartitionDefinition | null, string | null]>([
    ["that have no places", { keys: ["eu"] }, "eu"],
    ["of an asset without any", null, null],
  ])("%s are rows on a terminal, too", (_, definition, key) => {
    expect(shown(definition, [slice(key, "present")]).at(-1)).toBe("1 slice: ■ 1 present");
  });
});
