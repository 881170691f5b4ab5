import { describe, expect, it } from "vitest";
import { at, ev, on, play } from "./play.ts";

const asset = (name: string, partitions: object) => ({ uri: `s3://lake/${name}`, partitions });
const hours = asset("h", { grain: "hour" });
const days = asset("d", { grain: "day" });
const h = (hour: number, id = `h${hour}`, day = "2026-01-01") => ev("h", id, { partition: `${day}T${String(hour).padStart(2, "0")}` });
const d = (day: string, id = day) => ev("d", id, { partition: day });
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);
const rollup = (wait?: unknown) => on("h", { partitions: { map: "rollup", grain: "day", ...(wait === undefined ? {} : { wait }) } });

describe("a partitioned consumer", () => {
  it("gathers for each partition, and a run has one", () => {
    const { started, runs } = play(
      { on: { all: [on("d"), on("e")] } },
      [
        ["00:00", { event: [d("2026-01-01", "1"), d("2026-01-02", "2")] }],
        ["00:01", { event: ev("e", "3", { partition: "2026-01-02" }) }],
      ],
      { assets: [days, asset("e", { grain: "day" })] },
    );
    expect(started).toEqual(["d[2026-01-02]@00:01 2,3"]);
    expect(runs[0]?.partition).toBe("2026-01-02");
  });

  it("gathers an unpartitioned asset once: it makes every key due, and the first run consumes it", () => {
    const played = play(
      { on: { all: [on("d"), on("u")] } },
      [
        ["00:00", { event: [d("2026-01-02", "2"), d("2026-01-01", "1")] }],
        ["00:01", { event: ev("u", "u1") }],
        ["00:02", { event: ev("u", "u2") }],
      ],
      { assets: [days] },
    );
    expect(played.started).toEqual(["d[2026-01-02]@00:01 2,u1", "d[2026-01-01]@00:02 1,u2"]);
    expect(played.fate("u1")).toBe("consumed");
  });

  it("never runs without a key: what only unpartitioned assets gathered waits for one", () => {
    const played = play(
      { on: { any: [on("d"), on("u")] } },
      [
        ["00:00", { event: ev("u", "u1") }],
        ["00:01", { event: d("2026-01-01", "1") }],
      ],
      { assets: [days] },
    );
    expect(played.started).toEqual(["d[2026-01-01]@00:01 u1,1"]);
  });

  it("has one key at a time by default", () => {
    const { started } = play(
      { on: on("d"), runs: { duration: "5m" } },
      [["00:00", { event: [d("2026-01-01", "1"), d("2026-01-02", "2")] }], ["00:01", { event: d("2026-01-01", "3") }], ["00:10"]],
      { assets: [days] },
    );
    expect(started).toEqual(["d[2026-01-01]@00:00 1", "d[2026-01-02]@00:00 2", "d[2026-01-01]@00:05 3"]);
  });

  it("is refused if its leaves give different partitions", () => {
    expect(() => play({ on: { all: [on("d"), on("h")] } }, [], { assets: [hours, days] })).toThrow(/dags\[0\]\.on\.all\[1\].*different partitions/);
  });

  it.each([
    [{ grain: "minute" }, "2026-01-01T00:07"],
    [{ grain: "hour", tz: "America/New_York" }, "2026-11-01T01-05:00"],
    [{ grain: "week" }, "2026-W01"],
    [{ grain: "month" }, "2026-01"],
    [{ grain: "quarter" }, "2026-Q1"],
    [{ grain: "year" }, "2026"],
    [{ keys: ["eu", "us"] }, "eu"],
    [{ dynamic: true }, "__proto__"],
    [{ product: [{ grain: "day" }, { keys: ["eu"] }] }, "2026-01-01|eu"],
  ])("of %j runs for %s", (partitions, partition) => {
    expect(
      play({ on: on("p") }, [["00:00", { event: ev("p", "1", { partition }) }]], { assets: [asset("p", partitions)] }).runs.map((run) => run.partition),
    ).toEqual([partition]);
  });
});

describe("roll-up", () => {
  it("waits for all hours of the day", () => {
    const { started } = play(
      { on: rollup() },
      [
        ["00:00", { event: range(0, 22).map((hour) => h(hour)) }],
        ["00:01", { event: h(23) }],
      ],
      { assets: [hours] },
    );
    expect(started).toEqual([
      `d[2026-01-01]@00:01 ${range(0, 23)
        .map((hour) => `h${hour}`)
        .join(",")}`,
    ]);
  });

  it("knows that a day of a zone has 23, 24 or 25 hours", () => {
    const zone = asset("h", { grain: "hour", tz: "America/New_York" });
    const spring = range(0, 23)
      .filter((hour) => hour !== 2)
      .map((hour) => h(hour, `h${hour}`, "2026-03-08"));
    expect(play({ on: rollup() }, [["00:00", { event: spring }]], { assets: [zone] }).runs[0]?.events).toHaveLength(23);
    const autumn = range(0, 23).map((hour) => h(hour, `h${hour}`, "2026-11-01"));
    expect(play({ on: rollup() }, [["00:00", { event: autumn }]], { assets: [zone] }).runs).toHaveLength(0);
    expect(
      play({ on: rollup() }, [["00:00", { event: [...autumn, ev("h", "again", { partition: "2026-11-01T01-05:00" })] }]], { assets: [zone] }).runs[0]?.events,
    ).toHaveLength(25);
  });

  it.each([
    ["any", 1],
    [{ atLeast: 20 }, 20],
    [{ atLeast: "90%" }, 22],
    [{ atLeast: -3 }, 21],
  ])("with wait %j takes %i hours", (wait, needed) => {
    const before = play({ on: rollup(wait) }, [["00:00", { event: range(0, needed - 2).map((hour) => h(hour)) }]], { assets: [hours] });
    expect(before.runs).toHaveLength(0);
    const after = play({ on: rollup(wait) }, [["00:00", { event: range(0, needed - 1).map((hour) => h(hour)) }]], { assets: [hours] });
    expect(after.runs[0]?.events).toHaveLength(needed);
  });

  it("starts at the deadline after the end of the slice with what is there", () => {
    const { started, next } = play({ on: rollup({ deadline: "2h" }) }, [["00:00", { event: [h(1), h(2)] }], ["+1 03:00"]], { assets: [hours] });
    expect(started).toEqual(["d[2026-01-01]@+1 02:00 h1,h2"]);
    expect(next).toBeNull();
    const either = play(
      { on: rollup({ atLeast: 2, deadline: "2h" }) },
      [["00:00", { event: [h(1), h(2)] }], ["00:01", { event: h(3, "h3", "2026-01-02") }], ["+3 00:00"]],
      { assets: [hours] },
    );
    expect(either.started).toEqual(["d[2026-01-01]@00:00 h1,h2", "d[2026-01-02]@+2 02:00 h3"]);
  });

  it("does not start at the deadline if nothing is there", () => {
    expect(play({ on: rollup({ deadline: "2h" }) }, [["00:00"], ["+2 00:00"]], { assets: [hours] }).runs).toHaveLength(0);
  });

  it("runs again for a correction, with that event alone", () => {
    const { started } = play(
      { on: rollup({ atLeast: 2 }) },
      [
        ["00:00", { event: [h(1), h(2)] }],
        ["05:00", { event: h(1, "corrected") }],
      ],
      { assets: [hours] },
    );
    expect(started).toEqual(["d[2026-01-01]@00:00 h1,h2", "d[2026-01-01]@05:00 corrected"]);
  });

  it("refuses to wait for nothing, or for more than there can be", () => {
    for (const wait of [{ atLeast: 0 }, { atLeast: "0%" }, { atLeast: 26 }])
      expect(() => play({ on: rollup(wait) }, [], { assets: [hours] })).toThrow(/dags\[0\]\.on/);
  });

  it("warns of a slice that waits for more than exists", () => {
    const bounded = asset("h", { grain: "hour", start: "2026-01-01T22" });
    const { warnings, pending } = play({ on: rollup({ atLeast: 3 }) }, [["00:00", { event: [h(22), h(23)] }]], { assets: [bounded] });
    expect(warnings.map(({ code }) => code)).toEqual(["W_WAITS_FOR_EVER"]);
    expect(pending[0]?.tree.waitsFor).toContain("waits for ever");
  });

  it("does not wait for hours outside of start..end", () => {
    const bounded = asset("h", { grain: "hour", start: "2026-01-01T22" });
    expect(play({ on: rollup() }, [["00:00", { event: [h(22), h(23)] }]], { assets: [bounded] }).runs).toHaveLength(1);
  });

  it("joins a daily asset of the same day", () => {
    const { started } = play(
      { on: { all: [rollup("any"), on("d")] } },
      [
        ["00:00", { event: [h(1), d("2026-01-02", "other")] }],
        ["00:01", { event: d("2026-01-01", "d") }],
      ],
      { assets: [hours, days] },
    );
    expect(started).toEqual(["d[2026-01-01]@00:01 h1,d"]);
  });
});

describe("fan-out", () => {
  const weeks = asset("w", { grain: "week" });
  const fan = (more: object = {}) => on("w", { partitions: { map: "fanOut", grain: "day", ...more } });
  const week = (id: string, partition = "2024-W10") => ev("w", id, { partition });

  it("gives a week to each of its days, once for each", () => {
    const played = play({ on: fan(), concurrency: { total: 16 } }, [["00:00", { event: week("1") }]], { assets: [weeks] });
    expect(played.runs.map((run) => run.partition)).toEqual(["2024-03-04", "2024-03-05", "2024-03-06", "2024-03-07", "2024-03-08", "2024-03-09", "2024-03-10"]);
    expect(played.ledger.map(({ key, fate }) => [key, fate])).toEqual(played.runs.map((run) => [run.partition, "consumed"]));
  });

  it("backward ends with the first day of the week", () => {
    const { runs } = play({ on: fan({ direction: "backward" }) }, [["00:00", { event: week("1") }]], { assets: [weeks] });
    expect([runs[0]?.partition, runs.at(-1)?.partition, runs.length]).toEqual(["2024-02-27", "2024-03-04", 7]);
  });

  it("is dropped as a whole over max, with a warning", () => {
    const played = play({ on: fan({ max: 6 }) }, [["00:00", { event: week("1") }]], { assets: [weeks] });
    expect(played.started).toEqual([]);
    expect(played.fate("1")).toBe("dropped(fan-out 7 > 6)");
    expect(played.warnings.map(({ code }) => code)).toEqual(["W_FAN_OUT"]);
    const years = asset("y", { grain: "year" });
    const hour = (more: object) =>
      play(
        { on: on("y", { partitions: { map: "fanOut", grain: "hour", ...more } }), paused: true },
        [["00:00", { event: ev("y", "1", { partition: "2026" }) }]],
        { assets: [years] },
      );
    expect(hour({}).fate("1")).toBe("dropped(fan-out 8760 > 1000)");
    expect(hour({ max: 10_000 }).pending).toHaveLength(8760);
  });
});

describe("other mappings", () => {
  it("an event that two leaves map to two slices has a fate in each of them", () => {
    const on2 = { any: [on("d"), on("d", { partitions: { map: "offset", by: -1 } })] };
    const { ledger } = play(
      { on: on2, mode: "latest" },
      [
        ["00:10", { event: d("2026-01-01", "new") }],
        ["00:11", { event: { ...d("2026-01-01", "late"), time: at("00:09") } }],
      ],
      { assets: [days] },
    );
    expect(ledger.filter(({ event }) => event.id === "late").map(({ key, fate }) => `${key} ${fate}`)).toEqual([
      "2026-01-01 superseded",
      "2026-01-02 superseded",
    ]);
  });

  it("offset: the run for a day reads the day before", () => {
    expect(play({ on: on("d", { partitions: { map: "offset", by: -1 } }) }, [["00:00", { event: d("2026-01-01", "1") }]], { assets: [days] }).started).toEqual([
      "d[2026-01-02]@00:00 1",
    ]);
  });

  it("window: the run for a day reads the last three, and gives an event to each of its keys once", () => {
    const window = on("d", { partitions: { map: "window", from: -2, to: 0 } });
    const { started } = play(
      { on: window },
      [
        ["00:00", { event: d("2026-01-01", "1") }],
        ["00:01", { event: d("2026-01-02", "2") }],
        ["00:02", { event: d("2026-01-03", "3") }],
        ["00:03", { event: d("2026-01-04", "4") }],
      ],
      { assets: [days] },
    );
    expect(started).toEqual(["d[2026-01-03]@00:02 1,2,3", "d[2026-01-04]@00:03 2,3,4"]);
    const bounded = play({ on: window }, [["00:00", { event: d("2026-01-01", "1") }]], { assets: [asset("d", { grain: "day", start: "2026-01-01" })] });
    expect(bounded.started).toEqual(["d[2026-01-01]@00:00 1"]);
  });

  it("static: upstream key to downstream key or keys", () => {
    const countries = asset("c", { keys: ["us", "ca", "de"] });
    const map = { map: "static", keys: { us: "america", ca: "america", de: ["eu", "dach"] } };
    const c = (key: string) => ev("c", key, { partition: key });
    const { started } = play(
      { on: on("c", { partitions: map }) },
      [
        ["00:00", { event: [c("us"), c("de")] }],
        ["00:01", { event: c("ca") }],
      ],
      { assets: [countries] },
    );
    expect(started).toEqual(["d[dach]@00:00 de", "d[eu]@00:00 de", "d[america]@00:01 us,ca"]);
    expect(play({ on: on("c", { partitions: { ...map, wait: "any" } }) }, [["00:00", { event: c("us") }]], { assets: [countries] }).started).toEqual([
      "d[america]@00:00 us",
    ]);
  });

  it("an event for which a mapping has no slice says so", () => {
    const list = { assets: [asset("c", { keys: ["us", "fr"] })] };
    const fate = (partitions: object) => play({ on: on("c", { partitions }) }, [["00:00", { event: ev("c", "fr", { partition: "fr" }) }]], list).fate("fr");
    expect(fate({ map: "static", keys: { us: "america" } })).toBe("filtered(no slice)");
    expect(fate({ map: "offset", by: -1 })).toBe("filtered(no slice)");
  });

  it("latest: only events of the newest key count, equal counts", () => {
    const played = play(
      { on: on("d", { partitions: { map: "latest" } }) },
      [
        ["00:00", { event: d("2026-01-02", "1") }],
        ["00:01", { event: d("2026-01-01", "2") }],
        ["00:02", { event: d("2026-01-02", "3") }],
      ],
      { assets: [days] },
    );
    expect(played.started).toEqual(["d@00:00 1", "d@00:02 3"]);
    expect(played.fate("2")).toBe("filtered(not latest)");
  });

  it("all: one unpartitioned consumer reads every slice", () => {
    const keys = asset("c", { keys: ["eu", "us"] });
    const c = (key: string, id = key) => ev("c", id, { partition: key });
    const every = play(
      { on: on("c", { partitions: { map: "all" } }) },
      [
        ["00:00", { event: c("eu") }],
        ["00:01", { event: c("us") }],
        ["00:02", { event: c("eu", "again") }],
      ],
      { assets: [keys] },
    );
    expect(every.started).toEqual(["d@00:01 eu,us", "d@00:02 again"]);
    expect(play({ on: on("c", { partitions: { map: "all", wait: "any" } }) }, [["00:00", { event: c("eu") }]], { assets: [keys] }).started).toEqual([
      "d@00:00 eu",
    ]);
    expect(() => play({ on: on("c", { partitions: { map: "all", wait: "all" } }) }, [], { assets: [asset("c", { dynamic: true })] })).toThrow(/dags\[0\]\.on/);
  });

  it("product: one mapping for each dimension", () => {
    const cells = asset("x", { product: [{ grain: "hour" }, { keys: ["eu", "us"] }] });
    const x = (key: string) => ev("x", key, { partition: key });
    const { started } = play(
      { on: on("x", { partitions: { map: "product", of: [{ map: "rollup", grain: "day", wait: { atLeast: 2 } }, { map: "same" }] } }) },
      [["00:00", { event: [x("2026-01-01T00|eu"), x("2026-01-01T00|us"), x("2026-01-01T01|eu")] }]],
      { assets: [cells] },
    );
    expect(started).toEqual(["d[2026-01-01|eu]@00:00 2026-01-01T00|eu,2026-01-01T01|eu"]);
  });

  it("outlets go to the run's own slice", () => {
    const { started } = play([{ on: on("d"), runs: { outlets: ["s3://lake/e"] } }, { on: on("e") }], [["00:00", { event: d("2026-01-01", "1") }]], {
      assets: [days, asset("e", { grain: "day" })],
    });
    expect(started).toEqual(["d[2026-01-01]@00:00 1", "d2[2026-01-01]@00:00 d/sim-1/1"]);
  });
});

describe("remember", () => {
  it("forgets what was seen of slices older than that, and keeps what is pending", () => {
    const dag = { on: rollup({ atLeast: 2 }), remember: "10d" };
    const lines = (day: string) =>
      [
        ["00:00", { event: [h(1), h(2)] }],
        ["00:10", { event: h(3, "pending", "2026-01-02") }],
        [`+${day} 00:00`, { event: h(5, "other", "2026-01-05") }],
        [`+${day} 00:01`, { event: h(1, "correction") }],
      ] as const;
    expect(play(dag, lines("9"), { assets: [hours] }).started).toContain("d[2026-01-01]@+9 00:01 correction");
    const late = play(dag, lines("20"), { assets: [hours] });
    expect(late.started).toEqual(["d[2026-01-01]@00:00 h1,h2"]);
    expect(late.fate("pending")).toBe("pending");
    const alone = (days: string) =>
      play(
        dag,
        [
          ["00:00", { event: [h(1), h(2)] }],
          [`+${days} 00:00`, { event: h(1, "correction") }],
        ],
        { assets: [hours] },
      );
    expect(alone("11").fate("correction")).toBe("consumed");
    expect(alone("12").fate("correction")).toBe("pending");
  });
});
