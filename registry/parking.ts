import { forEachLeafCell } from "./cells.ts";
import type { Leaf } from "./nodes/leaf.ts";
import { type Held, heldOf, lowerBound } from "./order.ts";
import { RUN_BYTES } from "./policies/mode.ts";
import { groupPool, poolsOf, unref } from "./pool.ts";
import type { Consumer, Registry } from "./registry.ts";
import { nextNumber } from "./shard.ts";
import type { LeafCell, Stretch, StretchEnd, StretchKeeper } from "./state.ts";
import { addStretch, orderOf } from "./stretch.ts";
import { whyNotParked } from "./stretches.ts";
import { type KeptStretch, type LeafPlaceName, type ParkOrder, release, type Traffic } from "./traffic.ts";

/** Stretches on their way at once, each of another leaf, while what is on its way stays in the state. */
const AT_ONCE = 4;
/** Where it leaves the state at once: stretches that are not yet known to be kept, since a continue-as-new may have to carry all of them. */
const LEAVING = 8;

/**
 * At the end of an instant, while the registry holds much: takes the oldest of the longest backlogs out of the state. They leave it
 * at once; a registry of an earlier release keeps them in it until the input `parked` says that they are kept. Of a group that may start
 * at any moment it takes what comes after its next runs.
 */
export function planParking(registry: Registry, now: number): void {
  const { events, state, traffic } = registry;
  const { above, lookAgain } = traffic.limits;
  if (events.bytes <= above || traffic.rests || !hasRoom(traffic) || state.counters.event < traffic.idleUntil) return;
  let left = events.bytes;
  for (const { bytes } of traffic.parking.values()) left -= bytes;
  while (left > above && hasRoom(traffic)) {
    const most = findMost(registry, now);
    if (most === null) {
      traffic.idleUntil = state.counters.event + lookAgain;
      return;
    }
    const { place, helds } = most;
    const no = nextNumber(state, state.counters.stretch ?? 0);
    state.counters.stretch = no;
    const bytes = helds.reduce((sum, held) => sum + held.bytes, 0);
    left -= bytes;
    const order: ParkOrder = { no, events: helds.map(({ event }) => event) };
    traffic.park.push(order);
    if (traffic.leaves) leave(registry, no, place, helds);
    else traffic.parking.set(no, { ...place, seqs: helds.map(({ seq }) => seq), bytes });
  }
}

function hasRoom({ leaves, leaving, parking }: Traffic): boolean {
  return leaves ? leaving.size < LEAVING : parking.size < AT_ONCE;
}

/** Under which name they are kept, and where, comes with the answer; until then whoever reads or releases the stretch waits for that. */
function leave(registry: Registry, no: number, { dag, pool, leaf }: LeafPlaceName, helds: readonly Held[]): void {
  const consumer = registry.consumers.get(dag);
  const cell = consumer && groupPool(consumer, pool)?.cell.leaves[leaf];
  if (cell === undefined) return;
  registry.traffic.leaving.set(no, moveOut(registry, cell, helds, { no, name: "", kept: "store" }));
}

/** The answer to what was planned: these events are kept. If any that had not left the state went meanwhile, all of them stay where they are. */
export function park(registry: Registry, { no, name, kept }: { readonly no: number; readonly name: string; readonly kept: StretchKeeper }): void {
  const { traffic } = registry;
  const left = traffic.leaving.get(no) ?? (traffic.parking.has(no) ? undefined : findNameless(registry, no));
  if (left !== undefined) {
    traffic.leaving.delete(no);
    Object.assign(left, { name, kept });
    return;
  }
  const parking = traffic.parking.get(no);
  traffic.parking.delete(no);
  // A group is left alone while something of it is on its way, and may have more.
  traffic.idleUntil = 0;
  const consumer = parking === undefined ? undefined : registry.consumers.get(parking.dag);
  const cell = consumer === undefined || parking === undefined ? undefined : groupPool(consumer, parking.pool)?.cell.leaves[parking.leaf];
  const pending = new Set(cell?.pending);
  if (parking === undefined || consumer === undefined || cell?.pending === undefined || !mayPark(consumer) || !parking.seqs.every((seq) => pending.has(seq))) {
    release(traffic, { no, name, kept });
    return;
  }
  const helds = parking.seqs.map((seq) => heldOf(registry.events, seq));
  moveOut(registry, cell, helds, { no, name, kept });
}

/** One that an earlier run of the registry let go out of its state just before it ended. */
function findNameless({ consumers, state }: Registry, no: number): Stretch | undefined {
  const isIt = (stretch: Stretch): boolean => stretch.no === no && stretch.name === "";
  let found = state.condemned?.map(({ stretch }) => stretch).find(isIt);
  for (const consumer of consumers.values()) {
    found ??= consumer.state.unplaced?.map(({ stretch }) => stretch).find(isIt);
    if (found !== undefined || consumer.pending === 0) continue;
    for (const { cell } of poolsOf(consumer)) {
      forEachLeafCell(consumer.state, cell, ({ stretches }) => {
        found ??= stretches?.find(isIt);
      });
    }
  }
  return found;
}

function moveOut(registry: Registry, cell: LeafCell, helds: readonly Held[], where: KeptStretch): Stretch {
  const [first, last] = [helds[0] as Held, helds[helds.length - 1] as Held];
  const stretch: Stretch = { ...where, count: helds.length, oldest: endOf(first), newest: endOf(last) };
  addStretch(cell, stretch);
  const going = new Set(helds.map(({ seq }) => seq));
  cell.pending = cell.pending?.filter((seq) => !going.has(seq)) ?? [];
  if (cell.pending.length === 0) delete cell.pending;
  for (const held of helds) unref(registry, held);
  return stretch;
}

function endOf({ time, seq, at }: Held): StretchEnd {
  return [time, seq, at];
}

function mayPark(consumer: Consumer): boolean {
  const { state } = consumer;
  return state.faulted === null && state.unplaced === undefined && consumer.awaited.size === 0 && whyNotParked(consumer) === null;
}

interface Most {
  readonly place: LeafPlaceName;
  readonly helds: readonly Held[];
}

/** What the leaf that holds most can park; null if that is nothing anywhere. It must not cost a look at each event that is held. */
function findMost(registry: Registry, now: number): Most | null {
  const { head, few, leastEvents, leastBytes } = registry.traffic.limits;
  const average = registry.events.bytes / Math.max(1, registry.events.size);
  const least = Math.min(leastEvents, Math.max(few, Math.ceil(leastBytes / average)));
  let most: { readonly place: LeafPlaceName; readonly seqs: readonly number[] } | null = null;
  let mostEvents = least - 1;
  for (const consumer of registry.consumers.values()) {
    if (consumer.pending <= mostEvents || !mayPark(consumer)) continue;
    const isStopped = registry.state.hold !== null || consumer.state.paused !== null || consumer.state.wants !== undefined;
    for (const { id: pool, cell: group } of poolsOf(consumer)) {
      if (isUnderWay(registry, consumer.dag, pool) || (registry.traffic.asked.get(`${consumer.dag}\n${pool}`) ?? 0) > now) continue;
      const keepsHead = !isStopped && consumer.waiting.has(pool);
      forEachLeafCell(consumer.state, group, (cell, leaf) => {
        const { pending } = cell;
        if (pending === undefined || pending.length <= mostEvents) return;
        const from = keepsHead ? lengthOfHead(registry, cell, Math.max(head, neededOf(consumer, consumer.condition?.leafByNo.get(leaf)))) : 0;
        if (pending.length - from <= mostEvents) return;
        mostEvents = pending.length - from;
        most = { place: { dag: consumer.dag, pool, leaf }, seqs: from === 0 ? pending : pending.slice(from) };
      });
    }
  }
  const found = most as { readonly place: LeafPlaceName; readonly seqs: readonly number[] } | null;
  return found === null ? null : { place: found.place, helds: inOneStretch(registry, found.seqs) };
}

function isUnderWay({ traffic }: Registry, dag: string, pool: string): boolean {
  for (const place of traffic.parking.values()) if (place.dag === dag && place.pool === pool) return true;
  // What is being read is about to be taken.
  for (const place of traffic.reading.values()) if (place?.dag === dag && place.pool === pool) return true;
  return false;
}

function inOneStretch(registry: Registry, seqs: readonly number[]): readonly Held[] {
  const { stretchBytes } = registry.traffic.limits;
  const helds: Held[] = [];
  let bytes = 0;
  for (const seq of seqs) {
    const held = heldOf(registry.events, seq);
    bytes += held.bytes;
    if (helds.length > 0 && bytes > stretchBytes) break;
    helds.push(held);
  }
  return helds;
}

/** How many of a cell's events come before all that it has parked: the first `least`, or as many as no run's input can hold. */
function lengthOfHead(registry: Registry, { pending = [], stretches }: LeafCell, least: number): number {
  const [first] = stretches ?? [];
  const end = first === undefined ? pending.length : lowerBound(pending, registry.events, orderOf(first.oldest));
  let bytes = 0;
  for (let index = 0; index < end; index++) {
    if (index >= least || bytes > RUN_BYTES) return index;
    bytes += heldOf(registry.events, pending[index] as number).bytes;
  }
  return end;
}

/** True if a cell has before all that it has parked what a run takes at most: so many events, or more than its input can hold. */
export function hasHead(registry: Registry, cell: LeafCell, needed: number): boolean {
  const length = lengthOfHead(registry, cell, needed);
  if (length >= needed) return true;
  let bytes = 0;
  for (const seq of (cell.pending ?? []).slice(0, length)) bytes += heldOf(registry.events, seq).bytes;
  return bytes > RUN_BYTES;
}

/** The most events of a leaf that one run takes, but for what its input can hold. */
export function neededOf({ policy }: Consumer, leaf: Leaf | undefined, mode = policy.mode): number {
  const count = leaf?.count ?? 1;
  return mode === "each" ? count : Math.max(policy.batch.max, count);
}
