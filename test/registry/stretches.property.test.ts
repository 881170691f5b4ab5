import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ConditionNode } from "../../core/condition.ts";
import type { Fact } from "../../core/fact.ts";
import type { Policy } from "../../core/policy.ts";
import { emptyState, nextWakeup, openRegistry, type Registry, type RegistryInput, type StepResult, step } from "../../registry/index.ts";
import { createKeeper, EAGER, type Keeper } from "./keeper.ts";
import { catalogOf, continuedAsNew, deployedOn, NOW } from "./machine.ts";

const NAMES = ["a", "b", "c"] as const;

const leafOf = (name: string): fc.Arbitrary<ConditionNode> =>
  fc.record(
    { asset: fc.constant(`s3://lake/${name}`), where: fc.constantFrom({ n: { gt: 1 } }, { n: { lte: 4 } }), count: fc.integer({ min: 1, max: 3 }) },
    {
      requiredKeys: ["asset"],
    },
  );
const leaves = fc.tuple(...NAMES.map(leafOf)).chain((all) => fc.shuffledSubarray(all, { minLength: 2 }));

/** Conditions whose events may be parked, and some whose events may not. */
const condition: fc.Arbitrary<ConditionNode> = fc
  .tuple(
    fc.oneof(
      leafOf("a"),
      leaves.map((all): ConditionNode => ({ all })),
      leaves.map((any): ConditionNode => ({ any })),
      leaves.map((of): ConditionNode => ({ atLeast: 2, of })),
      fc.constant<ConditionNode>({ pattern: "s3://lake/*" }),
      fc.constant<ConditionNode>({ all: [{ every: "4m" }, { asset: "s3://lake/b" }] }),
    ),
    fc.record({ by: fc.constantFrom("k", "partition"), within: fc.constantFrom("3m" as const, undefined, undefined, undefined) }, { requiredKeys: [] }),
  )
  .map(([kind, { by, within }]) => ({ ...kind, ...(by === undefined ? {} : { by }), ...(within === undefined ? {} : { within }) }));

const policy: fc.Arbitrary<Policy> = fc.record(
  {
    mode: fc.constantFrom("batch", "each", "batch", "each", "latest"),
    batch: fc.constantFrom({ max: 2 }, { max: 5 }),
    throttle: fc.constant({ limit: 2, per: "5m" } as const),
    concurrency: fc.constantFrom(1, 3, { total: 2, perKey: 1 }),
    whenPaused: fc.constantFrom("hold", "drop"),
    whenFailed: fc.constantFrom("hold", "pause", "return"),
  },
  { requiredKeys: [] },
);

const rule = fc.record({
  on: condition,
  policy: fc.oneof({ weight: 5, arbitrary: policy }, { weight: 1, arbitrary: fc.constantFrom<Policy[]>({ maxPending: 6 }, { expireAfter: "3m" }) }),
});

const control = fc.oneof(
  { weight: 6, arbitrary: fc.constant(null) },
  { weight: 3, arbitrary: fc.constantFrom("pause" as const, "resume" as const, "hold" as const, "release" as const) },
  { weight: 2, arbitrary: fc.constantFrom("clear" as const, "edit" as const, "edit" as const, "remove" as const, "fire" as const) },
);

const happening = fc.record({
  after: fc.integer({ min: 0, max: 3 }),
  events: fc.array(
    fc.record({ name: fc.constantFrom(...NAMES), n: fc.integer({ min: 0, max: 5 }), k: fc.constantFrom("x", "y"), late: fc.integer({ min: 0, max: 6 }) }),
    { maxLength: 6 },
  ),
  control,
  ends: fc.array(fc.record({ pick: fc.nat(5), status: fc.constantFrom("succeeded" as const, "failed" as const) }), { maxLength: 3 }),
});

/** Often one that asks more of an event than the rule before it. */
const edited = fc.oneof(
  rule,
  rule.map((one): typeof one => ({ ...one, on: { ...one.on, within: "3m" } })),
);

const game = fc.record({ rule, edited, happenings: fc.array(happening, { minLength: 3, maxLength: 18 }) });
type Game = typeof game extends fc.Arbitrary<infer T> ? T : never;

interface Played {
  readonly facts: Fact[];
  /** Each run with its instant, key and events; the number in its id depends on when it could be told what to take. */
  readonly runs: string[];
  readonly registry: Registry;
  readonly keeper: Keeper;
  /** Most stretches that there were at once. */
  readonly mostKept: number;
}

interface Manner {
  /** Parks all that may be parked. */
  readonly parks: boolean;
  /** What is parked leaves the state at once, not when it is kept. */
  readonly leaves?: boolean;
  /** That it is kept is heard an instant later. */
  readonly late?: boolean;
  /** Continues as new after every step. */
  readonly reopens?: boolean;
}

function playGame({ rule: first, edited, happenings }: Game, manner: Manner): Played {
  const limits = manner.parks ? { ...EAGER, leaves: manner.leaves ?? false } : undefined;
  let registry = deployedOn(openRegistry(emptyState("e1"), limits), catalogOf({ d: first }));
  const keeper = createKeeper();
  keeper.late = manner.late ?? false;
  const facts: Fact[] = [];
  const runs: string[] = [];
  const running: { readonly run: string; readonly name: string }[] = [];
  let mostKept = 0;
  let [now, id, revision] = [NOW, 0, 1];
  const take = (inputs: RegistryInput[]): StepResult => {
    const result = step(registry, inputs, now);
    for (const { facts: written, starts } of [result, ...(manner.parks ? keeper.serve(registry, result, now) : [])]) {
      facts.push(...written);
      for (const start of starts) {
        const name = `${now} ${start.input.key}: ${start.input.events?.map((event) => event.seq)}`;
        runs.push(name);
        running.push({ run: start.id, name });
      }
    }
    mostKept = Math.max(mostKept, keeper.kept().length);
    if (manner.reopens === true) {
      registry = continuedAsNew(registry, limits);
      if (manner.parks && (nextWakeup(registry) ?? Infinity) <= now) keeper.serve(registry, step(registry, [], now), now);
    }
    return result;
  };
  for (const { after, events, control: done, ends } of happenings) {
    const target = now + after * 60_000;
    for (let wake = nextWakeup(registry); wake !== null && wake < target; wake = nextWakeup(registry)) {
      now = Math.max(wake, now);
      take([]);
    }
    now = Math.max(target, now);
    // Both games end the same runs, whatever their ids are.
    running.sort((x, y) => (x.name < y.name ? -1 : 1));
    const ended = ends.flatMap(({ pick, status }): RegistryInput[] => {
      const [one] = running.splice(pick % Math.max(1, running.length), 1);
      return one === undefined ? [] : [{ kind: "runEnded", run: one.run, dag: "d", temporalRunId: "t", status, outlets: [] }];
    });
    const published = events.map(({ name, n, k, late }) => {
      id += 1;
      return { asset: `s3://lake/${name}`, source: "x", id: `${id}`, time: new Date(now - late * 60_000).toISOString(), data: { n, k }, partition: k };
    });
    take([...ended, { kind: "publish", events: published }]);
    if (done === null) continue;
    if (done === "edit" || done === "remove") {
      revision += 1;
      take([{ kind: "register", project: "test", revision, catalog: catalogOf(done === "remove" ? {} : { d: edited }) }]);
      revision += 1;
      if (done === "remove") take([{ kind: "register", project: "test", revision, catalog: catalogOf({ d: first }) }]);
    } else if (done === "hold" || done === "release") take([{ kind: done }]);
    else {
      // Who is told that it must be read first asks again.
      for (let tries = 0; tries < 100; tries++) {
        const [{ reply } = { reply: undefined }] = take([{ kind: done, dag: "d" }]).operated;
        if (reply?.ok !== false || reply.code !== "E_PENDING_STORED") break;
      }
    }
  }
  return { facts, runs, registry, keeper, mostKept };
}

/** The last fate of each (key, event), with why and when; what an edit places anew is pending once more. A run's id says nothing: its events are compared with the runs. */
function fatesOf({ facts }: Played): Record<string, string> {
  const fates: Record<string, string> = {};
  for (const fact of facts)
    if (fact.kind === "fate") fates[`[${fact.key}] ${fact.seq}`] = fact.fate === "pending" ? "pending" : `${fact.fate} ${fact.why ?? ""} ${fact.at}`;
  return fates;
}

function withoutFire(one: Game): Game {
  return { ...one, happenings: one.happenings.map((each) => ({ ...each, control: each.control === "fire" ? null : each.control })) };
}

describe("whatever happens", () => {
  it.each([
    ["when it is kept", {}],
    ["at once", { leaves: true }],
    ["at once, and is kept later", { leaves: true, late: true }],
  ] as const)("what is parked and leaves the state %s changes no run and no fate", (_, manner) => {
    let parked = 0;
    fc.assert(
      fc.property(game, (one) => {
        const [plain, parking] = [playGame(one, { parks: false }), playGame(one, { parks: true, ...manner })];
        parked += parking.mostKept > 0 ? 1 : 0;
        expect([...parking.runs].sort()).toEqual([...plain.runs].sort());
        expect(fatesOf(parking)).toEqual(fatesOf(plain));
        expect(parking.registry.consumers.get("d")?.pending).toBe(plain.registry.consumers.get("d")?.pending);
      }),
      { numRuns: 150 },
    );
    expect(parked).toBeGreaterThan(50);
  });

  it.each([
    ["what was parked", {}],
    ["what left the state and is kept later", { late: true }],
  ])("%s goes through continue-as-new after every step", (_, manner) => {
    fc.assert(
      fc.property(game, (one) => {
        // What was read for a person who is to ask again stays for this life of the registry only.
        const calm = withoutFire(one);
        const [whole, reopened] = [playGame(calm, { parks: false }), playGame(calm, { parks: true, leaves: true, reopens: true, ...manner })];
        expect([...reopened.runs].sort()).toEqual([...whole.runs].sort());
        expect(fatesOf(reopened)).toEqual(fatesOf(whole));
      }),
      { numRuns: 80 },
    );
  });

  it.each([{ leaves: false }, { leaves: true }])("nothing is kept that the state does not name, and nothing is named that is not kept (%o)", (manner) => {
    fc.assert(
      fc.property(game, (one) => {
        const { registry, keeper } = playGame(one, { parks: true, ...manner });
        const named = [...JSON.stringify(registry.state).matchAll(/"no":(\d+),"name"/g)].map(([, no]) => no);
        expect([...keeper.kept()].sort()).toEqual(named.sort());
        expect(registry.events.bytes).toBe([...registry.events.values()].reduce((sum, { bytes }) => sum + bytes, 0));
      }),
      { numRuns: 80 },
    );
  });
});
