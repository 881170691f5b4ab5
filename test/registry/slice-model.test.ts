import fc from "fast-check";
import { expect, it } from "vitest";
import { simulate } from "../../registry/index.ts";
import { type SliceEvent, type SliceLeaf, type SliceRule, sliceModel } from "./second-model/slices.ts";

const START = Date.parse("2026-01-01T00:00:00Z");
const at = (minute: number): string => new Date(START + minute * 60_000).toISOString();
const keyOf = (slice: number): string => at(slice).slice(0, 16);

const slicedAsset = fc.constantFrom("a", "b", "c");
const sliced: fc.Arbitrary<SliceLeaf> = fc.oneof(
  slicedAsset.map((asset) => ({ asset, reads: { from: 0, to: 0 } })),
  fc.tuple(slicedAsset, fc.integer({ min: -2, max: 2 })).map(([asset, by]) => ({ asset, reads: { from: by, to: by } })),
  fc
    .record({
      asset: slicedAsset,
      from: fc.integer({ min: -2, max: 1 }),
      more: fc.nat(2),
      atLeast: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
      deadline: fc.option(fc.nat(4), { nil: undefined }),
    })
    .map(({ asset, from, more, atLeast, deadline }) => ({
      asset,
      reads: { from, to: from + more },
      wait: { ...(atLeast === undefined ? {} : { atLeast: Math.min(atLeast, more + 1) }), ...(deadline === undefined ? {} : { deadline }) },
    })),
);
const whole: fc.Arbitrary<SliceLeaf> = fc.oneof(fc.constant({ asset: "u" }), fc.constant({ asset: "k", keep: true as const }));
const rule: fc.Arbitrary<SliceRule> = fc
  .tuple(
    fc.array(
      fc.oneof(
        sliced,
        fc.array(sliced, { minLength: 1, maxLength: 3 }).map((any) => ({ any })),
      ),
      { minLength: 1, maxLength: 3 },
    ),
    fc.array(whole, { maxLength: 1 }),
  )
  .map(([parts, more]) => ({ all: [...parts, ...more] }));

const game = fc.record({
  rule,
  policy: fc.record({ mode: fc.constantFrom("batch" as const, "latest" as const), total: fc.integer({ min: 1, max: 3 }), duration: fc.nat(4) }),
  happenings: fc.array(
    fc.record({
      after: fc.nat(3),
      events: fc.array(fc.record({ asset: fc.constantFrom("a", "b", "c", "u", "k"), slice: fc.integer({ min: 3, max: 7 }), late: fc.nat(5) }), {
        maxLength: 4,
      }),
    }),
    { minLength: 1, maxLength: 12 },
  ),
});
type Game = typeof game extends fc.Arbitrary<infer T> ? T : never;

function eventsOf({ happenings }: Game): { readonly events: ReadonlyMap<number, readonly SliceEvent[]>; readonly last: number } {
  const events = new Map<number, SliceEvent[]>();
  let [now, id] = [0, 0];
  for (const one of happenings) {
    now += one.after;
    const list = events.get(now) ?? [];
    events.set(now, list);
    for (const { asset, slice, late } of one.events) {
      id += 1;
      list.push({ id: `${id}`, asset, slice: asset === "u" || asset === "k" ? null : slice, time: now - late });
    }
  }
  return { events, last: now + 20 };
}

function toLeaf({ asset, keep, reads, wait }: SliceLeaf): object {
  const uri = `s3://lake/${asset}`;
  if (keep === true) return { asset: uri, keep };
  if (reads === undefined || (reads.from === 0 && reads.to === 0 && wait === undefined)) return { asset: uri };
  if (wait === undefined) return { asset: uri, partitions: { map: "offset", by: reads.from } };
  const { atLeast, deadline } = wait;
  const waits = { ...(atLeast === undefined ? {} : { atLeast }), ...(deadline === undefined ? {} : { deadline: `${deadline}m` }) };
  return { asset: uri, partitions: { map: "window", ...reads, ...(Object.keys(waits).length === 0 ? {} : { wait: waits }) } };
}

function real(one: Game): ReturnType<typeof sliceModel> {
  const { events, last } = eventsOf(one);
  const result = simulate({
    start: at(0),
    assets: ["a", "b", "c"].map((name) => ({ uri: `s3://lake/${name}`, partitions: { grain: "minute", tz: "UTC" } })),
    dags: [
      {
        id: "d",
        on: { all: one.rule.all.map((part) => ("any" in part ? { any: part.any.map(toLeaf) } : toLeaf(part))) },
        mode: one.policy.mode,
        concurrency: { total: one.policy.total, perKey: 1 },
        runs: { duration: `${one.policy.duration}m` },
      },
    ],
    timeline: [
      ...[...events].flatMap(([minute, list]) =>
        list.map(({ asset, id, slice, time }) => ({
          at: at(minute),
          event: { asset: `s3://lake/${asset}`, source: "x", id, time: at(time), ...(slice === null ? {} : { partition: keyOf(slice) }) },
        })),
      ),
      { at: at(last) },
    ],
  });
  const sliceOf = (key: string | null): string => (key === null || key === "" ? "" : `${(Date.parse(`${key}:00Z`) - START) / 60_000}`);
  const ids = (list: readonly { readonly id: string }[] = []): string => list.map(({ id }) => id).join(",");
  return {
    runs: result.runs.map((run) => `${sliceOf(run.key)}@${(Date.parse(run.at) - START) / 60_000} ${ids(run.events)} ~${ids(run.references)}`),
    fates: new Map(result.ledger.map(({ event, fate, key, why }) => [`${sliceOf(key)} ${event.id}`, `${fate}${why === null ? "" : `(${why})`}`])),
  };
}

it("the machine and a model that is slow and obvious agree on random mappings, waits and slices", { timeout: 120_000 }, () => {
  fc.assert(
    fc.property(game, (one) => {
      const { events, last } = eventsOf(one);
      const model = sliceModel(one.rule, one.policy, events, last);
      const machine = real(one);
      expect(machine.runs).toEqual(model.runs);
      expect([...machine.fates].sort()).toEqual([...model.fates].sort());
    }),
    { numRuns: 150 },
  );
});
