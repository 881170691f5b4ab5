import { describe, expect, it } from "vitest";
import { noRecorder } from "../../../activities/recorder.ts";
import type { RegistryStatus } from "../../../client/registry.ts";
import type { Fact } from "../../../core/fact.ts";
import type { AttemptRecord } from "../../../core/tasks/records.ts";
import { createMetNumbers } from "../../../runtime/metrics/met-numbers.ts";
import { createMetrics, type Metrics } from "../../../runtime/metrics/metrics.ts";
import { serveMetrics } from "../../../runtime/metrics/serve-metrics.ts";
import type { StateSources } from "../../../runtime/metrics/state-metrics.ts";
import type { WatcherSummary } from "../../../store/queries/watchers.ts";
import { DAY_ONE, event, eventFact, fateFact, runFact } from "../../store/facts.ts";
import { type Family, parseExposition, sampleValue } from "./exposition.ts";

const counting = (): Metrics => createMetrics({ project: "sales", environment: "", process: false });
const read = async (metrics: Metrics): Promise<ReadonlyMap<string, Family>> => parseExposition(await metrics.text());

/** Two events, one of a watcher; the first waits 9 s until the run of `orders-clean` takes it. */
const FACTS: readonly Fact[] = [
  { ...eventFact(1, event(1)), watcher: "arrivals" },
  fateFact(2, 1, { at: DAY_ONE + 1_000 }),
  eventFact(3, event(2, { at: DAY_ONE + 10_000 })),
  runFact(4, "orders-clean/1-1", { at: DAY_ONE + 10_000, startedAt: DAY_ONE + 10_000 }),
  fateFact(5, 1, { at: DAY_ONE + 10_000, fate: "consumed", run: "orders-clean/1-1" }),
  fateFact(6, 2, { at: DAY_ONE + 10_000, fate: "filtered" }),
  runFact(7, "orders-clean/1-1", { status: "failed", startedAt: DAY_ONE + 10_000, endedAt: DAY_ONE + 14_000, error: "no header" }),
  { kind: "duplicate", n: 8, at: DAY_ONE, source: "external", id: "a", asset: "s3://lake/raw/orders", differed: false },
  { kind: "rejected", n: 9, at: DAY_ONE, code: "E_EVENT_DATA", why: "rows is missing", event: {} },
];

describe("facts", () => {
  it.each([
    ["events by watcher", "headgate_events_total", { watcher: "arrivals" }, 1],
    ["events of nobody", "headgate_events_total", { watcher: "" }, 1],
    ["fates", "headgate_event_fates_total", { dag: "orders-clean", fate: "filtered" }, 1],
    ["what waited, as latency", "headgate_decision_latency_seconds_sum", { dag: "orders-clean" }, 9],
    ["each consumed event once", "headgate_decision_latency_seconds_count", { dag: "orders-clean" }, 1],
    ["runs that began", "headgate_runs_started_total", { dag: "orders-clean", cause: "condition" }, 1],
    ["runs that ended", "headgate_runs_ended_total", { dag: "orders-clean", status: "failed" }, 1],
    ["how long they took", "headgate_run_duration_seconds_sum", { dag: "orders-clean" }, 4],
    ["duplicates", "headgate_events_duplicate_total", {}, 1],
    ["what was rejected", "headgate_events_rejected_total", { code: "E_EVENT_DATA" }, 1],
  ])("count %s", async (_, name, labels, value) => {
    const metrics = counting();
    metrics.countFacts("asset-registry", FACTS);
    expect(sampleValue(await read(metrics), name, labels)).toBe(value);
  });

  it("count once, whatever comes again and in which order", async () => {
    const metrics = counting();
    for (const part of [FACTS.slice(6), FACTS.slice(0, 3), FACTS.slice(2, 7), FACTS]) metrics.countFacts("asset-registry", part);
    const once = counting();
    once.countFacts("asset-registry", FACTS.slice(0, 6));
    once.countFacts("asset-registry", FACTS.slice(6));
    expect(await metrics.text()).toBe(await once.text());
  });

  it("of another registry are others", async () => {
    const metrics = counting();
    metrics.countFacts("asset-registry", FACTS);
    metrics.countFacts("ada/asset-registry", FACTS);
    expect(sampleValue(await read(metrics), "headgate_events_duplicate_total")).toBe(2);
  });

  it("never make a label of an asset, a partition or an id", async () => {
    const metrics = counting();
    metrics.countFacts("asset-registry", FACTS);
    const names = [...(await read(metrics)).values()].flatMap(({ samples }) => samples.flatMap(({ labels }) => Object.keys(labels)));
    expect([...new Set(names)].sort()).toEqual(["cause", "code", "dag", "environment", "fate", "le", "project", "status", "watcher"]);
  });

  it("are met in any order", () => {
    const numbers = createMetNumbers();
    expect([5, 6, 1, 3, 2, 4, 1, 6, 7, 2].map((n) => numbers.meet(n))).toEqual([true, true, true, true, true, true, false, false, true, false]);
  });
});

it("attempts count when they end, and go on to who records them", async () => {
  const metrics = counting();
  const kept: AttemptRecord[] = [];
  const recorder = metrics.counted({ ...noRecorder, attempt: (one) => void kept.push(one) });
  const attempt = { run: "a/1", temporalRunId: "t", dag: "a", task: "load", round: 1, attempt: 1, worker: "w", startedAt: 1_000 };
  recorder.attempt({ ...attempt, status: "running" });
  recorder.attempt({ ...attempt, status: "succeeded", endedAt: 3_500 });
  const families = await read(metrics);
  expect(kept).toHaveLength(2);
  expect(sampleValue(families, "headgate_task_attempts_total", { dag: "a", status: "succeeded" })).toBe(1);
  expect(sampleValue(families, "headgate_task_duration_seconds_sum", { dag: "a" })).toBe(2.5);
});

describe("state", () => {
  const consumer = { project: "sales", paused: null, faulted: null, pending: 0, running: 0, failed: { runs: 0, events: 0 } };
  const status = {
    ...{ epoch: "1", clock: DAY_ONE, held: null, events: { accepted: 10, pending: 3, stored: 0 }, next: null, projects: [] },
    ...{ waitingFacts: 4, dispatching: 0, inbox: 2, history: 812, stateBytes: 20_480, waitsForCatalogs: [] },
    consumers: [
      { ...consumer, dag: "busy", pending: 3, running: 1 },
      { ...consumer, dag: "idle" },
      { ...consumer, dag: "held", paused: { since: 1, by: "ada" } },
    ],
  } satisfies RegistryStatus;
  const watcher: WatcherSummary = {
    ...{ watcher: "arrivals", source: "files", fingerprint: null, status: "backing-off", error: null, code: null, generation: 1, lastSeq: 9, sentSeq: 7 },
    ...{ unsent: 2, oldestUnsentAt: DAY_ONE - 30_000, deadLetters: 5, openedAt: 1, reportedAt: DAY_ONE - 1_000, appendedAt: 1, sentAt: null },
  };
  const world = { run: "first", registry: true, store: true, asked: 0, now: DAY_ONE };
  const gone = (): never => {
    throw new Error("no answer");
  };
  const sources: StateSources = {
    registryId: "asset-registry",
    state: async () => {
      world.asked += 1;
      return world.registry ? status : gone();
    },
    registryRun: async () => world.run,
    listWatchers: async () => (world.store ? [watcher] : gone()),
    listProjections: async () => [{ registry: "asset-registry", covered: [[1, 10]], firstAt: 1, lastAt: DAY_ONE - 20_000, unprojected: 0 }],
  };
  const metrics = counting();
  metrics.ask(sources, { now: () => world.now });
  const later = async (): Promise<ReadonlyMap<string, Family>> => {
    world.now += 10_000;
    return await read(metrics);
  };

  it("shows registry, store and watchers as they are", async () => {
    const families = await read(metrics);
    expect({
      bytes: sampleValue(families, "headgate_registry_state_bytes"),
      lag: sampleValue(families, "headgate_store_lag_seconds"),
      letters: sampleValue(families, "headgate_dead_letters", { watcher: "arrivals" }),
      outbox: sampleValue(families, "headgate_outbox_lag_seconds", { watcher: "arrivals" }),
      backingOff: sampleValue(families, "headgate_watcher_status", { watcher: "arrivals", status: "backing-off" }),
      running: sampleValue(families, "headgate_watcher_status", { watcher: "arrivals", status: "running" }),
      pending: families.get("headgate_pending_events")?.samples.map(({ labels, value }) => [labels.dag, value]),
      paused: families.get("headgate_dag_paused")?.samples.map(({ labels }) => labels.dag),
    }).toEqual({ bytes: 20_480, lag: 20, letters: 5, outbox: 30, backingOff: 1, running: 0, pending: [["busy", 3]], paused: ["held"] });
  });

  it("asks once for scrapes that follow one another", async () => {
    const before = world.asked;
    await Promise.all([read(metrics), read(metrics)]);
    expect(world.asked).toBe(before);
  });

  it("counts the runs of the registry's workflow", async () => {
    expect(sampleValue(await later(), "headgate_registry_continue_as_new_total")).toBe(0);
    world.run = "second";
    expect(sampleValue(await later(), "headgate_registry_continue_as_new_total")).toBe(1);
  });

  it("leaves out what does not answer, and says so", async () => {
    world.registry = false;
    const families = await later();
    expect(sampleValue(families, "headgate_source_up", { source: "registry" })).toBe(0);
    expect(sampleValue(families, "headgate_source_up", { source: "store" })).toBe(1);
    expect(families.get("headgate_registry_state_bytes")?.samples).toEqual([]);
    expect(families.get("headgate_pending_events")?.samples).toEqual([]);
    world.store = false;
    expect((await later()).get("headgate_dead_letters")?.samples).toEqual([]);
  });
});

it("is served on loopback, and nothing else is", async () => {
  const metrics = counting();
  metrics.append(async () => "# HELP temporal_up Of the SDK.\n# TYPE temporal_up gauge\ntemporal_up 1\n");
  const served = await serveMetrics(metrics, { port: 0 });
  try {
    const response = await fetch(served.url);
    expect(response.headers.get("content-type")).toContain("version=0.0.4");
    expect(sampleValue(parseExposition(await response.text()), "temporal_up")).toBe(1);
    expect((await fetch(new URL("/", served.url))).status).toBe(404);
    expect((await fetch(served.url, { method: "POST" })).status).toBe(404);
    expect(new URL(served.url).hostname).toBe("127.0.0.1");
  } finally {
    await served.stop();
  }
});
