import type { AssetEvent } from "../core/event.ts";
import { forEachLeafCell } from "./cells.ts";
import type { Condition } from "./condition.ts";
import { guarded } from "./faults.ts";
import { heldFrom } from "./held.ts";
import { ensureLeafCell, type Leaf } from "./nodes/leaf.ts";
import { compareOrder, heldOf } from "./order.ts";
import { hasHead, neededOf } from "./parking.ts";
import { placesFor } from "./places.ts";
import { groupPool, hold, type Outcome, type Pool, poolsOf } from "./pool.ts";
import type { Consumer, Registry } from "./registry.ts";
import type { CondemnedStretch, LeafCell, Stretch, UnplacedStretch } from "./state.ts";
import { removeStretch, sizeOfStretch } from "./stretch.ts";
import { touch, touchAll } from "./touch.ts";
import { askToRead, release } from "./traffic.ts";

/** Stretches that nobody waits for are read so many at once. */
const IN_PASSING = 2;

/**
 * True if the state has all that the next run of a group may take. If not, it asks for the oldest that is missing. `mode` is that of
 * the run: one that a person starts takes all that has gathered.
 */
export function hasWhatItTakes(registry: Registry, consumer: Consumer, condition: Condition, id: string, mode = consumer.policy.mode): boolean {
  const group = consumer.state.groups[id];
  let hasAll = true;
  for (const leaf of condition.leaves) {
    const cell = group?.leaves[leaf.no];
    const oldest = cell?.stretches?.[0];
    if (cell === undefined || oldest === undefined || hasHead(registry, cell, neededOf(consumer, leaf, mode))) continue;
    hasAll = false;
    askToRead(registry.traffic, oldest, { dag: consumer.dag, pool: id, leaf: leaf.no });
  }
  return hasAll;
}

/** How many groups of a consumer wait for what is being read. They keep the slots that they would take. */
export function readingGroups({ traffic }: Registry, { dag }: Consumer): number {
  const groups = new Set<string>();
  for (const place of traffic.reading.values()) if (place?.dag === dag) groups.add(place.pool);
  return groups.size;
}

/** Why a group waits for the store; null if it does not. */
export function whatIsRead({ traffic }: Registry, consumer: Consumer, id: string): string | null {
  const { unplaced } = consumer.state;
  const [moved] = unplaced ?? [];
  if (moved !== undefined) {
    const events = unplaced?.reduce((sum, { stretch }) => sum + sizeOfStretch(stretch), 0) ?? 0;
    return missingOf(moved.stretch) ?? `after an edit ${events} parked events are read from the store and placed anew`;
  }
  const cells = Object.values(consumer.state.groups[id]?.leaves ?? {}) as LeafCell[];
  for (const { stretches } of cells) {
    const oldest = stretches?.[0];
    const missing = oldest === undefined ? null : missingOf(oldest);
    if (oldest !== undefined && (missing !== null || traffic.reading.has(oldest.no)))
      return missing ?? `its oldest ${sizeOfStretch(oldest)} events are kept outside of the registry, and are being read`;
  }
  return null;

  function missingOf({ no, count, oldest, newest }: Stretch): string | null {
    const why = traffic.missing.get(no);
    return why === undefined
      ? null
      : `${count} events with numbers from ${oldest[1]} to ${newest[1]} cannot be read: ${why}; \`headgate pending clear ${consumer.dag}\` lets go of them, \`headgate dags resume ${consumer.dag}\` tries again`;
  }
}

/** At the end of an instant: asks for what an edit or a clear left behind. */
export function planReading({ state, consumers, traffic }: Registry): void {
  for (const { stretch } of state.condemned?.slice(0, IN_PASSING) ?? []) askToRead(traffic, stretch, null);
  for (const dag of traffic.unplaced) {
    const mine = consumers.get(dag)?.state;
    if (mine?.unplaced === undefined) traffic.unplaced.delete(dag);
    if (mine?.unplaced === undefined || mine.faulted !== null) continue;
    for (const { stretch } of mine.unplaced.slice(0, IN_PASSING)) askToRead(traffic, stretch, null);
  }
}

/** The answer to what was asked for: the events of a stretch, or why there are none. */
export function readBack(registry: Registry, answer: { readonly no: number; readonly events: readonly AssetEvent[] | string }): void {
  const { no, events } = answer;
  const { state, traffic } = registry;
  const place = traffic.reading.get(no) ?? null;
  traffic.reading.delete(no);
  // Read before it was kept: nobody will say that it is.
  traffic.leaving.delete(no);
  const condemned = state.condemned?.find(({ stretch }) => stretch.no === no);
  if (condemned !== undefined) {
    writeFates(registry, condemned, events);
    return;
  }
  const stretch = findStretch(registry, no, place);
  if (stretch === undefined) return;
  const left = typeof events === "string" ? events : rightOnes(stretch, events);
  if (typeof left === "string") {
    traffic.missing.set(no, left);
    return;
  }
  if ("unplaced" in stretch) {
    // One that is quarantined reads them again when it works again.
    if (!placeAnew(registry, stretch.consumer, stretch.unplaced, left)) return;
  } else putBack(registry, stretch.consumer, stretch.pool, stretch.cell, stretch.stretch, left);
  release(traffic, stretch.stretch);
}

type Found = { readonly consumer: Consumer; readonly stretch: Stretch } & (
  | { readonly unplaced: UnplacedStretch }
  | { readonly pool: Pool; readonly cell: LeafCell }
);

function findStretch(registry: Registry, no: number, place: { readonly dag: string; readonly pool: string; readonly leaf: number } | null): Found | undefined {
  for (const consumer of registry.consumers.values()) {
    const unplaced = consumer.state.unplaced?.find((one) => one.stretch.no === no);
    if (unplaced !== undefined) return { consumer, stretch: unplaced.stretch, unplaced };
  }
  const consumer = place === null ? undefined : registry.consumers.get(place.dag);
  const pool = place === null || consumer === undefined ? undefined : groupPool(consumer, place.pool);
  const cell = place === null ? undefined : pool?.cell.leaves[place.leaf];
  const stretch = cell?.stretches?.find((one) => one.no === no);
  return consumer === undefined || pool === undefined || cell === undefined || stretch === undefined ? undefined : { consumer, pool, cell, stretch };
}

/** What of it is pending; why it is not what was parked. */
function rightOnes(found: Found, events: readonly AssetEvent[]): readonly AssetEvent[] | string {
  const { count, gone = [] } = found.stretch;
  if (events.length !== count) return `${events.length} of ${count} events are there`;
  return gone.length === 0 ? events : events.filter(({ seq }) => !gone.includes(seq));
}

function putBack(registry: Registry, consumer: Consumer, pool: Pool, cell: LeafCell, stretch: Stretch, events: readonly AssetEvent[]): void {
  const pending = new Set(cell.pending);
  consumer.pending -= sizeOfStretch(stretch);
  for (const event of events) {
    // Redelivered meanwhile: it is pending once.
    if (pending.has(event.seq)) continue;
    consumer.pending += 1;
    const held = heldFrom(registry.events, event);
    registry.events.set(held.seq, held);
    held.refs += 1;
    pending.add(event.seq);
  }
  cell.pending = [...pending].sort((a, b) => compareOrder(heldOf(registry.events, a), heldOf(registry.events, b)));
  removeStretch(cell, stretch);
  touch(consumer, pool.id);
  registry.touched.add(consumer);
}

function placeAnew(registry: Registry, consumer: Consumer, unplaced: UnplacedStretch, events: readonly AssetEvent[]): boolean {
  const { state, condition } = consumer;
  const leaf = condition?.leafByNo.get(unplaced.leaf);
  const isPlaced = guarded(registry, consumer, () => {
    for (const event of events) {
      const placing = condition === null || leaf === undefined ? null : placesFor(consumer, condition, leaf, event);
      const places = placing !== null && "places" in placing ? placing.places : [];
      for (const { pool, cell, upstream } of places) {
        const leafCell = ensureLeafCell(cell, leaf as Leaf);
        if (upstream !== null && leafCell.seen?.includes(upstream) !== true) leafCell.seen = [...(leafCell.seen ?? []), upstream];
        hold(registry, consumer, pool, leafCell, heldFrom(registry.events, event));
      }
      if (!places.some(({ pool }) => pool.key === unplaced.key)) registry.ledger.fate(consumer.dag, unplaced.key, event.seq, "dropped", "condition changed");
    }
  });
  if (!isPlaced) return false;
  consumer.pending -= sizeOfStretch(unplaced.stretch);
  const left = state.unplaced?.filter((one) => one !== unplaced) ?? [];
  if (left.length > 0) state.unplaced = left;
  else delete state.unplaced;
  touchAll(consumer);
  registry.touched.add(consumer);
  return true;
}

function writeFates(registry: Registry, condemned: CondemnedStretch, events: readonly AssetEvent[] | string): void {
  const { state, ledger, traffic } = registry;
  const { stretch, dag, key, fate, why } = condemned;
  const left = state.condemned?.filter((one) => one !== condemned) ?? [];
  if (left.length > 0) state.condemned = left;
  else delete state.condemned;
  release(traffic, stretch);
  if (typeof events !== "string") {
    for (const { seq } of events) if (stretch.gone?.includes(seq) !== true) ledger.fate(dag, key, seq, fate, why);
    return;
  }
  const [from, to] = [stretch.oldest[1], stretch.newest[1]];
  ledger.warn(
    "W_FATES_UNKNOWN",
    `${stretch.count} events of ${dag} with numbers from ${from} to ${to} are ${fate}, and the ledger does not say so: ${events}`,
    dag,
  );
}

/** Lets go of what some leaves of a pool have parked; each of these events gets its fate when it was read. Returns how many they are. */
export function condemn(registry: Registry, consumer: Consumer, pool: Pool, isGone: (leaf: number) => boolean, outcome: Outcome): number {
  let events = 0;
  forEachLeafCell(consumer.state, pool.cell, (cell, no) => {
    if (cell.stretches === undefined || !isGone(no)) return;
    for (const stretch of cell.stretches) events += condemnOne(registry, consumer, stretch, pool.key, outcome);
    delete cell.stretches;
  });
  return events;
}

/** The same of what waits to be placed anew. */
export function condemnUnplaced(registry: Registry, consumer: Consumer, isGone: (one: UnplacedStretch) => boolean, outcome: Outcome): number {
  const { unplaced } = consumer.state;
  if (unplaced === undefined) return 0;
  let events = 0;
  for (const one of unplaced) if (isGone(one)) events += condemnOne(registry, consumer, one.stretch, one.key, outcome);
  const left = unplaced.filter((one) => !isGone(one));
  if (left.length > 0) consumer.state.unplaced = left;
  else {
    delete consumer.state.unplaced;
    touchAll(consumer);
  }
  return events;
}

function condemnOne({ state, traffic }: Registry, consumer: Consumer, stretch: Stretch, key: string, { fate, why }: Outcome): number {
  state.condemned = [...(state.condemned ?? []), { stretch, dag: consumer.dag, key, fate, ...(why === undefined ? {} : { why }) }];
  // What could not be read is asked for once more.
  traffic.missing.delete(stretch.no);
  consumer.pending -= sizeOfStretch(stretch);
  return sizeOfStretch(stretch);
}

/** What some leaves have parked must be looked at anew, event by event: their keys changed, or more is asked of an event than before. */
export function unplace({ traffic }: Registry, consumer: Consumer, isMeant: (leaf: number) => boolean): void {
  for (const pool of poolsOf(consumer)) {
    forEachLeafCell(consumer.state, pool.cell, (cell, leaf) => {
      if (cell.stretches === undefined || !isMeant(leaf)) return;
      traffic.unplaced.add(consumer.dag);
      consumer.state.unplaced = [...(consumer.state.unplaced ?? []), ...cell.stretches.map((stretch) => ({ stretch, leaf, key: pool.key }))];
      delete cell.stretches;
    });
  }
}
