import { describe, expect, it } from "vitest";
import { ev, FOREVER, on, play } from "./play.ts";

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

describe("concurrency", () => {
  const k = (id: string, key: string) => ev("a", id, { data: { k: key } });

  it("without keys lets runs follow one another, and the next takes what came meanwhile", () => {
    const { started } = play({ on: on("a"), runs: { duration: "10m" } }, [
      ["00:00", { event: ev("a", "1") }],
      ["00:01", { event: ev("a", "2") }],
      ["00:02", { event: ev("a", "3") }],
      ["01:00"],
    ]);
    expect(started).toEqual(["d@00:00 1", "d@00:10 2,3"]);
  });

  it.each([
    ["a number without keys", 2, ["d@00:00 1", "d@00:00 2"]],
    ["total and perKey", { total: 2, perKey: 2 }, ["d@00:00 1", "d@00:00 2"]],
    ["total alone", { total: 2 }, ["d@00:00 1"]],
  ])("%s", (_, concurrency, expected) => {
    expect(play({ on: on("a"), mode: "each", concurrency, runs: FOREVER }, [["00:00", { event: some("a", "1", "2", "3") }]]).started).toEqual(expected);
  });

  it("a number with keys is for all keys, one for each", () => {
    const { started } = play({ on: on("a", { by: "k" }), mode: "each", concurrency: 2, runs: FOREVER }, [
      ["00:00", { event: [k("1", "x"), k("2", "x"), k("3", "y"), k("4", "z")] }],
      ["00:01", { finish: { dag: "d", run: 1 } }],
    ]);
    expect(started).toEqual(["d[x]@00:00 1", "d[y]@00:00 3", "d[x]@00:01 2"]);
  });

  it("is 16 over all keys by default", () => {
    const events = Array.from({ length: 20 }, (_, index) => k(`${index}`, `${index}`));
    expect(play({ on: on("a", { by: "k" }), runs: FOREVER }, [["00:00", { event: events }]]).runs).toHaveLength(16);
  });

  it("counts runs that a person starts, and never holds them back", () => {
    const { started, runs } = play({ on: on("a"), runs: { duration: "10m" } }, [
      ["00:00", { event: ev("a", "1") }],
      ["00:05", { start: { dag: "d" } }],
      ["00:06", { event: ev("a", "2") }],
      ["01:00"],
    ]);
    expect(started).toEqual(["d@00:00 1", "d@00:05", "d@00:15 2"]);
    expect(runs.map((run) => run.cause)).toEqual(["condition", "person", "condition"]);
  });

  it("lets a backfill wait for its key, not for total, with parallel as its own bound", () => {
    const assets = [{ uri: "s3://lake/p", partitions: { grain: "day" } }];
    const { started } = play(
      { on: on("p"), concurrency: { total: 1, perKey: 1 }, runs: { duration: "10m" } },
      [
        ["00:00", { event: ev("p", "1", { partition: "2026-01-01" }) }],
        ["00:01", { backfill: { dag: "d", partitions: { from: "2026-01-01", to: "2026-01-04" }, parallel: 2 } }],
        ["00:02", { event: ev("p", "2", { partition: "2026-01-09" }) }],
        ["01:00"],
      ],
      { assets },
    );
    expect(started).toEqual([
      "d[2026-01-01]@00:00 1",
      "d[2026-01-02]@00:01",
      "d[2026-01-03]@00:01",
      "d[2026-01-09]@00:11 2",
      "d[2026-01-01]@00:11",
      "d[2026-01-04]@00:11",
    ]);
  });
});

describe("paused", () => {
  const lines = [
    ["00:00", { event: ev("a", "before") }],
    ["00:01", { pause: "d" }],
    ["00:02", { event: some("a", "1", "2") }],
    ["00:03", { pause: "d" }],
    ["00:04", { resume: "d" }],
    ["00:05", { resume: "d" }],
  ] as const;
  const dag = { on: { all: [on("a"), on("b")] } };
  const done = (whenPaused: string) => play({ ...dag, whenPaused }, [...lines, ["00:06", { event: ev("b", "b") }]]);

  it("holds what was accepted meanwhile", () => {
    expect(done("hold").started).toEqual(["d@00:06 before,1,2,b"]);
  });

  it("drops it, and keeps what was pending before", () => {
    const played = done("drop");
    expect(played.started).toEqual(["d@00:06 before,b"]);
    expect(played.fate("1")).toBe("dropped(paused)");
  });

  it("keeps the newest of it", () => {
    const played = done("latest");
    expect(played.started).toEqual(["d@00:06 before,2,b"]);
    expect(played.fate("1")).toBe("superseded");
  });

  it("starts on resume with all that is pending, and does not touch running runs", () => {
    const { started, runs } = play({ on: on("a"), runs: { duration: "10m" } }, [
      ["00:00", { event: ev("a", "1") }],
      ["00:01", { pause: "d" }],
      ["00:02", { event: ev("a", "2") }],
      ["00:30", { resume: "d" }],
    ]);
    expect(started).toEqual(["d@00:00 1", "d@00:30 2"]);
    expect(runs[0]?.endedAt).toBe("2026-01-01T00:10:00.000Z");
  });

  it("from the first registration on", () => {
    expect(
      play({ on: on("a"), paused: true }, [
        ["00:00", { event: ev("a", "1") }],
        ["00:01", { resume: "d" }],
      ]).started,
    ).toEqual(["d@00:01 1"]);
  });
});

describe("expireAfter", () => {
  it("counts from acceptance, for each event, whatever it waits for", () => {
    const played = play({ on: on("a"), expireAfter: "10m", paused: true }, [
      ["00:00", { event: ev("a", "1") }],
      ["00:05", { event: ev("a", "2", { time: "00:00" }) }],
      ["00:12", { resume: "d" }],
    ]);
    expect(played.started).toEqual(["d@00:12 2"]);
    expect(played.ledger[0]).toMatchObject({ fate: "expired", at: "2026-01-01T00:10:00.000Z" });
  });

  it("lets a run take an event at the exact instant", () => {
    expect(
      play({ on: on("a"), expireAfter: "10m", runs: { duration: "10m" } }, [
        ["00:00", { event: ev("a", "1") }],
        ["00:00:00.001", { event: ev("a", "2") }],
        ["01:00"],
      ]).started,
    ).toEqual(["d@00:00 1", "d@00:10 2"]);
  });
});

describe("maxPending", () => {
  it("drops the oldest when one more is accepted, with one warning for each overflow", () => {
    const dag = { on: { all: [on("a"), on("b")] }, maxPending: 2 };
    const played = play(dag, [
      ["00:00", { event: some("a", "1", "2", "3", "4") }],
      ["00:01", { event: ev("b", "b") }],
      ["00:02", { event: some("a", "5", "6", "7") }],
    ]);
    expect(played.started).toEqual(["d@00:01 4,b"]);
    expect([played.fate("1"), played.fate("3"), played.fate("5")]).toEqual(["dropped(overflow)", "dropped(overflow)", "dropped(overflow)"]);
    expect(played.warnings.map(({ code, at }) => [code, at.slice(14, 16)])).toEqual([
      ["W_OVERFLOW", "00"],
      ["W_OVERFLOW", "02"],
    ]);
  });
});

describe("whenFailed", () => {
  const failing = (outcomes: string[]) => outcomes.map((outcome) => ({ duration: "1m", outcome }));

  it("holds the events with the failed run, and frees the slot", () => {
    const played = play({ on: on("a"), runs: failing(["failed", "succeeded"]) }, [
      ["00:00", { event: ev("a", "1") }],
      ["00:00:30", { event: ev("a", "2") }],
      ["01:00"],
    ]);
    expect(played.started).toEqual(["d@00:00 1", "d@00:01 2"]);
    expect([played.fate("1"), played.runs[0]?.status]).toEqual(["consumed", "failed"]);
  });

  it("returns them to the head of what is pending, at most 3 times", () => {
    const played = play({ on: on("a"), mode: "each", whenFailed: "return", runs: failing(["failed"]) }, [
      ["00:00", { event: ev("a", "1") }],
      ["00:00:30", { event: ev("a", "2") }],
      ["01:00"],
    ]);
    expect(played.started.slice(0, 5)).toEqual(["d@00:00 1", "d@00:01 1", "d@00:02 1", "d@00:03 1", "d@00:04 2"]);
    expect(played.started).toHaveLength(8);
    expect(played.fate("1")).toBe("consumed");
  });

  it("calls them returned meanwhile, with the run", () => {
    const played = play({ on: on("a"), whenFailed: { return: 1 }, runs: failing(["failed"]) }, [
      ["00:00", { event: ev("a", "1") }],
      ["00:00:30", { pause: "d" }],
      ["00:05"],
    ]);
    expect(played.ledger[0]).toMatchObject({ fate: "returned", run: played.runs[0]?.id });
    expect(played.pending[0]?.events).toHaveLength(1);
  });

  it("keeps counting expireAfter while the events are in the run, and not within", () => {
    const gone = play({ on: on("a"), whenFailed: "return", expireAfter: "30s", runs: failing(["failed"]) }, [
      ["00:00", { event: ev("a", "1") }],
      ["00:00:10", { pause: "d" }],
      ["00:05"],
    ]);
    expect(gone.fate("1")).toBe("expired(expireAfter)");
    const kept = play({ on: { all: [on("a"), on("b")], within: "30s" }, whenFailed: "return", runs: failing(["failed", "succeeded"]) }, [
      ["00:00", { event: [ev("a", "1"), ev("b", "2")] }],
      ["00:05"],
    ]);
    expect(kept.started).toEqual(["d@00:00 1,2", "d@00:01 1,2"]);
  });

  it("counts a run that carries them for the throttle", () => {
    const { started } = play({ on: on("a"), whenFailed: "return", throttle: { limit: 1, per: "10m" }, runs: failing(["failed", "succeeded"]) }, [
      ["00:00", { event: ev("a", "1") }],
      ["01:00"],
    ]);
    expect(started).toEqual(["d@00:00 1", "d@00:10 1"]);
  });

  it("pauses the consumer after so many failures in a row; a success or a resume sets the count to 0", () => {
    const once = play({ on: on("a"), whenFailed: "pause", runs: failing(["failed"]) }, [
      ["00:00", { event: ev("a", "1") }],
      ["00:02", { event: ev("a", "2") }],
      ["00:03", { resume: "d" }],
      ["01:00"],
    ]);
    expect(once.started).toEqual(["d@00:00 1", "d@00:03 2"]);
    const row = play({ on: on("a"), mode: "each", whenFailed: { pause: 2 }, runs: failing(["failed", "succeeded", "failed", "failed"]) }, [
      ["00:00", { event: some("a", "1", "2", "3", "4", "5") }],
      ["01:00"],
    ]);
    expect(row.started).toEqual(["d@00:00 1", "d@00:01 2", "d@00:02 3", "d@00:03 4"]);
  });
});

describe("startAt", () => {
  it("lets a new consumer see what was accepted after its registration, or recorded events since then", () => {
    const dags = (startAt?: object) => [
      { id: "d", on: on("a") },
      { id: "new", on: on("a"), ...(startAt === undefined ? {} : { startAt }) },
    ];
    const lines = (startAt?: object) =>
      [
        ["00:00", { event: ev("a", "1") }],
        ["02:00", { event: ev("a", "2") }],
        ["02:30", { register: { dags: dags(startAt) } }],
        ["03:00", { event: ev("a", "3") }],
      ] as const;
    expect(play({ on: on("a") }, lines()).started.filter((line) => line.startsWith("new"))).toEqual(["new@03:00 3"]);
    expect(play({ on: on("a") }, lines({ since: "1h" })).started.filter((line) => line.startsWith("new"))).toEqual(["new@02:30 2", "new@03:00 3"]);
  });
});
