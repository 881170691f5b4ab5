import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Fact } from "../../core/fact.ts";
import { openRegistry, type Registry, type RegistryInput, type RegistryState, stateOf, step } from "../../registry/index.ts";
import { mergeStates, shardOf, splitState } from "../../registry/shards.ts";
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

/** With keys in one order: what is equal has equal JSON. */
const sorted = (state: RegistryState): RegistryState => ({
  ...state,
  consumers: Object.fromEntries(Object.entries(state.consumers).sort(([x], [y]) => (x < y ? -1 : 1))),
});
const fatesOf = (facts: readonly Fact[]): string[] =>
  facts.flatMap((fact) => (fact.kind === "fate" ? [`${fact.dag} ${fact.key} ${fact.seq} ${fact.fate}`] : [])).sort();

describe("a state in parts", () => {
  it("merged again is the state, whatever has happened", () => {
    fc.assert(
      fc.property(game, fc.integer({ min: 1, max: 5 }), (instants, shards) => {
        const state = stateOf(played(instants));
        expect(sorted(mergeStates(splitState(state, shards)))).toEqual(sorted(state));
      }),
      { numRuns: 100 },
    );
  });

  it("has every consumer once, and with it every event that it refers to", () => {
    fc.assert(
      fc.property(game, fc.integer({ min: 2, max: 5 }), (instants, shards) => {
        const state = stateOf(played(instants));
        const parts = splitState(state, shards);
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

  it("decides for its consumers what the whole decides for them", () => {
    fc.assert(
      fc.property(game, fc.array(happening, { minLength: 1, maxLength: 4 }), (instants, next) => {
        const whole = played(instants);
        const parts = splitState(stateOf(whole), 3).map((part) => openRegistry(part));
        const minute = instants.length + 7;
        const facts = parts.flatMap((part) => [...play(part, next, minute)]);
        expect(fatesOf(facts)).toEqual(fatesOf(play(whole, next, minute)));
      }),
      { numRuns: 100 },
    );
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
    ["one part twice", () => mergeStates([stateOf(played([])), stateOf(played([]))])],
    ["zero parts", () => splitState(stateOf(played([])), 0)],
  ])("is refused: %s", (_, act) => {
    expect(caught(act).code).toMatch(/^E_STATE$|^E_SHARDS$/);
  });
});
