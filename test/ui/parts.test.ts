import { describe, expect, it } from "vitest";
import { v1 } from "../../ui/src/api/client.ts";
import { toApiError } from "../../ui/src/api/problem.ts";
import { activityOf } from "../../ui/src/pages/home/activity.ts";
import { type DagState, troublesOf } from "../../ui/src/pages/home/troubles-of.ts";
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

describe("the overview", () => {
  const dag = (id: string, more: Partial<DagState> = {}): DagState => ({
    ...{ dag: id, paused: null, faulted: null, lastRun: null, heldEvents: 0 },
    ...more,
  });
  const failed = { run: "a/1", status: "failed", startedAt: "2026-11-27T00:00:00Z", endedAt: null } as const;

  it("names what asks for somebody, the gravest first, and nothing else", () => {
    const dags = [
      dag("fine", { heldEvents: 3 }),
      dag("held", { paused: { by: "ada", since: "2026-11-27T00:00:00Z" } }),
      dag("a", { lastRun: failed, heldEvents: 4 }),
      dag("b", { faulted: "it threw" }),
    ];
    const watchers = [{ watcher: "w", live: { status: "stopped", error: "the slot is lost" }, stored: null }];
    const stale = [{ asset: "s3://lake/raw", freshness: null }];
    expect(troublesOf(dags, watchers, stale).map(({ id, status, why }) => `${id} ${status}: ${why}`)).toEqual([
      "w stopped: the slot is lost",
      "b faulted: it threw",
      "a failed: its last run failed, 4 events stay with failed runs",
      "s3://lake/raw stale: no event of it came in time",
      "held paused: no run starts until it is resumed; paused by ada",
    ]);
  });

  it("shows each DAG with its newest runs, the last one at the end", () => {
    const run = (name: string, id: number) => ({ run: `${name}/${id}`, dag: name, status: "succeeded" }) as Parameters<typeof activityOf>[0][number];
    const found = activityOf([run("b", 3), run("a", 2), run("b", 2), run("b", 1)], 2);
    expect(found.map(({ dag: name, runs, last }) => `${name} ${runs.map((one) => one.run)} ${last.run}`)).toEqual(["b b/2,b/3 b/3", "a a/2 a/2"]);
  });
});
