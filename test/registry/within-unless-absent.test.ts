import { describe, expect, it } from "vitest";
import { at, ev, FOREVER, on, play } from "./play.ts";

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

describe("absent", () => {
  const dag = { on: { absent: on("a", { where: { ok: true } }), for: "1h" } };
  const ok = { data: { ok: true } };

  it("counts from the registration, and in a lasting silence is due once in each period", () => {
    expect(play(dag, [["00:00"], ["03:30"]]).started).toEqual(["d@01:00", "d@02:00", "d@03:00"]);
  });

  it("counts from the last accepted event that passes the filter, consumed or not", () => {
    expect(play(dag, [["00:00"], ["00:30", { event: ev("a", "1", ok) }], ["00:45", { event: ev("a", "2") }], ["01:40"]]).started).toEqual(["d@01:30"]);
    const consumed = play({ on: { any: [on("a"), { absent: on("a"), for: "1h" }] } }, [["00:30", { event: ev("a", "1") }], ["01:40"]]);
    expect(consumed.started).toEqual(["d@00:30 1", "d@01:30"]);
  });

  it("counts from un-pausing", () => {
    expect(play(dag, [["00:00"], ["00:10", { pause: "d" }], ["00:50", { resume: "d" }], ["02:00"]]).started).toEqual(["d@01:50"]);
  });

  it("counts from the last run that it took part in, if it waits for something else", () => {
    const joined = play({ on: { all: [{ absent: on("a"), for: "1h" }, on("b")] } }, [
      ["00:00"],
      ["02:30", { event: ev("b", "1") }],
      ["02:40", { event: ev("b", "2") }],
      ["05:00"],
    ]);
    expect(joined.started).toEqual(["d@02:30 1", "d@03:30 2"]);
  });

  it("is over when an event comes before a run took part", () => {
    const joined = play({ on: { all: [{ absent: on("a"), for: "1h" }, on("b")] } }, [
      ["00:00"],
      ["01:10", { event: ev("a", "1") }],
      ["01:20", { event: ev("b", "2") }],
      ["02:10"],
    ]);
    expect(joined.started).toEqual(["d@02:10 2"]);
    expect(joined.fate("1")).toBe("filtered(reset)");
  });

  it("with a count means fewer than so many", () => {
    const two = { on: { absent: on("a", { count: 2 }), for: "1h" } };
    expect(play(two, [["00:00"], ["00:30", { event: ev("a", "1") }], ["01:10"]]).started).toEqual(["d@01:00"]);
    expect(play(two, [["00:00"], ["00:20", { event: ev("a", "1") }], ["00:30", { event: ev("a", "2") }], ["01:10"], ["01:25"]]).started).toEqual(["d@01:20"]);
  });

  it("of a group or a pattern is broken by any member", () => {
    expect(play({ on: { absent: { pattern: "s3://lake/*" }, for: "1h" } }, [["00:00"], ["00:30", { event: ev("anything", "1") }], ["01:45"]]).started).toEqual([
      "d@01:30",
    ]);
  });

  it("by a key is due for each key that was seen", () => {
    const beat = (id: string, host: string) => ev("beat", id, { data: { host } });
    const { started } = play({ on: { absent: on("beat"), for: "5m", by: "host" } }, [
      ["00:00", { event: beat("1", "x") }],
      ["00:03", { event: [beat("2", "x"), beat("3", "y")] }],
      ["00:06", { event: beat("4", "y") }],
      ["00:09"],
    ]);
    expect(started).toEqual(["d[x]@00:08"]);
  });

  it("of a partitioned asset is about the asset as a whole", () => {
    const { started } = play({ on: { absent: on("p"), for: "1h" } }, [["00:00"], ["00:30", { event: ev("p", "1", { partition: "eu" }) }], ["01:40"]], {
      assets: [{ uri: "s3://lake/p", partitions: { keys: ["eu"] } }],
    });
    expect(started).toEqual(["d@01:30"]);
  });
});

describe("absent in a sequence", () => {
  const watch = { on: { sequence: [on("running"), { absent: on("completed"), for: "60s" }], by: "id" } };
  const job = (name: string, id: string, k: string) => ev(name, id, { data: { id: k } });

  it("counts from the instant at which the position before it was filled", () => {
    expect(play(watch, [["00:00"], ["00:10", { event: job("running", "r", "j") }], ["00:12"]]).started).toEqual(["d[j]@00:11 r"]);
  });

  it("is broken by an event of that key, which empties the sequence for it", () => {
    const played = play(watch, [
      ["00:10", { event: [job("running", "r1", "j"), job("running", "r2", "k")] }],
      ["00:10:30", { event: job("completed", "c", "j") }],
      ["00:12"],
    ]);
    expect(played.started).toEqual(["d[k]@00:11 r2"]);
    expect(played.fate("r1")).toBe("dropped(absent(s3://lake/completed, 1m))");
    expect(played.fate("c")).toBe("filtered(reset)");
  });

  it("is not broken by an event before the position was filled, nor after a run took it", () => {
    const played = play(watch, [
      ["00:09", { event: job("completed", "c1", "j") }],
      ["00:10", { event: job("running", "r", "j") }],
      ["00:11:30", { event: job("completed", "c2", "j") }],
    ]);
    expect(played.started).toEqual(["d[j]@00:11 r"]);
  });

  it("with a count is broken by the n-th event, not by an earlier one", () => {
    const twice = { on: { sequence: [on("running"), { absent: on("completed", { count: 2 }), for: "60s" }] } };
    const lines = (...seconds: string[]) =>
      [
        ["00:10", { event: ev("running", "r") }],
        ...seconds.map((second, index) => [`00:10:${second}`, { event: ev("completed", `c${index}`) }] as const),
        ["00:12"],
      ] as never;
    expect(play(twice, lines("10")).started).toEqual(["d@00:11 r"]);
    expect(play(twice, lines("10", "20")).started).toEqual([]);
  });

  it("at the exact instant of the deadline is still broken", () => {
    expect(play(watch, [["00:10", { event: job("running", "r", "j") }], ["00:11", { event: job("completed", "c", "j") }], ["00:12"]]).started).toEqual([]);
  });
});

describe("by", () => {
  it.each([
    ["a path", "tenant", { tenant: "x" }, "x"],
    ["a dotted path", "order.id", { order: { id: 7 } }, "7"],
    ["a boolean", "flag", { flag: true }, "true"],
    ["several", ["tenant", "order.id"], { tenant: "x", order: { id: 7 } }, "x|7"],
    ["a path for each asset", { "s3://lake/a": "updated_by" }, { updated_by: "me" }, "me"],
    ["a field called partition", "data.partition", { partition: "f" }, "f"],
    ["what every object inherits", "tenant", { tenant: "constructor" }, "constructor"],
    ["a prototype", "tenant", { tenant: "__proto__" }, "__proto__"],
  ])("%s is the key of the run", (_, by, data, key) => {
    const { runs } = play({ on: on("a", { by }) }, [["00:00", { event: ev("a", "1", { data: data as never }) }]]);
    expect(runs.map((run) => run.key)).toEqual([key]);
  });

  it("partition is the event's partition, also of an unpartitioned asset", () => {
    expect(
      play({ on: on("a", { by: "partition" }) }, [["00:00", { event: [ev("a", "1", { partition: "x" }), ev("a", "2", { partition: "y" })] }]]).started,
    ).toEqual(["d[x]@00:00 1", "d[y]@00:00 2"]);
  });

  it('takes 1 and "1" as the same key, and filters what has no value', () => {
    const played = play({ on: { all: [on("a"), on("b")], by: "k" } }, [
      [
        "00:00",
        {
          event: [
            ev("a", "1", { data: { k: 1 } }),
            ev("b", "2", { data: { k: "1" } }),
            ev("a", "3"),
            ev("a", "4", { data: { k: null } }),
            ev("a", "5", { data: { k: [1] } }),
          ],
        },
      ],
    ]);
    expect(played.started).toEqual(["d[1]@00:00 1,2"]);
    expect([played.fate("3"), played.fate("4"), played.fate("5")]).toEqual(["filtered(no key)", "filtered(no key)", "filtered(no key)"]);
  });

  it("gathers each key by itself, and different paths can meet", () => {
    const { started } = play({ on: { all: [on("a"), on("b")], by: { "s3://lake/a": "updated_by", "s3://lake/b": "posted_by" } } }, [
      ["00:00", { event: [ev("a", "1", { data: { updated_by: "x" } }), ev("b", "2", { data: { posted_by: "y" } })] }],
      ["00:01", { event: ev("b", "3", { data: { posted_by: "x" } }) }],
    ]);
    expect(started).toEqual(["d[x]@00:01 1,3"]);
  });

  it("on an inner node groups that node, and a run takes one key of it", () => {
    const k = (name: string, id: string, key: string) => ev(name, id, { data: { k: key } });
    const { started } = play({ on: { all: [{ all: [on("a"), on("b")], by: "k" }, on("go")] }, runs: FOREVER }, [
      ["00:00", { event: [k("a", "a1", "x"), k("b", "b1", "y"), ev("go", "g1")] }],
      ["00:01", { event: k("b", "b2", "x") }],
      ["00:02", { finish: { dag: "d", run: 1 } }],
      ["00:03", { event: [k("a", "a2", "y"), ev("go", "g2")] }],
    ]);
    expect(started).toEqual(["d@00:01 a1,g1,b2", "d@00:03 b1,a2,g2"]);
  });

  it("on a partitioned condition gathers for each partition and key, and the run's key is the value", () => {
    const p = (id: string, partition: string, tenant: string) => ev("p", id, { partition, data: { tenant } });
    const { started, runs } = play(
      { on: on("p", { by: "tenant" }), concurrency: { perKey: 1, total: 9 } },
      [["00:00", { event: [p("1", "eu", "x"), p("2", "us", "x"), p("3", "eu", "y"), p("4", "eu", "x")] }]],
      {
        assets: [{ uri: "s3://lake/p", partitions: { keys: ["eu", "us"] } }],
      },
    );
    expect(started).toEqual(["d[x]@00:00 1,4", "d[y]@00:00 3", "d[x]@00:00 2"]);
    expect(runs.map((run) => run.partition)).toEqual(["eu", "eu", "us"]);
  });
});
