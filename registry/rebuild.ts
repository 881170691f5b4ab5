import type { Catalog } from "../core/catalog.ts";
import { HeadgateError } from "../core/errors.ts";
import type { AssetEvent } from "../core/event.ts";
import type { Fact, Fate } from "../core/fact.ts";
import type { Cause, UnstartedRun } from "../core/run.ts";
import { noteAwaits } from "./awaits.ts";
import { forEachLeafCell } from "./cells.ts";
import { recount } from "./consumer.ts";
import { contentOf } from "./fingerprint.ts";
import { offer } from "./gather.ts";
import { heldFrom } from "./held.ts";
import { openRegistry, stateOf } from "./open.ts";
import type { Held } from "./order.ts";
import { letGo, poolsOf } from "./pool.ts";
import type { Consumer, Registry } from "./registry.ts";
import { emptyState, type RegistryState, type RunState } from "./state.ts";
import { step } from "./step.ts";

/** What became of an event for a consumer and key, as the ledger or the input of a run says it. */
export interface Settled {
  readonly dag: string;
  readonly key: string;
  readonly fate: Exclude<Fate, "pending" | "returned">;
  readonly why?: string;
  readonly run?: string;
  /** False for what only the run's input says: the ledger has to be told. */
  readonly recorded: boolean;
}

/** An event that a consumer may still have to take. */
export interface Candidate {
  readonly event: AssetEvent;
  /** DAGs that the ledger says it is pending for. `"all"`: it is not certain that its fates were recorded, so whoever listens is asked. */
  readonly for: readonly string[] | "all";
  readonly settled: readonly Settled[];
  /** True if only the input of a run has it: the store has to be told. */
  readonly unrecorded?: boolean;
}

export interface RunningRun {
  readonly run: string;
  readonly dag: string;
  readonly temporalRunId: string;
  readonly startedAt: number;
  readonly key: string;
  readonly partition: string | null;
  readonly cause: Cause;
  readonly plan: string | null;
  readonly hops: number;
  readonly events: readonly number[];
  /** When somebody last saw it; 0 to have it looked at soon. */
  readonly heardAt: number;
}

/** All that is known of a registry whose history is gone. */
export interface Remains {
  /** A new one: it names the new life. */
  readonly epoch: string;
  readonly now: number;
  /** The last numbers that the former life may have given. */
  readonly counters: { readonly event: number; readonly fact: number };
  readonly deploys: readonly { readonly project: string; readonly revision: number; readonly catalog: Catalog }[];
  readonly hold: RegistryState["hold"];
  readonly paused: readonly { readonly dag: string; readonly since: number; readonly by: string | null }[];
  /** In the order of their numbers. */
  readonly candidates: readonly Candidate[];
  /** The newest event of each asset and partition that a `keep` may refer to. */
  readonly newest: readonly AssetEvent[];
  readonly running: readonly RunningRun[];
  /** Runs that were decided and never started: what they had taken is free. */
  readonly unstarted: readonly UnstartedRun[];
  /** Ids of the last day, oldest first, for repeats. */
  readonly recent: readonly Pick<AssetEvent, "source" | "id" | "asset" | "partition" | "data" | "at">[];
  readonly ends: readonly { readonly run: string; readonly temporalRunId: string; readonly at: number }[];
  readonly marks: RegistryState["marks"];
}

export interface Rebuilt {
  readonly state: RegistryState;
  /** What the store has to be told. */
  readonly facts: readonly Fact[];
}

/**
 * A registry's state from what others remember of it. What a consumer took is never pending again, whoever says so. What nobody
 * remembers begins anew: silences, throttles, `once` keys, debounces, values for `changed`, and which slices were ever seen.
 */
export function rebuild(remains: Remains): Rebuilt {
  const { now } = remains;
  const blank = emptyState(remains.epoch);
  const registry = openRegistry({ ...blank, clock: now, counters: { ...blank.counters, ...remains.counters, name: remains.counters.event } });
  const facts: Fact[] = [];
  for (const deploy of remains.deploys) {
    const { registered, facts: written } = step(registry, [{ kind: "register", ...deploy }], now);
    facts.push(...written);
    const [reply] = registered;
    if (reply?.ok === false) throw new HeadgateError(reply.code, `the recorded catalogue of project ${deploy.project} is refused: ${reply.message}`);
  }
  // What a new DAG wanted of the time before it was there, it had long been given.
  for (const { state } of registry.consumers.values()) delete state.wants;
  registry.ledger.open(now);
  for (const { source, id, asset, partition, data, at } of remains.recent) registry.recent.meet(source, id, contentOf(asset, partition, data), at);
  for (const { run, temporalRunId, at } of remains.ends) registry.ends.meet(run, temporalRunId, 0, at);
  Object.assign(registry.state.marks, remains.marks);
  rememberNewest(registry, remains);
  for (const candidate of remains.candidates) putBack(registry, candidate, now);
  for (const run of remains.running) noteRunning(registry, run);
  for (const { startedAt, ...run } of remains.unstarted) {
    registry.ledger.write("run", { ...run, status: "cancelled", startedAt, endedAt: now, error: "the registry was lost before it started", events: 0 });
  }
  for (const { dag, since, by } of remains.paused) {
    const consumer = registry.consumers.get(dag);
    if (consumer === undefined) continue;
    consumer.state.paused = { since, by, seq: registry.state.counters.event };
    registry.ledger.write("consumer", { dag, project: consumer.state.project, paused: true, faulted: consumer.state.faulted });
  }
  registry.state.hold = remains.hold;
  facts.push(...registry.ledger.close());
  return { state: stateOf(registry), facts };
}

function putBack(registry: Registry, { event, for: wanted, settled, unrecorded }: Candidate, now: number): void {
  if (unrecorded === true) registry.ledger.event(event);
  const held = heldFrom(registry.events, event);
  for (const { consumer, leaves } of registry.subscriptions.of(event.asset, event.groups)) {
    const mine = settled.filter(({ dag }) => dag === consumer.dag);
    if (wanted === "all" || wanted.includes(consumer.dag)) offer(registry, consumer, leaves, held, now);
    for (const one of mine) settle(registry, consumer, held, one);
  }
}

/** What became of it holds: no leaf gathers it again. */
function settle(registry: Registry, consumer: Consumer, held: Held, { fate, key, recorded, run, why }: Settled): void {
  let undone = false;
  for (const pool of poolsOf(consumer)) {
    if (pool.key !== key) continue;
    for (const fact of letGo(registry, consumer, pool, null, (seq) => seq === held.seq, { fate, ...(why === undefined ? {} : { why }) })) {
      if (run !== undefined) fact.run = run;
      undone = true;
    }
  }
  if (!recorded && !undone) registry.ledger.fate(consumer.dag, key, held.seq, fate, why, run);
}

/** What runs made of these events stands in the ledger, so nothing is written. */
function rememberNewest(registry: Registry, { candidates, newest, now }: Remains): void {
  const { counters } = registry.state;
  const { fact } = counters;
  const open = new Set(candidates.map(({ event }) => event.seq));
  for (const event of newest) if (!open.has(event.seq)) remember(registry, event, now);
  registry.ledger.close();
  registry.ledger.open(now);
  counters.fact = fact;
}

/** Gives the newest event of an asset to the leaves that keep one. */
function remember(registry: Registry, event: AssetEvent, now: number): void {
  const held = heldFrom(registry.events, event);
  for (const { consumer, leaves } of registry.subscriptions.of(event.asset, event.groups)) {
    const keeping = leaves.filter(({ role }) => role === "keep");
    if (keeping.length === 0) continue;
    offer(registry, consumer, keeping, held, now);
    for (const pool of poolsOf(consumer)) {
      forEachLeafCell(consumer.state, pool.cell, ({ kept }) => {
        for (const one of kept ?? []) if (one.seq === event.seq) one.referred = true;
      });
    }
  }
}

function noteRunning(registry: Registry, { dag, run, ...known }: RunningRun): void {
  const consumer = registry.consumers.get(dag);
  if (consumer === undefined || registry.ends.knows(run, known.temporalRunId)) return;
  const { cause, events, heardAt, hops, key, partition, plan, startedAt, temporalRunId } = known;
  const state: RunState = { cause, events: [...events], heardAt, hops, key, partition, plan, startedAt, temporalRunId };
  noteAwaits(registry, consumer, run, state);
  consumer.state.running[run] = state;
  registry.ledger.write("run", { run, dag, status: "running", partition, key, plan, cause, startedAt, temporalRunId, events: events.length });
  recount(consumer);
}
