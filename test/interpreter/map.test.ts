import { describe, expect, it } from "vitest";
import type { TaskOutput } from "../../core/tasks/task-io.ts";
import { advanceMap, MAX_LOST, type MapCommand, type MapEvent, startMap } from "../../interpreter/index.ts";
import type { MapCarry, MapFacts } from "../../interpreter/map-state.ts";

type Command<K extends MapCommand["kind"]> = Extract<MapCommand, { kind: K }>;

/** Plays a map step by step and keeps all that the interpreter asked for. */
function playMap(from: number | MapCarry, more: Partial<MapFacts> = {}) {
  const facts: MapFacts = { task: "each", limit: 2, whenFailed: "finish", retries: 0, ...more };
  const { state, commands: first } = startMap(facts, from);
  const commands: MapCommand[] = [...first];
  const send = (event: MapEvent): void => void commands.push(...advanceMap(facts, state, event));
  const of = <K extends MapCommand["kind"]>(kind: K): Command<K>[] => commands.filter((one): one is Command<K> => one.kind === kind);
  return {
    send,
    succeed: (index: number, output: Partial<TaskOutput> = {}) => send({ kind: "completed", index, output: { value: `v${index}`, outlets: [], ...output } }),
    fail: (index: number, error = "disk full") => send({ kind: "failed", index, error }),
    started: () => of("schedule").map(({ index }) => index),
    rounds: () => of("schedule"),
    published: () => of("publish").flatMap(({ outlets }) => outlets.map(({ asset }) => asset)),
    carry: () => of("carry")[0]?.carry,
    end: () => of("end")[0],
  };
}

describe("a map", () => {
  it("works on as many items at once as its limit says, in order", () => {
    const map = playMap(5);
    expect(map.started()).toEqual([0, 1]);
    map.succeed(1);
    expect(map.started()).toEqual([0, 1, 2]);
    map.succeed(0);
    map.succeed(2);
    expect(map.started()).toEqual([0, 1, 2, 3, 4]);
  });

  it("gives its results in the order of the list, whatever the order in which they came", () => {
    const map = playMap(3, { limit: 3 });
    for (const index of [2, 0, 1]) map.succeed(index);
    expect(map.end()).toMatchObject({ status: "succeeded", value: ["v0", "v1", "v2"] });
  });

  it("over an empty list succeeds at once with an empty list", () => {
    expect(playMap(0).end()).toEqual({ kind: "end", status: "succeeded", value: [], published: [] });
  });

  it("leaves out items that skipped themselves", () => {
    const map = playMap(3, { limit: 3 });
    map.succeed(0);
    map.succeed(1, { skipped: "no rows" });
    map.succeed(2);
    expect(map.end()).toMatchObject({ status: "succeeded", value: ["v0", "v2"] });
  });

  it("publishes what an item publishes when it succeeds, and remembers of what", () => {
    const map = playMap(2);
    map.succeed(0, { outlets: [{ asset: "s3://a" }, { asset: "s3://a" }] });
    expect(map.published()).toEqual(["s3://a", "s3://a"]);
    map.succeed(1, { outlets: [{ asset: "s3://b" }] });
    expect(map.end()).toMatchObject({ published: ["s3://a", "s3://b"] });
  });

  it("does not mind an event that comes too late", () => {
    const map = playMap(2);
    map.succeed(0);
    map.succeed(0);
    map.succeed(1);
    map.fail(1);
    expect(map.end()).toMatchObject({ status: "succeeded", value: ["v0", "v1"] });
  });
});

describe("an item that fails", () => {
  it.each([
    ["finish", [0, 1, 2, 3], { status: "failed", code: "E_MAP_ITEMS", item: 1, error: "1 of 4 items failed; first item 1: disk full" }],
    ["stop", [0, 1], { status: "failed", code: "E_MAP_ITEMS", item: 1, error: "1 of 4 items failed, and 2 were not started; first item 1: disk full" }],
    [
      "keep",
      [0, 1, 2, 3],
      {
        status: "succeeded",
        value: [
          { status: "succeeded", value: "v0" },
          { status: "failed", error: "disk full" },
          { status: "skipped", why: "no rows" },
          { status: "succeeded", value: "v3" },
        ],
      },
    ],
  ] as const)("under %s lets %j start", (whenFailed, started, end) => {
    const map = playMap(4, { whenFailed });
    map.fail(1);
    map.succeed(0);
    if (started.length > 2) {
      map.succeed(2, { skipped: "no rows" });
      map.succeed(3);
    }
    expect(map.started()).toEqual(started);
    expect(map.end()).toMatchObject(end);
  });

  it("by a lost worker is started again without using up a retry, at most so often", () => {
    const map = playMap(1, { retries: 2 });
    for (let time = 0; time <= MAX_LOST; time += 1) map.send({ kind: "lost", index: 0, attempts: 1 });
    expect(map.rounds().map(({ round, retries, attemptsBefore }) => [round, retries, attemptsBefore])).toEqual(
      Array.from({ length: MAX_LOST + 1 }, (_, index) => [index + 1, 2, index]),
    );
    expect(map.end()).toMatchObject({ status: "failed", error: `1 of 1 items failed; first item 0: its worker was lost ${MAX_LOST + 1} times in a row` });
  });
});

describe("a map that is told to stop", () => {
  it("starts nothing more and ends when what runs has ended", () => {
    const map = playMap(5);
    map.send({ kind: "cancel" });
    map.send({ kind: "cancelled", index: 0 });
    expect(map.end()).toBeUndefined();
    map.succeed(1);
    expect(map.end()).toEqual({ kind: "end", status: "cancelled" });
    expect(map.started()).toEqual([0, 1]);
  });

  it("does not start an item again that lost its worker", () => {
    const map = playMap(1);
    map.send({ kind: "cancel" });
    map.send({ kind: "lost", index: 0, attempts: 1 });
    expect(map.end()).toEqual({ kind: "end", status: "cancelled" });
  });
});

describe("a map with a long history", () => {
  it("lets what runs end, and goes on with what is left in another life", () => {
    const first = playMap(4, { limit: 2 });
    first.succeed(1, { outlets: [{ asset: "s3://a" }] });
    first.send({ kind: "carry" });
    first.fail(2);
    expect(first.carry()).toBeUndefined();
    first.succeed(0);
    expect(first.started()).toEqual([0, 1, 2]);
    const carried: MapCarry = JSON.parse(JSON.stringify(first.carry()));
    const second = playMap(carried);
    expect(second.started()).toEqual([3]);
    second.succeed(3);
    expect(second.end()).toMatchObject({ status: "failed", error: "1 of 4 items failed; first item 2: disk full", published: ["s3://a"] });
  });

  it("ends in this life if nothing is left to start", () => {
    const map = playMap(1);
    map.send({ kind: "carry" });
    map.succeed(0);
    expect(map.end()).toMatchObject({ status: "succeeded", value: ["v0"] });
  });
});

describe("a map of ten thousand items", () => {
  it("takes time in proportion to them", () => {
    const map = playMap(10_000, { limit: 500 });
    for (let index = 0; index < 10_000; index += 1) map.succeed(index, { value: index });
    const end = map.end();
    expect(end?.status === "succeeded" && end.value.every((value, index) => value === index)).toBe(true);
  });

  it("whose results are larger than a history should hold fails before all have run", () => {
    const map = playMap(1_000, { limit: 1 });
    for (let index = 0; map.end() === undefined; index += 1) map.succeed(index, { value: "x".repeat(20_000) });
    expect(map.end()).toMatchObject({ status: "failed", code: "E_RESULT_SIZE" });
    expect(map.started().length).toBeLessThan(60);
  });
});
