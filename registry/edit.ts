import { sameMeaning } from "../core/partitions/partition-definition.ts";
import type { HashedPlan } from "../core/plan.ts";
import { forEachLeafCell } from "./cells.ts";
import type { Addressing, Condition } from "./condition.ts";
import { type CompiledPlan, recount } from "./consumer.ts";
import { guarded, keepForLater } from "./faults.ts";
import { offer } from "./gather.ts";
import { ensureLeafCell, type Leaf } from "./nodes/leaf.ts";
import { type Held, heldOf } from "./order.ts";
import { ensureGroup, placesFor } from "./places.ts";
import { hold, letGo, type Outcome, type Pool, poolsOf, unref } from "./pool.ts";
import { condemn, condemnUnplaced, unplace } from "./read-back.ts";
import type { Consumer, Registry } from "./registry.ts";
import type { Cell, LeafCell } from "./state.ts";
import { whyNotParked } from "./stretches.ts";
import { touchAll } from "./touch.ts";
import { hasTimers, setConsumerTimers } from "./wake.ts";

const CHANGED: Outcome = { fate: "dropped", why: "condition changed" };

/** Gives a consumer its new plan. What surviving leaves gathered stays; the rest is dropped. Returns how many events were. */
export function edit(registry: Registry, consumer: Consumer, plan: HashedPlan, taskQueue: string, compiled: CompiledPlan, now: number): number {
  const { state } = consumer;
  const before = consumer.condition;
  const { condition } = compiled;
  const survives = new Set(compiled.leaves.map((leaf) => leaf.no));
  const dropped = dropLeaves(registry, consumer, (no) => !survives.has(no));
  consumer.plan = plan;
  consumer.taskQueue = taskQueue;
  consumer.condition = condition;
  consumer.policy = compiled.policy;
  state.leaves = compiled.leaves;
  state.nextLeaf = compiled.nextLeaf;
  state.faulted = null;
  if (compiled.policy.mode !== "latest") delete state.newestTaken;
  if (condition !== null) {
    if (before !== null) placeAnew(registry, consumer, condition, before.addressing);
    if (whyNotParked(consumer) !== null) unplace(registry, consumer, () => true);
    for (const leaf of condition.ticks) {
      const record = state.leaves.find((one) => one.no === leaf.no);
      const next = leaf.next?.(now) ?? null;
      if (record !== undefined && record.next === undefined && next !== null) record.next = next;
    }
    if (condition.silences.length > 0 && condition.by === null && condition.partitions === null) ensureGroup(consumer, condition, null, "");
  }
  recount(consumer);
  return dropped;
}

/** After all consumers have their plans: what waited while one was quarantined is given to it, and everything is looked at. */
export function settleIn(registry: Registry, consumer: Consumer, now: number): void {
  const backlog = consumer.state.faulted === null ? (consumer.state.backlog ?? []) : [];
  if (backlog.length > 0) {
    delete consumer.state.backlog;
    for (const seq of backlog) {
      const held = heldOf(registry.events, seq);
      const mine = registry.subscriptions.of(held.event.asset, held.event.groups).find((one) => one.consumer === consumer);
      if (mine === undefined) registry.ledger.fate(consumer.dag, "", seq, "dropped", "condition changed");
      else if (!guarded(registry, consumer, () => offer(registry, consumer, mine.leaves, held, now))) keepForLater(registry, consumer, held);
      unref(registry, held);
    }
  }
  touchAll(consumer);
  registry.touched.add(consumer);
  if (hasTimers(consumer)) setConsumerTimers(registry, consumer, now);
}

/** Lets a quarantined consumer try again. One whose plan does not compile stays quarantined. */
export function release(registry: Registry, consumer: Consumer, now: number): void {
  if (consumer.state.faulted === null || consumer.condition === null) return;
  consumer.state.faulted = null;
  registry.ledger.write("consumer", { dag: consumer.dag, project: consumer.state.project, paused: consumer.state.paused !== null, faulted: null });
  settleIn(registry, consumer, now);
}

/** Lets go of everything that a consumer holds. */
export function dropAll(registry: Registry, consumer: Consumer, why: string): number {
  const before = consumer.pending;
  for (const pool of poolsOf(consumer)) {
    letGo(registry, consumer, pool, null, () => true, { fate: "dropped", why });
    dropKept(registry, consumer, pool, () => true, why);
    condemn(registry, consumer, pool, () => true, { fate: "dropped", why });
  }
  condemnUnplaced(registry, consumer, () => true, { fate: "dropped", why });
  for (const run of Object.values(consumer.state.running))
    if (run.back !== undefined) for (const seq of run.events) unref(registry, heldOf(registry.events, seq));
  for (const seq of consumer.state.backlog ?? []) {
    registry.ledger.fate(consumer.dag, "", seq, "dropped", why);
    unref(registry, heldOf(registry.events, seq));
  }
  return before + (consumer.state.backlog?.length ?? 0);
}

function dropLeaves(registry: Registry, consumer: Consumer, isGone: (no: number) => boolean): number {
  let dropped = 0;
  const gone = consumer.condition?.leaves.filter((leaf) => isGone(leaf.no)) ?? [];
  if (gone.length === 0) return 0;
  dropped += condemnUnplaced(registry, consumer, ({ leaf }) => isGone(leaf), CHANGED);
  for (const pool of poolsOf(consumer)) {
    dropped += letGo(registry, consumer, pool, gone, () => true, CHANGED).length;
    dropKept(registry, consumer, pool, isGone, "condition changed");
    dropped += condemn(registry, consumer, pool, isGone, CHANGED);
    forEachCell(pool.cell, (leaves) => {
      for (const { no } of gone) delete leaves[no];
    });
  }
  return dropped;
}

function dropKept(registry: Registry, consumer: Consumer, pool: Pool, isGone: (no: number) => boolean, why: string): void {
  forEachLeafCell(consumer.state, pool.cell, (cell, no) => {
    if (cell.kept === undefined || !isGone(no)) return;
    for (const { seq, referred } of cell.kept) {
      const held = heldOf(registry.events, seq);
      unref(registry, held);
      if (!referred && held.refs === 0) registry.ledger.fate(consumer.dag, pool.key, seq, "dropped", why);
    }
    delete cell.kept;
  });
}

/**
 * Leaves that are keyed in another way than before: what they gathered is placed as if it came now. All of them are, if the keys or
 * partitions of the condition changed; a leaf that stays where it was keeps also what it remembers.
 */
function placeAnew(registry: Registry, consumer: Consumer, condition: Condition, before: Addressing): void {
  const { addressing } = condition;
  const all = addressing.by !== before.by || !sameMeaning(addressing.partitions, before.partitions);
  const moves = (leaf: Leaf): boolean => all || (before.leaves.has(leaf.no) && before.leaves.get(leaf.no) !== addressing.leaves.get(leaf.no));
  const moving = condition.leaves.filter(moves);
  if (moving.length === 0 && !all) return;
  unplace(registry, consumer, (no) => moving.some((leaf) => leaf.no === no));
  const gathered = takeOutOfCells(registry, consumer, moving);
  if (all) {
    consumer.state.groups = {};
    consumer.state.shared = {};
    consumer.waiting.clear();
    consumer.readyAt.clear();
    registry.timers.clear(consumer.dag);
  }
  for (const { leaf, held } of gathered) {
    const placing = placesFor(consumer, condition, leaf, held.event);
    for (const { pool, cell, upstream } of "places" in placing ? placing.places : []) {
      const leafCell = ensureLeafCell(cell, leaf);
      if (upstream !== null && leafCell.seen?.includes(upstream) !== true) leafCell.seen = [...(leafCell.seen ?? []), upstream];
      if (leaf.role === "keep") {
        leafCell.kept = [...(leafCell.kept ?? []), { seq: held.seq, referred: false }].slice(-leaf.count);
        held.refs += 1;
      } else hold(registry, consumer, pool, leafCell, held);
    }
  }
  const kept = new Set(poolsOf(consumer).flatMap((pool) => heldIn(consumer, pool).map((seq) => `${seq} ${pool.key}`)));
  for (const { held, key } of gathered) if (!kept.has(`${held.seq} ${key}`)) registry.ledger.fate(consumer.dag, key, held.seq, "dropped", "condition changed");
  for (const { held } of gathered) unref(registry, held);
}

interface Gathered {
  readonly leaf: Leaf;
  readonly held: Held;
  /** Key of the group that it was in. */
  readonly key: string;
}

/** What some leaves hold, which they hold no longer. Still referred to, so that nothing of it is forgotten meanwhile. */
function takeOutOfCells(registry: Registry, consumer: Consumer, leaves: readonly Leaf[]): Gathered[] {
  const gathered: Gathered[] = [];
  for (const pool of poolsOf(consumer)) {
    forEachCell(pool.cell, (cells) => {
      for (const leaf of leaves) {
        const cell = cells[leaf.no];
        if (cell === undefined) continue;
        for (const seq of seqsOf(cell)) gathered.push({ leaf, held: heldOf(registry.events, seq), key: pool.key });
        delete cells[leaf.no];
      }
    });
  }
  return gathered;
}

function heldIn(consumer: Consumer, pool: Pool): number[] {
  const seqs: number[] = [];
  forEachLeafCell(consumer.state, pool.cell, (cell) => seqs.push(...seqsOf(cell)));
  return seqs;
}

function seqsOf(cell: LeafCell): number[] {
  return [...(cell.pending ?? []), ...(cell.kept ?? []).map((kept) => kept.seq)];
}

function forEachCell(cell: Cell, visit: (leaves: Cell["leaves"]) => void): void {
  visit(cell.leaves);
  for (const byKey of Object.values(cell.inner ?? {})) for (const inner of Object.values(byKey)) forEachCell(inner, visit);
}
