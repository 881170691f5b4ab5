import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ConditionNode } from "../../core/condition.ts";
import type { Fact } from "../../core/fact.ts";
import type { Policy } from "../../core/policy.ts";
import { nextWakeup, openRegistry, type Registry, type RegistryInput, type StepResult, stateOf, step } from "../../registry/index.ts";
import { catalogOf, continuedAsNew, deployed, NOW } from "./machine.ts";

const NAMES = ["a", "b", "c"] as const;
const asset = fc.constantFrom(...NAMES).map((name) => `s3://lake/${name}`);

const leaf: fc.Arbitrary<ConditionNode> = fc.record(
  {
    asset,
    where: fc.constantFrom({ n: { gt: 2 } }, { n: { lte: 4 } }, { $source: { ne: "y" } }),
    count: fc.integer({ min: 1, max: 3 }),
    changed: fc.constant("n"),
  },
  { requiredKeys: ["asset"] },
);
const kept: fc.Arbitrary<ConditionNode> = asset.map((uri) => ({ asset: uri, keep: true }));
const clock: fc.Arbitrary<ConditionNode> = fc.constantFrom<ConditionNode>(
  { every: "3m" },
  { cron: "*/5 * * * *" },
  { absent: { asset: "s3://lake/c" }, for: "4m" },
);

const { node } = fc.letrec<{ node: ConditionNode; inner: ConditionNode }>((tie) => ({
  inner: fc.oneof(
    { maxDepth: 2 },
    { weight: 5, arbitrary: leaf },
    { weight: 1, arbitrary: clock },
    { weight: 1, arbitrary: kept },
    { weight: 3, arbitrary: tie("node") },
  ),
  node: fc
    .tuple(
      fc.oneof(
        { maxDepth: 2 },
        leaf,
        fc.array(tie("inner"), { minLength: 1, maxLength: 3 }).map((all): ConditionNode => ({ all: [...all, { asset: "s3://lake/a" }] })),
        fc.array(tie("inner"), { minLength: 1, maxLength: 3 }).map((any): ConditionNode => ({ any: [...any, { asset: "s3://lake/b" }] })),
        fc.array(leaf, { minLength: 2, maxLength: 4 }).map((of): ConditionNode => ({ atLeast: 2, of })),
        fc.array(tie("inner"), { minLength: 1, maxLength: 2 }).map((sequence): ConditionNode => ({ sequence: [{ asset: "s3://lake/a" }, ...sequence] })),
        { arbitrary: fc.constant<ConditionNode>({ pattern: "s3://lake/*" }), weight: 1 },
      ),
      fc.record(
        {
          within: fc.constantFrom("2m" as const, "10m" as const),
          by: fc.constantFrom("k", ["k", "n"], "partition"),
          unless: fc.constantFrom<ConditionNode>({ asset: "s3://lake/c" }, { all: [{ asset: "s3://lake/b" }, { asset: "s3://lake/c" }] }),
        },
        { requiredKeys: [] },
      ),
    )
    .map(([kind, modifiers]) => ({ ...kind, ...modifiers })),
}));

const policy: fc.Arbitrary<Policy> = fc.record(
  {
    mode: fc.constantFrom("batch", "each", "latest"),
    debounce: fc.constant({ quiet: "1m", max: "3m" } as const),
    batch: fc.constantFrom({ max: 2 }, { max: 3, wait: "2m" as const }),
    throttle: fc.constant({ limit: 2, per: "5m" } as const),
    once: fc.constant({ by: "n", for: "6m" } as const),
    concurrency: fc.constantFrom(1, 3, { total: 2, perKey: 1 }),
    whenPaused: fc.constantFrom("hold", "drop", "latest"),
    whenFailed: fc.constantFrom("hold", "pause"),
    expireAfter: fc.constantFrom("2m" as const, "7m" as const),
    maxPending: fc.integer({ min: 1, max: 4 }),
  },
  { requiredKeys: [] },
);

interface Happening {
  /** Minutes since the one before. */
  readonly after: number;
  readonly events: readonly { readonly asset: string; readonly n: number; readonly k: string | undefined; readonly late: number; readonly repeat: boolean }[];
  readonly control: "pause" | "resume" | null;
  /** Which running runs end, and how. */
  readonly ends: readonly { readonly pick: number; readonly status: "succeeded" | "failed" }[];
}

const happening: fc.Arbitrary<Happening> = fc.record({
  after: fc.integer({ min: 0, max: 4 }),
  events: fc.array(
    fc.record({
      asset,
      n: fc.integer({ min: 0, max: 5 }),
      k: fc.constantFrom("x", "y", undefined),
      late: fc.integer({ min: -1, max: 6 }),
      repeat: fc.boolean(),
    }),
    { maxLength: 4 },
  ),
  control: fc.oneof({ weight: 6, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.constantFrom("pause" as const, "resume" as const) }),
  ends: fc.array(fc.record({ pick: fc.nat(5), status: fc.constantFrom("succeeded" as const, "failed" as const) }), { maxLength: 3 }),
});

const game = fc.record({
  dags: fc.array(fc.record({ on: node, policy }), { minLength: 1, maxLength: 3 }),
  happenings: fc.array(happening, { minLength: 1, maxLength: 14 }),
});
type Game = typeof game extends fc.Arbitrary<infer T> ? T : never;

interface Played {
  readonly facts: Fact[];
  readonly starts: StepResult["starts"][number][];
  readonly registry: Registry;
}

/** How the inputs of an instant reach the machine, and what happens between two instants. */
interface Manner {
  readonly split?: boolean;
  readonly reopen?: boolean;
  readonly repeats?: boolean;
}

function playGame({ dags, happenings }: Game, manner: Manner = {}): Played {
  let registry = deployed(catalogOf(Object.fromEntries(dags.map((dag, index) => [`d${index}`, dag]))));
  const facts: Fact[] = [];
  const starts: StepResult["starts"][number][] = [];
  const running: { run: string; dag: string }[] = [];
  let [now, id] = [NOW, 0];
  const take = (inputs: RegistryInput[]): void => {
    const result = step(registry, inputs, now);
    facts.push(...result.facts);
    starts.push(...result.starts);
    running.push(...result.starts.map((start) => ({ run: start.id, dag: start.dag })));
    if (manner.reopen === true) registry = continuedAsNew(registry);
  };
  for (const { after, events, control, ends } of happenings) {
    const target = now + after * 60_000;
    for (let wake = nextWakeup(registry); wake !== null && wake < target; wake = nextWakeup(registry)) {
      now = Math.max(wake, now);
      take([]);
    }
    now = Math.max(target, now);
    const ended = ends.flatMap(({ pick, status }): RegistryInput[] => {
      const [run] = running.splice(pick % Math.max(1, running.length), 1);
      return run === undefined ? [] : [{ kind: "runEnded", run: run.run, dag: run.dag, temporalRunId: "t", status, outlets: [] }];
    });
    const sent = events.flatMap(({ asset: uri, n, k, late, repeat }) => {
      id += 1;
      const event = {
        asset: uri,
        source: n === 5 ? "y" : "x",
        id: `${id}`,
        time: new Date(now - late * 60_000).toISOString(),
        data: k === undefined ? { n } : { n, k },
        ...(k === undefined ? {} : { partition: k }),
      };
      return manner.repeats === true && repeat ? [event, event] : [event];
    });
    const controls: RegistryInput[] = control === null ? [] : dags.map((_, index) => ({ kind: control, dag: `d${index}` }));
    const published: RegistryInput[] =
      manner.split === true ? sent.map((event) => ({ kind: "publish", events: [event] })) : [{ kind: "publish", events: sent }];
    take([...controls, ...ended, ...published]);
  }
  return { facts, starts, registry };
}

/** What is left of the facts when the same event got several: the last one for each (dag, key, event). */
function fatesOf(facts: readonly Fact[]): Map<string, Extract<Fact, { kind: "fate" }>> {
  const fates = new Map<string, Extract<Fact, { kind: "fate" }>>();
  for (const fact of facts) if (fact.kind === "fate") fates.set(`${fact.dag} [${fact.key}] ${fact.seq}`, fact);
  return fates;
}

const RUNS = { numRuns: 150 };

/** Found once: a tick that is dropped in a pause fills a sequence all the same, and nobody looked at it before the next run of the registry. */
const DROPPED_TICK: Game = {
  dags: [
    {
      on: { sequence: [{ asset: "s3://lake/a" }, { every: "3m" }] },
      policy: { debounce: { quiet: "1m", max: "3m" }, whenPaused: "drop" },
    },
  ],
  happenings: [
    { after: 0, events: [{ asset: "s3://lake/a", n: 0, k: "x", late: 0, repeat: false }], control: null, ends: [] },
    { after: 0, events: [], control: "pause", ends: [] },
    { after: 3, events: [], control: null, ends: [] },
  ],
};

describe("whatever happens", () => {
  it("no event is consumed twice for one consumer and key, and ledger and runs agree", () => {
    fc.assert(
      fc.property(game, (one) => {
        const { facts, starts } = playGame(one);
        const consumed = starts.flatMap((start) => (start.input.events ?? []).map((event) => `${start.dag} [${start.input.key}] ${event.seq}`));
        expect(new Set(consumed).size).toBe(consumed.length);
        const written = [...fatesOf(facts)].filter(([, fact]) => fact.fate === "consumed").map(([name]) => name);
        expect(written.sort()).toEqual(consumed.sort());
        for (const start of starts)
          for (const event of start.input.events ?? []) expect(fatesOf(facts).get(`${start.dag} [${start.input.key}] ${event.seq}`)?.run).toBe(start.id);
      }),
      RUNS,
    );
  });

  it("every accepted event has a fate for every consumer that listens to its asset, and pending means held", () => {
    fc.assert(
      fc.property(game, (one) => {
        const { facts, registry } = playGame(one);
        const fates = [...fatesOf(facts).values()];
        for (const fact of facts) {
          if (fact.kind !== "event") continue;
          for (const { consumer } of registry.subscriptions.of(fact.event.asset, undefined)) {
            // More than one only where an event without a key concerns every key.
            expect(fates.filter(({ dag, seq }) => dag === consumer.dag && seq === fact.event.seq).length).toBeGreaterThan(0);
          }
        }
        const pending = new Set(fates.filter(({ fate }) => fate === "pending").map(({ seq }) => seq));
        for (const seq of pending) expect(registry.events.get(seq)).toBeDefined();
      }),
      RUNS,
    );
  });

  it("splitting the inputs of an instant over several signals changes nothing", () => {
    fc.assert(
      fc.property(game, (one) => {
        const [whole, split] = [playGame(one), playGame(one, { split: true })];
        expect(split.facts).toEqual(whole.facts);
        expect(split.starts).toEqual(whole.starts);
        expect(stateOf(split.registry)).toEqual(stateOf(whole.registry));
      }),
      RUNS,
    );
  });

  it("continuing as new after every step changes nothing", () => {
    fc.assert(
      fc.property(game, (one) => {
        const [whole, reopened] = [playGame(one), playGame(one, { reopen: true })];
        expect(reopened.facts).toEqual(whole.facts);
        expect(reopened.starts).toEqual(whole.starts);
        expect(stateOf(reopened.registry)).toEqual(stateOf(whole.registry));
      }),
      { ...RUNS, examples: [[DROPPED_TICK]] },
    );
  });

  it("repeats change nothing but the ledger of repeats", () => {
    fc.assert(
      fc.property(game, (one) => {
        const [whole, repeated] = [playGame(one), playGame(one, { repeats: true })];
        const bare = (facts: readonly Fact[]) => facts.filter(({ kind }) => kind !== "duplicate").map(({ n: _, ...fact }) => fact);
        expect(bare(repeated.facts)).toEqual(bare(whole.facts));
        expect(repeated.starts).toEqual(whole.starts);
      }),
      RUNS,
    );
  });

  it("a consumer does not depend on the others", () => {
    fc.assert(
      fc.property(game, (one) => {
        const calm = { ...one, happenings: one.happenings.map((each) => ({ ...each, ends: [] })) };
        const [alone, together] = [playGame({ ...calm, dags: calm.dags.slice(0, 1) }), playGame(calm)];
        const runs = ({ starts }: Played) =>
          starts.filter(({ dag }) => dag === "d0").map(({ input }) => [input.key, input.partition, input.events?.map(({ id }) => id)]);
        expect(runs(together)).toEqual(runs(alone));
        const fates = ({ facts }: Played) =>
          [...fatesOf(facts)].filter(([, { dag }]) => dag === "d0").map(([name, { fate, why, at }]) => [name, fate, why, at]);
        expect(fates(together)).toEqual(fates(alone));
      }),
      RUNS,
    );
  });

  it("nothing is held that nobody refers to", () => {
    fc.assert(
      fc.property(game, (one) => {
        const { registry } = playGame(one);
        expect(stateOf(openRegistry(stateOf(registry)))).toEqual(stateOf(registry));
        const held = [...registry.events.values()].map(({ seq, refs }) => [seq, refs]);
        const recounted = [...openRegistry(stateOf(registry)).events.values()].map(({ seq, refs }) => [seq, refs]);
        expect(held.sort()).toEqual(recounted.sort());
        for (const consumer of registry.consumers.values()) {
          const again = openRegistry(stateOf(registry)).consumers.get(consumer.dag);
          expect([consumer.dag, consumer.pending, consumer.running]).toEqual([again?.dag, again?.pending, again?.running]);
        }
      }),
      RUNS,
    );
  });
});
