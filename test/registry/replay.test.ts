import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ConditionNode } from "../../core/condition.ts";
import type { Policy } from "../../core/policy.ts";
import { compareHistory, countDifferences } from "../../registry/replay/compare.ts";
import { a, NOW } from "./machine.ts";
import { type Line, type Recording, type Rule, record } from "./record-history.ts";

const A: ConditionNode = { asset: "s3://lake/a" };
const AB: ConditionNode = { all: [A, { asset: "s3://lake/b" }] };
const b = (id: string, more: object = {}): object => a(id, { asset: "s3://lake/b", ...more });

/** Events that come one by one, together, while a run is on, and late. */
const BUSY: readonly Line[] = [
  { minute: 0, events: [a("a1", { data: { n: 1, k: "x" } })] },
  { minute: 1, events: [a("a2", { data: { n: 2, k: "y" } }), b("b1", { data: { k: "x" } })] },
  { minute: 2, events: [a("a3", { data: { n: 3, k: "x" } })] },
  { minute: 9, events: [b("b2", { data: { k: "y" } }), a("a4", { data: { n: 4, k: "y" }, time: new Date(NOW).toISOString() })] },
  { minute: 10, events: [a("a5", { data: { n: 5, k: "x" } })] },
  { minute: 30, events: [b("b3", { data: { k: "x" } })] },
  { minute: 41, events: [a("a6", { data: { n: 6, k: "y" } })] },
];

function differences(recording: Recording, rule: Rule) {
  return compareHistory(recording.replayed(rule), recording.history);
}

const minuteOf = ({ at }: { readonly at: number }): number => (at - NOW) / 60_000;
const idsOf = ({ events }: { readonly events: readonly { readonly id: string }[] }): string => events.map(({ id }) => id).join(",");

const RULES: readonly (readonly [string, ConditionNode, Policy])[] = [
  ["an asset, one run after another", A, {}],
  ["each", A, { mode: "each" }],
  ["latest", A, { mode: "latest" }],
  ["both of two", AB, {}],
  ["a filter and a count", { asset: "s3://lake/a", where: { n: { gt: 1 } }, count: 2 }, {}],
  ["a key in the data", { ...AB, by: "k" }, {}],
  ["a sequence", { sequence: [A, { asset: "s3://lake/b" }] }, {}],
  ["within", { ...AB, within: "5m" }, {}],
  ["unless", { ...A, unless: { asset: "s3://lake/b" } }, { debounce: { quiet: "3m", max: "9m" } }],
  ["a clock", { all: [{ every: "7m" }, A] }, {}],
  ["a clock alone", { every: "20m" }, {}],
  ["a silence", { absent: { asset: "s3://lake/b" }, for: "15m" }, {}],
  ["debounce", A, { debounce: { quiet: "3m", max: "9m" } }],
  ["batch wait", A, { batch: { max: 3, wait: "4m" } }],
  ["throttle", A, { throttle: { limit: 2, per: "20m" } }],
  ["expiry", AB, { expireAfter: "5m" }],
];

describe("what was decided by a condition is decided by it again", () => {
  it.each(RULES)("%s", (_, on, policy) => {
    const recording = record({ on, policy }, BUSY);
    const found = differences(recording, { on, policy });
    expect({ differences: countDifferences(found), same: found.same }).toEqual({ differences: 0, same: recording.history.runs.length });
    expect(found.same).toBeGreaterThan(0);
  });

  it.each(RULES.filter(([name]) => !["a silence", "a clock", "a clock alone", "throttle", "latest"].includes(name)))(
    "%s, from the middle on",
    (_, on, policy) => {
      const recording = record({ on, policy }, BUSY, { since: 10 });
      expect(countDifferences(differences(recording, { on, policy }))).toBe(0);
    },
  );

  it.each<readonly [string, Policy, Line[]]>([
    ["hold", {}, []],
    ["drop", { whenPaused: "drop" }, []],
    ["latest", { whenPaused: "latest" }, []],
    [
      "a held registry",
      {},
      [
        { minute: 1, operation: { kind: "hold" } },
        { minute: 20, operation: { kind: "release" } },
      ],
    ],
    ["what a person clears", {}, [{ minute: 8, operation: { kind: "clear", dag: "d" } }]],
  ])("with a pause: %s", (_, policy, more) => {
    const pause: Line[] = [
      { minute: 3, operation: { kind: "pause", dag: "d" } },
      { minute: 11, operation: { kind: "resume", dag: "d" } },
    ];
    const recording = record({ on: A, policy }, [...pause, ...more, ...BUSY]);
    expect(countDifferences(differences(recording, { on: A, policy }))).toBe(0);
    const halfWay = record({ on: A, policy }, [...pause, ...more, ...BUSY], { since: 9.5 });
    expect(countDifferences(differences(halfWay, { on: A, policy }))).toBe(0);
  });

  it("with runs that fail and give back what they took", () => {
    const rule: Rule = { on: A, policy: { whenFailed: { return: 1 } } };
    const recording = record(rule, BUSY, { status: "failed" });
    expect(recording.history.runs.length).toBeGreaterThan(4);
    expect(countDifferences(differences(recording, rule))).toBe(0);
  });
});

/** Events of two assets in any minutes, several in one at times. */
const anyLines: fc.Arbitrary<readonly Line[]> = fc
  .array(
    fc.record({ minute: fc.nat(50), asset: fc.constantFrom("a", "b"), n: fc.integer({ min: 0, max: 5 }), k: fc.constantFrom("x", "y"), late: fc.nat(20) }),
    {
      maxLength: 25,
    },
  )
  .map((events) =>
    events.map(({ minute, asset, late, ...data }, index) => ({
      minute,
      events: [a(`${index}`, { asset: `s3://lake/${asset}`, data, time: new Date(NOW + (minute - late) * 60_000).toISOString() })],
    })),
  );

it("whatever comes when, and however long runs take, an unchanged rule decides again as it did", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...RULES),
      anyLines,
      fc.nat(6),
      fc.constantFrom("succeeded" as const, "failed" as const),
      ([, on, policy], lines, length, status) => {
        const recording = record({ on, policy }, lines, { length, status });
        expect(countDifferences(differences(recording, { on, policy }))).toBe(0);
      },
    ),
    { numRuns: 300 },
  );
});

describe("a changed condition", () => {
  it("that starts fewer runs: those of then with the same events stay", () => {
    const found = differences(record({ on: A }, BUSY), { on: { asset: "s3://lake/a", where: { n: { gt: 5 } } } });
    expect(found).toMatchObject({ same: 1, onlyNow: [], otherEvents: [], moved: [] });
    expect(found.onlyThen.map(idsOf)).toEqual(["a1", "a2,a3", "a4", "a5"]);
  });

  it("that waits longer: what it takes together", () => {
    const found = differences(record({ on: A }, BUSY), { on: A, policy: { debounce: { quiet: "3m", max: "30m" } } });
    expect(found.otherEvents.map(({ now, also, without }) => [minuteOf(now), idsOf(now), idsOf({ events: also }), idsOf({ events: without })])).toEqual([
      [5, "a1,a2,a3", "a1", ""],
      [13, "a4,a5", "a5", ""],
    ]);
    expect(found.onlyThen.map(idsOf)).toEqual(["a1", "a5"]);
    expect(found.moved.map(({ was, now }) => [minuteOf(was), minuteOf(now)])).toEqual([[41, 44]]);
  });

  it("on another asset: runs that are there only once", () => {
    const found = differences(record({ on: A }, BUSY), { on: { asset: "s3://lake/b" } });
    expect([found.same, found.onlyThen.length, found.onlyNow.map(idsOf)]).toEqual([0, 5, ["b1", "b2", "b3"]]);
  });

  it("that cannot be deployed is refused as a deploy would", () => {
    const recording = record({ on: A }, BUSY);
    expect(() => differences(recording, { on: { ...A, partitions: { map: "rollup", grain: "day" } } as ConditionNode })).toThrow(/d\.on/);
  });
});
