import { describe, expect, it } from "vitest";
import type { ConditionNode } from "../../core/condition.ts";
import type { Policy } from "../../core/policy.ts";
import {
  emptyState,
  explain,
  openRegistry,
  pendingOfDag,
  type Registry,
  type RegistryInput,
  type StepResult,
  stateOf,
  step,
  summarize,
} from "../../registry/index.ts";
import { mergeStates, splitState } from "../../registry/shards.ts";
import { whyNotParked } from "../../registry/stretches.ts";
import { createKeeper, EAGER, type Keeper } from "./keeper.ts";
import { a, catalogOf, continuedAsNew, deployedOn, NOW } from "./machine.ts";

interface World {
  readonly registry: Registry;
  readonly keeper: Keeper;
  /** Steps, and lets the keeper answer. */
  take(...inputs: RegistryInput[]): StepResult[];
}

/** One DAG `d` and another one, `other`, on an asset of its own. */
function world(on: ConditionNode = { asset: "s3://lake/a" }, policy: Policy = {}): World {
  const registry = deployedOn(openRegistry(emptyState("e1"), EAGER), catalogOf({ d: { on, policy }, other: { on: { asset: "s3://lake/other" } } }));
  const keeper = createKeeper();
  return { registry, keeper, take: (...inputs) => served({ registry, keeper }, inputs) };
}

function served({ registry, keeper }: Pick<World, "registry" | "keeper">, inputs: RegistryInput[]): StepResult[] {
  const first = step(registry, inputs, NOW);
  return [first, ...keeper.serve(registry, first, NOW)];
}

const many = (count: number, from = 1): RegistryInput => ({ kind: "publish", events: Array.from({ length: count }, (_, n) => a(`${from + n}`)) });
const PAUSE: RegistryInput = { kind: "pause", dag: "d" };
const RESUME: RegistryInput = { kind: "resume", dag: "d" };

const idsOf = (results: readonly StepResult[]): (string | undefined)[][] =>
  results.flatMap(({ starts }) => starts.map(({ input }) => (input.events ?? []).map(({ id }) => id)));
const fatesOf = (results: readonly StepResult[]): string[] =>
  results.flatMap(({ facts }) =>
    facts.flatMap((fact) => (fact.kind === "fate" ? [`${fact.seq} ${fact.fate}${fact.why === undefined ? "" : ` ${fact.why}`}`] : [])),
  );
const ids = (from: number, to: number): string[] => Array.from({ length: to - from + 1 }, (_, n) => `${from + n}`);

describe("a backlog that is kept outside of the state", () => {
  it("leaves nothing of its events in the state, and is counted all the same", () => {
    const { registry, take } = world();
    take(PAUSE, many(50));
    expect(stateOf(registry).events).toEqual([]);
    expect(summarize(registry)).toMatchObject({ events: { pending: 0, stored: 50 }, consumers: [{ dag: "d", pending: 50 }, { dag: "other" }] });
    expect(pendingOfDag(registry, { dag: "d" })).toMatchObject({ count: 50, groups: [{ count: 50, stored: 50, events: [] }] });
    expect(explain(registry, { dag: "d" }, NOW).text).toContain("due, 50 pending (50 kept outside of the state)");
  });

  it("is read back when its consumer may start, oldest first, and let go of", () => {
    const { keeper, take } = world();
    take(PAUSE, many(50));
    expect(idsOf(take(RESUME))).toEqual([ids(1, 50)]);
    expect(keeper.kept()).toEqual([]);
  });

  it("is read only as far as the next run can take", () => {
    const { registry, take } = world({ asset: "s3://lake/a" }, { batch: { max: 4 } });
    take(PAUSE, many(50));
    expect(idsOf(take(RESUME))).toEqual([ids(1, 4)]);
    const { events } = summarize(registry);
    expect(events.pending + events.stored).toBe(46);
    expect(events.stored).toBeGreaterThan(38);
  });

  it("a late event is taken in its place", () => {
    const { take } = world({ asset: "s3://lake/a" }, { mode: "each" });
    take(PAUSE, many(20));
    take({ kind: "publish", events: [a("late", { time: new Date(NOW - 60_000).toISOString() })] });
    expect(idsOf(take(RESUME))).toEqual([["late"]]);
  });
});

describe("while the store does not answer", () => {
  it("a group that needs it waits for it, and says so; the others go on", () => {
    const { registry, keeper, take } = world();
    take(PAUSE, many(50));
    keeper.down = true;
    expect(idsOf(take(RESUME, { kind: "publish", events: [{ asset: "s3://lake/other", id: "o" }] }))).toEqual([["o"]]);
    expect(explain(registry, { dag: "d" }, NOW).data).toMatchObject({ groups: [{ due: true, blocked: [{ by: "store" }] }] });
    expect(explain(registry, { dag: "d" }, NOW).text).toContain("waiting: store");
    keeper.down = false;
    expect(idsOf(keeper.serve(registry, step(registry, [], NOW), NOW))).toEqual([ids(1, 50)]);
  });

  it("a run of the registry asks again for what the one before it was waiting for", () => {
    const { registry, keeper, take } = world();
    take(PAUSE, many(50));
    keeper.down = true;
    take(RESUME);
    const next = continuedAsNew(registry, EAGER);
    keeper.down = false;
    expect(idsOf([...keeper.serve(next, step(next, [], NOW), NOW)])).toEqual([ids(1, 50)]);
  });

  it("other keys of the same DAG start in the slots that it leaves", () => {
    const { registry, keeper, take } = world({ asset: "s3://lake/a", by: "k" }, { concurrency: { total: 2, perKey: 1 } });
    const keyed = (k: string, id: string): object => a(id, { data: { k } });
    take(PAUSE, { kind: "publish", events: Array.from({ length: 20 }, (_, n) => keyed("x", `${n}`)) });
    keeper.down = true;
    take(RESUME);
    expect(idsOf(take({ kind: "publish", events: [keyed("y", "y")] }))).toEqual([["y"]]);
    expect(explain(registry, { dag: "d" }, NOW).data).toMatchObject({
      groups: [{ key: "x", blocked: expect.arrayContaining([expect.objectContaining({ by: "store" })]) }],
    });
  });
});

describe("a store that lost what it kept", () => {
  const lost = (): World => {
    const made = world();
    made.take(PAUSE, many(50));
    for (const name of made.keeper.kept()) made.keeper.lose(name);
    return made;
  };

  it("blocks the group, which says which events are missing and what helps", () => {
    const { registry, take } = lost();
    expect(idsOf(take(RESUME))).toEqual([]);
    expect(explain(registry, { dag: "d" }, NOW).text).toMatch(/\d events with numbers from 1 to \d+ cannot be read: it is gone; `headgate pending clear d`/);
  });

  it("lets go of them when what is pending is cleared, with a warning for the fates that nobody knows", () => {
    const { registry, take } = lost();
    take(RESUME);
    const results = take({ kind: "clear", dag: "d" });
    expect(results[0]?.operated).toMatchObject([{ reply: { ok: true, events: 50 } }]);
    expect(results.flatMap(({ facts }) => facts.filter((fact) => fact.kind === "warning"))[0]).toMatchObject({ code: "W_FATES_UNKNOWN", dag: "d" });
    expect(stateOf(registry).condemned).toBeUndefined();
    expect(idsOf(take(many(1, 51)))).toEqual([["51"]]);
  });
});

describe("what people do to a parked backlog", () => {
  it("pending clear gives each event its fate once, and starts nothing", () => {
    const { keeper, take } = world();
    take(PAUSE, many(50));
    const results = take({ kind: "clear", dag: "d", by: "anna" });
    expect(results[0]?.operated).toMatchObject([{ reply: { events: 50 } }]);
    expect(fatesOf(results)).toEqual(ids(1, 50).map((seq) => `${seq} dropped cleared by anna`));
    expect(keeper.kept()).toEqual([]);
    expect(idsOf(take(RESUME))).toEqual([]);
  });

  it("removing the DAG drops all of it", () => {
    const { take } = world();
    take(PAUSE, many(30));
    const results = take({ kind: "register", project: "test", revision: 2, catalog: catalogOf({}) });
    expect(results[0]?.registered).toMatchObject([{ ok: true, dropped: 30 }]);
    expect(fatesOf(results)).toEqual(ids(1, 30).map((seq) => `${seq} dropped removed`));
  });

  it("dags run --with-pending is told to ask again, and then takes the oldest", () => {
    const { take } = world({ all: [{ asset: "s3://lake/a" }, { asset: "s3://lake/never" }] });
    take(PAUSE, many(30));
    const [first] = take({ kind: "fire", dag: "d" });
    expect(first?.operated).toMatchObject([{ reply: { ok: false, code: "E_PENDING_STORED" } }]);
    let results: StepResult[] = [];
    for (let tries = 0; tries < 40 && idsOf(results).length === 0; tries++) results = take({ kind: "fire", dag: "d" });
    expect(idsOf(results)).toEqual([ids(1, 30)]);
  });

  it("an event of it that is redelivered stays one event", () => {
    const { registry, take } = world();
    const [accepted] = take(PAUSE, many(20));
    const seventh = accepted?.facts.flatMap((fact) => (fact.kind === "event" && fact.event.seq === 7 ? [fact.event] : [])) ?? [];
    registry.state.clock = NOW + 1;
    const later = step(registry, [{ kind: "redeliver", dag: "d", events: seventh }], NOW + 1);
    expect(idsOf([later, ...take(RESUME)])).toEqual([ids(1, 20)]);
  });

  it.each<[string, ConditionNode, Policy]>([
    ["keys", { asset: "s3://lake/a", by: "k" }, {}],
    ["a node that asks what is in them", { asset: "s3://lake/a", within: "1h" }, {}],
    ["a mode that looks for the newest", { asset: "s3://lake/a" }, { mode: "batch", maxPending: 1_000 }],
  ])("an edit to %s reads all of it and places it anew", (_, on, policy) => {
    const { registry, take } = world();
    take(PAUSE, { kind: "publish", events: ids(1, 20).map((id) => a(id, { data: { k: "same" } })) });
    take({ kind: "register", project: "test", revision: 2, catalog: catalogOf({ d: { on, policy } }) });
    expect(summarize(registry).consumers[0]?.pending).toBe(20);
    expect(idsOf(take(RESUME))).toEqual([ids(1, 20)]);
  });
});

describe("while the store does not give back what an edit must place anew", () => {
  const a = { asset: "s3://lake/a" };
  const both: ConditionNode = { all: [a, { asset: "s3://lake/b" }] };
  const minutes = (count: number): number => NOW + count * 60_000;
  const of = (name: string, id: string): RegistryInput => ({ kind: "publish", events: [{ asset: `s3://lake/${name}`, id }] });

  /** Six events of `a` wait outside for one of `b`, and then the DAG is edited. */
  function edited(
    on: ConditionNode,
    policy: Policy = {},
  ): World & { at(now: number, ...inputs: RegistryInput[]): StepResult[]; comesBack(now: number): StepResult[] } {
    const made = world(both);
    const { registry, keeper, take } = made;
    take(many(6));
    keeper.down = true;
    take({ kind: "register", project: "test", revision: 2, catalog: catalogOf({ d: { on, policy } }) });
    expect(registry.consumers.get("d")?.state.unplaced).toBeDefined();
    const at = (now: number, ...inputs: RegistryInput[]): StepResult[] => {
      const first = step(registry, inputs, now);
      return [first, ...keeper.serve(registry, first, now)];
    };
    const comesBack = (now: number): StepResult[] => {
      keeper.down = false;
      return at(now);
    };
    return { ...made, at, comesBack };
  }

  it("a span that the edit brings expires nothing, since what is read may complete a match", () => {
    const { at, comesBack } = edited({ ...both, within: "10m" });
    expect(fatesOf([...at(minutes(8), of("b", "b")), ...at(minutes(18)), ...at(minutes(30))])).toEqual(["7 pending"]);
    expect(idsOf(comesBack(minutes(31)))).toEqual([[...ids(1, 6), "b"]]);
  });

  it("and once all is back, what fits no match expires", () => {
    const { at, comesBack } = edited({ ...both, within: "10m" });
    expect(fatesOf(at(minutes(18)))).toEqual([]);
    const gone = fatesOf(comesBack(minutes(31))).filter((fate) => !fate.endsWith("pending"));
    expect(gone.sort()).toEqual(ids(1, 6).map((seq) => `${seq} expired within`));
  });

  it("an age that the edit brings expires nothing that the edit's own instant would still have taken", () => {
    const { at, comesBack } = edited(a, { expireAfter: "10m" });
    expect(fatesOf(at(minutes(20)))).toEqual([]);
    expect(idsOf(comesBack(minutes(21)))).toEqual([ids(1, 6)]);
  });

  it("a bound that the edit brings drops the oldest, and not the newest for want of others", () => {
    const { at, comesBack } = edited(both, { maxPending: 4 });
    expect(fatesOf(at(minutes(1), many(1, 7)))).toEqual(["7 pending"]);
    comesBack(minutes(2));
    expect(fatesOf(at(minutes(3), many(1, 8)))).toEqual(["8 pending", ...ids(1, 4).map((seq) => `${seq} dropped overflow`)]);
  });

  it("an unless that the edit brings clears also what is still outside", () => {
    const { at, comesBack } = edited({ ...both, unless: { asset: "s3://lake/c" } });
    at(minutes(1), of("c", "c"), many(1, 7));
    expect(fatesOf(comesBack(minutes(2)))).toEqual(ids(1, 6).map((seq) => `${seq} dropped unless s3://lake/c`));
    expect(idsOf(at(minutes(3), of("b", "b")))).toEqual([["7", "b"]]);
  });
});

it("a state in parts takes its stretches along, and the parts make the whole again", () => {
  const { registry, take } = world();
  take(PAUSE, many(30));
  const state = stateOf(registry);
  expect(mergeStates(splitState(state, 3, 1))).toEqual({ ...state, counters: { ...state.counters, fact: expect.any(Number) } });
});

it("what a run took that a reset brought to light is not read back", () => {
  const { registry, keeper, take } = world();
  take(PAUSE, many(6));
  const before = continuedAsNew(registry, EAGER);
  const former = world();
  former.take(PAUSE, many(6));
  const [start] = former.take(RESUME).flatMap(({ starts }) => starts);
  if (start === undefined) throw new Error("nothing started");
  const taken = { ...start, input: { ...start.input, events: start.input.events?.slice(0, 2) ?? [] } };
  const adopt: RegistryInput = { kind: "adopt", starts: [{ start: taken, at: NOW }], events: [], unstarted: [], facts: 0 };
  const ended: RegistryInput = { kind: "runEnded", run: start.id, dag: "d", temporalRunId: "t", status: "succeeded", outlets: [] };
  const results = served({ registry: before, keeper }, [adopt]);
  expect(fatesOf(results)).toEqual(["1 consumed", "2 consumed"]);
  expect(idsOf(served({ registry: before, keeper }, [ended, RESUME]))).toEqual([ids(3, 6)]);
});

describe("a backlog stays in the state", () => {
  it.each<[string, ConditionNode, Policy]>([
    ["it has a node of kind within", { asset: "s3://lake/a", within: "1h" }, {}],
    ["it has a node of kind sequence", { sequence: [{ asset: "s3://lake/a" }, { asset: "s3://lake/b" }] }, {}],
    ["it has a node of kind keep", { all: [{ asset: "s3://lake/a" }, { asset: "s3://lake/b", keep: true }] }, {}],
    ["it looks at what changed", { asset: "s3://lake/a", changed: "n" }, {}],
    ["one event may stand in several of its nodes", { any: [{ asset: "s3://lake/a" }, { asset: "s3://lake/a", where: { n: 1 } }] }, {}],
    ["mode latest looks for the newest event", { asset: "s3://lake/a" }, { mode: "latest" }],
    ["it has debounce", { asset: "s3://lake/a" }, { debounce: { quiet: "1m", max: "2m" } }],
    ["it has expireAfter", { asset: "s3://lake/a" }, { expireAfter: "1h" }],
    ["it has maxPending", { asset: "s3://lake/a" }, { maxPending: 1_000 }],
  ])("if %s", (why, on, policy) => {
    const { registry, take } = world(on, policy);
    take(PAUSE, many(20));
    expect(whyNotParked(registry.consumers.get("d") as never)).toBe(why);
    expect(summarize(registry).events).toMatchObject({ stored: 0 });
  });
});
