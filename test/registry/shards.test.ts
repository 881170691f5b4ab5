import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Fact } from "../../core/fact.ts";
import { openRegistry, type Registry, type RegistryInput, type RegistryState, stateOf, step } from "../../registry/index.ts";
import { shardOf } from "../../registry/shard.ts";
import { mergeStates, splitState } from "../../registry/shards.ts";
import { caught } from "../core/caught.ts";
import { catalogOf, deployed, NOW } from "./machine.ts";

const A = { asset: "s3://lake/a" };
const B = { asset: "s3://lake/b" };
/** Conditions of many shapes; `d<n>` so that they fall into several parts. */
const DAGS = catalogOf({
  d0: { on: { all: [A, B] } },
  d1: { on: A, policy: { mode: "each", concurrency: 2, whenFailed: "return" } },
  d2: { on: { all: [A, B], by: "k" } },
  d3: { on: { all: [A, { ...B, keep: true }] } },
  d4: { on: { sequence: [A, B] } },
  d5: { on: { pattern: "s3://lake/*" }, policy: { throttle: { limit: 1, per: "5m" } } },
  d6: { on: { all: [{ every: "3m" }, A] } },
});

type Happening = { readonly asset: string; readonly k: string | undefined } | "end" | "pause";
const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ asset: fc.constantFrom(A.asset, B.asset, "s3://lake/x"), k: fc.constantFrom("u", "v", undefined) }) },
  { weight: 1, arbitrary: fc.constant("end" as const) },
  { weight: 1, arbitrary: fc.constant("pause" as const) },
);
const game = fc.array(fc.array(happening, { maxLength: 4 }), { minLength: 1, maxLength: 8 });

/** Plays one instant; the runs that a registry has end in it, if it says so. */
function play(registry: Registry, happenings: readonly Happening[], minute: number): readonly Fact[] {
  const inputs = happenings.flatMap((one, index): RegistryInput[] => {
    if (one === "pause") return [{ kind: "pause", dag: "d0" }];
    if (one !== "end")
      return [{ kind: "publish", events: [{ asset: one.asset, source: "x", id: `${minute}-${index}`, data: one.k === undefined ? {} : { k: one.k } }] }];
    return [...registry.consumers.values()].flatMap(({ dag, state }) =>
      Object.keys(state.running).map(
        (run): RegistryInput => ({ kind: "runEnded", run, dag, temporalRunId: "t", status: minute % 2 === 0 ? "failed" : "succeeded", outlets: [] }),
      ),
    );
  });
  return step(registry, inputs, NOW + minute * 60_000).facts;
}

function played(instants: readonly (readonly Happening[])[]): Registry {
  const registry = deployed(DAGS);
  for (const [minute, happenings] of instants.entries()) play(registry, happenings, minute + 1);
  return registry;
}

const REPAIR = { id: "repair-e1-1", parallel: 1, openedAt: 0, by: null, why: null, asset: A.asset, steps: [], troubles: [] };

/** The router has handed a batch out, and the shard has not taken it. */
function underWay(): RegistryState[] {
  const [router, ...others] = splitState(stateOf(played([])), 2, 1).map((part) => openRegistry(part)) as [Registry, ...Registry[]];
  step(router, [{ kind: "hold" }], NOW + 60_000);
  return [router, ...others].map(stateOf);
}

/** With keys in one order: what is equal has equal JSON. */
const sorted = (state: RegistryState): RegistryState => ({
  ...state,
  // Each shard has numbers of its own for its facts.
  counters: { ...state.counters, fact: 0 },
  consumers: Object.fromEntries(Object.entries(state.consumers).sort(([x], [y]) => (x < y ? -1 : 1))),
});
describe("a state in parts", () => {
  it("merged again is the state, whatever has happened", () => {
    fc.assert(
      fc.property(game, fc.integer({ min: 1, max: 5 }), (instants, shards) => {
        const state = stateOf(played(instants));
        expect(sorted(mergeStates(splitState(state, shards, 1)))).toEqual(sorted(state));
      }),
      { numRuns: 100 },
    );
  });

  it("has every consumer once, and with it every event that it refers to", () => {
    fc.assert(
      fc.property(game, fc.integer({ min: 2, max: 5 }), (instants, shards) => {
        const state = stateOf(played(instants));
        const parts = splitState(state, shards, 1);
        expect(parts.flatMap(({ consumers }) => Object.keys(consumers)).sort()).toEqual(Object.keys(state.consumers).sort());
        for (const [shard, part] of parts.entries()) {
          expect(Object.keys(part.consumers).every((dag) => shardOf(dag, shards) === shard)).toBe(true);
          // A missing event would throw, and one too many would be let go of.
          expect(stateOf(openRegistry(part)).events).toEqual(part.events);
        }
      }),
      { numRuns: 100 },
    );
  });

  it("has facts that no other part numbers alike, in any life", () => {
    const state = stateOf(played([]));
    const numbers = (parts: readonly RegistryState[]): number[] => parts.map(({ counters }) => counters.fact);
    const first = splitState(state, 3, 1);
    const second = splitState(mergeStates(first), 3, 2);
    const all = [...numbers(first), ...numbers(second).slice(1)];
    expect(new Set(all).size).toBe(all.length);
    expect(Math.min(...numbers(second))).toBe(Math.max(...numbers(first)));
    expect(all.every(Number.isSafeInteger)).toBe(true);
  });

  it("never falls elsewhere for a DAG of the same name", () => {
    expect(["orders-clean", "orders-mart", "a", ""].map((dag) => [shardOf(dag, 4), shardOf(dag, 7)])).toMatchInlineSnapshot(`
      [
        [
          0,
          2,
        ],
        [
          3,
          6,
        ],
        [
          0,
          5,
        ],
        [
          1,
          2,
        ],
      ]
    `);
  });

  it.each([
    ["no part", () => mergeStates([])],
    ["parts of two registries", () => mergeStates([played([]), deployed(DAGS)].map((one, index) => ({ ...stateOf(one), epoch: `e${index}` })))],
    ["one whole state twice", () => mergeStates([stateOf(played([])), stateOf(played([]))])],
    ["one part twice", () => mergeStates(splitState(stateOf(played([])), 2, 1).map((_, __, [first]) => first as RegistryState))],
    ["a part too few", () => mergeStates(splitState(stateOf(played([])), 3, 1).slice(0, 2))],
    ["parts of two lives", () => mergeStates([1, 2].map((life, index) => splitState(stateOf(played([])), 2, life)[index] as RegistryState))],
    ["parts with something on the way", () => mergeStates(underWay())],
    ["zero parts", () => splitState(stateOf(played([])), 0, 1)],
    ["more parts than there may be", () => splitState(stateOf(played([])), 9, 1)],
    ["a repair in parts", () => splitState({ ...stateOf(played([])), repairs: [REPAIR] }, 2, 1)],
  ])("is refused: %s", (_, act) => {
    expect(caught(act).code).toMatch(/^E_STATE$|^E_SHARDS$/);
  });
});
