import type { AssetEvent } from "../core/event.ts";

/** A point in the order of events: by event time, then by acceptance. A tick has `seq` 0, so it comes before an event of its instant. */
export interface Order {
  readonly time: number;
  readonly seq: number;
  /** When the registry accepted it. */
  readonly at: number;
}

/** An event that something refers to, with its place in the order. */
export interface Held extends Order {
  readonly event: AssetEvent;
  /** Size of its JSON, roughly in bytes. */
  readonly bytes: number;
  refs: number;
}

/** Held events by sequence number. */
export interface Events {
  get(seq: number): Held | undefined;
}

/** How far an event time may be ahead of the clock before it counts as the time of acceptance. */
export const FUTURE_MS = 10 * 60_000;

export function orderTime(event: AssetEvent): number {
  return event.time - event.at > FUTURE_MS ? event.at : event.time;
}

export function compareOrder(a: Order, b: Order): number {
  return a.time - b.time || a.seq - b.seq;
}

export function isBefore(a: Order, b: Order): boolean {
  return a.time < b.time || (a.time === b.time && a.seq < b.seq);
}

export function earlier(a: Order | null, b: Order | null): Order | null {
  if (a === null) return b;
  return b !== null && isBefore(b, a) ? b : a;
}

export function later(a: Order, b: Order): Order {
  return isBefore(a, b) ? b : a;
}

/** The event behind a sequence number that the state refers to. */
export function heldOf(events: Events, seq: number): Held {
  const held = events.get(seq);
  if (held === undefined) throw new Error(`event ${seq} is referred to but not held`);
  return held;
}

/** First index whose event is not before `point`. */
export function lowerBound(seqs: readonly number[], events: Events, point: Order): number {
  let low = 0;
  let high = seqs.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isBefore(heldOf(events, seqs[middle] as number), point)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Puts an event into its place; nearly always that is the end. */
export function insertInOrder(seqs: number[], events: Events, held: Held): void {
  const last = seqs[seqs.length - 1];
  if (last === undefined || isBefore(heldOf(events, last), held)) seqs.push(held.seq);
  else seqs.splice(lowerBound(seqs, events, held), 0, held.seq);
}
