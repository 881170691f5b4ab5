import { deepEqual } from "../core/value-test.ts";
import type { AssetEvent } from "../core/event.ts";
import { breakSilences, noteAccepted } from "./silences.ts";
import { clearBy } from "./clear.ts";
import type { Condition } from "./condition.ts";
import { ensureLeafCell, type Leaf } from "./nodes/leaf.ts";
import { type Held, isBefore, lowerBound } from "./order.ts";
import { makeRoom } from "./policies/overflow.ts";
import { hold, type Outcome, unref } from "./pool.ts";
import { type Place, placesFor } from "./places.ts";
import { type Consumer, MAX_HOPS, type Registry } from "./registry.ts";
import { pauseConsumer } from "./pausing.ts";
import { touch } from "./touch.ts";
import type { LeafCell } from "./state.ts";

/** Gives one event to one consumer: to every leaf whose asset and filter it passes. Writes its fate if no leaf keeps it. */
export function offer(registry: Registry, consumer: Consumer, leaves: readonly Leaf[], held: Held, now: number): void {
  const { condition } = consumer;
  if (condition === null) return;
  const { event } = held;
  if (event.hops > MAX_HOPS) {
    registry.ledger.fate(consumer.dag, "", event.seq, "dropped", "loop");
    if (pauseConsumer(registry, consumer, now, "loop")) {
      registry.ledger.warn("E_LOOP", `${consumer.dag} is paused: event ${event.id} of ${event.asset} has gone through more than ${MAX_HOPS} runs; break the loop, then resume it`, consumer.dag);
    }
    return;
  }
  let outcome: Outcome = { fate: "filtered", why: "where" };
  let outcomeKey = "";
  let gathered = false;
  let cleared: Set<Leaf> | null = null;
  const passing = leaves.filter((leaf) => {
    if (!leaf.edge && event.source === `run:${consumer.dag}`) {
      outcome = { fate: "filtered", why: "own run" };
      return false;
    }
    return leaf.filter === null || leaf.filter(event);
  });
  // What clears comes before what gathers: a node does not gather the event that empties it.
  for (const leaf of passing) {
    if (leaf.role === "unless") {
      const done = clearBy(registry, consumer, condition, leaf, held, now);
      outcome = { fate: "filtered", why: "reset" };
      gathered ||= done.written;
      if (done.cleared !== null) cleared = new Set([...(cleared ?? []), ...done.cleared]);
    } else if (leaf.role === "absent") {
      noteAccepted(registry, consumer, condition, leaf, held);
      breakSilences(registry, consumer, condition, leaf, now);
      outcome = { fate: "filtered", why: "reset" };
    }
  }
  for (const leaf of passing) {
    if ((leaf.role !== "gather" && leaf.role !== "keep") || cleared?.has(leaf) === true) continue;
    const placing = placesFor(consumer, condition, leaf, event);
    if ("refused" in placing) outcome = { fate: "filtered", why: placing.refused };
    else if ("tooMany" in placing) {
      outcome = { fate: "dropped", why: `fan-out ${placing.tooMany} > ${placing.max}` };
      registry.ledger.warn("W_FAN_OUT", `event ${event.id} of ${event.asset} would give ${placing.tooMany} keys to ${consumer.dag}, more than ${placing.max}`, consumer.dag);
    } else {
      for (const place of placing.places) {
        const refused = put(registry, consumer, leaf, place, held);
        if (refused === null) gathered = true;
        else {
          outcome = refused;
          outcomeKey = place.pool.key;
          if (placing.places.length > 1) registry.ledger.fate(consumer.dag, place.pool.key, event.seq, refused.fate, refused.why);
        }
      }
    }
  }
  if (!gathered) registry.ledger.fate(consumer.dag, outcomeKey === "" ? keyOfFiltered(condition, leaves, event) : outcomeKey, event.seq, outcome.fate, outcome.why);
}

/** The key under which an event would have been gathered, if there is only one. */
function keyOfFiltered(condition: Condition, leaves: readonly Leaf[], event: AssetEvent): string {
  const slices = leaves[0]?.slicesOf(event.asset);
  const keys = slices?.downstream == null || event.partition === null ? null : slices.keysFor(event.partition);
  const partition = keys !== null && !("tooMany" in keys) && keys.length === 1 ? (keys[0] ?? null) : null;
  return condition.by === null ? (partition ?? "") : (condition.by(event, partition ?? event.partition) ?? "");
}

/** Puts an event into a leaf at a place. Null if it is held there now, else what became of it. */
function put(registry: Registry, consumer: Consumer, leaf: Leaf, place: Place, held: Held): Outcome | null {
  const { state, policy } = consumer;
  const cell = ensureLeafCell(place.cell, leaf);
  if (leaf.changed !== null && !hasChanged(cell, leaf, held.event)) return { fate: "filtered", why: "unchanged" };
  if (place.upstream !== null && !(cell.seen ?? []).includes(place.upstream)) cell.seen = [...(cell.seen ?? []), place.upstream];
  if (leaf.spans.length > 0) cell.newest = Math.max(cell.newest ?? Number.NEGATIVE_INFINITY, held.time);
  if (state.paused !== null && policy.whenPaused === "drop") return { fate: "dropped", why: "paused" };
  touch(consumer, place.pool.id);
  if (leaf.role === "keep") return keepNewest(registry, consumer, leaf, place, cell, held);
  if (policy.mode === "latest") {
    const taken = state.newestTaken?.[place.pool.id]?.[held.event.asset];
    if (taken !== undefined && isBefore(held, { ...taken, at: 0 })) return { fate: "superseded" };
  }
  hold(registry, consumer, place.pool, cell, held);
  if (policy.maxPending !== null) makeRoom(registry, consumer, policy.maxPending);
  return null;
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
  kept.splice(lowerBound(kept.map((one) => one.seq), registry.events, held), 0, { seq: held.seq, referred: false });
  cell.kept = kept;
  if (!isPending(registry, place, held)) registry.ledger.fate(consumer.dag, place.pool.key, held.seq, "pending");
  if (kept.length <= leaf.count) return null;
  const oldest = kept.shift();
  const replaced = oldest === undefined ? undefined : registry.events.get(oldest.seq);
  if (oldest === undefined || replaced === undefined) return null;
  unref(registry, replaced);
  if (!oldest.referred && !isPending(registry, place, replaced)) registry.ledger.fate(consumer.dag, place.pool.key, oldest.seq, "superseded");
  return null;
}

/** True if a leaf that takes events has it, too: then its fate is not that of the kept one. */
function isPending(registry: Registry, place: Place, held: Held): boolean {
  if (held.refs === 0) return false;
  return Object.values(place.pool.cell.leaves).some((cell) => {
    const { pending } = cell as LeafCell;
    return pending !== undefined && pending[lowerBound(pending, registry.events, held)] === held.seq;
  });
}
