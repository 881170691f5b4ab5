import { describe, expect, it } from "vitest";
import { compileCron } from "../../core/time/cron.ts";
import { tickBefore } from "../../registry/schedule.ts";
import { clock, FOREVER, type Line, on, type Played, play, uri } from "./play.ts";

const HOURLY = { on: { cron: "0 * * * *" } };
const DAILY = { on: { cron: "0 6 * * *" } };
const DAYS = [{ uri: uri("daily"), partitions: { grain: "day" } }];

function intervals({ runs }: Played): string[] {
  return runs.map(({ interval }) => `${clock(interval?.start ?? "")}..${clock(interval?.end ?? "")}`);
}

describe("a DAG that only a clock starts", () => {
  it("runs for the span from the tick before to its own", () => {
    const played = play(DAILY, [["00:00"], ["+2 12:00"]]);
    expect(played.started).toEqual(["d@06:00", "d@+1 06:00", "d@+2 06:00"]);
    expect(intervals(played)).toEqual(["+-1 06:00..06:00", "06:00..+1 06:00", "+1 06:00..+2 06:00"]);
  });

  it("makes the slice that this span begins in, if its outlets are cut by time", () => {
    const played = play({ ...DAILY, runs: { outlets: [uri("daily")] } }, [["00:00"], ["+1 12:00"]], { assets: DAYS });
    expect(played.runs.map(({ partition }) => partition)).toEqual(["2025-12-31", "2026-01-01"]);
  });

  it("has no span if anything else takes part", () => {
    const played = play({ on: { all: [{ cron: "0 6 * * *" }, on("a")] } }, [["00:00", { event: { asset: uri("a"), id: "1" } }], ["12:00"]]);
    expect(played.runs.map(({ interval }) => interval)).toEqual([undefined]);
  });

  it("is backfilled slice by slice, and refuses a partition of another form", () => {
    const dag = { ...DAILY, runs: { outlets: [uri("daily")] } };
    const range = { from: "2025-12-01", to: "2025-12-03" };
    const played = play(dag, [["00:00", { backfill: { dag: "d", partitions: range, parallel: 3 } }], ["01:00"]], { assets: DAYS });
    expect(played.runs.map(({ partition }) => partition).sort()).toEqual(["2025-12-01", "2025-12-02", "2025-12-03"]);
    expect(() => play(dag, [["00:00", { start: { dag: "d", partition: "december" } }]], { assets: DAYS })).toThrow(/timeline\[0\]\.start\.partition/);
  });
});

describe("ticks that come while a DAG cannot start", () => {
  const pausedFor = (resumed: string): Line[] => [["00:30"], ["00:30", { pause: "d" }], [resumed, { resume: "d" }], ["06:10"]];

  it("are one run, for the newest of them", () => {
    const played = play(HOURLY, pausedFor("05:30"));
    expect(played.started).toEqual(["d@05:30", "d@06:00"]);
    expect(intervals(played)).toEqual(["04:00..05:00", "05:00..06:00"]);
  });

  it("are a run each, in their order, for a DAG that catches up", () => {
    const played = play({ ...HOURLY, catchUp: true }, pausedFor("05:30"));
    expect(played.started).toEqual(["d@05:30", "d@05:30", "d@05:30", "d@05:30", "d@05:30", "d@06:00"]);
    expect(intervals(played)).toEqual(["00:00..01:00", "01:00..02:00", "02:00..03:00", "03:00..04:00", "04:00..05:00", "05:00..06:00"]);
  });

  it("wait for the run before, one after the other", () => {
    const played = play({ ...HOURLY, catchUp: true, runs: { duration: "90m" } }, [["00:30"], ["06:00"]]);
    expect(played.started).toEqual(["d@01:00", "d@02:30", "d@04:00", "d@05:30"]);
    expect(intervals(played)).toEqual(["00:00..01:00", "01:00..02:00", "02:00..03:00", "03:00..04:00"]);
    expect(play({ ...HOURLY, runs: { duration: "90m" } }, [["00:30"], ["06:00"]]).started).toEqual(["d@01:00", "d@02:30", "d@04:00", "d@05:30"]);
  });

  it("are caught up as far back as the DAG says", () => {
    const dag = { ...HOURLY, catchUp: "2h", runs: [FOREVER, {}] };
    const played = play(dag, [["00:30"], ["05:30", { finish: { dag: "d", run: 1 } }], ["05:45"]]);
    // The tick that waited is taken whatever its age; of the others those of the last two hours.
    expect(intervals(played)).toEqual(["00:00..01:00", "01:00..02:00", "03:00..04:00", "04:00..05:00"]);
  });

  it("are gone if the DAG drops what comes while it is paused", () => {
    const played = play({ ...HOURLY, catchUp: true, whenPaused: "drop" }, pausedFor("05:30"));
    expect(played.started).toEqual(["d@06:00"]);
  });
});

it("catching up is for a clock alone", () => {
  expect(() => play({ on: on("a"), catchUp: true }, [["00:00"]])).toThrow(/catchUp is for a DAG that only a clock starts/);
});

describe("the tick before a tick", () => {
  it.each([
    ["0 6 * * *", "UTC", "2026-01-02T06:00:00Z", "2026-01-01T06:00:00Z"],
    ["0 6 * * 1-5", "UTC", "2026-11-23T06:00:00Z", "2026-11-20T06:00:00Z"],
    ["0 0 1 * *", "UTC", "2026-03-01T00:00:00Z", "2026-02-01T00:00:00Z"],
    ["0 0 29 2 *", "UTC", "2028-02-29T00:00:00Z", "2024-02-29T00:00:00Z"],
    ["30 2 * * *", "Europe/Berlin", "2026-03-30T00:30:00Z", "2026-03-29T01:00:00Z"],
  ])("of %s in %s, %s, is %s", (cron, tz, tick, before) => {
    expect(tickBefore(compileCron(cron, tz).next, Date.parse(tick))).toBe(Date.parse(before));
  });

  it("is not there for a clock that has just begun", () => {
    expect(tickBefore((after) => (after < 1_000 ? 1_000 : null), 1_000)).toBeNull();
  });
});
