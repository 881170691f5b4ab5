import { describe, expect, it } from "vitest";
import { HeadgateError } from "../../core/errors.ts";
import { simulate } from "../../registry/index.ts";
import { at, ev, FOREVER, on, play } from "./play.ts";

const T = "2026-01-01T00:00:00Z";

function placeOf(scenario: unknown): string {
  try {
    simulate(scenario);
  } catch (error) {
    if (HeadgateError.is(error) && error.code === "E_SCENARIO" && error.message.includes(error.where ?? "nowhere")) return error.where ?? "";
    throw error;
  }
  throw new Error("the scenario was accepted");
}

describe("a fault of the scenario names its path", () => {
  const dag = { id: "d", on: on("a") };
  it.each([
    ["scenario", 5],
    ["scenario", { dag: [] }],
    ["assets[0].uri", { assets: [{ uri: "lake" }] }],
    ["assets[0]", { assets: [{ uri: "s3://a/b", colour: "red" }] }],
    ["assets[0].partitions.grain", { assets: [{ uri: "s3://a/b", partitions: { grain: "fortnight" } }] }],
    ["dags[0].id", { dags: [{ on: on("a") }] }],
    ["dags[1].id", { dags: [dag, dag] }],
    ["dags[0]", { dags: [{ ...dag, retries: 2 }] }],
    ["dags[0].on", { dags: [{ id: "d", on: {} }] }],
    ["dags[0].on.all[1]", { dags: [{ id: "d", on: { all: [on("a"), { assets: "s3://a/b" }] } }] }],
    ["dags[0].on.where.rows", { dags: [{ id: "d", on: on("a", { where: { rows: { above: 3 } } }) }] }],
    ["dags[0].on.count", { dags: [{ id: "d", on: on("a", { count: 0 }) }] }],
    ["dags[0].on.within", { dags: [{ id: "d", on: on("a", { within: "1 hour" }) }] }],
    ["dags[0].on.cron", { dags: [{ id: "d", on: { cron: "* * * * * *" } }] }],
    ["dags[0].on.tz", { dags: [{ id: "d", on: { cron: "@daily", tz: "Mars" } }] }],
    ["dags[0].debounce.quiet", { dags: [{ ...dag, debounce: { quiet: "5", max: "1h" } }] }],
    ["dags[0].mode", { dags: [{ ...dag, mode: "all" }] }],
    ["dags[0].runs.outcome", { dags: [{ ...dag, runs: { outcome: "ok" } }] }],
    ["dags[0].runs[1].duration", { dags: [{ ...dag, runs: [{}, { duration: "long" }] }] }],
    ["dags[0].runs.outlets[0]", { dags: [{ ...dag, runs: { outlets: ["nowhere"] } }] }],
    ["timeline[0].at", { timeline: [{ at: "2026-01-01T00:00:00" }] }],
    ["timeline[0].at", { timeline: [{}] }],
    ["timeline[1].at", { timeline: [{ at: "2026-01-02T00:00:00Z" }, { at: T }] }],
    ["timeline[0].at", { start: "2026-01-02T00:00:00Z", timeline: [{ at: T }] }],
    ["start", { start: "soon" }],
    ["timeline[0]", { timeline: [{ at: T, wait: true }] }],
    ["timeline[0]", { dags: [dag], timeline: [{ at: T, pause: "d", resume: "d" }] }],
    ["timeline[0].pause", { dags: [dag], timeline: [{ at: T, pause: "x" }] }],
    ["timeline[0].finish.dag", { timeline: [{ at: T, finish: { dag: "d", run: 1 } }] }],
    ["timeline[0].finish.run", { dags: [dag], timeline: [{ at: T, finish: { dag: "d", run: 0 } }] }],
    ["timeline[0].register.dags[0].on", { timeline: [{ at: T, register: { dags: [{ id: "d", on: 5 }] } }] }],
    ["timeline[0].backfill.partitions", { dags: [dag], timeline: [{ at: T, backfill: { dag: "d", partitions: { from: "2026-01-01", to: "2026-01-02" } } }] }],
    ["dags[0].on.partitions", { dags: [{ id: "d", on: on("a", { partitions: { map: "rollup", grain: "day" } }) }] }],
  ])("%s", (where, scenario) => {
    expect(placeOf(scenario)).toBe(where);
  });
});

describe("runs of a scenario", () => {
  it("take the n-th entry of a list, and the last for all later runs", () => {
    const { runs } = play({ on: on("a"), mode: "each", runs: [{ outcome: "failed" }, { duration: "5m", outcome: "cancelled" }, {}] }, [
      ["00:00", { event: ["1", "2", "3", "4"].map((id) => ev("a", id)) }],
      ["01:00"],
    ]);
    expect(runs.map((run) => run.status)).toEqual(["failed", "cancelled", "succeeded", "succeeded"]);
  });

  it("publish only if they succeeded, with their own data and partition", () => {
    const outlets = ["s3://lake/b", { asset: "s3://lake/p", partition: "eu", data: { rows: 3 } }];
    const assets = [{ uri: "s3://lake/p", partitions: { keys: ["eu"] } }];
    const downstream = [{ on: on("b") }, { on: on("p", { where: { rows: 3, $source: "run:d" } }) }];
    expect(play([{ on: on("a"), runs: { outlets } }, ...downstream], [["00:00", { event: ev("a", "1") }]], { assets }).started).toEqual([
      "d@00:00 1",
      "d2@00:00 d/sim-1/1",
      "d3[eu]@00:00 d/sim-1/2",
    ]);
    expect(play([{ on: on("a"), runs: { outlets, outcome: "failed" } }, ...downstream], [["00:00", { event: ev("a", "1") }]], { assets }).started).toEqual([
      "d@00:00 1",
    ]);
  });

  it("without a duration end at finish, which counts from 1 in the order of start", () => {
    const { runs, warnings } = play({ on: on("a"), mode: "each", concurrency: 2, runs: FOREVER }, [
      ["00:00", { event: [ev("a", "1"), ev("a", "2")] }],
      ["00:03", { finish: { dag: "d", run: 2, outcome: "failed" } }],
      ["00:04", { finish: { dag: "d", run: 2 } }],
      ["00:05", { finish: { dag: "d", run: 9 } }],
    ]);
    expect(runs.map((run) => [run.status, run.endedAt])).toEqual([
      ["running", null],
      ["failed", at("00:03")],
    ]);
    expect(warnings.map(({ code, at: time }) => [code, time])).toEqual([
      ["W_NOT_RUNNING", at("00:04")],
      ["W_NOT_RUNNING", at("00:05")],
    ]);
  });

  it("that a person starts carry a partition and consume nothing", () => {
    const { runs } = play({ on: on("a") }, [["00:00", { start: { dag: "d", partition: "eu", params: { x: 1 } } }]]);
    expect(runs).toEqual([
      { dag: "d", id: "d/sim-1", at: at("00:00"), partition: "eu", key: "eu", events: [], cause: "person", status: "succeeded", endedAt: at("00:00") },
    ]);
  });
});

describe("the output", () => {
  it("is exactly this", () => {
    const result = simulate({
      assets: [{ uri: "s3://lake/a", partitions: { grain: "day", tz: "UTC" } }],
      dags: [
        {
          id: "mart",
          on: { all: [{ asset: "s3://lake/a" }, { asset: "s3://lake/b", where: { rows: { gt: 0 } } }] },
          mode: "batch",
          concurrency: { total: 1, perKey: 1 },
          runs: { duration: "5m", outlets: ["s3://lake/c"] },
        },
      ],
      timeline: [
        { at: T, event: { asset: "s3://lake/a", source: "x", id: "1", time: T, partition: "2026-01-01", data: { rows: 3 } } },
        {
          at: "2026-01-01T00:01:00Z",
          event: [
            { asset: "s3://lake/b", source: "x", id: "2", data: { rows: 0 } },
            { asset: "s3://lake/b", source: "x", id: "3", data: { rows: 1 } },
          ],
        },
        { at: "2026-01-01T00:02:00Z", event: { asset: "s3://lake/a", source: "x", id: "4", partition: "2026-01-02" } },
        { at: "2026-01-02T00:00:00Z", event: 7 },
      ],
    });
    const ref = (asset: string, id: string) => ({ asset: `s3://lake/${asset}`, source: "x", id });
    expect(result).toEqual({
      runs: [
        {
          dag: "mart",
          id: "mart/sim-1",
          at: at("00:01"),
          partition: "2026-01-01",
          key: "2026-01-01",
          events: [ref("a", "1"), ref("b", "3")],
          cause: "condition",
          status: "succeeded",
          endedAt: at("00:06"),
        },
      ],
      ledger: [
        { dag: "mart", key: "2026-01-01", event: ref("a", "1"), fate: "consumed", why: null, run: "mart/sim-1", at: at("00:01") },
        { dag: "mart", key: "", event: ref("b", "2"), fate: "filtered", why: "where", run: null, at: at("00:01") },
        { dag: "mart", key: "", event: ref("b", "3"), fate: "consumed", why: null, run: "mart/sim-1", at: at("00:01") },
        { dag: "mart", key: "2026-01-02", event: ref("a", "4"), fate: "pending", why: null, run: null, at: at("00:02") },
      ],
      pending: [
        {
          dag: "mart",
          key: "2026-01-02",
          events: [ref("a", "4")],
          tree: {
            kind: "all",
            text: "all(s3://lake/a, s3://lake/b)",
            due: false,
            waitsFor: "an event of s3://lake/b",
            children: [
              { kind: "asset", text: "s3://lake/a", due: true, pending: 1 },
              { kind: "asset", text: "s3://lake/b", due: false, pending: 0, waitsFor: "an event of s3://lake/b" },
            ],
          },
        },
      ],
      rejected: [{ at: "2026-01-02T00:00:00.000Z", event: 7, code: "E_EVENT", why: "an event is an object, and this is a number" }],
      warnings: [],
      next: null,
    });
  });

  it("is empty for an empty scenario", () => {
    expect(simulate({})).toEqual({ runs: [], ledger: [], pending: [], rejected: [], warnings: [], next: null });
  });
});

describe("what is nested without end", () => {
  const nested = (levels: number): string => `${'{"a":['.repeat(levels)}1${"]}".repeat(levels)}`;
  const playText = (text: string) => simulate(JSON.parse(text));

  it.each([
    ["in the data of an event", `{"asset":"s3://lake/a","id":"1","data":${nested(50)}}`],
    ["in a field of it", `{"asset":"s3://lake/a","id":"1","partition":${nested(20_000)}}`],
    ["instead of an event", nested(20_000)],
  ])("is a rejected event %s", (_, event) => {
    const { rejected } = playText(`{"dags":[],"timeline":[{"at":"2026-01-01T00:00:00Z","event":[${event},{"asset":"s3://lake/a"}]}]}`);
    expect(rejected.map(({ code }) => code)).toEqual(["E_EVENT"]);
    expect(rejected[0]?.why).toContain("nested more than 100 levels deep");
  });

  it.each([
    ["dags[0]", `{"dags":[${nested(20_000)}]}`],
    ["dags[0]", `{"dags":[{"id":"d","on":{"asset":"s3://lake/a","where":${'{"not":'.repeat(20_000)}{}${"}".repeat(20_000)}}}]}`],
    ["timeline[0].start", `{"timeline":[{"at":"2026-01-01T00:00:00Z","start":${nested(20_000)}}]}`],
    ["timeline[0]", `{"timeline":[${"[".repeat(20_000)}${"]".repeat(20_000)}]}`],
    ["start", `{"start":${nested(20_000)}}`],
    ["scenario", `${"[".repeat(20_000)}${"]".repeat(20_000)}`],
  ])("is a fault of the scenario at %s", (where, text) => {
    expect(() => playText(text)).toThrow(expect.objectContaining({ code: "E_SCENARIO", where }));
  });
});
