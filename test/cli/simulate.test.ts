import { describe, expect, it } from "vitest";
import { createProject } from "../support/project.ts";
import { headgate } from "./headgate.ts";

const at = (minute: number): string => `2026-01-01T00:0${minute}:00Z`;
const SCENARIO = {
  dags: [{ id: "mart", on: { all: [{ asset: "s3://lake/a" }, { asset: "s3://lake/b" }] }, runs: { duration: "5m" } }],
  timeline: [
    { at: at(0), event: [{ asset: "s3://lake/a", id: "a1" }, { asset: "s3://lake/b", id: "b1", source: "kafka" }, "no event"] },
    { at: at(1), event: { asset: "s3://lake/a", id: "a2" } },
    { at: at(9) },
  ],
};

describe("headgate simulate", () => {
  it("prints the result alone as JSON", async () => {
    await using project = await createProject({ "scenario.json": JSON.stringify(SCENARIO) });
    const ended = await headgate(["simulate", "scenario.json", "-o", "json"], { cwd: project.root });
    expect({ code: ended.code, stderr: ended.stderr }).toEqual({ code: 0, stderr: "" });
    expect(ended.json()).toMatchObject({
      runs: [{ dag: "mart", at: "2026-01-01T00:00:00.000Z", events: [{ id: "a1" }, { id: "b1" }], status: "succeeded", endedAt: "2026-01-01T00:05:00.000Z" }],
      pending: [{ dag: "mart", events: [{ id: "a2" }], tree: { kind: "all", due: false } }],
      rejected: [{ event: "no event", code: "E_EVENT" }],
      next: null,
    });
  });

  it("tells the story for people, read from stdin", async () => {
    const { code, stdout } = await headgate(["simulate", "-"], { input: JSON.stringify(SCENARIO) });
    expect(stdout).toMatch(/^1 run, 1 event pending, 1 rejected\n/);
    expect(stdout).toMatch(/^ {2}2026-01-01T00:00:00Z +mart\/\S+ +succeeded +5 min +a1, kafka\/b1$/m);
    expect(stdout).toMatch(/^ {2}mart +a2 +an event of s3:\/\/lake\/b$/m);
    expect(code).toBe(0);
  });

  it.each([
    [{ ...SCENARIO, timeline: [{ at: "noon" }] }, "timeline[0].at"],
    [{ ...SCENARIO, timeline: [{ at: at(0), pause: "nobody" }] }, "timeline[0].pause"],
    [{ dags: [{ id: "mart", on: { all: [{ asset: "s3://lake/a" }, { aset: "s3://lake/b" }] } }] }, "dags[0].on.all[1]"],
    [{ colour: "red" }, "scenario"],
  ])("refuses a faulty scenario with 2, the path on stderr and nothing on stdout", async (scenario, path) => {
    const { code, stderr, stdout } = await headgate(["simulate", "-", "-o", "json"], { input: JSON.stringify(scenario) });
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: "E_SCENARIO", where: expect.stringContaining(path) } });
  });

  it.each([
    [["simulate", "nowhere.json"], "", "the scenario cannot be read"],
    [["simulate", "-"], "{", "the scenario is not JSON"],
  ])("refuses %j on input %j", async (args, input, says) => {
    const { code, stderr, stdout } = await headgate(args, { input });
    expect(stderr).toMatch(/^error E_SCENARIO: /);
    expect(stderr).toContain(says);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  });
});

describe("headgate simulate --batch", () => {
  const lines = [JSON.stringify(SCENARIO), "{", "", JSON.stringify({ timeline: [{ at: "noon" }] }), JSON.stringify({ dags: SCENARIO.dags })];

  it("prints a line for each scenario, errors among them, and ends with 2", async () => {
    await using project = await createProject({ "scenarios.jsonl": lines.join("\n") });
    const { code, stderr, stdout } = await headgate(["simulate", "--batch", "scenarios.jsonl"], { cwd: project.root });
    const [first, second, third, fourth, ...more] = stdout.trimEnd().split("\n");
    const alone = await headgate(["simulate", "-", "-o", "jsonl"], { input: lines[0] ?? "" });
    expect(`${first}\n`).toBe(alone.stdout);
    expect(JSON.parse(second ?? "")).toMatchObject({ line: 2, error: { code: "E_SCENARIO", where: "line 2" } });
    expect(JSON.parse(third ?? "")).toMatchObject({ line: 4, error: { code: "E_SCENARIO", where: "timeline[0].at" } });
    expect(JSON.parse(fourth ?? "")).toMatchObject({ runs: [], next: null });
    expect({ more, code, stderr }).toEqual({ more: [], code: 2, stderr: "" });
  });

  it("reads stdin, and ends with 0 if all lines are good", async () => {
    const { code, stdout } = await headgate(["simulate", "--batch", "-"], { input: `${lines[0]}\r\n${lines[0]}\n` });
    expect(stdout.trimEnd().split("\n")).toHaveLength(2);
    expect(code).toBe(0);
  });

  it("waits for a slow reader", async () => {
    const input = Array.from({ length: 400 }, () => lines[0]).join("\n");
    const { code, stdout } = await headgate(["simulate", "--batch", "-"], { input });
    expect(stdout.trimEnd().split("\n")).toHaveLength(400);
    expect(code).toBe(0);
  });

  it("says that the file is not there", async () => {
    const { code, stderr, stdout } = await headgate(["simulate", "--batch", "nowhere.jsonl"]);
    expect(stderr).toContain("error E_SCENARIO: the scenario cannot be read");
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  });
});

it("headgate simulate --schema prints the schema of the package", async () => {
  const { code, stdout } = await headgate(["simulate", "--schema"]);
  expect(JSON.parse(stdout)).toMatchObject({ title: "Scenario of headgate simulate", $defs: { node: {} } });
  expect(code).toBe(0);
});

it("headgate simulate without a scenario says what it wants", async () => {
  const { code, stderr } = await headgate(["simulate"]);
  expect(stderr).toContain("error E_USAGE: simulate wants a scenario");
  expect(code).toBe(2);
});
