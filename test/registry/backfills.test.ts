import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  explain,
  listWork,
  openRegistry,
  type Registry,
  type RegistryInput,
  readBackfill,
  readRepair,
  type StepResult,
  showWork,
  stateOf,
  step,
} from "../../registry/index.ts";
import { caught } from "../core/caught.ts";
import { catalogOf, deployed, NOW } from "./machine.ts";
import { ev, FOREVER, on, play } from "./play.ts";

const describeAsset = (name: string) => ({ uri: `s3://lake/${name}`, partitions: { grain: "day" as const }, schema: false, tags: [], meta: {} });
const catalog = catalogOf(
  {
    daily: { on: { asset: "s3://lake/p" }, outlets: ["s3://lake/q"] },
    tenants: { on: { asset: "s3://lake/p", by: "tenant" } },
    next: { on: { asset: "s3://lake/q" } },
    plain: { on: { asset: "s3://lake/u" } },
  },
  { assets: [describeAsset("p"), describeAsset("q")] },
);
const DAYS = ["2026-01-01", "2026-01-02", "2026-01-03", "2026-01-04"] as const;

type Start = StepResult["starts"][number];
const ended = ({ id, dag }: Start, status: "succeeded" | "failed" = "succeeded", error?: string): RegistryInput => ({
  kind: "runEnded",
  run: id,
  dag,
  temporalRunId: "t",
  status,
  outlets: [],
  ...(error === undefined ? {} : { error }),
});

describe("a request for a backfill", () => {
  const registry = deployed(catalog);
  const keysOf = (partitions: unknown) => readBackfill(registry, { dag: "daily", partitions }).partitions;

  it.each([
    ["a range as text", "2026-01-01..2026-01-03"],
    ["a range", { from: "2026-01-01", to: "2026-01-03" }],
    ["keys with commas", "2026-01-01,2026-01-02, 2026-01-03"],
    ["a list, each key once", ["2026-01-01", "2026-01-02", "2026-01-03", "2026-01-01"]],
  ])("names slices by %s", (_, partitions) => {
    expect(keysOf(partitions)).toEqual(["2026-01-01", "2026-01-02", "2026-01-03"]);
  });

  it("runs one at a time by default", () => {
    expect(readBackfill(registry, { dag: "daily", partitions: "2026-01-01" })).toMatchObject({ parallel: 1, partitions: ["2026-01-01"], busy: [] });
  });

  it.each([
    ["E_PARTITION", "a key of another grain", { dag: "daily", partitions: "2026-W01" }, /does not fit .*day/],
    ["E_PARTITION", "an hour at an end of the range", { dag: "daily", partitions: "2026-01-01T00..2026-01-02" }, /does not fit .*day/],
    ["E_PARTITION", "a range that is empty", { dag: "daily", partitions: "2026-01-03..2026-01-01" }, /is no range: 2026-01-03 is later than 2026-01-01/],
    ["E_PARTITION", "a day that no calendar has", { dag: "daily", partitions: ["2026-02-30"] }, /does not fit/],
    ["E_PARTITION", "a range that is too long", { dag: "daily", partitions: "1990-01-01..2026-01-01" }, /more than 10000 keys/],
    ["E_BACKFILL", "a DAG without partitions", { dag: "plain", partitions: "2026-01-01" }, /plain has no partitions/],
    ["E_DAG_UNKNOWN", "a DAG that is not there", { dag: "none", partitions: "2026-01-01" }, /none/],
    ["E_USAGE", "an empty list", { dag: "daily", partitions: [] }, /needs 1 or more/],
    ["E_USAGE", "no slices", { dag: "daily" }, /backfill\.partitions/],
    ["E_USAGE", "nothing at once", { dag: "daily", partitions: "2026-01-01", parallel: 0 }, /backfill\.parallel/],
    ["E_USAGE", "a field that nobody knows", { dag: "daily", partition: "2026-01-01" }, /unknown key "partition"/],
    ["E_USAGE", "what is no object", "daily", /is no object/],
  ])("is refused with %s for %s", (code, _, request, why) => {
    const error = caught(() => readBackfill(registry, request));
    expect([error.code, error.message]).toEqual([code, expect.stringMatching(why)]);
  });
});

describe("a backfill", () => {
  const assets = [{ uri: "s3://lake/p", partitions: { grain: "day" } }];
  const p = (id: string, partition: string) => ev("p", id, { partition });

  it("waits for a live run of its key, and a live event waits for the backfill's run", () => {
    const { started } = play(
      { on: on("p"), concurrency: { total: 9, perKey: 1 }, runs: { duration: "10m" } },
      [
        ["00:00", { event: p("1", "2026-01-01") }],
        ["00:01", { backfill: { dag: "d", partitions: ["2026-01-01", "2026-01-02"], parallel: 2 } }],
        ["00:02", { event: p("2", "2026-01-02") }],
        ["01:00"],
      ],
      { assets },
    );
    expect(started).toEqual(["d[2026-01-01]@00:00 1", "d[2026-01-02]@00:01", "d[2026-01-01]@00:10", "d[2026-01-02]@00:11 2"]);
  });

  it("runs a partition of a DAG that is keyed by its data when none of its keys runs", () => {
    const event = (id: string, tenant: string, partition: string) => ev("p", id, { partition, data: { tenant } });
    const { started } = play(
      { on: on("p", { by: "tenant" }), runs: { duration: "10m" } },
      [
        ["00:00", { event: [event("1", "x", "2026-01-01"), event("2", "y", "2026-01-02")] }],
        ["00:01", { backfill: { dag: "d", partitions: ["2026-01-01", "2026-01-03"], parallel: 2 } }],
        ["00:02", { event: event("3", "z", "2026-01-03") }],
        ["01:00"],
      ],
      { assets },
    );
    expect(started).toEqual(["d[x]@00:00 1", "d[y]@00:00 2", "d[2026-01-03]@00:01", "d[2026-01-01]@00:10", "d[z]@00:11 3"]);
  });

  it("refuses a listed key that is none", () => {
    const scenario = () => play({ on: on("p") }, [["00:00", { backfill: { dag: "d", partitions: ["2026-W01"] } }]], { assets });
    expect(scenario).toThrow(/timeline\[0\]\.backfill\.partitions.*does not fit/);
  });

  it("does not shift the ids of events that have none", () => {
    const { started } = play(
      { on: on("p"), runs: FOREVER },
      [
        ["00:00", { backfill: { dag: "d", partitions: ["2026-01-01"] } }],
        ["00:01", { event: { asset: "s3://lake/p", partition: "2026-01-02" } }],
      ],
      { assets },
    );
    expect(started[1]).toBe("d[2026-01-02]@00:01 #1");
  });

  it("says how far it is, what failed, and what it was asked for", () => {
    const registry = deployed(catalog);
    const plan = readBackfill(registry, { dag: "daily", partitions: "2026-01-01..2026-01-04", parallel: 2, by: "ada", why: "wrong rates" });
    const { work, starts } = step(registry, [{ kind: "backfill", ...plan }], NOW);
    const id = work[0]?.id ?? "";
    expect(starts.map(({ input }) => input.partition)).toEqual(["2026-01-01", "2026-01-02"]);
    step(registry, [ended(starts[0] as Start, "failed", "no such table")], NOW + 1);
    const text = `${id} (by ada: wrong rates): 0 of 4 runs succeeded, 1 failed, 2 running, 1 waiting; daily 2026-01-01: no such table`;
    expect(explain(registry, { dag: "daily" }, NOW + 1).text).toContain(text);
    expect(showWork(registry, id)?.steps.map(({ partition, status }) => [partition, status])).toEqual([
      ["2026-01-02", "running"],
      ["2026-01-03", "running"],
      ["2026-01-04", "waiting"],
    ]);
  });

  it("starts nothing more when it is cancelled, and what runs goes on", () => {
    const registry = deployed(catalog);
    const { work, starts } = step(registry, [{ kind: "backfill", dag: "daily", partitions: DAYS, parallel: 1 }], NOW);
    const id = work[0]?.id ?? "";
    step(registry, [{ kind: "cancel", work: id, by: "ada" }], NOW + 1);
    expect(showWork(registry, id)).toMatchObject({ status: "cancelled", endedAt: null, runs: { running: 1, stopped: 3 } });
    expect(step(registry, [ended(starts[0] as Start)], NOW + 2).starts).toEqual([]);
    expect(showWork(registry, id)).toMatchObject({ status: "cancelled", endedAt: NOW + 2, runs: { succeeded: 1, stopped: 3 } });
  });

  it("ends with the DAG that it is for", () => {
    const registry = deployed(catalog);
    const { work } = step(registry, [{ kind: "backfill", dag: "daily", partitions: DAYS, parallel: 1 }], NOW);
    step(registry, [{ kind: "register", project: "test", revision: 2, catalog: catalogOf({ plain: { on: { asset: "s3://lake/u" } } }) }], NOW + 1);
    expect(showWork(registry, work[0]?.id ?? "")).toMatchObject({ status: "cancelled", endedAt: NOW + 1 });
  });

  it("is forgotten after twenty others", () => {
    const registry = deployed(catalog);
    for (let n = 0; n < 25; n += 1) {
      const { starts } = step(registry, [{ kind: "backfill", dag: "daily", partitions: ["2026-01-01"], parallel: 1 }], NOW + n);
      step(
        registry,
        starts.map((start) => ended(start)),
        NOW + n,
      );
    }
    expect(listWork(registry).map(({ id }) => id)).toEqual(Array.from({ length: 20 }, (_, n) => `backfill-e1-${25 - n}`));
  });
});

const pick = fc.constantFrom(...DAYS);
const happening = fc.record({
  events: fc.array(fc.record({ day: pick, tenant: fc.constantFrom("x", "y") }), { maxLength: 3 }),
  backfill: fc.option(
    fc.record({ dag: fc.constantFrom("daily", "tenants"), days: fc.uniqueArray(pick, { minLength: 1 }), parallel: fc.integer({ min: 1, max: 3 }) }),
    {
      nil: null,
      freq: 4,
    },
  ),
  repair: fc.option(fc.uniqueArray(pick, { minLength: 1 }), { nil: null, freq: 4 }),
  control: fc.constantFrom(null, null, null, "pause" as const, "resume" as const, "hold" as const, "release" as const),
  ends: fc.array(fc.record({ pick: fc.nat(9), status: fc.constantFrom("succeeded" as const, "succeeded" as const, "failed" as const) }), { maxLength: 4 }),
});

interface Game {
  readonly starts: readonly Start[];
  readonly registry: Registry;
  /** What each backfill and repair asked for: (DAG, key) by its id. */
  readonly asked: ReadonlyMap<string, readonly string[]>;
}

/** Plays random live events, backfills and repairs, and looks after each step whether two runs have one partition. */
function playGame(happenings: readonly (typeof happening extends fc.Arbitrary<infer T> ? T : never)[], reopen: boolean): Game {
  let registry = deployed(catalog);
  const starts: Start[] = [];
  const asked = new Map<string, readonly string[]>();
  let running: Start[] = [];
  let [now, id] = [NOW, 0];
  /** What runs of backfills and repairs have made. */
  const made = new Set<string>();
  const take = (inputs: readonly RegistryInput[], orders: readonly (readonly string[])[] = []): void => {
    now += 60_000;
    const result = step(registry, inputs, now);
    for (const [index, { id: work }] of result.work.entries()) asked.set(work ?? "", orders[index] ?? []);
    starts.push(...result.starts);
    running.push(...result.starts);
    for (const { dag, input } of result.starts) {
      // A repair makes `next` from what it has made of `daily`.
      if (dag === "next" && input.cause.kind === "repair") expect(made).toContain(`${input.cause.text} daily ${input.partition}`);
    }
    const partitions = running.map(({ dag, input }) => `${dag} ${input.partition}`);
    for (const { dag, input } of running) {
      if (input.cause.kind === "condition") continue;
      expect(partitions.filter((one) => one === `${dag} ${input.partition}`)).toHaveLength(1);
    }
    if (reopen) registry = openRegistry(stateOf(registry));
  };
  const end = (start: Start, status: "succeeded" | "failed" = "succeeded"): RegistryInput => {
    running = running.filter((one) => one !== start);
    if (status === "succeeded") made.add(`${start.input.cause.text} ${start.dag} ${start.input.partition}`);
    const outlets =
      start.dag === "daily" && status === "succeeded" ? [{ asset: "s3://lake/q", id: `${start.id}/1`, partition: start.input.partition ?? null }] : [];
    return { ...(ended(start, status) as Extract<RegistryInput, { kind: "runEnded" }>), outlets };
  };
  for (const { events, backfill, repair, control, ends } of happenings) {
    const inputs: RegistryInput[] = ends.flatMap(({ pick: which, status }) => {
      const start = running[which % Math.max(1, running.length)];
      return start === undefined ? [] : [end(start, status)];
    });
    const sent = events.map(({ day, tenant }) => ({ asset: "s3://lake/p", source: "x", id: `${++id}`, partition: day, data: { tenant } }));
    inputs.push({ kind: "publish", events: sent });
    if (control === "hold" || control === "release") inputs.push({ kind: control });
    else if (control !== null) inputs.push({ kind: control, dag: "daily" });
    const orders: string[][] = [];
    if (backfill !== null) {
      inputs.push({ kind: "backfill", dag: backfill.dag, partitions: backfill.days, parallel: backfill.parallel });
      orders.push(backfill.days.map((day) => `${backfill.dag} ${day}`));
    }
    if (repair !== null) {
      const plan = readRepair(registry, { asset: "s3://lake/q", partitions: repair, downstream: true, parallel: 3 }, now);
      inputs.push({ kind: "repair", ...plan });
      orders.push(plan.steps.map(({ dag, partition }) => `${dag} ${partition}`));
    }
    take(inputs, orders);
  }
  take([{ kind: "release" }, { kind: "resume", dag: "daily" }]);
  while (running.length > 0) take(running.map((start) => end(start)));
  return { starts, registry, asked };
}

describe("whatever happens", () => {
  const games = fc.array(happening, { minLength: 1, maxLength: 10 });

  it("a backfill or repair and live events never run one partition at once, and each key of it has one run at most", () => {
    fc.assert(
      fc.property(games, fc.boolean(), (happenings, reopen) => {
        const { starts, registry, asked } = playGame(happenings, reopen);
        for (const [id, keys] of asked) {
          const runs = starts.filter(({ input }) => input.cause.text === id).map(({ dag, input }) => `${dag} ${input.partition}`);
          if (id.startsWith("backfill")) expect(runs.toSorted()).toEqual(keys.toSorted());
          else {
            expect(new Set(runs).size).toBe(runs.length);
            expect(keys).toEqual(expect.arrayContaining(runs));
          }
        }
        expect([stateOf(registry).backfills, stateOf(registry).repairs]).toEqual([[], undefined]);
        const consumed = starts.flatMap(({ dag, input }) => (input.events ?? []).map(({ seq }) => `${dag} [${input.key}] ${seq}`));
        expect(new Set(consumed).size).toBe(consumed.length);
        // Nobody waits for a turn that never comes.
        for (const consumer of registry.consumers.values()) expect([consumer.awaited.size, consumer.waiting.size]).toEqual([0, 0]);
      }),
      { numRuns: 80 },
    );
  });

  it("continuing as new after every step changes nothing", () => {
    fc.assert(
      fc.property(games, (happenings) => {
        const [whole, reopened] = [playGame(happenings, false), playGame(happenings, true)];
        expect(reopened.starts).toEqual(whole.starts);
        expect(stateOf(reopened.registry)).toEqual(stateOf(whole.registry));
      }),
      { numRuns: 40 },
    );
  });
});
