import fc from "fast-check";
import { expect, it } from "vitest";
import { simulate } from "../../registry/index.ts";
import { secondModel } from "./second-model/consumer.ts";
import type { ModelInput, ModelNode, ModelPolicy } from "./second-model/game.ts";

const START = Date.parse("2026-01-01T00:00:00Z");
const NAMES = ["a", "b", "c"] as const;
const name = fc.constantFrom(...NAMES);
const leaf: fc.Arbitrary<ModelNode> = fc.record(
  { asset: name, min: fc.integer({ min: 1, max: 3 }), count: fc.integer({ min: 1, max: 3 }), changed: fc.constant(true) },
  { requiredKeys: ["asset"] },
);
const kept = fc.record({ kept: fc.constant("k"), min: fc.integer({ min: 1, max: 3 }) }, { requiredKeys: ["kept"] });
const every = fc.record({ every: fc.integer({ min: 2, max: 7 }) });
const absent = fc.record({ absent: fc.constantFrom("c", "x"), for: fc.integer({ min: 1, max: 6 }) });
const modifiers = fc.record({ within: fc.integer({ min: 1, max: 8 }), unless: fc.constantFrom("c", "x") }, { requiredKeys: [] });

/** Signs stand beside something that is taken: which of two nodes without events comes first is left open. */
const nodeWith = (sign: fc.Arbitrary<ModelNode>) =>
  fc.letrec<{ node: ModelNode; child: ModelNode }>((tie) => ({
    child: fc.oneof({ maxDepth: 2, withCrossShrink: true }, { weight: 3, arbitrary: leaf }, { weight: 1, arbitrary: tie("node") }),
    node: fc
      .tuple(
        fc.oneof(
          fc
            .tuple(fc.array(tie("child"), { minLength: 1, maxLength: 3 }), fc.array(sign, { maxLength: 1 }))
            .map(([events, signs]) => ({ all: [...events, ...signs] })),
          fc.array(tie("child"), { minLength: 1, maxLength: 3 }).map((any) => ({ any })),
          fc.array(leaf, { minLength: 2, maxLength: 4 }).map((of) => ({ atLeast: 2, of })),
          fc.array(leaf, { minLength: 1, maxLength: 3 }).map((sequence) => ({ sequence })),
        ),
        modifiers,
      )
      .map(([kind, more]) => ({ ...kind, ...more }) as ModelNode),
  })).node;

const policy: fc.Arbitrary<ModelPolicy> = fc
  .record(
    {
      mode: fc.constantFrom("batch" as const, "each" as const, "latest" as const),
      max: fc.integer({ min: 1, max: 4 }),
      wait: fc.integer({ min: 1, max: 4 }),
      debounce: fc.constantFrom({ quiet: 1, max: 3 }, { quiet: 2, max: 4 }),
      throttle: fc.constantFrom({ limit: 1, per: 3 }, { limit: 2, per: 5 }),
      total: fc.integer({ min: 1, max: 3 }),
      whenPaused: fc.constantFrom("hold" as const, "drop" as const, "latest" as const),
      expireAfter: fc.integer({ min: 1, max: 9 }),
      maxPending: fc.integer({ min: 1, max: 5 }),
      duration: fc.integer({ min: 0, max: 5 }),
    },
    { requiredKeys: ["mode", "total", "duration"] },
  )
  .map(({ wait, ...rest }) => ({ epoch: START / 60_000, ...rest, wait }))
  .map(({ wait, ...rest }) => (rest.mode === "batch" && wait !== undefined ? { ...rest, wait } : rest));

const happening = fc.record({
  after: fc.integer({ min: 0, max: 4 }),
  events: fc.array(
    fc.record({ asset: fc.constantFrom(...NAMES, "k", "x"), n: fc.nat(4), key: fc.constantFrom("p", "q"), late: fc.integer({ min: 0, max: 6 }) }),
    {
      maxLength: 4,
    },
  ),
  control: fc.oneof({ weight: 8, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.constantFrom("pause" as const, "resume" as const) }),
});

/** A silence is of all keys. */
const condition = fc.oneof(
  fc.record({ on: nodeWith(fc.oneof(kept, every)), by: fc.constant(true) }),
  fc.record({ on: nodeWith(fc.oneof(kept, every, absent)), by: fc.constant(false) }),
);
const game = fc
  .tuple(condition, fc.record({ policy, happenings: fc.array(happening, { minLength: 1, maxLength: 12 }) }))
  .map(([rule, rest]) => ({ ...rule, ...rest }));
type Game = typeof game extends fc.Arbitrary<infer T> ? T : never;

const at = (minute: number): string => new Date(START + minute * 60_000).toISOString();
const minutes = (n: number): string => `${n}m`;

/** The inputs of both, by minute; a run goes on for a while after the last of them. */
function inputsOf({ by, happenings }: Game): { readonly inputs: ReadonlyMap<number, readonly ModelInput[]>; readonly last: number } {
  const inputs = new Map<number, ModelInput[]>();
  let [now, id] = [0, 0];
  for (const { after, events, control } of happenings) {
    now += after;
    const list = inputs.get(now) ?? [];
    inputs.set(now, list);
    if (control !== null) list.push(control === "pause" ? { pause: true } : { resume: true });
    for (const { asset, n, key, late } of events) {
      id += 1;
      list.push({ event: { id: `${id}`, asset, n, key: by ? key : "", time: now - late } });
    }
  }
  return { inputs, last: now + 12 };
}

function toNode(one: ModelNode): object {
  const { within, unless, ...rest } = one as { within?: number; unless?: string } & Record<string, unknown>;
  const modified = {
    ...(within === undefined ? {} : { within: minutes(within) }),
    ...(unless === undefined ? {} : { unless: { asset: `s3://lake/${unless}` } }),
  };
  const filter = (min: number | undefined): object => (min === undefined ? {} : { where: { n: { gte: min } } });
  if ("every" in one) return { every: minutes(one.every) };
  if ("kept" in one) return { asset: `s3://lake/${one.kept}`, keep: true, ...filter(one.min) };
  if ("absent" in one) return { absent: { asset: `s3://lake/${one.absent}`, ...filter(one.min) }, for: minutes(one.for) };
  if ("asset" in one) {
    const { asset, changed, count, min } = one;
    return { asset: `s3://lake/${asset}`, ...filter(min), ...(count === undefined ? {} : { count }), ...(changed === true ? { changed: "n" } : {}) };
  }
  return { ...Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, Array.isArray(value) ? value.map(toNode) : value])), ...modified };
}

function real(one: Game): { readonly runs: readonly string[]; readonly fates: ReadonlyMap<string, string> } {
  const { inputs, last } = inputsOf(one);
  const { debounce, duration, epoch: _, expireAfter, max, mode, throttle, total, wait, ...rest } = one.policy;
  const result = simulate({
    start: at(0),
    dags: [
      {
        id: "d",
        on: { ...toNode(one.on), ...(one.by ? { by: "key" } : {}) },
        mode,
        concurrency: { total, perKey: one.by ? 1 : total },
        runs: { duration: minutes(duration) },
        ...rest,
        ...(max === undefined && wait === undefined
          ? {}
          : { batch: { ...(max === undefined ? {} : { max }), ...(wait === undefined ? {} : { wait: minutes(wait) }) } }),
        ...(debounce === undefined ? {} : { debounce: { quiet: minutes(debounce.quiet), max: minutes(debounce.max) } }),
        ...(throttle === undefined ? {} : { throttle: { limit: throttle.limit, per: minutes(throttle.per) } }),
        ...(expireAfter === undefined ? {} : { expireAfter: minutes(expireAfter) }),
      },
    ],
    timeline: [
      ...[...inputs].flatMap(([minute, list]) =>
        list.map((input) => ({
          at: at(minute),
          ...("event" in input
            ? {
                event: {
                  asset: `s3://lake/${input.event.asset}`,
                  source: "x",
                  id: input.event.id,
                  time: at(input.event.time),
                  data: { n: input.event.n, key: input.event.key },
                },
              }
            : "pause" in input
              ? { pause: "d" }
              : { resume: "d" }),
        })),
      ),
      { at: at(last) },
    ],
  });
  return {
    runs: result.runs.map(
      (run) =>
        `${run.key}@${(Date.parse(run.at) - START) / 60_000} ${run.events.map(({ id }) => id).join(",")} ~${(run.references ?? []).map(({ id }) => id).join(",")}`,
    ),
    fates: new Map(result.ledger.map(({ event, fate, key, why }) => [`${key} ${event.id}`, `${fate}${why === null ? "" : `(${why})`}`])),
  };
}

it("the machine and a model that is slow and obvious agree on random conditions, policies and timelines", { timeout: 120_000 }, () => {
  fc.assert(
    fc.property(game, (one) => {
      const { inputs, last } = inputsOf(one);
      const model = secondModel({ ...one.on, by: one.by }, one.policy, inputs, last);
      const machine = real(one);
      expect(machine.runs).toEqual(model.runs);
      expect([...machine.fates].sort()).toEqual([...model.fates].sort());
    }),
    { numRuns: 150 },
  );
});
