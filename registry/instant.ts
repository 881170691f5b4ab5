import type { AssetEvent } from "../core/event.ts";
import type { RunStart } from "../core/run.ts";
import { accept, type Origin, reject } from "./accept.ts";
import { startByHand } from "./asked-start.ts";
import { assignStarts } from "./assign.ts";
import { openBackfill, planBackfills } from "./backfills.ts";
import { prune } from "./cells.ts";
import { decide, refreshDirty } from "./decide.ts";
import { followBatch } from "./dedupe.ts";
import { guarded, keepForLater, quarantine } from "./faults.ts";
import { FRESHNESS_TIMER, judgeFreshness, noteUpdate } from "./freshness.ts";
import { offer } from "./gather.ts";
import { handOver } from "./hand-over.ts";
import type { BatchReply, OperatorInput, RegisterReply, RegistryInput, StepResult, WorkInput } from "./input.ts";
import { mark, takeMarks } from "./marks.ts";
import { type Operated, operate } from "./operate.ts";
import type { Held } from "./order.ts";
import { park, planParking } from "./parking.ts";
import { expire } from "./policies/expiry.ts";
import { noteRoom } from "./policies/overflow.ts";
import { groupPool, type Pool, poolsOf } from "./pool.ts";
import { planReading, readBack } from "./read-back.ts";
import { adopt, forgetClaims, settleClaims } from "./recall.ts";
import { register } from "./register.ts";
import type { Consumer, Registry } from "./registry.ts";
import { forgetOldSlices } from "./remember.ts";
import { openRepair, planRepairs } from "./repairs.ts";
import { noteSeen, takeAccepted, takeNoted, unpack } from "./routed.ts";
import { refuteClaim } from "./run-claims.ts";
import { runEnded, runStarted } from "./runs.ts";
import type { PlannedStart } from "./start.ts";
import { fireTicks, TICK_TIMER } from "./ticks.ts";
import { touch, touchAll } from "./touch.ts";
import { takeOrders } from "./traffic.ts";
import { hasTimers, setConsumerTimers, setPoolTimer } from "./wake.ts";
import { cancelWork, retireWork } from "./work.ts";

/**
 * One instant: everything that arrives together. Its parts, in this order: runs that end, with what they publish; ticks; inputs
 * as they were accepted; deadlines; what became fresh or stale; evaluation until nothing more starts. `apply` and `decide` may be called again for what runs
 * without duration publish; what expires goes when the instant is closed.
 */
export interface Instant {
  /** Replies to the registrations so far. */
  readonly registered: readonly RegisterReply[];
  apply(inputs: readonly RegistryInput[]): void;
  decide(): RunStart[];
  close(): StepResult;
}

export function openInstant(registry: Registry, at: number): Instant {
  // A clock that goes back stands still.
  const now = Math.max(at, registry.state.clock);
  registry.state.clock = now;
  registry.ledger.open(now);
  const starts: RunStart[] = [];
  const registered: RegisterReply[] = [];
  const batches: BatchReply[] = [];
  const operated: { readonly input: OperatorInput; readonly done: Operated }[] = [];
  const work: { readonly input: WorkInput; readonly id: string | null }[] = [];
  let planned: PlannedStart[] = [];
  let clocksHaveTicked = false;

  function applyRest(input: RegistryInput): void {
    switch (input.kind) {
      case "publish":
        for (const event of input.events) publish(registry, event, ANYONE, now);
        return;
      case "batch": {
        const reply = followBatch(registry.state, input.watcher, input.generation, input.seq);
        batches.push(reply);
        if (reply !== "taken") return;
        const origin: Origin = { watcher: input.watcher };
        for (const event of input.events) publish(registry, event, origin, now);
        return;
      }
      case "register":
        registered.push(register(registry, input, now));
        return;
      case "reject":
        reject(registry, input.event, input.code, input.why);
        return;
      case "runStarted":
        runStarted(registry, input, now);
        return;
      case "runEnded":
      case "adopt":
      case "routed":
        return;
      case "accepted":
        if (!input.early) for (const event of input.events) receive(registry, event, now);
        return;
      case "noted":
        takeNoted(registry, input);
        return;
      case "runUnknown":
        refuteClaim(registry, input.claim, input.why, now);
        return;
      case "parked":
        park(registry, input);
        return;
      case "read":
        readBack(registry, input);
        return;
      case "repair":
        work.push({ input, id: openRepair(registry, input, now) });
        return;
      case "cancel":
        work.push({ input, id: cancelWork(registry, input, now) });
        return;
      case "start":
      case "backfill":
      case "handOver":
        applyToConsumer(input);
        return;
      default: {
        const done = operate(registry, input, now);
        planned.push(...done.starts);
        operated.push({ input, done });
      }
    }
  }
  function applyToConsumer(input: Extract<RegistryInput, { kind: "start" | "backfill" | "handOver" }>): void {
    const consumer = registry.consumers.get(input.dag);
    if (consumer === undefined) {
      if (input.kind === "backfill") work.push({ input, id: null });
      registry.ledger.warn("E_DAG_UNKNOWN", `${input.kind} names ${input.dag}, and no deployed DAG has this id`);
      return;
    }
    registry.touched.add(consumer);
    switch (input.kind) {
      case "start":
        planned.push(startByHand(consumer, input.partition ?? null, input.params, input.by ?? "", now));
        return;
      case "backfill":
        work.push({ input, id: openBackfill(registry, consumer, input, now) });
        return;
      case "handOver":
        handOver(registry, consumer, input.events, input.last, now);
    }
  }
  return {
    registered,
    apply: (given) => {
      for (const input of given) if (input.kind === "adopt") starts.push(...adopt(registry, input, now));
      const inputs = unpack(registry, given);
      for (const input of inputs) {
        if (input.kind === "runEnded") endRun(registry, input, now);
        else if (input.kind === "accepted" && input.early) for (const event of input.events) receive(registry, event, now);
      }
      if (!clocksHaveTicked) {
        clocksHaveTicked = true;
        passTime(registry, now);
      }
      for (const input of inputs) applyRest(input);
    },
    decide: () => {
      for (const { event, ...origin } of judgeFreshness(registry, now)) publish(registry, event, origin, now);
      retireWork(registry, now);
      for (const consumer of registry.touched.list) guarded(registry, consumer, () => decide(registry, consumer, now, planned));
      planned.push(...planBackfills(registry, planned, now));
      planned.push(...planRepairs(registry, planned, now));
      const assigned = assignStarts(registry, planned, now);
      planned = [];
      starts.push(...assigned);
      return assigned;
    },
    close: () => {
      for (const consumer of registry.touched.list) guarded(registry, consumer, () => closeConsumer(registry, consumer, now));
      registry.touched.clear();
      planReading(registry);
      planParking(registry, now);
      registry.traffic.fresh = false;
      noteSeen(registry.state);
      return {
        starts,
        facts: registry.ledger.close(),
        answers: registry.awaits.take(),
        stretches: takeOrders(registry.traffic),
        work,
        registered,
        batches,
        routed: registry.routes?.take(registry.state.counters.event) ?? [],
        operated: operated.map(({ input, done }) => ({ input, reply: done.reply(starts) })),
      };
    },
  };
}

const ANYONE: Origin = {};

/** Accepts what someone sent, and gives it to everyone who listens. */
function publish(registry: Registry, raw: unknown, origin: Origin, now: number): void {
  const held = accept(registry, raw, origin, now);
  if (held === undefined) return;
  noteUpdate(registry, held.event);
  registry.routes?.event(held, origin.run !== undefined);
  deliver(registry, held, now);
}

/** Takes what the router accepted. */
function receive(registry: Registry, event: AssetEvent, now: number): void {
  const held = takeAccepted(registry, event);
  if (held !== undefined) deliver(registry, held, now);
}

function deliver(registry: Registry, held: Held, now: number): void {
  registry.awaits.meet(held.event);
  for (const { consumer, leaves } of registry.subscriptions.of(held.event.asset, held.event.groups)) {
    registry.touched.add(consumer);
    if (consumer.state.faulted !== null) {
      keepForLater(registry, consumer, held);
      continue;
    }
    try {
      offer(registry, consumer, leaves, held, now);
      if (registry.state.recall !== undefined) settleClaims(registry, consumer, held);
    } catch (error) {
      quarantine(registry, consumer, error);
      keepForLater(registry, consumer, held);
    }
  }
  if (registry.state.recall !== undefined) forgetClaims(registry, held.event);
}

function endRun(registry: Registry, input: Extract<RegistryInput, { kind: "runEnded" }>, now: number): void {
  const end = runEnded(registry, input, now);
  if (end === undefined) return;
  if (end.outlets.length === 0) return;
  const origin: Origin = { source: end.source, hops: end.hops, run: end.run };
  for (const event of end.outlets) publish(registry, event, origin, now);
}

/** Ticks, and the groups whose deadlines came; they are looked at in the evaluation, after all inputs. */
function passTime(registry: Registry, now: number): void {
  const ticking = new Set<Consumer>();
  for (const { dag, group } of registry.timers.take(now)) {
    const consumer = registry.consumers.get(dag);
    if (consumer === undefined) {
      if (group === FRESHNESS_TIMER) registry.freshness.touched.set(dag, 0);
      continue;
    }
    registry.touched.add(consumer);
    if (group === TICK_TIMER) ticking.add(consumer);
    else if (consumer.state.groups[group] !== undefined) mark(consumer.dirty, group);
    else if (group.startsWith("~")) touchAll(consumer);
  }
  for (const consumer of ticking) {
    const { condition } = consumer;
    if (condition !== null) guarded(registry, consumer, () => fireTicks(registry, consumer, condition, now));
  }
}

/** What expires goes, timers are set, and groups that hold nothing are forgotten. */
function closeConsumer(registry: Registry, consumer: Consumer, now: number): void {
  const { condition, policy, state } = consumer;
  if (condition !== null && hasTimers(consumer)) {
    const shared = Object.keys(state.shared).length > 0 ? poolsOf(consumer).filter((pool) => state.groups[pool.id] === undefined) : [];
    const pools: Pool[] = [...shared];
    for (const id of consumer.seen.ids) {
      const pool = groupPool(consumer, id);
      if (pool !== undefined) pools.push(pool);
    }
    for (const pool of pools) if (expire(registry, consumer, condition, pool, now)) touch(consumer, pool.id);
    // What expired may have made a group undue.
    refreshDirty(registry, consumer, condition, now);
    for (const pool of pools) setPoolTimer(registry, consumer, condition, pool, now);
    setConsumerTimers(registry, consumer, now);
  }
  if (condition !== null) for (const id of forgetOldSlices(consumer, condition, now)) mark(consumer.seen, id);
  for (const id of consumer.seen.ids) {
    const group = state.groups[id];
    if (group === undefined || !prune(state, group) || group.returns !== undefined || keepsSilence(consumer, id)) continue;
    delete state.groups[id];
    consumer.waiting.delete(id);
    registry.timers.set(consumer.dag, id, null);
  }
  for (const id in state.shared) {
    const cell = state.shared[id];
    if (cell !== undefined && prune(state, cell)) delete state.shared[id];
  }
  if (policy.maxPending !== null) noteRoom(consumer, policy.maxPending);
  takeMarks(consumer.seen);
}

/** An `absent` of a condition without keys is due though nothing was ever gathered. */
function keepsSilence(consumer: Consumer, id: string): boolean {
  return id === "=" && (consumer.condition?.silences.length ?? 0) > 0;
}
