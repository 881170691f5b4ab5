import { describe, expect, it } from "vitest";
import type { AssetEvent } from "../../core/event.ts";
import type { Fact } from "../../core/fact.ts";
import type { RunStart } from "../../core/run.ts";
import { explain, openRegistry, pendingOfDag, type Registry, type RegistryInput, stateOf, step, summarize } from "../../registry/index.ts";
import { a, catalogOf, deployed, NOW } from "./machine.ts";

const A = { asset: "s3://lake/a" };
const B = { asset: "s3://lake/b" };
const publish = (...events: object[]): RegistryInput => ({ kind: "publish", events });
const replyOf = (registry: Registry, input: RegistryInput, at = NOW + 60_000) => step(registry, [input], at).operated[0]?.reply;
const operations = (facts: readonly Fact[]) =>
  facts.flatMap((fact) => (fact.kind === "operation" ? [`${fact.operation} ${fact.dag ?? "-"} ${fact.events} ${fact.by}: ${fact.why}`] : []));
const fates = (facts: readonly Fact[]) =>
  facts.flatMap((fact) => (fact.kind === "fate" ? [`${fact.dag} ${fact.seq} ${fact.fate}${fact.why === undefined ? "" : ` (${fact.why})`}`] : []));

/** The events of these facts, as the store has them. */
const recorded = (facts: readonly Fact[]): AssetEvent[] => facts.flatMap((fact) => (fact.kind === "event" ? [fact.event] : []));

describe("a registry that is held", () => {
  it("gathers and starts nothing, says who and since when, and goes on with what has gathered", () => {
    const registry = deployed(catalogOf({ d: { on: A } }));
    expect(replyOf(registry, { kind: "hold", by: "anna", why: "maintenance" })).toEqual({ ok: true, did: true, events: 0, runs: [] });
    const held = step(registry, [publish(a("1"), a("2"))], NOW + 120_000);
    expect(held.starts).toEqual([]);
    expect(summarize(registry).held).toEqual({ since: NOW + 60_000, by: "anna" });
    const { text, data } = explain(registry, { dag: "d" }, NOW + 180_000);
    expect(text).toContain("the whole registry is held since 2026-01-01T00:01:00.000Z (2m ago) by anna");
    expect(data).toMatchObject({ held: { since: "2026-01-01T00:01:00.000Z", by: "anna" } });
    const { starts, facts } = step(registry, [{ kind: "release", by: "otto" }], NOW + 240_000);
    expect(starts.map(({ input }) => input.events?.length)).toEqual([2]);
    expect(operations(facts)).toEqual(["release - 0 otto: null"]);
  });

  it("a second hold changes nothing, and leaves no fact", () => {
    const registry = deployed(catalogOf({ d: { on: A } }));
    step(registry, [{ kind: "hold", by: "anna" }], NOW + 1);
    const { operated, facts } = step(registry, [{ kind: "hold", by: "otto" }], NOW + 2);
    expect(operated[0]?.reply).toMatchObject({ ok: true, did: false });
    expect(facts).toEqual([]);
    expect(summarize(registry).held).toEqual({ since: NOW + 1, by: "anna" });
  });
});

describe("what has gathered", () => {
  const keyed = (): Registry => {
    const registry = deployed(catalogOf({ d: { on: { all: [A, B], by: "k" } } }));
    step(registry, [publish(a("1", { data: { k: "u" } }), a("2", { data: { k: "v" } }), a("3", { data: { k: "u" } }))], NOW + 1);
    return registry;
  };

  it("is listed by key, oldest first", () => {
    expect(pendingOfDag(keyed(), { dag: "d" })).toMatchObject({
      count: 3,
      groups: [
        { key: "u", count: 2, events: [{ id: "1" }, { id: "3", at: "2026-01-01T00:00:00.001Z" }] },
        { key: "v", count: 1, events: [{ id: "2" }] },
      ],
    });
    expect(pendingOfDag(keyed(), { dag: "d", limit: 1 })?.groups.map(({ count, events }) => [count, events.length])).toEqual([
      [2, 1],
      [1, 0],
    ]);
    expect(pendingOfDag(keyed(), { dag: "d", key: "v" })?.count).toBe(1);
    expect(pendingOfDag(keyed(), { dag: "nobody" })).toBeNull();
  });

  it("is cleared in one key, with a fate that says who and why", () => {
    const registry = keyed();
    const { facts, operated } = step(registry, [{ kind: "clear", dag: "d", key: "u", by: "anna", why: "wrong load" }], NOW + 2);
    expect(operated[0]?.reply).toMatchObject({ did: true, events: 2 });
    expect(fates(facts)).toEqual(["d 1 dropped (cleared by anna: wrong load)", "d 3 dropped (cleared by anna: wrong load)"]);
    expect(operations(facts)).toEqual(["clear d 2 anna: wrong load"]);
    expect(summarize(registry).consumers[0]?.pending).toBe(1);
  });

  it("starts at once when a person fires it, one run a key, though the condition is not due", () => {
    const registry = keyed();
    const { starts, operated, facts } = step(registry, [{ kind: "fire", dag: "d", by: "anna" }], NOW + 2);
    expect(starts.map(({ input }) => [input.key, input.events?.map(({ id }) => id), input.cause.text])).toEqual([
      ["u", ["1", "3"], "started with what had gathered by anna"],
      ["v", ["2"], "started with what had gathered by anna"],
    ]);
    expect(operated[0]?.reply).toEqual({ ok: true, did: true, events: 3, runs: starts.map(({ id }) => id) });
    expect(fates(facts)).toEqual(["d 1 consumed", "d 3 consumed", "d 2 consumed"]);
    expect(summarize(registry).consumers[0]).toMatchObject({ pending: 0, running: 2 });
  });

  it.each(["each", "latest", "batch"] as const)("goes whole into the run that a person fires, in mode %s, paused or not", (mode) => {
    const registry = deployed(catalogOf({ d: { on: A, policy: { mode } } }));
    step(registry, [{ kind: "pause", dag: "d" }, publish(a("1"), a("2"), a("3"))], NOW + 1);
    const { starts } = step(registry, [{ kind: "fire", dag: "d" }], NOW + 2);
    expect(starts.map(({ input }) => input.events?.map(({ id }) => id))).toEqual([["1", "2", "3"]]);
  });

  it("is capped as every run is, and the rest stays", () => {
    const registry = deployed(catalogOf({ d: { on: { all: [A, B] }, policy: { batch: { max: 2 } } } }));
    step(registry, [publish(a("1"), a("2"), a("3"))], NOW + 1);
    expect(replyOf(registry, { kind: "fire", dag: "d" })).toMatchObject({ events: 2 });
    expect(summarize(registry).consumers[0]?.pending).toBe(1);
  });

  it.each([
    ["nothing has gathered", [], { ok: true, did: false, events: 0, runs: [] }],
    ["the registry is held", [publish(a("1")), { kind: "hold" }], { ok: false, code: "E_REGISTRY_HELD" }],
    ["no DAG has that id", null, { ok: false, code: "E_DAG_UNKNOWN" }],
  ] as const)("is not started when %s", (_, before, reply) => {
    const registry = deployed(catalogOf({ d: { on: { all: [A, B] } } }));
    step(registry, (before ?? []) as RegistryInput[], NOW + 1);
    const { starts, operated } = step(registry, [{ kind: "fire", dag: before === null ? "nobody" : "d" }], NOW + 2);
    expect(starts).toEqual([]);
    expect(operated[0]?.reply).toMatchObject(reply);
  });
});

describe("events that are given again", () => {
  const consumed = (): { registry: Registry; events: AssetEvent[] } => {
    const registry = deployed(catalogOf({ d: { on: A }, other: { on: A }, deaf: { on: B } }));
    const events = recorded(step(registry, [publish(a("1"), a("2"))], NOW + 1).facts);
    step(
      registry,
      ["d/e1-1", "other/e1-2"].map(
        (run) => ({ kind: "runEnded", run, dag: run.split("/")[0] as string, temporalRunId: "t", status: "succeeded", outlets: [] }) as const,
      ),
      NOW + 2,
    );
    return { registry, events };
  };

  it("go to one DAG alone, in a run of their own, and the ledger says by whom", () => {
    const { registry, events } = consumed();
    const { starts, facts } = step(registry, [{ kind: "redeliver", dag: "d", events, by: "anna", why: "bug 7" }], NOW + 60_000);
    expect(starts.map(({ id, input }) => [id, input.events?.map((event) => event.id)])).toEqual([["d/e1-3", ["1", "2"]]]);
    expect(fates(facts)).toEqual(["d 1 consumed (redelivered by anna: bug 7)", "d 2 consumed (redelivered by anna: bug 7)"]);
    expect(operations(facts)).toEqual(["redeliver d 2 anna: bug 7"]);
  });

  it("are given once for a request, in pieces or again, also over a restart, and never what came later", () => {
    const { registry, events } = consumed();
    const asked = { kind: "redeliver", dag: "d", request: "r1" } as const;
    expect(replyOf(registry, { ...asked, events: events.slice(0, 1) })).toMatchObject({ events: 1 });
    const again = openRegistry(stateOf(registry));
    const later = recorded(step(again, [publish(a("3"))], NOW + 70_000).facts);
    expect(replyOf(again, { ...asked, events: [...events, ...later] }, NOW + 80_000)).toMatchObject({ did: true, events: 1 });
    expect(replyOf(again, { ...asked, events: [...events, ...later] }, NOW + 90_000)).toMatchObject({ did: false, events: 0 });
    // Another request is another delivery, but for what is pending.
    expect(replyOf(again, { ...asked, events, request: "r2" }, NOW + 100_000)).toMatchObject({ did: true, events: 1 });
  });

  it("are left where they are if they are pending, and are nothing to a DAG that does not listen", () => {
    const { registry, events } = consumed();
    step(registry, [{ kind: "pause", dag: "d" }], NOW + 3);
    expect(replyOf(registry, { kind: "redeliver", dag: "d", events })).toMatchObject({ events: 2 });
    expect(replyOf(registry, { kind: "redeliver", dag: "d", events })).toMatchObject({ events: 0 });
    expect(replyOf(registry, { kind: "redeliver", dag: "deaf", events })).toMatchObject({ did: false, events: 0 });
    expect(replyOf(registry, { kind: "redeliver", dag: "d", events: [{ ...(events[0] as AssetEvent), seq: 99 }] })).toMatchObject({ events: 0 });
  });
});

describe("a request", () => {
  it.each(["hold", "release"] as const)("to %s that comes again does nothing, though things have changed since", (kind) => {
    const registry = deployed(catalogOf({ d: { on: A } }));
    if (kind === "release") step(registry, [{ kind: "hold" }], NOW + 1);
    step(registry, [{ kind, request: "r" }], NOW + 2);
    step(registry, [{ kind: kind === "hold" ? "release" : "hold" }], NOW + 3);
    const held = summarize(registry).held;
    expect(replyOf(registry, { kind, request: "r" })).toMatchObject({ did: false });
    expect(summarize(registry).held).toEqual(held);
  });

  it("is forgotten after a day, and the last thousand at most are known", () => {
    const registry = deployed(catalogOf({ d: { on: A } }));
    for (let n = 0; n < 1_200; n += 1) step(registry, [{ kind: "clear", dag: "d", request: `r${n}` }], NOW + n);
    expect(Object.keys(stateOf(registry).requests)).toHaveLength(1_000);
    step(registry, [{ kind: "clear", dag: "d", request: "last" }], NOW + 25 * 3_600_000);
    expect(Object.keys(stateOf(registry).requests)).toEqual(["=last"]);
  });
});

describe("a loop over two projects", () => {
  it("that both allow is caught by its hops: the DAG is paused, and says so", () => {
    const registry = deployed(
      catalogOf({ there: { on: A, policy: { cycle: true }, outlets: [B.asset] } }),
      catalogOf({ back: { on: B, policy: { cycle: true }, outlets: [A.asset] } }, { project: "second" }),
    );
    let { starts, facts } = step(registry, [publish(a("1"))], NOW + 1);
    const warnings: string[] = [];
    let runs = 0;
    for (let at = NOW + 2; starts.length > 0 && runs < 100; at += 1) {
      const [{ id, dag }] = starts as readonly [RunStart, ...RunStart[]];
      runs += 1;
      ({ starts, facts } = step(
        registry,
        [{ kind: "runEnded", run: id, dag, temporalRunId: `${runs}`, status: "succeeded", outlets: [dag === "there" ? B : A] }],
        at,
      ));
      for (const fact of facts) if (fact.kind === "warning") warnings.push(`${fact.code} ${fact.dag}`);
    }
    expect(runs).toBe(33);
    expect(warnings).toEqual(["E_LOOP back"]);
    expect(fates(facts)).toContain("back 34 dropped (loop)");
    expect(summarize(registry).consumers.map(({ dag, paused }) => [dag, paused?.by])).toEqual([
      ["there", undefined],
      ["back", "loop"],
    ]);
    expect(explain(registry, { dag: "back" }, NOW).text).toContain("by loop");
  });
});
