import { deepEqual } from "../core/conditions/value-test.ts";
import type { AssetEvent } from "../core/event.ts";
import { clearBy } from "./clear.ts";
import type { Condition } from "./condition.ts";
import { ensureLeafCell, type Leaf } from "./nodes/leaf.ts";
import { type Held, isBefore, lowerBound } from "./order.ts";
import { pauseConsumer } from "./pausing.ts";
import { type Place, placesFor } from "./places.ts";
import { makeRoom } from "./policies/overflow.ts";
import { hold, type Outcome, unref } from "./pool.ts";
import { type Consumer, MAX_HOPS, type Registry } from "./registry.ts";
import { isOldSlice } from "./remember.ts";
import { breakSilences, noteAccepted } from "./silences.ts";
import type { LeafCell } from "./state.ts";
import { touch } from "./touch.ts";

const NO_FILTER_PASSED: Outcome = { fate: "filtered", why: "where" };
const OWN_RUN: Outcome = { fate: "filtered", why: "own run" };
const RESET: Outcome = { fate: "filtered", why: "reset" };
const PAUSED: Outcome = { fate: "dropped", why: "paused" };
const UNCHANGED: Outcome = { fate: "filtered", why: "unchanged" };
const SUPERSEDED: Outcome = { fate: "superseded" };

/** What became of one event on its way through the leaves of a consumer. */
interface Passage {
  /** True if the ledger has it: it waits with others until it clears, or did so. */
  written: boolean;
  /** Keys in which a leaf holds it; made when it is needed, as most events come to one key. */
  held: string | Set<string> | null;
  /** What became of it in keys where leaves did not take it. */
  refused: Map<string, Outcome> | null;
  /** Leaves that the event emptied do not gather it. */
  cleared: Set<Leaf> | null;
  /** If it came to no key. */
  outcome: Outcome;
}

/** Gives one event to one consumer: to every leaf whose asset and filter it passes. Writes its fate if no leaf keeps it. */
export function offer(registry: Registry, consumer: Consumer, leaves: readonly Leaf[], held: Held, now: number): void {
  const { condition } = consumer;
  if (condition === null) return;
  const { event } = held;
  if (event.hops > MAX_HOPS) {
    dropLooping(registry, consumer, event, now);
    return;
  }
  const passage: Passage = { written: false, held: null, refused: null, cleared: null, outcome: NO_FILTER_PASSED };
  // What clears comes before what gathers: a node does not gather the event that empties it.
  if (condition.resets.length > 0 || condition.silences.length > 0) {
    for (const leaf of leaves)
      if ((leaf.role === "unless" || leaf.role === "absent") && passes(leaf, event, consumer, passage))
        applyToClearing(registry, consumer, condition, leaf, held, passage, now);
  }
  for (const leaf of leaves) {
    if ((leaf.role === "gather" || leaf.role === "keep") && passage.cleared?.has(leaf) !== true && passes(leaf, event, consumer, passage)) {
      applyToGathering(registry, consumer, condition, leaf, held, passage);
    }
  }
  if (passage.written) return;
  for (const [key, { fate, why }] of passage.refused ?? []) if (!isHeldIn(passage, key)) registry.ledger.fate(consumer.dag, key, event.seq, fate, why);
  if (passage.held !== null || passage.refused !== null) return;
  const { fate, why } = passage.outcome;
  registry.ledger.fate(consumer.dag, keyOfFiltered(condition, leaves, event), event.seq, fate, why);
}

function passes(leaf: Leaf, event: AssetEvent, consumer: Consumer, passage: Passage): boolean {
  if (!leaf.edge && event.source === `run:${consumer.dag}`) {
    passage.outcome = OWN_RUN;
    return false;
  }
  return leaf.filter === null || leaf.filter(event);
}

function dropLooping(registry: Registry, consumer: Consumer, event: AssetEvent, now: number): void {
  registry.ledger.fate(consumer.dag, "", event.seq, "dropped", "loop");
  if (!pauseConsumer(registry, consumer, now, "loop")) return;
  registry.ledger.warn(
    "E_LOOP",
    `${consumer.dag} is paused: event ${event.id} of ${event.asset} has gone through more than ${MAX_HOPS} runs; break the loop, then resume it`,
    consumer.dag,
  );
}

function applyToClearing(registry: Registry, consumer: Consumer, condition: Condition, leaf: Leaf, held: Held, passage: Passage, now: number): void {
  passage.outcome = RESET;
  if (leaf.role === "absent") {
    noteAccepted(consumer, condition, leaf, held);
    breakSilences(registry, consumer, condition, leaf, now);
    return;
  }
  const done = clearBy(registry, consumer, condition, leaf, held, now);
  passage.written ||= done.written;
  if (done.cleared !== null) passage.cleared = new Set([...(passage.cleared ?? []), ...done.cleared]);
}

function applyToGathering(registry: Registry, consumer: Consumer, condition: Condition, leaf: Leaf, held: Held, passage: Passage): void {
  const placing = placesFor(consumer, condition, leaf, held.event);
  if ("refused" in placing) {
    passage.outcome = settle(passage.outcome, { fate: "filtered", why: placing.refused });
    return;
  }
  if ("tooMany" in placing) {
    const { id, asset } = held.event;
    passage.outcome = settle(passage.outcome, { fate: "dropped", why: `fan-out ${placing.tooMany} > ${placing.max}` });
    registry.ledger.warn("W_FAN_OUT", `event ${id} of ${asset} would give ${placing.tooMany} keys to ${consumer.dag}, more than ${placing.max}`, consumer.dag);
    return;
  }
  for (const place of placing.places) {
    const refused = put(registry, consumer, leaf, place, held);
    const { key } = place.pool;
    if (refused === null) holdIn(passage, key);
    else {
      passage.refused ??= new Map();
      passage.refused.set(key, settle(passage.refused.get(key) ?? passage.outcome, refused));
    }
  }
}

function holdIn(passage: Passage, key: string): void {
  if (passage.held === null) passage.held = key;
  else if (typeof passage.held !== "string") passage.held.add(key);
  else if (passage.held !== key) passage.held = new Set([passage.held, key]);
}

function isHeldIn({ held }: Passage, key: string): boolean {
  return typeof held === "string" ? held === key : held?.has(key) === true;
}

/** An event is filtered only if all leaves filter it, and what cleared something is `filtered(reset)`, whatever else would have filtered it. */
function settle(before: Outcome, outcome: Outcome): Outcome {
  return outcome.fate !== "filtered" || (before.fate === "filtered" && before !== RESET) ? outcome : before;
}

/** The key under which an event would have been gathered, if there is only one. */
function keyOfFiltered(condition: Condition, leaves: readonly Leaf[], event: AssetEvent): string {
  if (condition.partitions === null && condition.by === null) return "";
  const slices = leaves[0]?.slicesOf(event.asset);
  const keys = slices?.downstream == null || event.partition === null ? null : slices.keysFor(event.partition);
  const partition = keys !== null && !("tooMany" in keys) && keys.length === 1 ? (keys[0] ?? null) : null;
  return condition.by === null ? (partition ?? "") : (condition.by(event, partition ?? event.partition) ?? "");
}

/** Puts an event into a leaf at a place. Null if it is held there now, else what became of it. */
function put(registry: Registry, consumer: Consumer, leaf: Leaf, place: Place, held: Held): Outcome | null {
  const { state, policy } = consumer;
  const cell = ensureLeafCell(place.cell, leaf);
  if (leaf.changed !== null && !hasChanged(cell, leaf, held.event)) return UNCHANGED;
  if (place.upstream !== null) noteSeen(registry, consumer, leaf, place, cell, place.upstream);
  if (leaf.spans.length > 0) cell.newest = Math.max(cell.newest ?? Number.NEGATIVE_INFINITY, held.time);
  if (state.paused !== null && policy.whenPaused === "drop") return PAUSED;
  touch(consumer, place.pool.id);
  if (leaf.role === "keep") return keepNewest(registry, consumer, leaf, place, cell, held);
  if (policy.mode === "latest") {
    const taken = state.newestTaken?.[place.pool.id]?.[held.event.asset];
    if (taken !== undefined && isBefore(held, { ...taken, at: 0 })) return SUPERSEDED;
  }
  hold(registry, consumer, place.pool, cell, held);
  if (policy.maxPending !== null) makeRoom(registry, consumer, policy.maxPending);
  return null;
}

/** Mappings that wait count the slices of which an event was ever seen; of a slice that is too old to be remembered, those pending. */
function noteSeen(registry: Registry, consumer: Consumer, leaf: Leaf, place: Place, cell: LeafCell, upstream: string): void {
  const slice = consumer.state.groups[place.pool.id]?.partition ?? null;
  const { condition } = consumer;
  if (
    cell.seen !== undefined &&
    cell.pending === undefined &&
    cell.stretches === undefined &&
    condition !== null &&
    isOldSlice(consumer, condition, slice, registry.state.clock)
  )
    delete cell.seen;
  if (cell.seen?.includes(upstream) === true) return;
  const isFirst = cell.seen === undefined;
  cell.seen = [...(cell.seen ?? []), upstream];
  if (!isFirst || leaf.selects.kind !== "asset") return;
  const progress = leaf.slicesOf(leaf.selects.asset)?.waits?.progress(slice, cell.seen, registry.state.clock);
  if (progress?.impossible !== true) return;
  registry.ledger.warn(
    "W_WAITS_FOR_EVER",
    `${consumer.dag} waits for ${progress.needed} slices of ${leaf.text} for ${slice ?? "its run"}, and only ${progress.of ?? 0} exist`,
    consumer.dag,
  );
}

function hasChanged(cell: LeafCell, leaf: Leaf, event: AssetEvent): boolean {
  // An absent field is a value of its own: it differs from null.
  const value = leaf.changed?.(event);
  const wrapped = value === undefined ? [] : [value];
  const last = cell.changed?.[event.asset];
  cell.changed = { ...cell.changed, [event.asset]: wrapped };
  return last === undefined || !deepEqual(last, wrapped);
}

function keepNewest(registry: Registry, consumer: Consumer, leaf: Leaf, place: Place, cell: LeafCell, held: Held): Outcome | null {
  const kept = [...(cell.kept ?? [])];
  registry.events.set(held.seq, held);
  held.refs += 1;
  const seqs = kept.map((one) => one.seq);
  kept.splice(lowerBound(seqs, registry.events, held), 0, { seq: held.seq, referred: false });
  cell.kept = kept;
  if (!isPending(registry, place, held)) registry.ledger.fate(consumer.dag, place.pool.key, held.seq, "pending");
  if (kept.length <= leaf.count) return null;
  const oldest = kept.shift();
  const replaced = oldest === undefined ? undefined : registry.events.get(oldest.seq);
  if (oldest === undefined || replaced === undefined) return null;
  unref(registry, replaced);
  if (!oldest.referred && !isKept(place, oldest.seq) && !isPending(registry, place, replaced))
    registry.ledger.fate(consumer.dag, place.pool.key, oldest.seq, "superseded");
  return null;
}

/** True if another leaf, with another filter, still refers to it. */
function isKept(place: Place, seq: number): boolean {
  return Object.values(place.pool.cell.leaves).some(({ kept }: LeafCell) => kept?.some((one) => one.seq === seq) === true);
}

/** True if a leaf that takes events has it, too: then its fate is not that of the kept one. */
function isPending(registry: Registry, place: Place, held: Held): boolean {
  if (held.refs === 0) return false;
  return Object.values(place.pool.cell.leaves).some((cell) => {
    const { pending } = cell as LeafCell;
    return pending !== undefined && pending[lowerBound(pending, registry.events, held)] === held.seq;
  });
}
