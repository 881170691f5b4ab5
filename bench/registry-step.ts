import { fileURLToPath } from "node:url";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { ConditionNode } from "../core/condition.ts";
import type { Json } from "../core/json.ts";
import type { Policy } from "../core/policy.ts";
import type { Registry, RegistryInput, StepResult } from "../registry/index.ts";
import { plainDag } from "./plain-dag.ts";
import { median } from "./statistics.ts";

/**
 * Speed of the pure machine on one core: after `npm run build`, `node --import tsx bench/registry-step.ts [name of a load]`.
 * Events by second of CPU time, threads of the garbage collector and of the compiler with it, so that what else the machine does is
 * left out. Each load runs in batches of 200 events that name the assets in turn; what parks is kept at once.
 */
const BATCH = 200;
const EVENTS = 100_000;
const WARM_UP = 40_000;
const ROUNDS = 3;
const START = Date.parse("2026-01-01T00:00:00Z");

interface Load {
  readonly name: string;
  /** @default 1_000 */
  readonly consumers?: number;
  /** Assets that each consumer has for itself. @default 1 */
  readonly assetsEach?: number;
  readonly on: (assets: readonly string[]) => ConditionNode;
  readonly policy?: Policy;
  /** Runs end in the step after the one that started them. */
  readonly ends?: boolean;
  /** By raw signal, with ids that are looked up in the window. */
  readonly raw?: boolean;
  readonly data?: (n: number) => { readonly [key: string]: Json };
}

const LOADS: readonly Load[] = [
  { name: "gather: all(x, never), batches of a watcher", on: never },
  { name: "start: each event starts a run, which ends in the next step", on: one, ends: true },
  { name: "busy: one run goes on, the rest waits for it", on: one },
  { name: "filter: where rejects 99 of 100, ends", on: ([asset = ""]) => ({ asset, where: { rows: { gt: 98 } } }), ends: true },
  { name: "raw: all(x, never) by raw signal", on: never, raw: true },
  { name: "large: 10,000 consumers of ten assets each", consumers: 10_000, assetsEach: 10, on: never },
  { name: "deep: a condition of fifty nodes", consumers: 10, assetsEach: 33, on: fiftyNodes },
];

function one([asset = ""]: readonly string[]): ConditionNode {
  return { asset };
}

/** Gathers, and never starts. */
function never(assets: readonly string[]): ConditionNode {
  const nodes = assets.map((asset) => ({ asset }));
  return { all: [nodes.length === 1 ? (nodes[0] as ConditionNode) : { any: nodes }, { asset: `${assets[0]}/never` }] };
}

/** 33 assets in pairs, the pairs in an `all`: 33 leaves, 16 inner nodes and the root. */
function fiftyNodes(assets: readonly string[]): ConditionNode {
  const pairs = Array.from({ length: 16 }, (_, pair): ConditionNode => ({ any: assets.slice(pair * 2, pair * 2 + 2).map((asset) => ({ asset })) }));
  return { all: [...pairs, { asset: `${assets[32]}/never` }] };
}

/** As users run it, built: what compiles TypeScript on the way gives each closure a name of its own, which costs a fifth of the speed. */
const built = new URL("../dist/registry/index.js", import.meta.url).href;
const { emptyState, openRegistry, stateOf, step } = (await import(built)) as typeof import("../registry/index.ts");

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** Events by second of CPU time: the median of some rounds, each on a new registry. The first round, of which nothing is measured, warms the code up. */
export function measureRegistryStep(load: string = "gather"): number {
  const found = LOADS.find(({ name }) => name.startsWith(load));
  if (found === undefined) throw new Error(`there is no load ${load}`);
  return measure(found).perSecond;
}

function measure(load: Load): { perSecond: number; bytes: number; starts: number } {
  play(load, WARM_UP);
  const rounds = Array.from({ length: ROUNDS }, () => {
    const { registry, micros, starts } = play(load, EVENTS);
    return { perSecond: EVENTS / (micros / 1e6), bytes: JSON.stringify({ ...stateOf(registry), projects: {} }).length, starts };
  });
  return { bytes: rounds[0]?.bytes ?? 0, starts: rounds[0]?.starts ?? 0, perSecond: median(rounds.map(({ perSecond }) => perSecond)) };
}

/** Only the steps are timed: inputs come out of payloads, and facts go into them, whatever the machine does. */
function play(load: Load, events: number): { registry: Registry; micros: number; starts: number } {
  const registry = deployed(load);
  // What the deploy left behind is no part of the steps.
  collectGarbage();
  let answers: RegistryInput[] = [];
  let [starts, micros] = [0, 0];
  for (let batch = 0; batch < events / BATCH; batch++) {
    // As they come out of a payload: text that nobody has looked at yet.
    const inputs = JSON.parse(JSON.stringify([...answers, inputOf(load, batch)])) as RegistryInput[];
    const before = process.cpuUsage();
    const result = step(registry, inputs, START + batch);
    const used = process.cpuUsage(before);
    micros += used.user + used.system;
    starts += result.starts.length;
    answers = [
      ...result.stretches.park.map(({ no }): RegistryInput => ({ kind: "parked", no, name: `${no}`, kept: "store" })),
      ...(load.ends === true ? result.starts.map(endOf) : []),
    ];
  }
  return { registry, micros, starts };
}

function endOf({ id, dag }: StepResult["starts"][number]): RegistryInput {
  return { kind: "runEnded", run: id, temporalRunId: id, dag, status: "succeeded", outlets: [] };
}

function inputOf(load: Load, batch: number): RegistryInput {
  const events = Array.from({ length: BATCH }, (_, index) => {
    const n = batch * BATCH + index;
    return {
      asset: assetAt(load, n),
      source: "s3://lake",
      id: `object-${n}`,
      time: new Date(START - 86_400_000 + n).toISOString(),
      data: { key: `part-${n}.parquet`, rows: Math.floor(n / countOf(load)) % 100 },
    };
  });
  return load.raw === true ? { kind: "publish", events } : { kind: "batch", watcher: "bench", generation: 1, seq: batch + 1, events };
}

function countOf({ consumers = 1_000, assetsEach = 1 }: Load): number {
  return consumers * assetsEach;
}

/** One asset of each consumer, then the next one of each. */
function assetAt(load: Load, n: number): string {
  return `s3://lake/asset-${n % countOf(load)}`;
}

function deployed(load: Load): Registry {
  const registry = openRegistry(emptyState("bench"));
  const { consumers = 1_000, assetsEach = 1 } = load;
  const assets = Array.from({ length: countOf(load) }, (_, n) => ({ uri: assetAt(load, n), schema: false, tags: [], meta: {} }));
  const dags = Array.from({ length: consumers }, (_, index) =>
    plainDag(`dag-${index}`, load.on(Array.from({ length: assetsEach }, (_, n) => assetAt(load, n * consumers + index))), load.policy),
  );
  step(
    registry,
    [{ kind: "register", project: "bench", revision: 1, catalog: { project: "bench", hash: "1", taskQueue: "bench", assets, dags, watchers: [] } }],
    START,
  );
  return registry;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [only = ""] = process.argv.slice(2);
  for (const load of LOADS.filter(({ name }) => name.startsWith(only))) {
    const { perSecond, bytes, starts } = measure(load);
    process.stdout.write(
      `${String(Math.round(perSecond)).padStart(9)} events/s  ${String(starts).padStart(7)} starts  ${String(Math.round(bytes / 1024)).padStart(6)} KiB state  ${load.name}\n`,
    );
  }
}
