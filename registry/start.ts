import { HeadgateError } from "../core/errors.ts";
import type { JsonObject } from "../core/json.ts";
import type { Cause, DataInterval } from "../core/run.ts";
import { forEachLeafCell } from "./cells.ts";
import type { Condition } from "./condition.ts";
import type { FateFact } from "./fates.ts";
import { mark } from "./marks.ts";
import { ensureLeafCell } from "./nodes/leaf.ts";
import { type Taking, usesSomething } from "./nodes/node.ts";
import { compareOrder, type Held, heldOf, isBefore, type Order } from "./order.ts";
import { occupy } from "./policies/concurrency.ts";
import { fits, takeByMode } from "./policies/mode.ts";
import { noteOnce, onceKey } from "./policies/once.ts";
import { noteStart } from "./policies/throttle.ts";
import { groupPool, letGo, type Outcome, type Pool, sharedPool } from "./pool.ts";
import type { Consumer, Registry } from "./registry.ts";
import { type Ticked, tickedBy } from "./schedule.ts";
import type { RepairStep, TakenFrom } from "./state.ts";
import { touchAll } from "./touch.ts";
import { viewOf } from "./view.ts";

/** A start that was decided, before it has its place among the starts of its instant and thereby its id. */
export interface PlannedStart {
  readonly consumer: Consumer;
  readonly key: string;
  readonly partition: string | null;
  readonly oldest: Order;
  /** Oldest first. */
  readonly events: readonly Held[];
  readonly references: readonly Held[];
  readonly cause: Cause;
  readonly group: string | null;
  /** Set if a failure gives the events back. */
  readonly back: TakenFrom[] | null;
  readonly params?: JsonObject;
  /** Of a run that only a clock started. */
  readonly interval?: DataInterval;
  /** The backfill or repair that it belongs to. */
  readonly backfill?: string;
  readonly step?: RepairStep;
  /** Facts that wait for the run's id. */
  readonly facts: readonly FateFact[];
}

const NONE: readonly Held[] = [];

/** Takes from a group what its next run takes. Null if that would use nothing up. */
export function startFrom(registry: Registry, consumer: Consumer, condition: Condition, id: string, now: number): PlannedStart | null {
  const group = consumer.state.groups[id];
  if (group === undefined) return null;
  const { policy } = consumer;
  const view = viewOf(registry, consumer, group, now);
  const taking = takeByMode(condition.root, view, policy.mode, policy.batch.max);
  if (!usesSomething(taking)) return null;
  if (!fits(view, taking.seqs)) {
    throw new HeadgateError("E_RUN_INPUT", `the events that one run of ${consumer.dag} needs are larger than a run's input may be`, {
      hint: "publish less data with each event, and a reference to the rest",
    });
  }
  const ticked = condition.schedule === null ? null : tickedBy(condition.schedule, taking);
  if (ticked !== null) return startWith(registry, consumer, condition, id, taking, { kind: "condition", text: ticked.text }, now, ticked);
  const text = `${condition.root.text}: ${taking.seqs.size === 1 ? "1 event" : `${taking.seqs.size} events`}`;
  return startWith(registry, consumer, condition, id, taking, { kind: "condition", text: text.slice(0, 500) }, now);
}

/** Starts a run of a group with what was taken from it, which must be something. */
export function startWith(
  registry: Registry,
  consumer: Consumer,
  condition: Condition,
  id: string,
  taking: Taking,
  cause: Cause,
  now: number,
  ticked: Ticked | null = null,
): PlannedStart | null {
  const group = consumer.state.groups[id];
  if (group === undefined) return null;
  const { policy, state } = consumer;
  const events = inOrder(registry, taking.seqs);
  const references = taking.references.size === 0 ? NONE : inOrder(registry, without(taking.references, taking.seqs));
  const oldest = consumer.waiting.get(id) ?? { time: now, seq: 0, at: now };
  const once = policy.once === null ? null : onceKey(policy.once, condition.byPath, group, taking.seqs, registry.events);
  const back = policy.whenFailed.kind === "return" && events.length > 0 ? takenFrom(taking) : null;
  if (back !== null) for (const held of events) held.refs += 1;
  if (policy.mode === "latest") noteNewest(consumer, id, taking, registry);
  const facts = settle(registry, consumer, id, taking, { fate: "consumed" }, now);
  if (policy.once !== null && once !== null) {
    noteOnce(policy.once, state, once, now);
    // What waits for a slot with the same key must not start any more.
    for (const waiting of consumer.waiting.keys()) mark(consumer.dirty, waiting);
  }
  occupy(consumer, group.key);
  noteStart(policy.throttle, state, now);
  return {
    consumer,
    key: group.key,
    partition: ticked?.partition ?? group.partition,
    oldest,
    events,
    references,
    cause,
    group: id,
    back,
    facts,
    ...(ticked === null ? {} : { interval: ticked.interval }),
  };
}

/** A match whose `once` key started a run recently is let go of as a run would have taken it. */
export function letGoOfMatch(registry: Registry, consumer: Consumer, id: string, taking: Taking, now: number): void {
  settle(registry, consumer, id, { ...taking, references: new Set() }, { fate: "dropped", why: "once" }, now);
}

/** Takes everything that was taken out of the state, and writes what became of it. */
function settle(registry: Registry, consumer: Consumer, id: string, taking: Taking, outcome: Outcome, now: number): FateFact[] {
  const group = consumer.state.groups[id];
  const own = groupPool(consumer, id);
  if (group === undefined || own === undefined) return [];
  const common = consumer.condition?.partitions == null ? undefined : sharedPool(consumer, consumer.condition.by === null ? "" : group.by);
  const usesShared = common !== undefined && [...taking.events.keys()].some((leaf) => leaf.shared);
  const pools: Pool[] = usesShared ? [own, common] : [own];
  const superseded = taking.superseded.length === 0 ? [] : supersededByLeaf(taking);
  const facts: FateFact[] = [];
  for (const pool of pools) {
    for (const fact of letGo(registry, consumer, pool, null, taking.seqs, outcome)) facts.push(fact);
    for (const [leaf, seqs] of superseded) letGo(registry, consumer, pool, [leaf], seqs, { fate: "superseded" });
    for (const { leaf, cell, before } of taking.outOfOrder) {
      const older = new Set((cell?.leaves[leaf.no]?.pending ?? []).filter((seq) => isBefore(heldOf(registry.events, seq), before)));
      if (older.size > 0) letGo(registry, consumer, pool, [leaf], older, { fate: "dropped", why: "out of order" });
    }
  }
  for (const { leaf, cell } of taking.ticks) if (cell !== undefined) delete cell.leaves[leaf.no]?.tick;
  for (const { leaf, cell } of taking.silences) if (cell !== undefined) ensureLeafCell(cell, leaf).tookPart = now;
  if (consumer.condition?.keeps === true)
    for (const pool of common === undefined ? [own] : [own, common]) facts.push(...refer(registry, consumer, pool, taking, outcome.fate === "consumed"));
  delete group.dueSince;
  mark(consumer.dirty, id);
  if (usesShared) touchAll(consumer);
  return facts;
}

/** `consumed` wins over `referenced`. */
function refer(registry: Registry, consumer: Consumer, pool: Pool, taking: Taking, consumed: boolean): FateFact[] {
  const facts: FateFact[] = [];
  forEachLeafCell(consumer.state, pool.cell, (cell) => {
    for (const kept of cell.kept ?? []) {
      if (consumed && taking.seqs.has(kept.seq)) {
        kept.consumed = true;
        kept.referred = true;
      }
      if (!taking.references.has(kept.seq)) continue;
      kept.referred = true;
      if (kept.consumed !== true) facts.push(registry.ledger.fate(consumer.dag, pool.key, kept.seq, "referenced"));
    }
  });
  return facts;
}

function supersededByLeaf(taking: Taking): Map<Taking["superseded"][number]["leaf"], Set<number>> {
  const byLeaf = new Map<Taking["superseded"][number]["leaf"], Set<number>>();
  for (const { leaf, seq } of taking.superseded) {
    const seqs = byLeaf.get(leaf) ?? new Set();
    byLeaf.set(leaf, seqs.add(seq));
  }
  return byLeaf;
}

function takenFrom(taking: Taking): TakenFrom[] {
  const taken: TakenFrom[] = [...taking.events].map(([leaf, seqs]) => ({ leaf: leaf.no, seqs: [...seqs] }));
  for (const { leaf, cell } of taking.ticks) {
    const tick = cell?.leaves[leaf.no]?.tick;
    if (tick !== undefined) taken.push({ leaf: leaf.no, seqs: [], tick });
  }
  return taken;
}

/** Mode `latest` needs to know what it took last: an older event that comes later is superseded at once. */
function noteNewest(consumer: Consumer, id: string, taking: Taking, registry: Registry): void {
  const { state } = consumer;
  const shared = sharedPool(consumer, state.groups[id]?.by ?? "")?.id ?? id;
  for (const [leaf, seqs] of taking.events) {
    for (const seq of seqs) {
      const held = heldOf(registry.events, seq);
      state.newestTaken ??= {};
      const byAsset = state.newestTaken[leaf.shared ? shared : id] ?? {};
      state.newestTaken[leaf.shared ? shared : id] = byAsset;
      const known = byAsset[held.event.asset];
      if (known === undefined || isBefore({ ...known, at: 0 }, held)) byAsset[held.event.asset] = { time: held.time, seq };
    }
  }
}

function inOrder(registry: Registry, seqs: Iterable<number>): Held[] {
  const ordered: Held[] = [];
  for (const seq of seqs) ordered.push(heldOf(registry.events, seq));
  return ordered.length > 1 ? ordered.sort(compareOrder) : ordered;
}

function without(seqs: ReadonlySet<number>, others: ReadonlySet<number>): number[] {
  return [...seqs].filter((seq) => !others.has(seq));
}
