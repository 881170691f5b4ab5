import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { eventIdentity } from "../../core/event-identity.ts";
import type { Fact } from "../../core/fact.ts";
import type { RunStart } from "../../core/run.ts";
import { openRegistry, type Registry, type RegistryInput, stateOf, step, summarize } from "../../registry/index.ts";
import { a, catalogOf, deployed, NOW } from "./machine.ts";

const DAGS = catalogOf({
  every: { on: { asset: "s3://lake/a" }, policy: { mode: "each", concurrency: 3 } },
  gathers: { on: { asset: "s3://lake/a" } },
  joins: { on: { all: [{ asset: "s3://lake/a" }, { asset: "s3://lake/b" }] }, policy: { mode: "each", concurrency: 2 } },
  clocked: { on: { all: [{ cron: "* * * * *" }, { asset: "s3://lake/b" }] } },
});

/** What a former life decided, as its history says it. */
interface Life {
  readonly starts: RunStart[];
  readonly facts: Fact[];
}

function live(registry: Registry, inputs: readonly RegistryInput[], at: number, life: Life): void {
  const { starts, facts } = step(registry, inputs, at);
  life.starts.push(...starts);
  life.facts.push(...facts);
}

/** `dispatched` of the decided starts were handed out before the life ended. */
function adoptOf(life: Life, dispatched = life.starts.length): Extract<RegistryInput, { kind: "adopt" }> {
  const starts = life.starts.slice(0, dispatched);
  const handedOut = new Set(starts.map(({ id }) => id));
  return {
    kind: "adopt",
    starts: starts.map((start) => ({ start, at: NOW })),
    events: life.facts.flatMap((fact) => (fact.kind === "event" ? [[eventIdentity(fact.event), fact.event.seq] as const] : [])),
    unstarted: life.facts.flatMap((fact) => (fact.kind === "run" && fact.status === "running" && !handedOut.has(fact.run) ? [fact] : [])),
    facts: Math.max(0, ...life.facts.map((fact) => fact.n)),
  };
}

const publish = (...events: object[]): RegistryInput => ({ kind: "publish", events });
const ended = ({ id, dag }: RunStart): RegistryInput => ({ kind: "runEnded", run: id, dag, temporalRunId: `${id}!`, status: "succeeded", outlets: [] });
const pairs = (starts: readonly RunStart[]): string[] => starts.flatMap(({ dag, input }) => (input.events ?? []).map(({ id }) => `${dag} ${id}`));

describe("what a former life decided", () => {
  it("holds, whatever the instants in which its signals come again", () => {
    const registry = deployed(catalogOf({ gathers: { on: { asset: "s3://lake/a" } } }));
    const before = stateOf(registry);
    const former: Life = { starts: [], facts: [] };
    live(registry, [publish(a("1"), a("2"))], NOW + 1, former);
    live(registry, [publish(a("3"))], NOW + 2, former);
    expect(former.starts.map(({ input }) => input.events?.map(({ id }) => id))).toEqual([["1", "2"]]);

    const again = openRegistry(before);
    const { starts, facts } = step(again, [publish(a("1"), a("2"), a("3")), adoptOf(former)], NOW + 9);
    expect(starts).toEqual(former.starts);
    expect(facts.flatMap((fact) => (fact.kind === "fate" ? [`${fact.seq} ${fact.fate} ${fact.run ?? ""}`] : []))).toEqual([
      "1 consumed gathers/e1-1",
      "2 consumed gathers/e1-1",
      "3 pending ",
    ]);
    // What it writes wins over what the former life has written, and events keep their numbers.
    expect(Math.min(...facts.map((fact) => fact.n))).toBeGreaterThan(Math.max(...former.facts.map((fact) => fact.n)));
    expect(step(again, [ended(former.starts[0] as RunStart)], NOW + 10).starts.map(({ id, input }) => [id, input.events?.length])).toEqual([
      ["gathers/e1-2", 1],
    ]);
    expect(stateOf(again).recall).toBeUndefined();
  });

  it("frees its slot by an end that comes again in the same instant", () => {
    const registry = deployed(catalogOf({ every: { on: { asset: "s3://lake/a" }, policy: { mode: "each" } } }));
    const before = stateOf(registry);
    const former: Life = { starts: [], facts: [] };
    live(registry, [publish(a("1"))], NOW + 1, former);
    const again = openRegistry(before);
    step(again, [publish(a("1")), ended(former.starts[0] as RunStart), adoptOf(former)], NOW + 9);
    expect(summarize(again).consumers[0]).toMatchObject({ running: 0, pending: 0 });
  });

  it("and was never handed out is decided anew, and the store is told", () => {
    const registry = deployed(catalogOf({ every: { on: { asset: "s3://lake/a" }, policy: { mode: "each", concurrency: 2 } } }));
    const before = stateOf(registry);
    const former: Life = { starts: [], facts: [] };
    live(registry, [publish(a("1"), a("2"))], NOW + 1, former);
    const again = openRegistry(before);
    const { starts, facts } = step(again, [publish(a("1"), a("2")), adoptOf(former, 1)], NOW + 9);
    expect(starts.map(({ id, input }) => `${id} ${input.events?.[0]?.id}`)).toEqual(["every/e1-1 1", "every/e1-3 2"]);
    expect(facts.flatMap((fact) => (fact.kind === "run" ? [`${fact.run} ${fact.status}`] : []))).toEqual([
      "every/e1-1 running",
      "every/e1-2 cancelled",
      "every/e1-3 running",
    ]);
  });

  it("told a second time changes nothing", () => {
    const registry = deployed(DAGS);
    const before = stateOf(registry);
    const former: Life = { starts: [], facts: [] };
    live(registry, [publish(a("1"), { asset: "s3://lake/b" })], NOW + 1, former);
    const again = openRegistry(before);
    step(again, [publish(a("1"), { asset: "s3://lake/b" }), adoptOf(former)], NOW + 9);
    const state = stateOf(again);
    const { starts } = step(again, [adoptOf(former)], NOW + 9);
    expect(starts).toEqual([]);
    expect({ ...stateOf(again), counters: null }).toEqual({ ...state, counters: null });
  });

  it("gives every consumer every event once: random loads, cuts and instants", () => {
    const load = fc.array(fc.record({ asset: fc.constantFrom("a", "b"), named: fc.boolean(), cut: fc.boolean(), wait: fc.integer({ min: 0, max: 90_000 }) }), {
      minLength: 1,
      maxLength: 25,
    });
    fc.assert(
      fc.property(load, load, fc.integer({ min: 0, max: 25 }), fc.array(fc.boolean(), { minLength: 60, maxLength: 60 }), (first, second, dispatched, joins) => {
        const registry = deployed(DAGS);
        const all: Life = { starts: [], facts: [] };
        let at = NOW;
        let id = 0;
        const open: RunStart[] = [];
        const signals: RegistryInput[] = [];
        const inputsOf = (items: typeof first, life: Life, note: boolean): void => {
          for (const { asset, named, cut, wait } of items) {
            at += wait;
            const seen = life.starts.length;
            id += 1;
            const event = { asset: `s3://lake/${asset}`, ...(named ? { id: String(id) } : {}) };
            const over = cut ? open.splice(0, 2).map(ended) : [];
            const inputs = [publish(event), ...over];
            if (note) signals.push(...inputs);
            live(registry, inputs, at, life);
            open.push(...life.starts.slice(seen));
          }
        };
        inputsOf(first, all, false);
        const before = stateOf(registry);
        const former: Life = { starts: [], facts: [] };
        inputsOf(second, former, true);

        // Only runs that were handed out can have ended.
        const endedLast = signals.reduce(
          (most, input) => Math.max(most, input.kind === "runEnded" ? former.starts.findIndex(({ id: run }) => run === input.run) + 1 : 0),
          0,
        );
        const handedOut = Math.min(former.starts.length, Math.max(dispatched, endedLast));
        const again = openRegistry(before);
        const real = new Map([...all.starts, ...former.starts.slice(0, handedOut)].map((start) => [start.id, start]));
        const running = new Set(real.keys());
        let batch: RegistryInput[] = [adoptOf(former, handedOut)];
        const flush = (): void => {
          at += 1_000;
          for (const input of batch) if (input.kind === "runEnded") running.delete(input.run);
          for (const start of step(again, batch, at).starts) {
            // The same id means the same run: what exists is what counts.
            expect(real.get(start.id) ?? start).toEqual(start);
            if (!real.has(start.id)) running.add(start.id);
            real.set(start.id, start);
          }
          batch = [];
        };
        for (const [index, signal] of signals.entries()) {
          batch.push(signal);
          if (joins[index] !== true) flush();
        }
        flush();
        for (const input of [...all.starts].filter(({ id: run }) => signals.every((signal) => signal.kind !== "runEnded" || signal.run !== run)))
          running.add(input.id);
        for (let round = 0; running.size > 0 && round < 200; round += 1) {
          at += 61_000;
          batch = [...running].flatMap((run) => (real.has(run) ? [ended(real.get(run) as RunStart)] : []));
          running.clear();
          flush();
        }
        const taken = pairs([...real.values()]);
        expect(taken.length).toBe(new Set(taken).size);
        const every = taken.filter((pair) => pair.startsWith("every ")).length;
        const gathers = taken.filter((pair) => pair.startsWith("gathers ")).length;
        const published = [...first, ...second].filter(({ asset }) => asset === "a").length;
        expect({ every, gathers }).toEqual({ every: published, gathers: published });
        expect(stateOf(again).recall).toBeUndefined();
        expect(summarize(again).consumers.every((one) => one.running === 0)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});
