import { describe, expect, it } from "vitest";
import { ev, FOREVER, on, play } from "./play.ts";

const gathered = [["00:00", { event: [ev("a", "1"), ev("a", "2")] }]] as const;
const deploy = (...dags: object[]) =>
  ["00:10", { register: { dags: dags.map((dag, index) => ({ id: `d${index === 0 ? "" : index + 1}`, ...dag })) } }] as const;
const both = { on: { all: [on("a"), on("b")] } };

describe("what a leaf gathered survives an edit around it", () => {
  it.each([
    ["reordering", { all: [on("b"), on("a")] }],
    ["wrapping", { any: [{ all: [on("a"), on("b")] }, on("c")] }],
    ["another count", { all: [on("a", { count: 2 }), on("b")] }],
    ["a within", { all: [on("a"), on("b")], within: "1h" }],
    ["an unless", { all: [on("a"), on("b")], unless: on("stop") }],
  ])("%s", (_, edited) => {
    const { started } = play(both, [...gathered, deploy({ on: edited }), ["00:20", { event: ev("b", "3") }]]);
    expect(started).toEqual(["d@00:20 1,2,3"]);
  });

  it("all to any starts a run in the instant of the registration", () => {
    expect(play(both, [...gathered, deploy({ on: { any: [on("a"), on("b")] } })]).started).toEqual(["d@00:10 1,2"]);
  });

  it("another policy", () => {
    expect(play(both, [...gathered, deploy({ ...both, mode: "latest" }), ["00:20", { event: ev("b", "3") }]]).started).toEqual(["d@00:20 2,3"]);
  });

  it("and another by places it anew", () => {
    const k = (name: string, id: string, key: string) => ev(name, id, { data: { k: key } });
    const { started } = play(both, [
      ["00:00", { event: [k("a", "1", "x"), k("a", "2", "y")] }],
      deploy({ on: { ...both.on, by: "k" } }),
      ["00:20", { event: k("b", "3", "y") }],
    ]);
    expect(started).toEqual(["d[y]@00:20 2,3"]);
  });
});

describe("what is dropped", () => {
  it("are events of leaves that are gone", () => {
    const played = play(both, [...gathered, deploy({ on: { all: [on("a", { where: { x: 1 } }), on("b")] } })]);
    expect(played.fate("1")).toBe("dropped(condition changed)");
  });

  it("are events of a DAG that is not listed, and it comes back empty", () => {
    const played = play(both, [...gathered, deploy(), ["00:20", { register: { dags: [{ id: "d", ...both }] } }], ["00:30", { event: ev("b", "3") }]]);
    expect(played.fate("1")).toBe("dropped(removed)");
    expect(played.started).toEqual([]);
  });
});

describe("a new leaf", () => {
  it("starts empty, also when the same event is pending elsewhere", () => {
    expect(play(both, [...gathered, deploy({ on: { any: [{ all: [on("a"), on("b")] }, on("a")] } })]).started).toEqual([]);
  });

  it("of a clock ticks from its registration on", () => {
    expect(play(both, [["00:00"], ["00:40", { register: { dags: [{ id: "d", on: { every: "30m" } }] } }], ["01:10"]]).started).toEqual(["d@01:00"]);
  });
});

describe("an edit leaves alone", () => {
  it("the pause", () => {
    expect(play({ ...both, paused: true }, [...gathered, deploy({ on: { any: [on("a"), on("b")] } }), ["00:20", { resume: "d" }]]).started).toEqual([
      "d@00:20 1,2",
    ]);
  });

  it("running runs and their slots", () => {
    const { started } = play({ on: on("a"), runs: FOREVER }, [
      ["00:00", { event: ev("a", "1") }],
      ["00:10", { register: { dags: [{ id: "d", on: { any: [on("a"), on("b")] } }] } }],
      ["00:20", { event: ev("a", "2") }],
      ["00:30", { finish: { dag: "d", run: 1 } }],
    ]);
    expect(started).toEqual(["d@00:00 1", "d@00:30 2"]);
  });

  it("assets that the new catalogue leaves out", () => {
    const assets = [{ uri: "s3://lake/a", partitions: { keys: ["eu"] } }];
    const { rejected } = play({ on: on("a") }, [["00:00"], deploy({ on: on("a") }), ["00:20", { event: ev("a", "1", { partition: "us" }) }]], { assets });
    expect(rejected).toHaveLength(1);
  });
});

describe("cycles", () => {
  const feeds = (from: string, to: string, more: object = {}) => ({ on: on(from), runs: { outlets: [`s3://lake/${to}`] }, ...more });

  it("are refused, and printed", () => {
    expect(() => play([feeds("a", "b"), feeds("b", "a")], [])).toThrow("s3://lake/a -> dag d -> s3://lake/b -> dag d2 -> s3://lake/a");
    expect(() => play([feeds("a", "b")], [["00:10", { register: { dags: [{ id: "x", ...feeds("a", "a") }] } }]])).toThrow(
      /timeline\[0\]\.register.*s3:\/\/lake\/a -> dag x -> s3:\/\/lake\/a/,
    );
  });

  it("are allowed where a DAG says so", () => {
    expect(play([feeds("a", "b"), feeds("b", "a", { cycle: true })], []).runs).toEqual([]);
  });

  it("count groups and patterns, over two DAGs or more", () => {
    expect(() => play([{ ...feeds("x", "y"), on: { pattern: "s3://lake/y*" } }], [])).not.toThrow();
    expect(() => play([feeds("a", "b"), { ...feeds("x", "a"), on: { pattern: "s3://lake/b*" } }], [])).toThrow(/form a cycle/);
    expect(() => play([feeds("a", "b"), { ...feeds("x", "a"), on: { group: "g" } }], [], { assets: [{ uri: "s3://lake/b", group: "g" }] })).toThrow(
      /form a cycle/,
    );
  });

  it("do not count absent, which waits for nothing to come", () => {
    expect(() => play({ on: { absent: on("out"), for: "1h" }, runs: { outlets: ["s3://lake/out"] } }, [])).not.toThrow();
  });

  it("end a simulation in which one DAG and key start more than 10,000 runs in an instant", () => {
    const events = Array.from({ length: 10_001 }, (_, index) => ev("a", `${index}`));
    expect(() => play({ on: on("a"), mode: "each" }, [["00:00", { event: events }]])).toThrow(/d started more than 10000 runs/);
  });

  it("a chain longer than the hops gets a warning", () => {
    const chain = Array.from({ length: 33 }, (_, index) => feeds(`s${index}`, `s${index + 1}`));
    expect(play(chain, [["00:00"]]).warnings.map(({ code }) => code)).toEqual(["W_CHAIN_LONG"]);
  });
});
