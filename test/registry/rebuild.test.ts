import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AssetEvent } from "../../core/event.ts";
import type { Fact, Fate } from "../../core/fact.ts";
import type { RunStart } from "../../core/run.ts";
import { openRegistry, pendingOfDag, type RegistryInput, step, summarize } from "../../registry/index.ts";
import { type Candidate, type Rebuilt, type Remains, rebuild, type Settled } from "../../registry/rebuild.ts";
import { a, catalogOf, deployed, NOW } from "./machine.ts";

const A = { asset: "s3://lake/a" };
const B = { asset: "s3://lake/b" };
const DAGS = catalogOf({
  gathers: { on: { all: [A, B] } },
  every: { on: A, policy: { mode: "each", concurrency: 2 } },
  keyed: { on: { all: [A, B], by: "k" } },
  keeps: { on: { all: [A, { ...B, keep: true }] } },
});

const publish = (...events: object[]): RegistryInput => ({ kind: "publish", events });
const later = NOW + 3_600_000;

interface Life {
  readonly facts: readonly Fact[];
  readonly starts: readonly RunStart[];
}

/** Plays instants on a registry with these DAGs. */
function live(instants: readonly (readonly RegistryInput[])[]): Life {
  const registry = deployed(DAGS);
  const life = { facts: [] as Fact[], starts: [] as RunStart[] };
  for (const [index, inputs] of instants.entries()) {
    const { facts, starts } = step(registry, inputs, NOW + 1 + index);
    life.facts.push(...facts);
    life.starts.push(...starts);
  }
  return life;
}

/** What is left of a life: the facts that were recorded, and the inputs of its runs. */
function remainsOf({ facts, starts }: Life, more: Partial<Remains> = {}): Remains {
  const events = new Map(facts.flatMap((fact) => (fact.kind === "event" ? [[fact.event.seq, fact.event] as const] : [])));
  const recorded = new Set(events.keys());
  const fates = new Map<string, { dag: string; key: string; seq: number; fate: Fate; run?: string }>();
  const known = new Set<string>();
  for (const fact of facts) {
    if (fact.kind !== "fate") continue;
    fates.set(JSON.stringify([fact.dag, fact.key, fact.seq]), fact);
    if (fact.fate === "consumed") known.add(`${fact.run} ${fact.seq}`);
  }
  const claims: { seq: number; settled: Settled }[] = [];
  for (const { dag, id, input } of starts) {
    for (const event of input.events ?? []) {
      events.set(event.seq, event);
      if (!known.has(`${id} ${event.seq}`)) claims.push({ seq: event.seq, settled: { dag, key: input.key ?? "", fate: "consumed", run: id, recorded: false } });
    }
  }
  const all = [...events.values()].sort((x, y) => x.seq - y.seq);
  return {
    epoch: "e2",
    now: later,
    counters: { event: Math.max(0, ...events.keys()) + 100, fact: 1_000 },
    deploys: [{ project: "test", revision: 1, catalog: DAGS }],
    hold: null,
    paused: [],
    candidates: all.map((event): Candidate => {
      const mine = [...fates.values()].filter(({ seq }) => seq === event.seq);
      return {
        event,
        for: "all",
        settled: [
          ...mine.flatMap(({ fate, seq: _, ...one }): Settled[] => (fate === "pending" || fate === "returned" ? [] : [{ ...one, fate, recorded: true }])),
          ...claims.flatMap(({ seq, settled }) => (seq === event.seq ? [settled] : [])),
        ],
        ...(recorded.has(event.seq) ? {} : { unrecorded: true }),
      };
    }),
    newest: [],
    running: [],
    unstarted: [],
    recent: all,
    ends: [],
    marks: {},
    ...more,
  };
}

const pendingIn = ({ state }: Rebuilt, dag: string): string[] =>
  pendingOfDag(openRegistry(state), { dag })?.groups.flatMap(({ events, key }) => events.map(({ id }) => (key === "" ? id : `${key} ${id}`))) ?? [];

describe("a registry that is built again", () => {
  it("has pending what was pending, and nothing that was consumed", () => {
    const rebuilt = rebuild(remainsOf(live([[publish(a("1", { data: { k: "u" } }), a("2"))]])));
    expect(pendingIn(rebuilt, "gathers")).toEqual(["1", "2"]);
    expect(pendingIn(rebuilt, "keyed")).toEqual(["u 1"]);
    expect(pendingIn(rebuilt, "every")).toEqual([]);
  });

  it("believes the input of a run more than the ledger, and tells the ledger", () => {
    const life = live([[publish(a("1"), a("2"))]]);
    const forgotten = life.facts.filter((fact) => fact.kind !== "fate" && !(fact.kind === "event" && fact.event.id === "2"));
    const rebuilt = rebuild(remainsOf({ ...life, facts: forgotten }));
    expect(pendingIn(rebuilt, "every")).toEqual([]);
    expect(rebuilt.facts.flatMap((fact) => (fact.kind === "fate" && fact.dag === "every" ? [`${fact.seq} ${fact.fate} ${fact.run}`] : []))).toEqual([
      "1 consumed every/e1-1",
      "2 consumed every/e1-2",
    ]);
    expect(rebuilt.facts.flatMap((fact) => (fact.kind === "event" ? [fact.event.id] : []))).toEqual(["2"]);
  });

  it("goes on with other numbers, knows repeats, and takes what comes", () => {
    const registry = openRegistry(rebuild(remainsOf(live([[publish(a("1"))]]))).state);
    const { facts, starts } = step(registry, [publish(a("1"), a("9"), { ...B, id: "b" })], later + 1);
    expect(facts.flatMap((fact) => (fact.kind === "duplicate" ? [fact.id] : []))).toEqual(["1"]);
    expect(facts.every(({ n }) => n > 1_000)).toBe(true);
    expect(facts.flatMap((fact) => (fact.kind === "event" ? [fact.event.seq > 100] : []))).toEqual([true, true]);
    expect(starts.map(({ id, input }) => `${id} ${input.events?.map(({ id: event }) => event)}`)).toContain("gathers/e2-1 1,9,b");
  });

  it("starts what was due and had not started, as soon as it is told that it is back", () => {
    const { facts } = live([[publish(a("1")), { kind: "hold" }]]);
    const rebuilt = rebuild(remainsOf({ facts, starts: [] }));
    const { starts } = step(openRegistry(rebuilt.state), [{ kind: "restore" }], later + 1);
    expect(starts.map(({ dag }) => dag)).toEqual(["every"]);
  });

  it("is held and paused as it was, and watchers go on behind their last batch", () => {
    const hold = { since: NOW, by: "anna" };
    const { state } = rebuild(remainsOf(live([]), { hold, paused: [{ dag: "every", since: NOW, by: "otto" }], marks: { w: { generation: 2, seq: 7 } } }));
    const registry = openRegistry(state);
    expect(summarize(registry)).toMatchObject({ held: hold });
    expect(summarize(registry).consumers.find(({ dag }) => dag === "every")?.paused).toEqual({ since: NOW, by: "otto" });
    const batch = (seq: number): RegistryInput => ({ kind: "batch", watcher: "w", generation: 2, seq, events: [] });
    expect(step(registry, [batch(7), batch(8)], later + 1).batches).toEqual(["repeated", "taken"]);
  });

  it("counts the runs that are running", () => {
    const run = {
      run: "gathers/e1-1",
      dag: "gathers",
      temporalRunId: "t",
      startedAt: NOW,
      key: "",
      partition: null,
      plan: null,
      hops: 0,
      events: [1],
      heardAt: later,
    };
    const registry = openRegistry(rebuild(remainsOf(live([]), { running: [{ ...run, cause: { kind: "condition", text: "" } }] })).state);
    expect(summarize(registry).consumers[0]).toMatchObject({ dag: "gathers", running: 1 });
    const end: RegistryInput = { kind: "runEnded", run: run.run, dag: run.dag, temporalRunId: "t", status: "succeeded", outlets: [] };
    step(registry, [end], later + 1);
    expect(summarize(registry).consumers[0]?.running).toBe(0);
  });

  it("has free what a run had taken that was decided and never started, and tells the store", () => {
    const { facts, starts } = live([[publish(a("1"))]]);
    const [lost] = starts.filter(({ dag }) => dag === "every");
    const unstarted = facts.flatMap((fact) => (fact.kind === "run" && fact.run === lost?.id ? [fact] : []));
    const known = facts.filter((fact) => fact.kind !== "fate" || fact.run !== lost?.id);
    const rebuilt = rebuild(remainsOf({ facts: known, starts: starts.filter((start) => start !== lost) }, { unstarted }));
    expect(pendingIn(rebuilt, "every")).toEqual(["1"]);
    expect(rebuilt.facts.flatMap((fact) => (fact.kind === "run" ? [`${fact.run} ${fact.status}`] : []))).toEqual(["every/e1-1 cancelled"]);
  });

  it("knows the newest event that a keep refers to, and says nothing new of it", () => {
    const { facts, starts } = live([[publish({ ...B, id: "b" }, a("1"))]]);
    expect(starts.map(({ dag }) => dag)).toContain("keeps");
    const newest = facts.flatMap((fact) => (fact.kind === "event" && fact.event.id === "b" ? [fact.event as AssetEvent] : []));
    const remains = remainsOf({ facts, starts }, { newest, candidates: [] });
    const rebuilt = rebuild(remains);
    expect(rebuilt.facts.filter(({ kind }) => kind === "fate")).toEqual([]);
    const { starts: next } = step(openRegistry(rebuilt.state), [publish(a("2"))], later + 1);
    expect(next.flatMap(({ dag, input }) => (dag === "keeps" ? [input.references?.map(({ id }) => id)] : []))).toEqual([["b"]]);
  });

  it("never gives an event twice to one DAG and key, and loses none that was recorded, whatever was cut off", () => {
    const instant = fc.array(
      fc.oneof(
        fc.record({ asset: fc.constantFrom(A.asset, B.asset), k: fc.constantFrom("u", "v", undefined) }).map(({ asset, k }) => ({ asset, k })),
        fc.constant("end" as const),
      ),
      { maxLength: 4 },
    );
    fc.assert(
      fc.property(fc.array(instant, { minLength: 1, maxLength: 8 }), fc.double({ min: 0, max: 1, noNaN: true }), (instants, kept) => {
        let n = 0;
        const life = live(
          instants.map((inputs) =>
            inputs.flatMap((one) =>
              one === "end" ? [] : [publish({ asset: one.asset, source: "x", id: `${n++}`, data: one.k === undefined ? {} : { k: one.k } })],
            ),
          ),
        );
        const facts = life.facts.slice(0, Math.ceil(life.facts.length * kept));
        const rebuilt = rebuild(remainsOf({ facts, starts: life.starts }));
        const taken = new Map<string, number>();
        const take = (starts: readonly RunStart[]): void => {
          for (const { dag, input } of starts)
            for (const { id } of input.events ?? []) taken.set(`${dag} ${input.key} ${id}`, (taken.get(`${dag} ${input.key} ${id}`) ?? 0) + 1);
        };
        take(life.starts);
        const registry = openRegistry(rebuilt.state);
        for (
          let at = later + 1, { starts } = step(registry, [{ kind: "restore" }, publish({ ...B, id: "last", data: { k: "u" } })], at);
          starts.length > 0;
          at += 1
        ) {
          take(starts);
          ({ starts } = step(
            registry,
            starts.map(({ id, dag }) => ({ kind: "runEnded", run: id, dag, temporalRunId: "t", status: "succeeded", outlets: [] }) as const),
            at,
          ));
        }
        expect([...taken].filter(([, times]) => times > 1)).toEqual([]);
        const recorded = facts.flatMap((fact) => (fact.kind === "event" && fact.event.asset === A.asset ? [fact.event.id] : []));
        for (const id of recorded) {
          const isPending = pendingOfDag(registry, { dag: "every" })?.groups.some(({ events }) => events.some((event) => event.id === id));
          expect({ id, there: isPending || taken.has(`every  ${id}`) }).toEqual({ id, there: true });
        }
      }),
      { numRuns: 150 },
    );
  });
});
