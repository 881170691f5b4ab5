import type { AssetEvent } from "../core/event.ts";
import { LIMITS } from "../core/limits.ts";
import type { Stretch } from "./state.ts";

/** Events that are to be kept outside the state, as one stretch. The answer is the input `parked`. */
export interface ParkOrder {
  readonly no: number;
  /** In their order. */
  readonly events: readonly AssetEvent[];
}

export type KeptStretch = Pick<Stretch, "no" | "name" | "kept">;

/** What a step asks of the keepers of stretches. Asked a second time, nothing changes. */
export interface StretchOrders {
  readonly park: readonly ParkOrder[];
  /** The answer is the input `read`. */
  readonly read: readonly KeptStretch[];
  /** Nothing refers to these any more; they may be forgotten after a while. */
  readonly release: readonly KeptStretch[];
}

/** When something is parked, and how much. */
export interface ParkingLimits {
  /** Bytes of held events up to which nothing is parked. @default 128 KiB */
  readonly above: number;
  /** A stretch has so many events or so many bytes at least: below that it saves less than it costs. @default 256 */
  readonly leastEvents: number;
  /** @default 64 KiB */
  readonly leastBytes: number;
  /** A leaf with fewer events is not looked at. @default 8 */
  readonly few: number;
  /** Most bytes of a stretch. @default 256 KiB */
  readonly stretchBytes: number;
  /** Events that stay with a group that may start at any moment, if no run's input holds them. @default 1,000 */
  readonly head: number;
  /** What is parked leaves the state at once. @default false, until the shell says so */
  readonly leaves?: boolean;
  /** When there was nothing to park it looks again after so many events. @default 1,000 */
  readonly lookAgain: number;
}

export const PARKING: ParkingLimits = {
  above: 128 * 1024,
  leastEvents: 256,
  leastBytes: 64 * 1024,
  few: 8,
  stretchBytes: LIMITS.activityBytes,
  head: 1_000,
  lookAgain: 1_000,
};

/** Where a leaf of a consumer gathers. */
export interface LeafPlaceName {
  readonly dag: string;
  readonly pool: string;
  readonly leaf: number;
}

/** What is under way between a registry and those keepers. It is no part of the state: the next run of the registry asks again. */
export interface Traffic {
  readonly limits: ParkingLimits;
  readonly parking: Map<number, LeafPlaceName & { readonly seqs: readonly number[]; readonly bytes: number }>;
  /** What left the state and is not yet known to be kept, by number: the stretch as it stands there, still without a name. */
  readonly leaving: Map<number, Stretch>;
  /** True if what is parked leaves the state at once. A registry run of an earlier release goes on as it began. */
  leaves: boolean;
  /** Nothing is parked: the registry is being closed. */
  rests: boolean;
  /** Null for what is neither in a cell nor waited for by one. */
  readonly reading: Map<number, LeafPlaceName | null>;
  /** Stretches that could not be read, and why. */
  readonly missing: Map<number, string>;
  /** Until when what was read for a person stays in the state, by DAG and group. */
  readonly asked: Map<string, number>;
  /** DAGs that may have stretches to place anew: looking through all consumers in each instant would cost more than most instants do. */
  readonly unplaced: Set<string>;
  /** True until the first step: what is too much for the state must not wait for the next event. */
  fresh: boolean;
  /** Until the registry has accepted so many events there is nothing to park. */
  idleUntil: number;
  park: ParkOrder[];
  read: KeptStretch[];
  release: KeptStretch[];
}

export function createTraffic(limits: ParkingLimits): Traffic {
  return {
    ...{ limits, parking: new Map(), leaving: new Map(), leaves: limits.leaves ?? false, rests: false },
    ...{ reading: new Map(), missing: new Map(), asked: new Map(), unplaced: new Set(), fresh: true, idleUntil: 0, park: [], read: [], release: [] },
  };
}

const NO_ORDERS: StretchOrders = { park: [], read: [], release: [] };

/** What was asked for since the last time. */
export function takeOrders(traffic: Traffic): StretchOrders {
  const { park, read, release } = traffic;
  if (park.length === 0 && read.length === 0 && release.length === 0) return NO_ORDERS;
  traffic.park = [];
  traffic.read = [];
  traffic.release = [];
  return { park, read, release };
}

export function askToRead(traffic: Traffic, { no, name, kept }: Stretch, place: LeafPlaceName | null): void {
  if (traffic.reading.has(no) || traffic.missing.has(no)) return;
  traffic.reading.set(no, place);
  traffic.read.push({ no, name, kept });
}

export function release(traffic: Traffic, { no, name, kept }: KeptStretch): void {
  traffic.missing.delete(no);
  traffic.release.push({ no, name, kept });
}
