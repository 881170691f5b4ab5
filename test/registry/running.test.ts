import { describe, expect, it } from "vitest";
import { ev, FOREVER, on, play } from "./play.ts";

const some = (name: string, ...ids: string[]) => ids.map((id) => ev(name, id));

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
    // The run takes a minute: at its end the first event is 60 s old, the second 30 s.
    const often = { on: on("a"), concurrency: 2, whenFailed: "return", runs: failing(["failed", "failed", "succeeded"]) };
    const lines = [["00:00", { event: ev("a", "1") }], ["00:00:30", { event: ev("a", "2") }], ["00:05"]] as const;
    expect(play({ ...often, expireAfter: "59s" }, lines).started).toEqual(["d@00:00 1", "d@00:00:30 2"]);
    expect(play({ ...often, expireAfter: "1m" }, lines).started).toEqual(["d@00:00 1", "d@00:00:30 2", "d@00:01 1", "d@00:01:30 2"]);
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
