import { describe, expect, it } from "vitest";
import { at, ev, on, play } from "./play.ts";

describe("within", () => {
  const dag = { on: { all: [on("a"), on("b")], within: "1h" } };

  it("is due when the events lie in one span, the edge included", () => {
    expect(
      play(dag, [
        ["00:00", { event: ev("a", "1") }],
        ["01:00", { event: ev("b", "2") }],
      ]).started,
    ).toEqual(["d@01:00 1,2"]);
    const late = play(dag, [
      ["00:00", { event: ev("a", "1") }],
      ["01:00:01", { event: ev("b", "2") }],
    ]);
    expect(late.started).toEqual([]);
    expect([late.fate("1"), late.fate("2")]).toEqual(["expired(within)", "pending"]);
  });

  it("goes by event time, not by acceptance", () => {
    expect(
      play(dag, [
        ["00:10", { event: ev("a", "1", { time: "00:00" }) }],
        ["00:59", { event: ev("b", "2") }],
      ]).started,
    ).toEqual(["d@00:59 1,2"]);
    expect(play(dag, [["00:10", { event: ev("a", "1") }], ["00:50", { event: ev("b", "2", { time: "00:00" }) }], ["01:20"]]).fate("1")).toBe("consumed");
  });

  it("expires an event at the end of the instant in which the clock reaches its time plus the span", () => {
    const played = play(dag, [["00:30", { event: ev("a", "1", { time: "00:10" }) }], ["02:00"]]);
    expect(played.ledger[0]).toMatchObject({ fate: "expired", at: at("01:10") });
  });

  it("expires an event when the node has seen one that is further away than the span", () => {
    const played = play(dag, [
      ["00:00", { event: ev("a", "old", { time: "00:00" }) }],
      ["00:01", { event: ev("a", "near", { time: "00:05" }) }],
      ["00:55", { event: ev("a", "ahead", { time: "01:04" }) }],
    ]);
    expect([played.fate("old"), played.fate("near"), played.fate("ahead")]).toEqual(["expired(within)", "pending", "pending"]);
    expect(played.ledger.find(({ event }) => event.id === "old")?.at).toBe(at("00:55"));
  });

  it("does not expire a complete match that waits for concurrency, a throttle, a debounce or a pause", () => {
    const lines = [["00:00", { event: [ev("a", "1"), ev("b", "2")] }], ["03:00"]] as const;
    expect(play({ ...dag, paused: true }, lines).fate("1")).toBe("pending");
    const resumed = play({ ...dag, paused: true }, [lines[0], ["02:00", { resume: "d" }]]);
    expect(resumed.started).toEqual(["d@02:00 1,2"]);
    expect(play({ ...dag, debounce: { quiet: "2h", max: "4h" } }, lines).started).toEqual(["d@02:00 1,2"]);
    const busy = play({ ...dag, runs: { duration: "2h" } }, [
      ["00:00", { event: [ev("a", "1"), ev("b", "2")] }],
      ["00:10", { event: [ev("a", "3"), ev("b", "4")] }],
      ["03:00"],
    ]);
    expect(busy.started).toEqual(["d@00:00 1,2", "d@02:00 3,4"]);
    const throttled = play({ ...dag, throttle: { limit: 1, per: "5h" } }, [
      ["00:00", { event: [ev("a", "1"), ev("b", "2")] }],
      ["00:10", { event: [ev("a", "3"), ev("b", "4")] }],
      ["06:00"],
    ]);
    expect(throttled.started).toEqual(["d@00:00 1,2", "d@05:00 3,4"]);
  });

  it("keeps every complete match of mode each, not only the next one", () => {
    const each = play({ ...dag, mode: "each", paused: true }, [
      ["00:00", { event: [ev("a", "1"), ev("b", "2"), ev("a", "3"), ev("b", "4"), ev("a", "5")] }],
      ["02:00", { resume: "d" }],
    ]);
    expect(each.started).toEqual(["d@02:00 1,2", "d@02:00 3,4"]);
    expect(each.fate("5")).toBe("expired(within)");
  });

  it("takes the set that ends newest, and in mode batch everything else in its span", () => {
    const lines = [
      ["00:00", { event: [ev("a", "a1")] }],
      ["00:40", { event: ev("b", "b1") }],
      ["00:55", { event: ev("a", "a2") }],
      ["01:30", { event: ev("b", "b2") }],
      ["01:31", { resume: "d" }],
    ] as const;
    const batch = play({ ...dag, paused: true }, lines);
    expect(batch.started).toEqual(["d@01:31 b1,a2,b2"]);
    const each = play({ ...dag, mode: "each", paused: true }, lines);
    expect(each.started).toEqual(["d@01:31 b1,a2"]);
  });

  it("with a count: so many events within the span", () => {
    const three = { on: on("a", { count: 3, within: "10m" }) };
    expect(
      play(three, [
        ["00:00", { event: ev("a", "1") }],
        ["00:05", { event: ev("a", "2") }],
        ["00:11", { event: ev("a", "3") }],
        ["00:14", { event: ev("a", "4") }],
      ]).started,
    ).toEqual(["d@00:14 2,3,4"]);
  });

  it("does not look at ticks, which have no event time", () => {
    const { started } = play({ on: { all: [{ cron: "0 1 * * *" }, on("a")], within: "1h" } }, [["00:30", { event: ev("a", "1") }], ["02:00"]]);
    expect(started).toEqual(["d@01:00 1"]);
  });
});

describe("unless", () => {
  const dag = { on: { all: [on("a"), on("b")], unless: on("stop") } };

  it("drops what has gathered, and is no latch", () => {
    const played = play(dag, [
      ["00:00", { event: ev("a", "1") }],
      ["00:01", { event: ev("stop", "s") }],
      ["00:02", { event: ev("b", "2") }],
      ["00:03", { event: ev("a", "3") }],
    ]);
    expect(played.started).toEqual(["d@00:03 2,3"]);
    expect([played.fate("1"), played.fate("s")]).toEqual(["dropped(unless s3://lake/stop)", "filtered(reset)"]);
  });

  it("clears a complete match that has not started", () => {
    const paused = play({ ...dag, paused: true }, [
      ["00:00", { event: [ev("a", "1"), ev("b", "2")] }],
      ["00:01", { event: ev("stop", "s") }],
      ["00:02", { resume: "d" }],
    ]);
    expect(paused.started).toEqual([]);
    const debounced = play({ ...dag, debounce: { quiet: "5m", max: "1h" } }, [
      ["00:00", { event: [ev("a", "1"), ev("b", "2")] }],
      ["00:01", { event: ev("stop", "s") }],
      ["00:10"],
    ]);
    expect(debounced.started).toEqual([]);
    const blocked = play({ ...dag, runs: { duration: "5m" } }, [
      ["00:00", { event: [ev("a", "1"), ev("b", "2")] }],
      ["00:01", { event: [ev("a", "3"), ev("b", "4")] }],
      ["00:02", { event: ev("stop", "s") }],
      ["00:10"],
    ]);
    expect(blocked.started).toEqual(["d@00:00 1,2"]);
  });

  it("in one instant wins after the match, and loses before it", () => {
    expect(play(dag, [["00:00", { event: [ev("a", "1"), ev("b", "2"), ev("stop", "s")] }]]).started).toEqual([]);
    expect(play(dag, [["00:00", { event: [ev("stop", "s"), ev("a", "1"), ev("b", "2")] }]]).started).toEqual(["d@00:00 1,2"]);
  });

  it("on an inner node empties that node only", () => {
    const played = play({ on: { all: [on("a"), { any: [on("b")], unless: on("stop") }, on("c")] } }, [
      ["00:00", { event: [ev("a", "1"), ev("b", "2")] }],
      ["00:01", { event: ev("stop", "s") }],
    ]);
    expect([played.fate("1"), played.fate("2")]).toEqual(["pending", "dropped(unless s3://lake/stop)"]);
  });

  it("clears its own key, or all keys if it has none", () => {
    const keyed = { on: { all: [on("a"), on("b")], unless: on("stop"), by: "k" } };
    const a = (id: string, k: string) => ev("a", id, { data: { k } });
    const own = play(keyed, [
      ["00:00", { event: [a("1", "x"), a("2", "y")] }],
      ["00:01", { event: ev("stop", "s", { data: { k: "x" } }) }],
    ]);
    expect([own.fate("1"), own.fate("2")]).toEqual(["dropped(unless s3://lake/stop)", "pending"]);
    const all = play(keyed, [
      ["00:00", { event: [a("1", "x"), a("2", "y")] }],
      ["00:01", { event: ev("stop", "s") }],
    ]);
    expect([all.fate("1"), all.fate("2"), all.fate("s")]).toEqual(["dropped(unless s3://lake/stop)", "dropped(unless s3://lake/stop)", "filtered(reset)"]);
  });

  it("clears its own partition, or all of them if its asset has none", () => {
    const assets = ["p", "q"].map((name) => ({ uri: `s3://lake/${name}`, partitions: { keys: ["eu", "us"] } }));
    const p = (id: string, partition: string) => ev("p", id, { partition });
    const own = play(
      { on: { all: [on("p"), on("b")], unless: on("q") } },
      [
        ["00:00", { event: [p("1", "eu"), p("2", "us")] }],
        ["00:01", { event: ev("q", "s", { partition: "eu" }) }],
      ],
      { assets },
    );
    expect([own.fate("1"), own.fate("2")]).toEqual(["dropped(unless s3://lake/q)", "pending"]);
    const all = play(
      { on: { all: [on("p"), on("b")], unless: on("stop") } },
      [
        ["00:00", { event: [p("1", "eu"), p("2", "us"), ev("b", "3")] }],
        ["00:01", { event: ev("stop", "s") }],
      ],
      { assets },
    );
    expect(all.started).toEqual(["d[eu]@00:00 1,3"]);
    expect(all.fate("2")).toBe("dropped(unless s3://lake/stop)");
  });

  it("takes any node, and clears when that becomes due", () => {
    const played = play({ on: { all: [on("a"), on("b")], unless: { all: [on("s"), on("t")] } } }, [
      ["00:00", { event: ev("a", "1") }],
      ["00:01", { event: ev("s", "s") }],
      ["00:02", { event: ev("t", "t") }],
      ["00:03", { event: ev("b", "2") }],
    ]);
    expect(played.started).toEqual([]);
    expect([played.fate("1"), played.fate("s"), played.fate("t"), played.fate("2")]).toEqual([
      "dropped(unless all(s3://lake/s, s3://lake/t))",
      "filtered(reset)",
      "filtered(reset)",
      "pending",
    ]);
    const open = play({ on: { all: [on("a"), on("b")], unless: { all: [on("s"), on("t")] } } }, [["00:00", { event: [ev("a", "1"), ev("s", "s")] }]]);
    expect([open.fate("1"), open.fate("s")]).toEqual(["pending", "pending"]);
  });

  it("clears by the clock", () => {
    const nightly = { on: { all: [on("a"), on("b")], unless: { cron: "59 23 * * *", tz: "America/Los_Angeles" } } };
    const played = play(nightly, [
      ["00:00", { event: ev("a", "1") }],
      ["+1 08:00", { event: ev("b", "2") }],
    ]);
    expect(played.started).toEqual([]);
    expect(played.ledger[0]).toMatchObject({ fate: "dropped", why: "unless cron(59 23 * * *, America/Los_Angeles)", at: at("07:59") });
  });

  it("clears by a silence", () => {
    const played = play({ on: { all: [on("a"), on("b")], unless: { absent: on("beat"), for: "10m" } } }, [
      ["00:00", { event: [ev("beat", "h1"), ev("a", "1")] }],
      ["00:05", { event: ev("beat", "h2") }],
      ["00:16", { event: ev("b", "2") }],
    ]);
    expect(played.started).toEqual([]);
    expect(played.ledger.find(({ event }) => event.id === "1")).toMatchObject({ fate: "dropped", at: at("00:15") });
  });

  it("leaves an event of one asset that is also gathered elsewhere to the last node that lets go of it", () => {
    const played = play({ on: { any: [{ all: [on("a"), on("b")], unless: on("c") }, { all: [on("c"), on("e")] }] } }, [
      ["00:00", { event: [ev("a", "1"), ev("c", "2")] }],
    ]);
    expect([played.fate("1"), played.fate("2")]).toEqual(["dropped(unless s3://lake/c)", "pending"]);
  });
});
