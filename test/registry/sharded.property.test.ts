import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ConditionNode } from "../../core/condition.ts";
import type { Fact } from "../../core/fact.ts";
import type { Policy } from "../../core/policy.ts";
import { explain, nextWakeup, type Registry, type RegistryInput, type StepResult, stateOf, step } from "../../registry/index.ts";
import { shardOf } from "../../registry/shard.ts";
import { catalogOf, deployed, NOW } from "./machine.ts";
import { type Sharded, sharded } from "./sharded.ts";

const MINUTE = 60_000;
const uri = fc.constantFrom("s3://lake/a", "s3://lake/b", "s3://lake/c");
const named: fc.Arbitrary<ConditionNode> = fc.record({ asset: uri, where: fc.constant({ n: { gt: 2 } }) }, { requiredKeys: ["asset"] });
const leaf: fc.Arbitrary<ConditionNode> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ asset: uri, where: fc.constant({ n: { gt: 2 } }), count: fc.integer({ min: 1, max: 2 }) }, { requiredKeys: ["asset"] }) },
  { weight: 1, arbitrary: uri.map((asset): ConditionNode => ({ asset, keep: true })) },
  { weight: 1, arbitrary: fc.constantFrom<ConditionNode>({ every: "3m" }, { absent: { asset: "s3://lake/c" }, for: "4m" }) },
);
const some = (min: number) => fc.array(leaf, { minLength: min, maxLength: 3 });
const node: fc.Arbitrary<ConditionNode> = fc
  .tuple(
    fc.oneof(
      named,
      some(1).map((all): ConditionNode => ({ all: [...all, { asset: "s3://lake/a" }] })),
      some(1).map((any): ConditionNode => ({ any: [...any, { asset: "s3://lake/b" }] })),
      uri.map((asset): ConditionNode => ({ sequence: [{ asset: "s3://lake/a" }, { asset }] })),
      fc.constantFrom<ConditionNode>({ pattern: "s3://lake/*" }, { group: "sales" }, { pattern: "s3://*/new/*", members: "all" }),
    ),
    fc.record(
      { by: fc.constantFrom("k", "partition"), within: fc.constant("10m" as const), unless: fc.constant<ConditionNode>({ asset: "s3://lake/c" }) },
      { requiredKeys: [] },
    ),
  )
  .map(([kind, modifiers]) => ({ ...kind, ...modifiers }) as ConditionNode);
const policy: fc.Arbitrary<Policy> = fc.record(
  {
    mode: fc.constantFrom("batch", "each", "latest"),
    debounce: fc.constant({ quiet: "1m", max: "3m" } as const),
    throttle: fc.constant({ limit: 2, per: "5m" } as const),
    concurrency: fc.constantFrom(1, 3),
    whenPaused: fc.constantFrom("hold", "drop", "latest"),
    whenFailed: fc.constantFrom("hold", "pause", "return"),
    expireAfter: fc.constant("7m" as const),
    maxPending: fc.integer({ min: 1, max: 4 }),
  },
  { requiredKeys: [] },
);
const happening = fc.record({
  after: fc.integer({ min: 0, max: 4 }),
  events: fc.array(
    fc.record({
      asset: fc.oneof({ weight: 6, arbitrary: uri }, { weight: 1, arbitrary: fc.constantFrom("s3://else/new/x", "no uri") }),
      n: fc.integer({ min: 0, max: 5 }),
      k: fc.constantFrom("x", "y", undefined),
      groups: fc.constantFrom(undefined, undefined, ["sales"]),
      late: fc.integer({ min: 0, max: 6 }),
    }),
    { maxLength: 4 },
  ),
  repeat: fc.boolean(),
  control: fc.constantFrom(null, null, null, "pause" as const, "resume" as const, "hold" as const, "release" as const, "deploy" as const),
  ends: fc.array(fc.record({ pick: fc.nat(9), status: fc.constantFrom("succeeded" as const, "failed" as const), publishes: fc.boolean() }), { maxLength: 3 }),
});
const game = fc.record({
  dags: fc.array(fc.record({ on: node, policy }), { minLength: 2, maxLength: 6 }),
  happenings: fc.array(happening, { minLength: 1, maxLength: 12 }),
});
type Game = typeof game extends fc.Arbitrary<infer T> ? T : never;

/** Two more that wait for what runs of the others publish with their ends: the end itself, and an outlet. */
function catalog({ dags }: Game, revision = 1) {
  const all = Object.fromEntries(dags.map((dag, index) => [`d${index}`, { ...dag, outlets: ["s3://made/out"] }]));
  const behind = { ends: { on: { any: [{ asset: "headgate://runs/d0" }, { asset: "headgate://runs/d1" }] } }, out: { on: { asset: "s3://made/out" } } };
  const later = revision % 2 === 0 ? { later: { on: { any: [{ asset: "s3://lake/a" }, { group: "sales" }] } } } : {};
  return catalogOf({ ...all, ...behind, ...later } as Parameters<typeof catalogOf>[0]);
}

interface Machine {
  take(inputs: readonly RegistryInput[], now: number): readonly StepResult[];
  next(): number | null;
  explained(dag: string, now: number): unknown;
}

interface Played {
  readonly facts: readonly Fact[];
  readonly starts: readonly StepResult["starts"][number][];
  readonly explained: readonly unknown[];
}

/** Plays the same on any machine; `between` comes after each instant. Runs end by the order in which their DAGs began them. */
function play(machine: Machine, one: Game, between: (now: number, index: number) => void = () => undefined): Played {
  const facts: Fact[] = [];
  const starts: StepResult["starts"][number][] = [];
  const running = new Map<string, string[]>();
  let [now, id, revision] = [NOW, 0, 1];
  const take = (inputs: readonly RegistryInput[]): void => {
    const begun: StepResult["starts"][number][] = [];
    for (const result of machine.take(inputs, now)) {
      facts.push(...result.facts);
      begun.push(...result.starts);
    }
    for (const start of begun) running.set(start.dag, [...(running.get(start.dag) ?? []), start.id]);
    starts.push(...begun);
  };
  for (const [index, { after, events, control, ends, repeat }] of one.happenings.entries()) {
    const target = now + after * MINUTE;
    for (let wake = machine.next(); wake !== null && wake < target; wake = machine.next()) {
      now = Math.max(wake, now);
      take([]);
    }
    now = Math.max(target, now);
    const sent = events.map(({ asset, n, k, groups, late }) => {
      id += 1;
      const data = k === undefined ? { n } : { n, k };
      return {
        asset,
        source: "x",
        id: `${id}`,
        time: new Date(now - late * MINUTE).toISOString(),
        data,
        ...(k === undefined ? {} : { partition: k }),
        ...(groups === undefined ? {} : { groups }),
      };
    });
    const ended = ends.flatMap(({ pick, status, publishes }): RegistryInput[] => {
      const busy = [...running].filter(([, runs]) => runs.length > 0).sort(([a], [b]) => (a < b ? -1 : 1));
      const [dag, runs] = busy[pick % Math.max(1, busy.length)] ?? [];
      const run = runs?.shift();
      if (run === undefined || dag === undefined) return [];
      const outlets = publishes ? [{ asset: "s3://made/out", id: `${dag} ${index} ${pick}` }] : [];
      return [{ kind: "runEnded", run, dag, temporalRunId: "t", status, outlets }];
    });
    const controls: RegistryInput[] = [];
    if (control === "hold" || control === "release") controls.push({ kind: control, by: "anna" });
    else if (control === "deploy") {
      revision += 1;
      controls.push({ kind: "register", project: "test", revision, catalog: catalog(one, revision) });
    } else if (control !== null) controls.push(...one.dags.map((_, place): RegistryInput => ({ kind: control, dag: `d${place}`, by: "anna" })));
    take([...controls, ...ended, { kind: "publish", events: repeat ? [...sent, ...sent] : sent }]);
    between(now, index);
  }
  const explained = [...one.dags.map((_, index) => `d${index}`), "ends", "out"].map((dag) => machine.explained(dag, now));
  return { facts, starts, explained };
}

function wholeOf(one: Game): Machine {
  const registry = deployed(catalog(one));
  return {
    take: (inputs, now) => [step(registry, inputs, now)],
    next: () => nextWakeup(registry),
    explained: (dag, now) => explain(registry, { dag }, now).data,
  };
}

function machineOf(parts: Sharded): Machine {
  const ownerOf = (dag: string): Registry => parts.parts[shardOf(dag, parts.parts.length)] as Registry;
  return { take: parts.take, next: parts.next, explained: (dag, now) => explain(ownerOf(dag), { dag }, now).data };
}

/** Runs by DAG and place among its runs: their numbers differ, as each shard gives its own. */
function decided({ facts, starts, explained }: Played) {
  const names = new Map<string, string>();
  const counts = new Map<string, number>();
  for (const { id, dag } of starts) {
    counts.set(dag, (counts.get(dag) ?? 0) + 1);
    names.set(id, `${dag}#${counts.get(dag)}`);
  }
  const named = (value: unknown): unknown => JSON.parse(JSON.stringify(value).replaceAll(/[a-z]+\d*\/e1-\d+/g, (id) => names.get(id) ?? id));
  const byDag = <T extends { readonly dag: string }>(all: readonly T[]): readonly T[] => [...all].sort((a, b) => (a.dag < b.dag ? -1 : a.dag > b.dag ? 1 : 0));
  const bare = facts.map(({ n: _, ...fact }) => fact);
  const fates = bare.flatMap((fact) => (fact.kind === "fate" ? [fact] : []));
  return named({
    runs: byDag(starts).map(({ dag, id, input: { decision: _, ...input } }) => ({ dag, id, input })),
    fates: byDag(fates),
    ends: byDag(bare.flatMap((fact) => (fact.kind === "run" ? [fact] : []))),
    others: bare
      .filter(({ kind }) => ["event", "rejected", "duplicate", "operation", "catalog"].includes(kind))
      .map((fact) => JSON.stringify(fact))
      .sort(),
    explained,
  });
}

const RUNS = { numRuns: 60 };

describe("a registry in shards", () => {
  it("decides what one registry decides: runs, fates, what is rejected, and why nothing starts", () => {
    fc.assert(
      fc.property(game, fc.integer({ min: 2, max: 5 }), (one, shards) => {
        const parts = sharded(stateOf(deployed(catalog(one))), shards);
        expect(decided(play(machineOf(parts), one))).toEqual(decided(play(wholeOf(one), one)));
      }),
      RUNS,
    );
  });

  it("does so when each batch comes twice, and each shard continues as new twice after every instant", () => {
    fc.assert(
      fc.property(game, fc.integer({ min: 2, max: 4 }), (one, shards) => {
        const parts = sharded(stateOf(deployed(catalog(one))), shards, { repeats: true });
        const again = (): void => {
          parts.continueAsNew();
          parts.continueAsNew();
        };
        expect(decided(play(machineOf(parts), one, again))).toEqual(decided(play(wholeOf(one), one)));
      }),
      RUNS,
    );
  });

  it("does so when it is exported and imported as another number of shards after every instant", () => {
    fc.assert(
      fc.property(game, fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 12, maxLength: 12 }), (one, counts) => {
        const parts = sharded(stateOf(deployed(catalog(one))), 3);
        const reshard = (now: number, index: number): void => parts.reshard(counts[index] ?? 1, now + index);
        expect(decided(play(machineOf(parts), one, reshard))).toEqual(decided(play(wholeOf(one), one)));
      }),
      RUNS,
    );
  });
});
