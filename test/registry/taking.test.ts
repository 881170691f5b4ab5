import { describe, expect, it } from "vitest";
import { ev, on, play } from "./play.ts";

const some = (name: string, ...ids: string[]) => ids.map((id) => ev(name, id));

describe("what a run takes", () => {
  it("is what is pending in the nodes that are due, and of no others", () => {
    const played = play({ on: { any: [on("a"), { all: [on("b"), on("c")] }] } }, [["00:00", { event: [ev("a", "1"), ev("b", "2")] }]]);
    expect(played.started).toEqual(["d@00:00 1"]);
    expect(played.fate("2")).toBe("pending");
  });

  it("of any and atLeast is every child that is due at that moment", () => {
    const lines = [["00:00", { event: [ev("a", "1"), ev("b", "2"), ev("c", "3")] }]] as const;
    expect(play({ on: { any: [on("a"), on("b"), on("x")] } }, lines).started).toEqual(["d@00:00 1,2"]);
    expect(play({ on: { atLeast: 2, of: [on("a"), on("b"), on("c"), on("x")] } }, lines).started).toEqual(["d@00:00 1,2,3"]);
    expect(play({ on: { atLeast: 4, of: [on("a"), on("b"), on("c"), on("x")] } }, lines).started).toEqual([]);
  });

  it("is at most batch.max events, oldest first, and what is left is due again at once", () => {
    const { started } = play({ on: on("a"), batch: { max: 2 }, concurrency: { total: 9, perKey: 9 } }, [
      ["00:00", { event: some("a", "1", "2", "3", "4", "5") }],
    ]);
    expect(started).toEqual(["d@00:00 1,2", "d@00:00 3,4", "d@00:00 5"]);
  });

  it("is 1,000 events without batch.max", () => {
    const { runs } = play({ on: on("a"), concurrency: 9 }, [["00:00", { event: Array.from({ length: 2_500 }, (_, index) => ev("a", `${index}`)) }]]);
    expect(runs.map((run) => run.events.length)).toEqual([1000, 1000, 500]);
  });

  it("is at most what fits into a run's input of 256 KiB; the rest follows", () => {
    const big = (id: string) => ev("a", id, { data: { text: "x".repeat(100_000) } });
    const { started } = play({ on: on("a"), concurrency: 9 }, [["00:00", { event: ["1", "2", "3", "4", "5"].map(big) }]]);
    expect(started).toEqual(["d@00:00 1,2", "d@00:00 3,4", "d@00:00 5"]);
  });

  it("under a cap is first what a join needs, then oldest first, and the rest waits until the condition is due again", () => {
    const played = play({ on: { all: [on("a"), on("b")] }, batch: { max: 3 } }, [
      ["00:00", { event: some("a", "1", "2", "3", "4") }],
      ["00:01", { event: ev("b", "late") }],
    ]);
    expect(played.started).toEqual(["d@00:01 1,2,late"]);
    expect(played.fate("3")).toBe("pending");
  });
});

describe("mode each", () => {
  it("takes one event of every leaf that it takes from", () => {
    const played = play({ on: { all: [on("a"), on("b")] }, mode: "each" }, [["00:00", { event: [...some("a", "a1", "a2", "a3"), ...some("b", "b1", "b2")] }]]);
    expect(played.started).toEqual(["d@00:00 a1,b1", "d@00:00 a2,b2"]);
    expect(played.fate("a3")).toBe("pending");
  });

  it("takes any through the due child with the oldest event, one child a run", () => {
    const { started } = play({ on: { any: [on("a"), on("b")] }, mode: "each" }, [
      ["00:10", { event: [ev("a", "a", { time: "00:02" }), ev("b", "b", { time: "00:01" }), ev("a", "a2")] }],
    ]);
    expect(started).toEqual(["d@00:10 b", "d@00:10 a", "d@00:10 a2"]);
  });

  it("takes atLeast through the due children whose oldest events are oldest", () => {
    const played = play({ on: { atLeast: 2, of: [on("a"), on("b"), on("c")] }, mode: "each" }, [
      ["00:10", { event: [ev("a", "a", { time: "00:03" }), ev("b", "b", { time: "00:01" }), ev("c", "c", { time: "00:02" })] }],
    ]);
    expect(played.started).toEqual(["d@00:10 b,c"]);
    expect(played.fate("a")).toBe("pending");
  });

  it("cannot wait for more than one slice", () => {
    expect(() =>
      play({ on: on("h", { partitions: { map: "rollup", grain: "day" } }), mode: "each" }, [], {
        assets: [{ uri: "s3://lake/h", partitions: { grain: "hour" } }],
      }),
    ).toThrow(/dags\[0\]\.on/);
  });
});

describe("mode latest", () => {
  it("takes the newest of each leaf, and the older ones are superseded when the run starts", () => {
    const played = play({ on: { all: [on("a"), on("b")] }, mode: "latest" }, [
      ["00:00", { event: some("a", "1", "2") }],
      ["00:01", { event: some("b", "3", "4") }],
    ]);
    expect(played.started).toEqual(["d@00:01 2,4"]);
    expect([played.fate("1"), played.fate("3")]).toEqual(["superseded", "superseded"]);
    expect(play({ on: { all: [on("a"), on("b")] }, mode: "latest" }, [["00:00", { event: some("a", "1", "2") }]]).fate("1")).toBe("pending");
  });
});

describe("debounce", () => {
  const dag = { on: on("a"), debounce: { quiet: "10m", max: "25m" } };

  it("waits until nothing was accepted for quiet", () => {
    expect(play(dag, [["00:00", { event: ev("a", "1") }], ["00:05", { event: ev("a", "2") }], ["01:00"]]).started).toEqual(["d@00:15 1,2"]);
  });

  it("but not longer than max after it became due", () => {
    expect(
      play(dag, [
        ["00:00", { event: ev("a", "1") }],
        ["00:08", { event: ev("a", "2") }],
        ["00:16", { event: ev("a", "3") }],
        ["00:24", { event: ev("a", "4") }],
        ["01:00"],
      ]).started,
    ).toEqual(["d@00:25 1,2,3,4"]);
  });

  it("is extended by an event exactly at the deadline, whose run takes it at max", () => {
    expect(play(dag, [["00:00", { event: ev("a", "1") }], ["00:10", { event: ev("a", "2") }], ["01:00"]]).started).toEqual(["d@00:20 1,2"]);
    expect(
      play({ ...dag, debounce: { quiet: "10m", max: "10m" } }, [["00:00", { event: ev("a", "1") }], ["00:10", { event: ev("a", "2") }], ["01:00"]]).started,
    ).toEqual(["d@00:10 1,2"]);
  });

  it("is not extended by filtered, duplicate and not-due events", () => {
    const filtered = play({ ...dag, on: { any: [on("a", { where: { ok: true } }), { all: [on("b"), on("c")] }] } }, [
      ["00:00", { event: ev("a", "1", { data: { ok: true } }) }],
      ["00:05", { event: [ev("a", "2"), ev("a", "1", { data: { ok: true } }), ev("b", "3")] }],
      ["01:00"],
    ]);
    expect(filtered.started).toEqual(["d@00:10 1"]);
  });

  it("counts for each key by itself", () => {
    const k = (id: string, key: string) => ev("a", id, { data: { k: key } });
    expect(play({ ...dag, on: on("a", { by: "k" }) }, [["00:00", { event: k("1", "x") }], ["00:05", { event: k("2", "y") }], ["01:00"]]).started).toEqual([
      "d[x]@00:10 1",
      "d[y]@00:15 2",
    ]);
  });

  it("says in next when it will start", () => {
    expect(play(dag, [["00:00", { event: ev("a", "1") }], ["00:01"]]).next).toBe("2026-01-01T00:10:00.000Z");
  });
});

describe("batch", () => {
  it("starts when max events are ready, or wait has passed since the oldest was accepted", () => {
    const dag = { on: on("a"), batch: { max: 3, wait: "10m" }, concurrency: 9 };
    expect(play(dag, [["00:00", { event: some("a", "1", "2") }], ["00:05", { event: some("a", "3", "4") }], ["00:20"]]).started).toEqual([
      "d@00:05 1,2,3",
      "d@00:15 4",
    ]);
    expect(play(dag, [["00:00", { event: ev("a", "1", { time: "00:00" }) }], ["00:20"]]).started).toEqual(["d@00:10 1"]);
  });
});

describe("throttle", () => {
  it("lets limit starts into each span of per, and what waits is taken by the next start", () => {
    const { started } = play({ on: on("a"), throttle: { limit: 2, per: "10m" } }, [
      ["00:00", { event: ev("a", "1") }],
      ["00:04", { event: ev("a", "2") }],
      ["00:05", { event: ev("a", "3") }],
      ["00:06", { event: ev("a", "4") }],
      ["00:30"],
    ]);
    expect(started).toEqual(["d@00:00 1", "d@00:04 2", "d@00:10 3,4"]);
  });

  it("counts over all keys", () => {
    const k = (id: string, key: string) => ev("a", id, { data: { k: key } });
    expect(
      play({ on: on("a", { by: "k" }), throttle: { limit: 1, per: "10m" } }, [["00:00", { event: [k("1", "x"), k("2", "y")] }], ["01:00"]]).started,
    ).toEqual(["d[x]@00:00 1", "d[y]@00:10 2"]);
  });
});

describe("once", () => {
  const dag = { on: on("a"), mode: "each", once: { by: "hash", for: "1h" } };
  const h = (id: string, hash: string) => ev("a", id, { data: { hash } });

  it("drops a match whose key started a run within the time", () => {
    const played = play(dag, [
      ["00:00", { event: h("1", "x") }],
      ["00:30", { event: [h("2", "x"), h("3", "y")] }],
      ["01:00", { event: h("4", "x") }],
    ]);
    expect(played.started).toEqual(["d@00:00 1", "d@00:30 3", "d@01:00 4"]);
    expect(played.fate("2")).toBe("dropped(once)");
  });

  it("reads the key from the newest event of the match", () => {
    const batch = play({ ...dag, mode: "batch" }, [
      ["00:00", { event: h("1", "x") }],
      ["00:30", { event: [h("2", "y"), h("3", "x")] }],
    ]);
    expect(batch.started).toEqual(["d@00:00 1"]);
    expect([batch.fate("2"), batch.fate("3")]).toEqual(["dropped(once)", "dropped(once)"]);
  });

  it("takes the condition's key if it is the same path, and never holds what has no value", () => {
    expect(
      play({ ...dag, on: on("a", { by: "hash" }) }, [
        ["00:00", { event: h("1", "x") }],
        ["00:30", { event: h("2", "x") }],
      ]).started,
    ).toHaveLength(1);
    expect(
      play(dag, [
        ["00:00", { event: ev("a", "1") }],
        ["00:30", { event: ev("a", "2") }],
      ]).started,
    ).toHaveLength(2);
  });
});
