import { describe, expect, it } from "vitest";
import type { Fact } from "../../core/fact.ts";
import {
  emptyState,
  explain,
  needsCheck,
  nextWakeup,
  openRegistry,
  planByHash,
  planOf,
  type Registry,
  type RegistryInput,
  type RegistryState,
  runsToVerify,
  stateOf,
  step,
  summarize,
} from "../../registry/index.ts";
import { a, catalogOf, deployed, NOW } from "./machine.ts";

const ON_A = { asset: "s3://lake/a" } as const;
const publish = (...events: unknown[]): RegistryInput => ({ kind: "publish", events });
const ended = (run: string, more: object = {}): RegistryInput => ({
  kind: "runEnded",
  run,
  temporalRunId: "t1",
  dag: "d",
  status: "succeeded",
  outlets: [],
  ...more,
});
const fates = (facts: readonly Fact[]) =>
  facts.flatMap((fact) => (fact.kind === "fate" ? [`${fact.dag} ${fact.seq} ${fact.fate}${fact.why === undefined ? "" : ` ${fact.why}`}`] : []));
const of = <K extends Fact["kind"]>(facts: readonly Fact[], kind: K) => facts.filter((fact): fact is Extract<Fact, { kind: K }> => fact.kind === kind);

describe("batches of a watcher", () => {
  const batch = (generation: number, seq: number, id = `${generation}-${seq}`): RegistryInput => ({
    kind: "batch",
    watcher: "w",
    generation,
    seq,
    events: [a(id)],
  });

  it("are taken in order, once, for ever", () => {
    const registry = deployed(catalogOf({ d: { on: { all: [ON_A, { asset: "s3://lake/never" }] } } }));
    const replies = (...inputs: RegistryInput[]) => step(registry, inputs, NOW).batches;
    expect(replies(batch(1, 1), batch(1, 2), batch(1, 2))).toEqual(["taken", "taken", "repeated"]);
    expect(replies(batch(1, 4))).toEqual(["gap"]);
    expect(replies(batch(2, 2), batch(2, 1), batch(1, 3))).toEqual(["gap", "taken", "stale"]);
    expect(step(registry, [batch(2, 1)], NOW + 400 * 86_400_000).batches).toEqual(["repeated"]);
    expect(registry.events.size).toBe(3);
  });

  it("are not looked up in the window of raw ids: a new generation redelivers", () => {
    const registry = deployed(catalogOf({ d: { on: { all: [ON_A, { asset: "s3://lake/never" }] } } }));
    step(registry, [batch(1, 1, "same"), publish(a("same")), batch(2, 1, "same")], NOW);
    expect(registry.events.size).toBe(3);
  });
});

describe("starts", () => {
  it("name the run by epoch and sequence, with plan, decision, events and queue", () => {
    const catalog = catalogOf({ d: { on: ON_A } });
    const registry = deployed(catalog);
    const [start] = step(registry, [publish(a("1", { hops: 3, data: { x: 1 } }))], NOW + 5).starts;
    expect(start).toMatchObject({
      id: "d/e1-1",
      dag: "d",
      taskQueue: "queue-test",
      input: { plan: catalog.dags[0]?.hash, decision: { epoch: "e1", sequence: 1 }, key: "", partition: null, hops: 3, cause: { kind: "condition" } },
    });
    expect(start?.input.events).toEqual([
      { seq: 1, asset: "s3://lake/a", source: "x", id: "1", time: NOW + 5, at: NOW + 5, partition: null, data: { x: 1 }, hops: 3 },
    ]);
  });

  it("write one fact for an event that is taken at once, and facts are numbered without a gap", () => {
    const registry = deployed(catalogOf({ d: { on: ON_A } }));
    const { facts } = step(registry, [publish(a("1"))], NOW);
    expect(fates(facts)).toEqual(["d 1 consumed"]);
    expect(of(facts, "run")).toMatchObject([{ run: "d/e1-1", status: "running", events: 1 }]);
    const numbers = [...facts, ...step(registry, [publish(a("2"))], NOW).facts].map(({ n }) => n);
    expect(numbers).toEqual(numbers.map((_, index) => (numbers[0] ?? 0) + index));
  });
});

describe("ends of runs", () => {
  it("are applied once for each run and Temporal run", () => {
    const registry = deployed(catalogOf({ d: { on: ON_A } }));
    step(registry, [publish(a("1"))], NOW);
    const outlet = { asset: "s3://lake/b", id: "o1" };
    expect(of(step(registry, [ended("d/e1-1", { outlets: [outlet] })], NOW + 1).facts, "event")).toHaveLength(1);
    expect(step(registry, [ended("d/e1-1", { outlets: [outlet] })], NOW + 2).facts).toEqual([]);
    expect(summarize(registry).consumers[0]?.running).toBe(0);
  });

  it("of a DAG that is gone still publish", () => {
    const registry = deployed(catalogOf({ d: { on: ON_A } }));
    step(registry, [publish(a("1"))], NOW);
    step(registry, [{ kind: "register", project: "test", revision: 2, catalog: catalogOf({ other: { on: { asset: "s3://lake/b" } } }) }], NOW + 1);
    expect(step(registry, [ended("d/e1-1", { outlets: [{ asset: "s3://lake/b", id: "o1" }] })], NOW + 2).starts.map(({ dag }) => dag)).toEqual(["other"]);
  });

  it("of a run that was reset free its slot only when the new one ends", () => {
    const registry = deployed(catalogOf({ d: { on: ON_A } }));
    step(registry, [publish(a("1"))], NOW);
    const started = (temporalRunId: string): RegistryInput => ({
      kind: "runStarted",
      run: "d/e1-1",
      temporalRunId,
      dag: "d",
      partition: null,
      cause: { kind: "condition", text: "" },
    });
    step(registry, [started("t1"), started("t2"), ended("d/e1-1")], NOW + 1);
    expect(summarize(registry).consumers[0]?.running).toBe(1);
    step(registry, [ended("d/e1-1", { temporalRunId: "t2" })], NOW + 2);
    expect(summarize(registry).consumers[0]?.running).toBe(0);
  });

  it("of runs that others started count from the moment they announce themselves, in any order of the two", () => {
    const registry = deployed(catalogOf({ d: { on: ON_A } }));
    const mine: RegistryInput = { kind: "runStarted", run: "my-run", temporalRunId: "t1", dag: "d", partition: null, cause: { kind: "person", text: "me" } };
    step(registry, [mine, mine, publish(a("1"))], NOW);
    expect(summarize(registry).consumers[0]).toMatchObject({ running: 1, pending: 1 });
    expect(step(registry, [ended("my-run")], NOW + 1).starts).toHaveLength(1);
    step(registry, [ended("late"), { ...mine, run: "late" }], NOW + 2);
    expect(summarize(registry).consumers[0]?.running).toBe(1);
  });

  it("are asked for when a run was not heard of for a minute", () => {
    const registry = deployed(catalogOf({ d: { on: ON_A } }));
    step(registry, [publish(a("1"))], NOW);
    expect(runsToVerify(registry, NOW + 59_999, 60_000)).toEqual([]);
    expect(runsToVerify(registry, NOW + 60_000, 60_000)).toEqual([{ run: "d/e1-1", dag: "d", partition: null }]);
  });
});

describe("registration", () => {
  const register = (revision: number, catalog: ReturnType<typeof catalogOf>): RegistryInput => ({
    kind: "register",
    project: catalog.project,
    revision,
    catalog,
  });

  it("cannot be undone by an older deploy, and a repeat of the same is harmless", () => {
    const [one, two] = [catalogOf({ d: { on: ON_A } }), catalogOf({ e: { on: ON_A } })];
    const registry = deployed(one);
    const replies = step(registry, [register(5, two), register(4, one), register(5, one), register(5, two)], NOW).registered;
    expect(replies.map((reply) => (reply.ok ? "ok" : reply.code))).toEqual(["ok", "E_DEPLOY_STALE", "E_DEPLOY_STALE", "ok"]);
    expect(planOf(registry, "d")).toBeUndefined();
  });

  it("is refused whole, and leaves the state as it was", () => {
    const registry = deployed(catalogOf({ d: { on: ON_A } }));
    const before = stateOf(registry);
    const bad = catalogOf({ e: { on: ON_A }, f: { on: { cron: "nonsense" } } });
    expect(step(registry, [register(2, bad)], NOW).registered[0]).toMatchObject({ ok: false, code: "E_CRON", where: "dag f.on.cron" });
    expect(stateOf(registry)).toEqual(before);
  });

  it("of several projects keeps them apart, and refuses clashes and cycles over all of them", () => {
    const first = catalogOf({ d: { on: ON_A, outlets: ["s3://lake/b"] } }, { project: "one" });
    const registry = deployed(first, catalogOf({ e: { on: { asset: "s3://lake/b" } } }, { project: "two" }));
    const refused = (catalog: ReturnType<typeof catalogOf>) => {
      const [reply] = step(registry, [register(2, catalog)], NOW).registered;
      return reply?.ok === false ? `${reply.code} ${reply.message}` : "ok";
    };
    expect(refused(catalogOf({ d: { on: ON_A } }, { project: "two" }))).toMatch(/E_DUPLICATE_ID .*both have a DAG d/);
    expect(refused(catalogOf({ e: { on: { asset: "s3://lake/b" }, outlets: ["s3://lake/a"] } }, { project: "two" }))).toMatch(
      /E_CYCLE .*s3:\/\/lake\/a -> dag d -> s3:\/\/lake\/b -> dag e -> s3:\/\/lake\/a/,
    );
    const asset = (keys: string[]) => ({ uri: "s3://lake/p", partitions: { keys }, schema: false, tags: [], meta: {} });
    expect(refused(catalogOf({}, { project: "three", assets: [asset(["eu"])] }))).toBe("ok");
    expect(refused(catalogOf({}, { project: "four", assets: [asset(["us"])] }))).toMatch(/E_ASSET_DUPLICATE projects three and four/);
    expect(summarize(registry).consumers.map(({ dag, project }) => [dag, project])).toEqual([
      ["d", "one"],
      ["e", "two"],
    ]);
  });

  it("keeps plans that running runs are pinned to", () => {
    const old = catalogOf({ d: { on: ON_A } });
    const registry = deployed(old);
    step(registry, [publish(a("1")), register(2, catalogOf({ d: { on: ON_A, policy: { mode: "each" } } }))], NOW);
    step(registry, [publish(a("2"))], NOW);
    const hash = old.dags[0]?.hash ?? "";
    expect(planOf(registry, "d")?.hash).not.toBe(hash);
    const again = deployed(old);
    step(again, [publish(a("1"))], NOW);
    step(again, [register(2, catalogOf({ d: { on: ON_A, policy: { mode: "each" } } }))], NOW);
    expect(planByHash(again, hash)?.plan.dag).toBe("d");
  });
});

describe("blast radius", () => {
  function broken(registry: Registry): RegistryState {
    const state = stateOf(registry);
    const project = state.projects.test;
    if (project === undefined) throw new Error("not deployed");
    const dags = project.catalog.dags.map((one) => (one.plan.dag === "bad" ? { ...one, plan: { ...one.plan, on: { riddle: true } as never } } : one));
    return { ...state, projects: { test: { ...project, catalog: { ...project.catalog, dags } } } };
  }

  it("quarantines a consumer whose plan does not compile any more, and the others go on", () => {
    const catalog = catalogOf({ bad: { on: { all: [ON_A, { asset: "s3://lake/b" }] } }, good: { on: ON_A } });
    const registry = deployed(catalog);
    step(registry, [{ kind: "pause", dag: "good" }, publish(a("0"))], NOW);
    const reopened = openRegistry(broken(registry));
    const { starts } = step(reopened, [{ kind: "resume", dag: "good" }, publish(a("1"))], NOW + 1);
    expect(starts.map(({ dag, input }) => [dag, input.events?.map(({ id }) => id)])).toEqual([["good", ["0", "1"]]]);
    expect(explain(reopened, { dag: "bad" }, NOW + 1).text).toContain("quarantined: E_CONDITION");
    const repaired = step(reopened, [{ kind: "register", project: "test", revision: 2, catalog }, publish({ asset: "s3://lake/b", id: "2" })], NOW + 2);
    expect(repaired.starts.map(({ dag, input }) => [dag, input.events?.map(({ id }) => id)])).toEqual([["bad", ["0", "2"]]]);
  });

  it("quarantines a consumer whose evaluation throws, with its events pending", () => {
    const big = (id: string, asset: string) => ({ asset, id, data: { text: "x".repeat(120_000) } });
    const registry = deployed(catalogOf({ d: { on: { all: ["a", "b", "c"].map((name) => ({ asset: `s3://lake/${name}` })) } }, e: { on: ON_A } }));
    const { starts, facts } = step(registry, [publish(big("1", "s3://lake/a"), big("2", "s3://lake/b"), big("3", "s3://lake/c"))], NOW);
    expect(starts.map(({ dag }) => dag)).toEqual(["e"]);
    expect(fates(facts).filter((line) => line.startsWith("d "))).toEqual(["d 1 pending", "d 2 pending", "d 3 pending"]);
    expect(explain(registry, { dag: "d" }, NOW).text).toContain("quarantined: E_RUN_INPUT");
  });

  it("keeps every start below 256 KiB", () => {
    const registry = deployed(catalogOf({ d: { on: ON_A, policy: { concurrency: 500 } } }));
    const events = Array.from({ length: 3000 }, (_, index) => a(`${index}`, { data: { text: "é".repeat(index % 700) } }));
    const { starts } = step(registry, [publish(...events)], NOW);
    expect(starts.flatMap(({ input }) => input.events ?? [])).toHaveLength(3000);
    for (const start of starts) expect(Buffer.byteLength(JSON.stringify(start.input))).toBeLessThan(256 * 1024);
  });

  it("rejects what could not be decoded, and caps it", () => {
    const registry = deployed();
    const { facts } = step(registry, [{ kind: "reject", event: "x".repeat(100_000), code: "E_EVENT_UNDECODABLE", why: "binary/encrypted" }], NOW);
    expect(of(facts, "rejected")).toMatchObject([{ code: "E_EVENT_UNDECODABLE", why: "binary/encrypted" }]);
    expect(JSON.stringify(facts).length).toBeLessThan(10_000);
  });
});

describe("operators", () => {
  it("hold the whole registry: gathering goes on, nothing starts", () => {
    const registry = deployed(catalogOf({ d: { on: ON_A } }));
    expect(step(registry, [{ kind: "hold", by: "me" }, publish(a("1"))], NOW).starts).toEqual([]);
    expect(explain(registry, { dag: "d" }, NOW).text).toContain("the whole registry is held");
    expect(step(registry, [{ kind: "release" }], NOW + 1).starts).toHaveLength(1);
  });

  it("clear what is pending, of one key or of all", () => {
    const registry = deployed(catalogOf({ d: { on: { all: [ON_A, { asset: "s3://lake/never" }], by: "k" } } }));
    step(registry, [publish(a("1", { data: { k: "x" } }), a("2", { data: { k: "y" } }))], NOW);
    expect(fates(step(registry, [{ kind: "clear", dag: "d", key: "x" }], NOW).facts)).toEqual(["d 1 dropped cleared"]);
    expect(fates(step(registry, [{ kind: "clear", dag: "d" }], NOW).facts)).toEqual(["d 2 dropped cleared"]);
  });
});

describe("the state", () => {
  it("is JSON, and small for 1,000 idle consumers", () => {
    const registry = deployed(
      catalogOf(Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`d${index}`, { on: { asset: `s3://lake/${index}` } }]))),
    );
    const state = stateOf(registry);
    expect(JSON.parse(JSON.stringify(state))).toEqual(state);
    expect(JSON.stringify({ ...state, projects: {} }).length).toBeLessThan(300 * 1024);
  });

  it("has an event once that many consumers hold, and forgets it when the last one lets go", () => {
    const never = { asset: "s3://lake/b" };
    const registry = deployed(catalogOf(Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`d${index}`, { on: { all: [ON_A, never] } }]))));
    step(registry, [publish(a("1", { data: { text: "y".repeat(1000) } }))], NOW);
    expect(JSON.stringify(stateOf(registry).events).length).toBeLessThan(1500);
    step(registry, [publish({ asset: "s3://lake/b" })], NOW);
    expect(stateOf(registry).events).toEqual([]);
  });

  it("opens again with the same timers, and goes on as if nothing had been", () => {
    const catalog = catalogOf({ d: { on: ON_A, policy: { debounce: { quiet: "10m", max: "1h" } } } });
    const registry = deployed(catalog);
    step(registry, [publish(a("1"))], NOW);
    const again = openRegistry(stateOf(registry));
    expect(nextWakeup(again)).toBe(NOW + 600_000);
    expect(step(again, [], NOW + 600_000).starts).toHaveLength(1);
  });

  it("of a newer schema is refused", () => {
    expect(() => openRegistry({ ...emptyState("x"), schema: 99 as never })).toThrow(/schema 99/);
  });
});

describe("a standstill", () => {
  it("expires nothing that arrived in time: inputs come before deadlines", () => {
    const registry = deployed(catalogOf({ d: { on: { all: [ON_A, { asset: "s3://lake/b" }], within: "1h" } } }));
    step(registry, [publish(a("1", { time: "2026-01-01T00:00:00Z" }))], NOW);
    const { starts } = step(registry, [publish({ asset: "s3://lake/b", time: "2026-01-01T00:30:00Z" })], NOW + 5 * 3_600_000);
    expect(starts).toHaveLength(1);
  });

  it("leaves one tick, the newest", () => {
    const registry = deployed(catalogOf({ d: { on: { every: "1m" } } }));
    expect(step(registry, [], NOW + 3_600_000).starts).toHaveLength(1);
    expect(nextWakeup(registry)).toBe(NOW + 3_660_000);
  });
});

describe("needsCheck", () => {
  it("is true for raw events of assets with a schema only", () => {
    const asset = { uri: "s3://lake/s", schema: true, tags: [], meta: {} };
    const registry = deployed(catalogOf({ d: { on: ON_A } }, { assets: [asset] }));
    expect([{ asset: "S3://lake/s/" }, { asset: "s3://lake/a" }, { asset: 5 }, "text", null].map((event) => needsCheck(registry, event))).toEqual([
      true,
      false,
      false,
      false,
      false,
    ]);
  });
});

describe("explain", () => {
  it("says what a consumer waits for, and what holds it back", () => {
    const registry = deployed(catalogOf({ d: { on: { all: [ON_A, { asset: "s3://lake/b" }] } }, busy: { on: ON_A } }));
    step(registry, [publish(a("1"))], NOW);
    step(registry, [publish(a("2")), { kind: "pause", dag: "d", by: "ada" }], NOW + 1000);
    expect(explain(registry, { dag: "d" }, NOW + 7_200_000).text).toBe(
      [
        "d waits for all(s3://lake/a, s3://lake/b)",
        "paused since 2026-01-01T00:00:01.000Z (119m ago) by ada",
        "not due, 2 pending: waits for an event of s3://lake/b",
        "  - all: waits for an event of s3://lake/b",
        "    + s3://lake/a: due, 2 pending",
        "    - s3://lake/b: waits for an event of s3://lake/b, 0 pending",
      ].join("\n"),
    );
    expect(explain(registry, { dag: "busy" }, NOW + 1000).text).toContain("due, 1 pending, and held back: busy/e1-1 is running, and 1 may");
  });

  it("says who holds an event, and what a run consumed", () => {
    const registry = deployed(catalogOf({ d: { on: { all: [ON_A, { asset: "s3://lake/b" }] } }, e: { on: ON_A, policy: { whenFailed: "return" } } }));
    step(registry, [publish(a("1"))], NOW);
    expect(explain(registry, { event: { source: "x", id: "1" } }, NOW).text).toBe(
      "event 1 of x: s3://lake/a, accepted at 2026-01-01T00:00:00.000Z\n  d: pending\n  e: consumed by e/e1-1",
    );
    expect(explain(registry, { run: "e/e1-1" }, NOW).text).toContain("it consumed 1 of s3://lake/a");
    expect(explain(registry, { event: { id: "nothing" } }, NOW).data.kind).toBe("unknown");
    expect(explain(registry, { dag: "nothing" }, NOW).text).toContain("no deployed DAG");
  });

  it("shows every kind of node", () => {
    const on = {
      all: [
        { any: [ON_A, { pattern: "s3://lake/x*" }], by: "k" },
        { sequence: [ON_A, { asset: "s3://lake/b" }], within: "1h" },
        { cron: "@daily" },
        { absent: ON_A, for: "1h" },
        { asset: "s3://lake/c", keep: true },
      ],
      unless: { asset: "s3://lake/stop" },
    };
    const registry = deployed(catalogOf({ d: { on: on as never } }));
    step(registry, [publish(a("1", { data: { k: "x" } }))], NOW);
    const { text } = explain(registry, { dag: "d" }, NOW);
    for (const part of [
      "+ x: any: due",
      "sequence: waits for an event of s3://lake/b",
      "the tick at 2026-01-02T00:00:00.000Z",
      "silence of s3://lake/a until 2026-01-01T01:00:00.000Z",
      "a first event of s3://lake/c",
    ])
      expect(text).toContain(part);
  });
});
