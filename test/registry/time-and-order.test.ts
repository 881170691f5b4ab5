import { describe, expect, it } from "vitest";
import { at, clock, ev, FOREVER, on, play } from "./play.ts";

describe("an instant", () => {
  it("is evaluated once: three events that arrive together make one run in mode batch", () => {
    const { started } = play({ on: on("a") }, [
      ["00:00", { event: [ev("a", "1"), ev("a", "2")] }],
      ["00:00", { event: ev("a", "3") }],
    ]);
    expect(started).toEqual(["d@00:00 1,2,3"]);
  });

  it("is not the next instant: events a millisecond apart make two runs", () => {
    const { started } = play({ on: on("a") }, [
      ["00:00", { event: ev("a", "1") }],
      ["00:00:00.001", { event: ev("a", "2") }],
    ]);
    expect(started).toHaveLength(2);
  });

  it("lets a run that ends make room for what arrives at the same time", () => {
    const { started } = play({ on: on("a"), runs: { duration: "5m" } }, [
      ["00:00", { event: ev("a", "1") }],
      ["00:05", { event: ev("a", "2") }],
    ]);
    expect(started).toEqual(["d@00:00 1", "d@00:05 2"]);
  });

  it("shows an event at the end of a run to the next run, also if the run published it", () => {
    const { started } = play(
      [{ on: on("a"), runs: { duration: "5m", outlets: ["s3://lake/b"] } }, { on: { all: [on("b"), on("c")] } }],
      [
        ["00:00", { event: ev("a", "1") }],
        ["00:05", { event: ev("c", "2") }],
      ],
    );
    expect(started).toEqual(["d@00:00 1", "d2@00:05 d/sim-1/1,2"]);
  });

  it("lets a tick come before an event of the same millisecond", () => {
    const { started } = play({ on: { sequence: [{ cron: "0 1 * * *" }, on("a")] } }, [["00:00"], ["01:00", { event: ev("a", "1") }]]);
    expect(started).toEqual(["d@01:00 1"]);
  });

  it("applies inputs before deadlines: an event at the millisecond of a deadline is in time", () => {
    const { started } = play({ on: { absent: on("a"), for: "1h" } }, [["00:00"], ["01:00", { event: ev("a", "1") }], ["01:30"], ["02:00"]]);
    expect(started).toEqual(["d@02:00"]);
  });

  it("keeps an event that expires at this instant for the evaluation of this instant", () => {
    const dag = { on: { all: [on("a"), on("b")] }, expireAfter: "1h" };
    expect(
      play(dag, [
        ["00:00", { event: ev("a", "1") }],
        ["01:00", { event: ev("b", "2") }],
      ]).started,
    ).toEqual(["d@01:00 1,2"]);
    const late = play(dag, [
      ["00:00", { event: ev("a", "1") }],
      ["01:00:00.001", { event: ev("b", "2") }],
    ]);
    expect(late.started).toEqual([]);
    expect(late.fate("1")).toBe("expired(expireAfter)");
  });

  it("applies and evaluates what a run of duration 0 publishes in the same instant", () => {
    const { started } = play(
      [{ on: on("a"), runs: { outlets: ["s3://lake/b"] } }, { on: on("b"), runs: { outlets: ["s3://lake/c"] } }, { on: on("c") }],
      [["00:00", { event: ev("a", "1") }]],
    );
    expect(started).toEqual(["d@00:00 1", "d2@00:00 d/sim-1/1", "d3@00:00 d2/sim-2/1"]);
  });
});

describe("old and late events", () => {
  it("are taken oldest first by event time in mode each", () => {
    const { started } = play({ on: on("a"), mode: "each" }, [
      ["00:10", { event: [ev("a", "late", { time: "00:05" }), ev("a", "later", { time: "00:01" }), ev("a", "now")] }],
    ]);
    expect(started).toEqual(["d@00:10 later", "d@00:10 late", "d@00:10 now"]);
  });

  it("are ordinary events even if a newer one was consumed", () => {
    const { started } = play({ on: on("a") }, [
      ["00:10", { event: ev("a", "1") }],
      ["00:20", { event: ev("a", "2", { time: "00:01" }) }],
    ]);
    expect(started).toEqual(["d@00:10 1", "d@00:20 2"]);
  });

  it("are superseded at once in mode latest if a newer one of the asset and key was consumed", () => {
    const played = play({ on: on("a"), mode: "latest" }, [
      ["00:10", { event: ev("a", "1") }],
      ["00:20", { event: ev("a", "2", { time: "00:01" }) }],
      ["00:30", { event: ev("a", "3") }],
    ]);
    expect(played.started).toEqual(["d@00:10 1", "d@00:30 3"]);
    expect(played.fate("2")).toBe("superseded");
  });

  it("count as accepted now if they are from more than ten minutes ahead, with a warning", () => {
    const played = play({ on: on("a"), mode: "each", runs: { duration: "1m" } }, [
      ["00:00", { event: [ev("a", "future", { time: "00:11" }), ev("a", "soon", { time: "00:10" })] }],
      ["00:05"],
    ]);
    expect(played.started).toEqual(["d@00:00 future", "d@00:01 soon"]);
    expect(played.warnings.map(({ code }) => code)).toEqual(["W_FUTURE_TIME"]);
  });
});

describe("ticks", () => {
  it("count only if they are later than the registration", () => {
    expect(play({ on: { every: "15m" } }, [["00:15"], ["00:29"]]).started).toEqual([]);
    expect(play({ on: { every: "15m" } }, [["00:15"], ["00:30"]]).started).toEqual(["d@00:30"]);
  });

  it("of every stand at the multiples since 1970", () => {
    expect(play({ on: { every: "15m" } }, [["00:07"], ["01:00"]]).started).toEqual(["d@00:15", "d@00:30", "d@00:45", "d@01:00"]);
  });

  it("are held once, the newest, and used up by the run that they took part in", () => {
    const { started } = play({ on: { all: [{ every: "15m" }, on("a")] } }, [
      ["00:00"],
      ["00:50", { event: ev("a", "1") }],
      ["00:55", { event: ev("a", "2") }],
      ["01:00"],
    ]);
    expect(started).toEqual(["d@00:50 1", "d@01:00 2"]);
  });

  it("are given to each key that has something pending, and a later key waits for the next", () => {
    const { started } = play({ on: { all: [{ cron: "0 * * * *" }, on("a")], by: "k" } }, [
      ["00:10", { event: ev("a", "1", { data: { k: "x" } }) }],
      ["01:10", { event: ev("a", "2", { data: { k: "y" } }) }],
      ["02:00"],
    ]);
    expect(started).toEqual(["d[x]@01:00 1", "d[y]@02:00 2"]);
  });

  it("survive a pause once with hold, and not at all with drop", () => {
    const lines = [["00:00"], ["00:20", { pause: "d" }], ["01:20", { resume: "d" }], ["01:40"]] as const;
    expect(play({ on: { every: "30m" } }, lines).started).toEqual(["d@01:20", "d@01:30"]);
    expect(play({ on: { every: "30m" }, whenPaused: "drop" }, lines).started).toEqual(["d@01:30"]);
    expect(play({ on: { every: "30m" }, whenPaused: "latest" }, lines).started).toEqual(["d@01:20", "d@01:30"]);
  });

  it.each([
    ["skips to the first instant after a gap", "30 2 * * *", "2026-03-08T00:00:00Z", "2026-03-08T12:00:00Z", ["2026-03-08T07:00:00.000Z"]],
    ["happens once in a doubled hour", "30 1 * * *", "2026-11-01T00:00:00Z", "2026-11-01T12:00:00Z", ["2026-11-01T05:30:00.000Z"]],
    [
      "happens twice in a doubled hour if the hour is *",
      "30 * * * *",
      "2026-11-01T05:00:00Z",
      "2026-11-01T07:00:00Z",
      ["2026-11-01T05:30:00.000Z", "2026-11-01T06:30:00.000Z"],
    ],
  ])("of a local time that %s", (_, cron, from, to, expected) => {
    const { runs } = play({ on: { cron, tz: "America/New_York" } }, [], { timeline: [{ at: from }, { at: to }] });
    expect(runs.map((run) => run.at)).toEqual(expected);
  });

  it("of a year take no time", () => {
    const { runs, next } = play({ on: { cron: "@daily" } }, [], { timeline: [{ at: "2026-01-01T00:00:00Z" }, { at: "2027-01-01T00:00:00Z" }] });
    expect(runs).toHaveLength(365);
    expect(next).toBe("2027-01-02T00:00:00.000Z");
  });
});

describe("order of starts", () => {
  it("is falling priority, then the oldest event taken, then the DAG's id", () => {
    const { started } = play(
      [
        { id: "c", on: on("a") },
        { id: "b", on: on("a") },
        { id: "old", on: on("b") },
        { id: "urgent", on: on("a"), priority: 5 },
      ],
      [["00:10", { event: [ev("a", "1"), ev("b", "2", { time: "00:01" })] }]],
    );
    expect(started).toEqual(["urgent@00:10 1", "old@00:10 2", "b@00:10 1", "c@00:10 1"]);
  });
});

describe("the clock of a simulation", () => {
  it("starts at start, where DAGs are registered", () => {
    const { started, next } = play({ on: { absent: on("a"), for: "1h" } }, [["00:30"], ["01:00"]], { start: at("00:00") });
    expect(started).toEqual(["d@01:00"]);
    expect(clock(next ?? "")).toBe("02:00");
  });

  it("lets timers and ends at the last instant happen, and none after it", () => {
    const { runs } = play({ on: on("a"), runs: { duration: "5m" } }, [["00:00", { event: ev("a", "1") }], ["00:05"]]);
    expect(runs[0]).toMatchObject({ status: "succeeded", endedAt: at("00:05") });
    const open = play({ on: on("a"), runs: { duration: "5m" } }, [["00:00", { event: ev("a", "1") }], ["00:04:59"]]);
    expect(open.runs[0]).toMatchObject({ status: "running", endedAt: null });
    expect(play({ on: on("a"), runs: FOREVER }, [["00:00", { event: ev("a", "1") }], ["23:00"]]).runs[0]?.status).toBe("running");
  });
});
