import { describe, expect, it } from "vitest";
import { v1 } from "../../ui/src/api/client.ts";
import { toApiError } from "../../ui/src/api/problem.ts";
import { canOperate } from "../../ui/src/api/rights.ts";
import type { OpenProblem } from "../../ui/src/api/schema.gen.ts";
import { activityOf } from "../../ui/src/pages/home/activity.ts";
import { type DagState, troublesOf, type WatcherState } from "../../ui/src/pages/home/troubles-of.ts";
import { durationText, relativeText } from "../../ui/src/parts/time-text.ts";
import { parseSearch, stringifySearch, textSearch } from "../../ui/src/shell/search-params.ts";

describe("times", () => {
  it.each([
    [0, "now"],
    [12_300, "12 s ago"],
    [190_000, "3 min ago"],
    [-3_600_000, "in 1 h"],
    [9 * 86_400_000, "9 d ago"],
  ])("an instant %s ms ago is %s", (age, text) => {
    expect(relativeText(1e12 - age, 1e12)).toBe(text);
  });

  it.each([
    [840, "840 ms"],
    [2_440, "2.4 s"],
    [192_000, "3 min 12 s"],
    [7_200_000, "2 h"],
  ])("%s ms took %s", (span, text) => {
    expect(durationText(span)).toBe(text);
  });
});

describe("addresses", () => {
  it("keep texts that look like numbers as they are", () => {
    expect(parseSearch("?partition=2026&id=007&empty=")).toEqual({ partition: "2026", id: "007" });
    expect(stringifySearch({ id: "007", gone: undefined, uri: "s3://a&b" })).toBe("?id=007&uri=s3%3A%2F%2Fa%26b");
  });

  it("drop names that a page does not know", () => {
    expect(textSearch("owner")({ owner: "ada", utm: "x" })).toEqual({ owner: "ada" });
  });

  it("of the API take an identity as one segment", () => {
    expect(v1`/assets/${"s3://lake/raw orders"}/events`).toBe("/v1/assets/s3%3A%2F%2Flake%2Fraw%20orders/events");
  });
});

describe("an error of the API", () => {
  it("is shown with its code, its hint and where it is", async () => {
    const problem = { code: "E_API_REQUEST", detail: "limit is 900", hint: "give at most 200", where: "query limit", status: 400 };
    const { message, code, hint, where, status } = await toApiError(new Response(JSON.stringify(problem), { status: 400 }));
    expect({ detail: message, code, hint, where, status }).toEqual(problem);
  });

  it("is told by its status where a proxy answered", async () => {
    expect(await toApiError(new Response("<html>Bad gateway</html>", { status: 502 }))).toMatchObject({ code: "HTTP 502", message: "the API answered 502" });
  });
});

describe("what somebody may do", () => {
  it.each([
    [["admin"], undefined, true],
    [["operate"], "lake", true],
    [["read", "operate:lake"], "lake", true],
    [["read", "operate:lake"], "shop", false],
    [["operate:lake"], undefined, true],
    [["read", "publish:s3://lake", "start:lake"], "lake", false],
  ])("with %s in %s", (scopes, project, may) => {
    expect(canOperate(scopes, project)).toBe(may);
  });
});

describe("the overview", () => {
  const problem = (kind: OpenProblem["kind"], about: OpenProblem["about"], subject: string, more: Partial<OpenProblem> = {}): OpenProblem => ({
    ...{ kind, about, subject, title: `${subject} is wrong`, detail: null, since: "2026-11-27T00:00:00Z", count: 1, run: null },
    ...{ project: "lake", owner: null, tags: [], told: [], ...more },
  });
  const dag = (id: string, by?: string): DagState => ({ dag: id, faulted: null, paused: by === undefined ? null : { by, since: "2026-11-27T00:00:00Z" } });
  const watcher = (id: string, status: string): WatcherState => ({ watcher: id, live: { status, error: "the server is away" }, stored: null });

  it("names what is wrong, the gravest first, then what is held back, and nothing else", () => {
    const problems = [
      problem("asset-stale", "asset", "s3://lake/raw", { detail: "It must be within 26h." }),
      problem("run-failed", "dag", "a", { count: 3, title: "3 runs of a failed", detail: "the pipe burst", run: "a/3" }),
      problem("dag-looping", "dag", "circle"),
      problem("watcher-stopped", "watcher", "w", { detail: "the slot is lost" }),
    ];
    const dags = [dag("fine"), dag("held", "ada"), dag("circle", "the registry")];
    const watchers = [watcher("w", "stopped"), watcher("slow", "backing-off"), watcher("good", "running")];
    expect(troublesOf(problems, dags, watchers).map(({ id, status, why, run }) => `${id} ${status}: ${why}${run === undefined ? "" : ` (${run})`}`)).toEqual([
      "w stopped: the slot is lost",
      "circle looping: circle is wrong",
      "a failed: 3 runs of a failed: the pipe burst (a/3)",
      "s3://lake/raw stale: It must be within 26h.",
      "slow backing-off: the server is away",
      "held paused: no run starts until it is resumed; paused by ada",
    ]);
  });

  it("shows each DAG with its newest runs, the last one at the end", () => {
    const run = (name: string, id: number) => ({ run: `${name}/${id}`, dag: name, status: "succeeded" }) as Parameters<typeof activityOf>[0][number];
    const found = activityOf([run("b", 3), run("a", 2), run("b", 2), run("b", 1)], 2);
    expect(found.map(({ dag: name, runs, last }) => `${name} ${runs.map((one) => one.run)} ${last.run}`)).toEqual(["b b/2,b/3 b/3", "a a/2 a/2"]);
  });
});
