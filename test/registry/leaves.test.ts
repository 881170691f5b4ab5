import { describe, expect, it } from "vitest";
import { at, ev, FOREVER, on, play } from "./play.ts";

describe("one event and several leaves", () => {
  it("may make several leaves due, and a run takes it once", () => {
    const { started, fate } = play({ on: { all: [on("a", { where: { x: { gt: 0 } } }), on("a", { where: { y: { gt: 0 } } })] } }, [
      ["00:00", { event: ev("a", "1", { data: { x: 1, y: 1 } }) }],
    ]);
    expect(started).toEqual(["d@00:00 1"]);
    expect(fate("1")).toBe("consumed");
  });

  it("is gone from every node of the consumer once a run took it", () => {
    const { started, pending } = play({ on: { any: [on("a"), { all: [on("a"), on("b")] }] } }, [
      ["00:00", { event: ev("a", "1") }],
      ["00:01", { event: ev("b", "2") }],
    ]);
    expect(started).toEqual(["d@00:00 1"]);
    expect(pending[0]?.events.map(({ id }) => id)).toEqual(["2"]);
  });

  it("is filtered only if it passes the filter of no leaf of its asset", () => {
    const played = play({ on: { all: [on("a", { where: { x: 1 } }), on("a", { where: { y: 1 } })] } }, [
      ["00:00", { event: [ev("a", "1", { data: { x: 1 } }), ev("a", "2", { data: { x: 2 } })] }],
    ]);
    expect(played.fate("1")).toBe("pending");
    expect(played.fate("2")).toBe("filtered(where)");
  });
});

describe("a filter on the envelope", () => {
  it.each([
    [{ $source: "x" }, true],
    [{ $source: { ne: "x" } }, false],
    [{ $id: { glob: "1*" } }, true],
    [{ $partition: null }, true],
    [{ $time: { between: ["00:00", "08:00"], tz: "UTC" } }, true],
    [{ $time: { between: ["08:00", "17:00"], tz: "Europe/London" } }, false],
    [{ $$x: 5 }, true],
    [{ "deep.er": { gte: 2 } }, true],
    [{ not: { "deep.er": 2 } }, false],
    [{ or: [{ "deep.er": 3 }, { missing: { exists: false } }] }, true],
    [{}, true],
  ])("%j", (where, passes) => {
    const { started } = play({ on: on("a", { where }) }, [["00:00", { event: ev("a", "12", { data: { $x: 5, deep: { er: 2 } } }) }]]);
    expect(started).toHaveLength(passes ? 1 : 0);
  });
});

describe("count", () => {
  const lines = [["00:00", { event: ["1", "2", "3", "4", "5"].map((id) => ev("a", id)) }]] as const;

  it.each([
    ["batch", ["d@00:00 1,2,3,4,5"]],
    ["each", ["d@00:00 1,2", "d@00:00 3,4"]],
    ["latest", ["d@00:00 4,5"]],
  ])("of 2 in mode %s", (mode, expected) => {
    expect(play({ on: on("a", { count: 2 }), mode }, lines).started).toEqual(expected);
  });

  it("leaves the rest pending in each, and supersedes the older ones in latest", () => {
    expect(play({ on: on("a", { count: 2 }), mode: "each" }, lines).fate("5")).toBe("pending");
    expect(play({ on: on("a", { count: 2 }), mode: "latest" }, lines).fate("1")).toBe("superseded");
  });

  it("counts over several assets on any, group and pattern", () => {
    const events = [
      ["00:00", { event: ev("a", "1") }],
      ["00:01", { event: ev("b", "2") }],
      ["00:02", { event: ev("a", "3") }],
    ] as const;
    expect(play({ on: { any: [on("a"), on("b")], count: 3 } }, events).started).toEqual(["d@00:02 1,2,3"]);
    expect(play({ on: { any: [on("a"), on("b")], count: 2 }, mode: "each" }, events).started).toEqual(["d@00:01 1,2"]);
    expect(play({ on: { pattern: "s3://lake/*", count: 3 } }, events).started).toEqual(["d@00:02 1,2,3"]);
    expect(
      play({ on: { group: "g", count: 2 } }, events, {
        assets: [
          { uri: "s3://lake/a", group: "g" },
          { uri: "s3://lake/b", group: ["g", "h"] },
        ],
      }).started,
    ).toEqual(["d@00:01 1,2"]);
  });
});

describe("keep", () => {
  const dag = { on: { all: [on("c", { keep: true }), on("o")] } };

  it("counts but is not used up: each run refers to the newest one", () => {
    const played = play(dag, [
      ["00:00", { event: ev("o", "1") }],
      ["00:01", { event: ev("c", "k1") }],
      ["00:02", { event: ev("o", "2") }],
      ["00:03", { event: ev("c", "k2") }],
      ["00:04", { event: ev("o", "3") }],
    ]);
    expect(played.started).toEqual(["d@00:01 1", "d@00:02 2", "d@00:04 3"]);
    expect(played.runs.map((run) => run.references?.map(({ id }) => id))).toEqual([["k1"], ["k1"], ["k2"]]);
    expect(played.fate("k1")).toBe("referenced");
    expect(played.ledger.find(({ event }) => event.id === "k2")).toMatchObject({ fate: "referenced", run: played.runs[2]?.id });
  });

  it("is superseded by a newer one if no run referred to it, also if it comes late", () => {
    const played = play(dag, [
      ["00:10", { event: ev("c", "k1") }],
      ["00:20", { event: ev("c", "k2") }],
      ["00:30", { event: ev("c", "old", { time: "00:01" }) }],
    ]);
    expect([played.fate("k1"), played.fate("k2"), played.fate("old")]).toEqual(["superseded", "pending", "superseded"]);
  });

  it("stays pending while another leaf, with another filter, still keeps it", () => {
    const big = on("c", { keep: true, where: { n: { gte: 1 } } });
    const played = play({ on: { all: [on("c", { keep: true }), big, on("o")] } }, [
      ["00:00", { event: ev("c", "k1", { data: { n: 1 } }) }],
      ["00:01", { event: ev("c", "k2", { data: { n: 0 } }) }],
    ]);
    expect([played.fate("k1"), played.fate("k2")]).toEqual(["pending", "pending"]);
  });

  it("does not count for maxPending, does not expire, and survives unless", () => {
    const played = play({ on: { all: [on("c", { keep: true }), on("o")], unless: on("stop") }, maxPending: 1, expireAfter: "5m" }, [
      ["00:00", { event: ev("c", "k") }],
      ["00:01", { event: ev("stop", "s") }],
      ["01:00", { event: ev("o", "1") }],
    ]);
    expect(played.started).toEqual(["d@01:00 1"]);
    expect(played.warnings).toEqual([]);
  });

  it("that was consumed by another leaf stays the newest, and consumed wins", () => {
    const played = play({ on: { all: [on("a", { keep: true }), on("a")] } }, [["00:00", { event: ev("a", "1") }]]);
    expect(played.started).toEqual(["d@00:00 1"]);
    expect(played.runs[0]?.references).toBeUndefined();
    expect(played.fate("1")).toBe("consumed");
    const next = play({ on: { any: [{ all: [on("a", { keep: true }), on("b")] }, on("a")] } }, [
      ["00:00", { event: ev("a", "1") }],
      ["00:01", { event: ev("b", "2") }],
    ]);
    expect(next.runs[1]?.references?.map(({ id }) => id)).toEqual(["1"]);
    expect(next.fate("1")).toBe("consumed");
  });

  it("alone is refused, and never starts a run by itself", () => {
    expect(() => play({ on: { all: [on("a", { keep: true })] } }, [])).toThrow(/dags\[0\]\.on/);
    expect(play({ on: { any: [on("a", { keep: true }), on("b")] } }, [["00:00", { event: ev("a", "1") }]]).started).toEqual([]);
  });

  it("is seen by every partition if the asset is unpartitioned", () => {
    const { started, runs } = play(
      { on: { all: [on("c", { keep: true }), on("p")] } },
      [
        ["00:00", { event: ev("c", "k") }],
        ["00:01", { event: ev("p", "1", { partition: "eu" }) }],
        ["00:02", { event: ev("p", "2", { partition: "us" }) }],
      ],
      {
        assets: [{ uri: "s3://lake/p", partitions: { keys: ["eu", "us"] } }],
      },
    );
    expect(started).toEqual(["d[eu]@00:01 1", "d[us]@00:02 2"]);
    expect(runs.map((run) => run.references?.map(({ id }) => id))).toEqual([["k"], ["k"]]);
  });
});

describe("changed", () => {
  const v = (id: string, version: unknown, more: object = {}) => ev("a", id, { data: { version, ...more } as never });

  it("counts only when the value differs from the last one, in the order of acceptance and after where", () => {
    const played = play({ on: on("a", { changed: "version", where: { skip: { exists: false } } }) }, [
      ["00:00", { event: v("1", 1) }],
      ["00:01", { event: v("2", 1) }],
      ["00:02", { event: v("skipped", 2, { skip: true }) }],
      ["00:03", { event: v("3", 1) }],
      ["00:04", { event: v("4", "1") }],
      ["00:05", { event: ev("a", "5", { data: {} }) }],
      ["00:06", { event: ev("a", "6", { data: {} }) }],
    ]);
    expect(played.started).toEqual(["d@00:00 1", "d@00:04 4", "d@00:05 5"]);
    expect([played.fate("2"), played.fate("skipped"), played.fate("6")]).toEqual(["filtered(unchanged)", "filtered(where)", "filtered(unchanged)"]);
  });

  it("filters only what every leaf filters, and what clears is a reset all the same", () => {
    const twice = play({ on: { atLeast: 2, of: [on("a"), on("a", { changed: "version" })] }, whenPaused: "drop" }, [
      ["00:00", { event: v("1", 1) }],
      ["00:01", { pause: "d" }],
      ["00:02", { event: v("2", 1) }],
    ]);
    expect(twice.fate("2")).toBe("dropped(paused)");
    const clearing = play({ on: { all: [on("a", { changed: "version" }), { all: [on("b")], unless: on("a") }] } }, [
      ["00:00", { event: [v("1", 1), v("2", 1)] }],
    ]);
    expect([clearing.fate("1"), clearing.fate("2")]).toEqual(["pending", "filtered(reset)"]);
  });

  it("is looked at for each key, each partition and each asset by itself", () => {
    const keyed = play({ on: on("a", { changed: "version", by: "k" }) }, [
      ["00:00", { event: [v("1", 1, { k: "x" }), v("2", 1, { k: "y" }), v("3", 1, { k: "x" })] }],
    ]);
    expect(keyed.started).toEqual(["d[x]@00:00 1", "d[y]@00:00 2"]);
    const members = play({ on: { pattern: "s3://lake/*", changed: "version" } }, [["00:00", { event: [v("1", 1), ev("b", "2", { data: { version: 1 } })] }]]);
    expect(members.started).toEqual(["d@00:00 1,2"]);
  });
});

describe("groups and patterns", () => {
  const assets = [
    { uri: "s3://lake/a", group: "g" },
    { uri: "s3://lake/b", group: "g" },
  ];

  it("are due by any member, or with members all when each known member has an event", () => {
    const lines = [
      ["00:00", { event: ev("a", "1") }],
      ["00:01", { event: ev("b", "2") }],
    ] as const;
    expect(play({ on: { group: "g" } }, lines, { assets }).started).toEqual(["d@00:00 1", "d@00:01 2"]);
    expect(play({ on: { group: "g", members: "all" } }, lines, { assets }).started).toEqual(["d@00:01 1,2"]);
    expect(play({ on: { pattern: "s3://lake/*/", members: "all" } }, lines, { assets }).started).toEqual(["d@00:01 1,2"]);
  });

  it("take in members that appear later", () => {
    const { started } = play(
      { on: { pattern: "s3://lake/*", members: "all" } },
      [
        ["00:00", { event: ev("c", "0") }],
        ["00:01", { event: [ev("a", "1"), ev("b", "2")] }],
        ["00:02", { event: ev("c", "3") }],
      ],
      { assets },
    );
    expect(started).toEqual(["d@00:01 0,1,2"]);
  });

  it("count events that carry the group at run time", () => {
    const { started } = play({ on: { group: "A" } }, [["00:00", { event: [ev("x", "1", { groups: ["A"] }), ev("x", "2")] }]]);
    expect(started).toEqual(["d@00:00 1"]);
  });

  it("never see the events of the DAG's own runs", () => {
    const played = play({ on: { pattern: "s3://lake/*" }, runs: { outlets: ["s3://lake/out"] } }, [["00:00", { event: ev("a", "1") }]]);
    expect(played.started).toEqual(["d@00:00 1"]);
    expect(played.fate("d/sim-1/1")).toBe("filtered(own run)");
  });

  it("match the ends of runs only by patterns that begin with headgate://", () => {
    const watched = (pattern: string) =>
      play([{ on: on("a") }, { on: { pattern, where: { status: "succeeded" } } }], [["00:00", { event: ev("a", "1") }]]).started.length;
    expect([watched("**"), watched("headgate://runs/*")]).toEqual([1, 2]);
  });
});

describe("ends of runs", () => {
  it("are events of headgate://runs/<dag> with status, run and duration, and with the run's partition", () => {
    const { started, runs } = play(
      [
        { on: on("p"), runs: [{ duration: "5m", outcome: "failed" }, { duration: "1m" }] },
        { on: { asset: "headgate://runs/d", where: { status: "failed", duration: 300_000 } } },
      ],
      [["00:00", { event: ev("p", "1", { partition: "eu" }) }], ["00:10", { event: ev("p", "2", { partition: "us" }) }], ["01:00"]],
      { assets: [{ uri: "s3://lake/p", partitions: { keys: ["eu", "us"] } }] },
    );
    expect(started).toEqual(["d[eu]@00:00 1", "d2[eu]@00:05 d/sim-1/1/end", "d[us]@00:10 2"]);
    expect(runs[1]).toMatchObject({ partition: "eu", at: at("00:05") });
  });

  it("of a DAG's own runs are a cycle", () => {
    expect(() => play({ on: { any: [on("a"), { asset: "headgate://runs/d" }] } }, [])).toThrow(/headgate:\/\/runs\/d -> dag d -> headgate:\/\/runs\/d/);
  });
});

describe("hops", () => {
  it("are one more than the largest of what the run consumed; more than 32 are dropped, and pause the consumer", () => {
    const loop = play(
      [
        { on: on("a"), cycle: true, runs: { outlets: ["s3://lake/a"] } },
        { on: on("b"), runs: FOREVER },
      ],
      [
        ["00:00", { event: ev("a", "1") }],
        ["00:01", { event: ev("b", "2") }],
      ],
    );
    expect(loop.started.filter((line) => line.startsWith("d@"))).toHaveLength(33);
    expect(loop.fate("d/sim-33/1")).toBe("dropped(loop)");
    expect(loop.warnings.map(({ code }) => code)).toEqual(["E_LOOP"]);
    expect(loop.started.at(-1)).toBe("d2@00:01 2");
  });

  it("up to 32 are taken", () => {
    const played = play({ on: on("a") }, [
      ["00:00", { event: [ev("a", "1", { hops: 32 })] }],
      ["00:01", { event: ev("a", "2", { hops: 33 }) }],
    ]);
    expect([played.fate("1"), played.fate("2")]).toEqual(["consumed", "dropped(loop)"]);
  });
});
