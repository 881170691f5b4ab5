import { describe, expect, it } from "vitest";
import { ev, FOREVER, on, play } from "./play.ts";

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
