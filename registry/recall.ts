import type { AssetEvent } from "../core/event.ts";
import { eventIdentity } from "../core/event-identity.ts";
import type { RunStart } from "../core/run.ts";
import { noteAwaits } from "./awaits.ts";
import { adoptBackfillRun } from "./backfills.ts";
import { forEachLeafCell } from "./cells.ts";
import type { RegistryInput } from "./input.ts";
import { type Held, isBefore, orderTime } from "./order.ts";
import { groupId } from "./places.ts";
import { occupy } from "./policies/concurrency.ts";
import { noteStart } from "./policies/throttle.ts";
import { groupPool, isHeld, letGo, type Pool, poolsOf } from "./pool.ts";
import type { Consumer, Registry } from "./registry.ts";
import { adoptRepairRun } from "./repairs.ts";
import type { Claim, RecallState, RunState, Stretch } from "./state.ts";
import { orderOf } from "./stretch.ts";
import { fireTicks } from "./ticks.ts";
import { touch } from "./touch.ts";

/**
 * Takes over what a former life of this registry decided and a reset undid: the runs count and are started again, which is harmless
 * for those that exist, and what they took is taken, now or when it comes again. Comes before all else of its instant.
 */
export function adopt(registry: Registry, { starts, events, unstarted, facts }: Extract<RegistryInput, { kind: "adopt" }>, now: number): RunStart[] {
  const { state } = registry;
  const { counters } = state;
  const accepted = counters.event;
  const decided = counters.run;
  const recall: RecallState = state.recall ?? { seqs: {}, claims: {} };
  registry.routes?.begin(now);
  // What is written from here on must win over what the former life wrote.
  counters.fact = Math.max(counters.fact, facts);
  const numbers = new Map(events.map(([identity, seq]) => [seq, identity]));
  const undone = starts.filter(({ start }) => start.input.decision.sequence > decided);
  for (const { start } of undone) for (const event of start.input.events ?? []) numbers.set(event.seq, eventIdentity(event));
  for (const [seq, identity] of [...numbers].sort(([a], [b]) => a - b)) {
    if (seq <= accepted) continue;
    addTo(recall.seqs, identity, seq);
    counters.event = Math.max(counters.event, seq);
  }
  for (const { start, at } of undone) {
    counters.run = Math.max(counters.run, start.input.decision.sequence);
    const consumer = registry.consumers.get(start.dag);
    if (consumer === undefined) continue;
    noteRun(registry, consumer, start, Math.min(at, now), now);
    for (const event of start.input.events ?? []) {
      const claim: Claim = { dag: start.dag, key: start.input.key ?? "", run: start.id };
      const held = registry.events.get(event.seq);
      if (event.seq > accepted) addTo(recall.claims, eventIdentity(event), claim);
      else if (!takeParked(registry, consumer, event, claim) && held !== undefined) take(registry, consumer, held, claim);
    }
  }
  for (const { startedAt, ...run } of unstarted) {
    const sequence = sequenceIn(registry, run.run);
    if (sequence === undefined || sequence <= decided) continue;
    // Its number is used up, and what it had taken is free.
    counters.run = Math.max(counters.run, sequence);
    registry.ledger.write("run", {
      ...run,
      status: "cancelled",
      startedAt,
      endedAt: now,
      error: "a reset of the registry undid it before it started",
      events: 0,
    });
  }
  if (Object.keys(recall.seqs).length > 0) state.recall = recall;
  return undone.map(({ start }) => start);
}

/** The number that an event had before a reset. Undefined if it is new. */
export function recallSeq(registry: Registry, event: Omit<AssetEvent, "seq">): number | undefined {
  const { recall } = registry.state;
  if (recall === undefined) return undefined;
  return takeFirst(recall.seqs, eventIdentity(event));
}

/** Gives an event that came again to the runs of a consumer that had taken it before a reset. */
export function settleClaims(registry: Registry, consumer: Consumer, held: Held): void {
  for (const claim of claimsOf(registry, held.event).now) if (claim.dag === consumer.dag) take(registry, consumer, held, claim);
}

/** Called when every consumer has seen the event. */
export function forgetClaims(registry: Registry, event: AssetEvent): void {
  const { recall } = registry.state;
  if (recall === undefined) return;
  const { later } = claimsOf(registry, event);
  if (later.length > 0) recall.claims[eventIdentity(event)] = later;
  else delete recall.claims[eventIdentity(event)];
  if (Object.keys(recall.seqs).length === 0 && Object.keys(recall.claims).length === 0) delete registry.state.recall;
}

/** One claim of each consumer and key is for this event: the others are for events that say the same. */
function claimsOf({ state }: Registry, event: AssetEvent): { readonly now: readonly Claim[]; readonly later: Claim[] } {
  const now = new Map<string, Claim>();
  const later: Claim[] = [];
  for (const claim of state.recall?.claims[eventIdentity(event)] ?? []) {
    const name = JSON.stringify([claim.dag, claim.key]);
    if (now.has(name)) later.push(claim);
    else now.set(name, claim);
  }
  return { now: [...now.values()], later };
}

/** The number in the id of a run that this registry decided. */
function sequenceIn({ state }: Registry, run: string): number | undefined {
  const [, epoch, sequence] = /\/([^/]*)-(\d+)$/.exec(run) ?? [];
  return epoch === state.epoch ? Number(sequence) : undefined;
}

function noteRun(registry: Registry, consumer: Consumer, { id, dag, input }: RunStart, at: number, now: number): void {
  const { key = "", partition = null, cause, plan, hops = 0, events = [] } = input;
  const run: RunState = { key, partition, startedAt: at, heardAt: now, cause, hops, plan, events: events.map(({ seq }) => seq) };
  const { condition } = consumer;
  registry.touched.add(consumer);
  if (cause.kind === "backfill") {
    const backfill = registry.state.backfills.find((one) => one.id === cause.text);
    if (backfill !== undefined) adoptBackfillRun(backfill, run);
  } else if (cause.kind === "repair") {
    adoptRepairRun(registry, dag, id, run);
  } else if (cause.kind === "condition" && condition !== null) {
    const group = groupOf(consumer, key, partition);
    if (group !== undefined) run.group = group;
    // The clocks that took part have ticked for this run, and silences began anew with it.
    fireTicks(registry, consumer, condition, at);
    for (const pool of poolsFor(consumer, key)) {
      forEachLeafCell(consumer.state, pool.cell, (cell, no) => {
        delete cell.tick;
        if (condition.leafByNo.get(no)?.role === "absent") cell.tookPart = at;
      });
    }
    if (consumer.policy.mode === "latest") for (const event of events) noteNewest(consumer, groupId(condition, partition, key), event);
  }
  noteAwaits(registry, consumer, id, run);
  consumer.state.running[id] = run;
  occupy(consumer, key);
  noteStart(consumer.policy.throttle, consumer.state, at);
  registry.ledger.write("run", { run: id, dag, status: "running", partition, key, plan, cause, startedAt: at, events: events.length });
}

function noteNewest({ state }: Consumer, group: string, event: AssetEvent): void {
  state.newestTaken ??= {};
  state.newestTaken[group] ??= {};
  const byAsset = state.newestTaken[group];
  const known = byAsset[event.asset];
  const order = { time: orderTime(event), seq: event.seq, at: 0 };
  if (known === undefined || isBefore({ ...known, at: 0 }, order)) byAsset[event.asset] = { time: order.time, seq: order.seq };
}

function groupOf(consumer: Consumer, key: string, partition: string | null): string | undefined {
  return Object.entries(consumer.state.groups).find(([, group]) => group.key === key && group.partition === partition)?.[0];
}

/** The groups of a key, and what all partitions share. */
function poolsFor(consumer: Consumer, key: string): Pool[] {
  return poolsOf(consumer).filter((pool) => groupPool(consumer, pool.id) === undefined || pool.key === key);
}

function take(registry: Registry, consumer: Consumer, held: Held, { key, run }: Claim): void {
  let taken = false;
  for (const pool of poolsFor(consumer, key)) {
    for (const fact of letGo(registry, consumer, pool, null, (seq) => seq === held.seq, { fate: "consumed" })) {
      fact.run = run;
      taken = true;
    }
    touch(consumer, pool.id);
  }
  // The run has it, whatever this life would have made of it.
  if (!taken) registry.ledger.fate(consumer.dag, key, held.seq, "consumed", undefined, run);
}

/** Notes in a stretch that a run has an event of it. False if no stretch of the key can have it: then it stands in the state. */
function takeParked(registry: Registry, consumer: Consumer, event: AssetEvent, { key, run }: Claim): boolean {
  const order = { time: orderTime(event), seq: event.seq, at: event.at };
  const pools = poolsFor(consumer, key);
  const held = registry.events.get(event.seq);
  if (held !== undefined && pools.some((pool) => isHeld(registry, consumer, pool, held))) return false;
  for (const pool of pools) {
    let stretch: Stretch | undefined;
    forEachLeafCell(consumer.state, pool.cell, (cell) => {
      stretch ??= cell.stretches?.find(({ oldest, newest }) => !isBefore(order, orderOf(oldest)) && !isBefore(orderOf(newest), order));
    });
    if (stretch === undefined) continue;
    stretch.gone = [...(stretch.gone ?? []), event.seq];
    consumer.pending -= 1;
    registry.ledger.fate(consumer.dag, key, event.seq, "consumed", undefined, run);
    return true;
  }
  return false;
}

function addTo<T>(lists: Record<string, T[]>, name: string, one: T): void {
  const list = lists[name];
  if (list === undefined) lists[name] = [one];
  else list.push(one);
}

function takeFirst<T>(lists: Record<string, T[]>, name: string): T | undefined {
  const list = lists[name];
  const first = list?.shift();
  if (list?.length === 0) delete lists[name];
  return first;
}
