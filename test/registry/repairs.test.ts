import { describe, expect, it } from "vitest";
import type { PartitionDefinition } from "../../core/condition.ts";
import { explain, openRegistry, type RegistryInput, readRepair, type ScenarioResult, showWork, stateOf, step } from "../../registry/index.ts";
import { catalogOf, deployed, NOW } from "./machine.ts";
import { type Line, on, play } from "./play.ts";

const asset = (name: string, partitions: object) => ({ uri: `s3://lake/${name}`, partitions });
const assets = [asset("raw", { grain: "hour" }), asset("clean", { grain: "hour" }), asset("day", { grain: "day" }), asset("mart", { grain: "day" })];
const rollup = { map: "rollup", grain: "day" };
const makes = (...names: string[]) => ({ duration: "1m", outlets: names.map((name) => `s3://lake/${name}`) });

/** Hours are cleaned, rolled up to a day, and made into a mart. */
const lake = [
  { id: "clean", on: on("raw"), runs: makes("clean") },
  { id: "roll", on: on("clean", { partitions: rollup }), runs: makes("day") },
  { id: "mart", on: on("day"), runs: makes("mart") },
];
const hour = (n: number, day = "2025-12-31"): string => `${day}T${String(n).padStart(2, "0")}`;
const repair = (request: object): Readonly<Record<string, unknown>> => ({ repair: { asset: "s3://lake/clean", parallel: 30, downstream: true, ...request } });

const names = ({ runs }: ScenarioResult): string[] => runs.map((run) => `${run.dag}${run.key === "" ? "" : `[${run.key}]`} by ${run.cause}`);
const playLake = (lines: readonly Line[], dags: readonly object[] = lake) => play(dags as never, lines, { assets });

describe("a repair", () => {
  it("runs the producer of a slice, then each that is made from it, once, in order", () => {
    const played = playLake([["00:00", repair({ partitions: `${hour(0)}..${hour(23)}` })], ["01:00"]]);
    expect(names(played).slice(0, 24)).toEqual(Array.from({ length: 24 }, (_, n) => `clean[${hour(n)}] by repair`));
    expect(names(played).slice(24)).toEqual(["roll[2025-12-31] by repair", "mart[2025-12-31] by repair"]);
    expect(played.runs.slice(23).map((run) => run.at.slice(11, 16))).toEqual(["00:00", "00:01", "00:02"]);
  });

  it("gives each step what the steps before it published, and leaves nothing pending", () => {
    const played = playLake([["00:00", repair({ partitions: `${hour(0)}..${hour(23)}` })], ["01:00"]]);
    expect(played.runs.find((run) => run.dag === "roll")?.events).toHaveLength(24);
    expect(played.pending).toEqual([]);
    expect(new Set(played.ledger.map(({ fate }) => fate))).toEqual(new Set(["consumed"]));
  });

  it("without downstream runs the producer alone, and what follows is its condition's", () => {
    const day = { uri: "s3://lake/day", partitions: { grain: "day" } };
    const played = play(lake.slice(2), [["00:00", { repair: { asset: "s3://lake/mart", partitions: "2025-12-30..2025-12-31" } }], ["01:00"]], {
      assets: [day, assets[3]],
    });
    expect(names(played)).toEqual(["mart[2025-12-30] by repair", "mart[2025-12-31] by repair"]);
    expect(played.runs.map((run) => run.at.slice(11, 16))).toEqual(["00:00", "00:01"]);
  });

  it("of an asset from outside makes what is made from it", () => {
    const played = playLake([["00:00", repair({ asset: "s3://lake/raw", partitions: hour(5) })], ["01:00"]]);
    expect(names(played)).toEqual([`clean[${hour(5)}] by repair`, "roll[2025-12-31] by repair", "mart[2025-12-31] by repair"]);
  });

  it("holds at most so many runs at once", () => {
    const played = playLake([["00:00", repair({ asset: "s3://lake/raw", partitions: `${hour(0)}..${hour(3)}`, parallel: 2, downstream: true })], ["01:00"]]);
    expect(played.runs.map((run) => run.at.slice(11, 16))).toEqual(["00:00", "00:00", "00:01", "00:01", "00:02", "00:03"]);
  });

  it("joins the branches of a diamond, and runs the join once after both", () => {
    const dags = [
      { id: "src", on: on("raw"), runs: makes("clean") },
      { id: "left", on: on("clean"), runs: { ...makes("l"), duration: "2m" } },
      { id: "right", on: on("clean"), runs: { ...makes("r"), duration: "5m" } },
      { id: "join", on: { any: [on("l"), on("r")] }, runs: makes("j") },
    ];
    const hours = { grain: "hour" };
    const played = play(dags, [["00:00", repair({ partitions: hour(1) })], ["01:00"]], {
      assets: [...assets.slice(0, 2), asset("l", hours), asset("r", hours)],
    });
    expect(played.started.map((run) => run.replace(/\[.*?\]/, ""))).toEqual([
      "src@00:00",
      expect.stringMatching(/^left@00:01/),
      expect.stringMatching(/^right@00:01/),
      expect.stringMatching(/^join@00:06/),
    ]);
    expect(played.runs[3]?.events).toHaveLength(2);
  });

  it("follows fan-outs, windows, maps and all slices", () => {
    const dags = [
      { id: "up", on: on("x"), runs: makes("d") },
      { id: "hours", on: on("d", { partitions: { map: "fanOut", grain: "hour" } }), runs: makes() },
      { id: "window", on: on("d", { partitions: { map: "window", from: -1, to: 0, wait: "any" } }), runs: makes() },
      { id: "whole", on: on("d", { partitions: { map: "all" } }), runs: makes() },
      { id: "newest", on: on("d", { partitions: { map: "latest" } }), runs: makes() },
    ];
    const played = play(dags, [["00:00", repair({ asset: "s3://lake/d", partitions: "2025-12-30,2025-12-31" })], ["01:00"]], {
      assets: [asset("x", { grain: "day" }), asset("d", { grain: "day" })],
    });
    const runsOf = (dag: string) => played.runs.filter((run) => run.dag === dag).map((run) => run.key);
    expect(runsOf("up")).toEqual(["2025-12-30", "2025-12-31"]);
    expect(runsOf("hours")).toHaveLength(48);
    expect(runsOf("window")).toEqual(["2025-12-30", "2025-12-31", "2026-01-01"]);
    expect(runsOf("whole")).toEqual([""]);
    expect(runsOf("newest")).toEqual([""]);
    expect(new Set(played.runs.map((run) => run.cause))).toEqual(new Set(["repair"]));
  });

  it("leaves a day that still waits for its hours to the condition", () => {
    const played = playLake([["00:00", repair({ partitions: hour(0, "2026-01-01") })], ["01:00"]]);
    expect(names(played)).toEqual([`clean[${hour(0, "2026-01-01")}] by repair`]);
    expect(played.pending.map(({ dag, key }) => [dag, key])).toEqual([["roll", "2026-01-01"]]);
  });

  it("leaves what is keyed by the data to its condition", () => {
    const dags = [lake[0] as object, { id: "tenants", on: on("clean", { by: "tenant" }), runs: makes("t") }];
    const played = playLake([["00:00", repair({ partitions: hour(1) })], ["01:00"]], dags);
    expect(names(played)).toEqual([`clean[${hour(1)}] by repair`]);
  });

  it("keeps live events of a slice that waits for its turn, and runs them afterwards", () => {
    const event = { asset: "s3://lake/day", source: "x", id: "live", partition: "2025-12-31" };
    const played = playLake([["00:00", repair({ partitions: hour(1) })], ["00:00:30", { event }], ["01:00"]]);
    expect(played.started.slice(2)).toEqual([expect.stringMatching(/^mart\[2025-12-31\]@00:02 (?!live)/), "mart[2025-12-31]@00:03 live"]);
  });

  it("waits for a run of the same key that is running", () => {
    const event = { asset: "s3://lake/raw", source: "x", id: "live", partition: hour(1) };
    const played = playLake([["00:00", { event }], ["00:00:30", repair({ asset: "s3://lake/clean", partitions: hour(1) })], ["01:00"]]);
    expect(names(played)[0]).toBe(`clean[${hour(1)}] by condition`);
    expect(names(played).slice(1)).toEqual([`clean[${hour(1)}] by repair`, "roll[2025-12-31] by repair", "mart[2025-12-31] by repair"]);
    expect(played.runs[1]?.at).toBe("2026-01-01T00:01:00.000Z");
  });

  it("runs though its DAGs are paused", () => {
    const dags = lake.map((dag) => ({ ...dag, paused: true }));
    expect(names(playLake([["00:00", repair({ partitions: hour(1) })], ["01:00"]], dags))).toHaveLength(3);
  });
});

describe("a step that fails", () => {
  const failing = [{ ...lake[0], runs: [{ ...makes("clean"), outcome: "failed" }, makes("clean")] }, ...lake.slice(1)];

  it("stops what stands on it, and what else was published for that starts nothing", () => {
    const played = playLake([["00:00", repair({ partitions: `${hour(0)}..${hour(23)}` })], ["01:00"]], failing);
    expect(names(played).filter((name) => !name.startsWith("clean"))).toEqual([]);
    expect(played.runs).toHaveLength(24);
    expect(played.warnings.map(({ code }) => code)).toEqual(["W_REPAIR_STOPPED"]);
    expect(new Set(played.ledger.map(({ fate, why }) => `${fate} ${why}`))).toEqual(new Set(["dropped repair-sim-1 stopped"]));
  });

  it("does not stop what stands on others", () => {
    const lines: Line[] = [["00:00", repair({ asset: "s3://lake/raw", partitions: [hour(3), hour(3, "2025-12-30")] })], ["01:00"]];
    const played = playLake(lines, failing);
    expect(names(played)).toEqual([
      `clean[${hour(3, "2025-12-30")}] by repair`,
      `clean[${hour(3)}] by repair`,
      "roll[2025-12-31] by repair",
      "mart[2025-12-31] by repair",
    ]);
  });
});

describe("a repair that is refused", () => {
  const refused = (request: object, dags: readonly object[] = lake): string => {
    try {
      playLake([["00:00", repair(request)]], dags);
    } catch (error) {
      return (error as Error).message;
    }
    return "accepted";
  };

  it.each([
    ["a key of another grain", { partitions: "2025-12-31" }, /does not fit .*hour/],
    ["a range that is none", { partitions: `${hour(5)}..${hour(1)}` }, /is no range/],
    ["no slice", {}, /repair\.partitions.*no text/],
    ["an asset that nobody knows", { asset: "s3://lake/none", partitions: hour(1) }, /no deployed DAG names s3:\/\/lake\/none/],
    ["an asset from outside alone", { asset: "s3://lake/raw", partitions: hour(1), downstream: false }, /no deployed DAG makes s3:\/\/lake\/raw/],
    ["too many steps", { asset: "s3://lake/raw", partitions: "2025-01-01T00..2025-12-31T23" }, /more than 2000 runs/],
  ])("%s", (_, request, why) => {
    expect(refused(request)).toMatch(why);
  });

  it("a producer whose runs have other partitions than the asset", () => {
    expect(refused({ partitions: hour(1) }, [{ id: "odd", on: on("day"), runs: makes("clean") }])).toMatch(/which of its runs makes which slice is not known/);
  });
});

describe("a repair on the machine", () => {
  const hours: PartitionDefinition = { grain: "hour" };
  const describeAsset = (name: string) => ({ uri: `s3://lake/${name}`, partitions: hours, schema: false, tags: [], meta: {} });
  const catalog = catalogOf(
    { a: { on: { asset: "s3://lake/raw" }, outlets: ["s3://lake/a"] }, b: { on: { asset: "s3://lake/a" }, outlets: ["s3://lake/b"] } },
    { assets: [describeAsset("raw"), describeAsset("a"), describeAsset("b")] },
  );

  it("goes on after every continue-as-new, and is remembered when it is over", () => {
    let registry = deployed(catalog);
    const plan = readRepair(registry, { asset: "s3://lake/a", partitions: `${hour(1)}..${hour(2)}`, downstream: true, by: "ada", why: "bad input" }, NOW);
    const runs: string[] = [];
    let inputs: RegistryInput[] = [{ kind: "repair", ...plan }];
    for (let now = NOW; inputs.length > 0 && runs.length < 20; now += 1_000) {
      const { starts } = step(registry, inputs, now);
      registry = openRegistry(stateOf(registry));
      inputs = starts.map((start) => {
        runs.push(`${start.dag} ${start.input.partition}`);
        const outlets = [{ asset: `s3://lake/${start.dag}`, id: `${start.id}/1`, partition: start.input.partition ?? null }];
        return { kind: "runEnded", run: start.id, dag: start.dag, temporalRunId: "t", status: "succeeded", outlets };
      });
    }
    expect(runs).toEqual([`a ${hour(1)}`, `a ${hour(2)}`, `b ${hour(1)}`, `b ${hour(2)}`]);
    expect(stateOf(registry).repairs).toBeUndefined();
    expect(showWork(registry, "repair-e1-1")).toMatchObject({ status: "succeeded", by: "ada", why: "bad input", runs: { total: 4, succeeded: 4 } });
  });

  it("says in explain what a failed step stopped", () => {
    const registry = deployed(catalog);
    const plan = readRepair(registry, { asset: "s3://lake/a", partitions: `${hour(1)}..${hour(2)}`, downstream: true, parallel: 2 }, NOW);
    const { starts } = step(registry, [{ kind: "repair", ...plan }], NOW);
    const failed = starts[0]?.id ?? "";
    expect(explain(registry, { dag: "b" }, NOW).text).toContain("repair-e1-1 of s3://lake/a: 0 of 2 runs succeeded, 2 waiting");
    step(registry, [{ kind: "runEnded", run: failed, dag: "a", temporalRunId: "t", status: "failed", error: "no such table", outlets: [] }], NOW + 1);
    expect(explain(registry, { dag: "a" }, NOW + 1).text).toContain(`a ${hour(1)}: no such table`);
    expect(explain(registry, { dag: "b" }, NOW + 1).text).toContain(`1 stopped, 1 waiting; b ${hour(1)}: stopped: a ${hour(1)} failed`);
  });

  it("holds back what a live event makes due until its turn, and says so", () => {
    const registry = deployed(catalog);
    const plan = readRepair(registry, { asset: "s3://lake/a", partitions: hour(1), downstream: true }, NOW);
    step(registry, [{ kind: "repair", ...plan }], NOW);
    const live = { asset: "s3://lake/a", source: "x", id: "live", partition: hour(1) };
    expect(step(registry, [{ kind: "publish", events: [live] }], NOW + 1).starts).toEqual([]);
    expect(explain(registry, { dag: "b" }, NOW + 1).data).toMatchObject({
      groups: [{ due: true, blocked: [{ by: "repair", text: `${hour(1)} waits for its turn in repair-e1-1` }] }],
    });
  });

  it("is opened once for a request, however often it is sent", () => {
    const registry = deployed(catalog);
    const plan = readRepair(registry, { asset: "s3://lake/a", partitions: hour(1), request: "r1" }, NOW);
    const ids = [1, 2].flatMap((n) => step(registry, [{ kind: "repair", ...plan }], NOW + n).work.map(({ id }) => id));
    expect(ids).toEqual(["repair-e1-1", "repair-e1-1"]);
  });
});
