import type { PoolAsk, PoolLeave, PoolMember, PoolTicket, PoolView } from "../core/pool-protocol.ts";

/** A task that waits for a place, or has one. */
type PoolWaiter = PoolMember & Omit<PoolTicket, "lost">;

/** Who has a place. A stranger has it if somebody found it taken by nobody that the pool knows. */
type PoolHolder = { readonly kind: "member"; readonly waiter: PoolWaiter; readonly since: number } | { readonly kind: "stranger"; readonly since: number };

/** A pool, as its workflow carries it. Instants are milliseconds since 1970. */
export interface PoolState {
  readonly places: number;
  /** By place, from 1 on. */
  readonly held: Readonly<Record<number, PoolHolder>>;
  /** In the order of their turns. */
  readonly waiting: readonly PoolWaiter[];
}

export const EMPTY_POOL: PoolState = { places: 0, held: {}, waiting: [] };

/** What can happen to a pool. */
export type PoolEvent =
  | ({ readonly kind: "ask" } & PoolAsk)
  | ({ readonly kind: "leave" } & PoolLeave)
  /** The workflow of a waiter whose turn it was has ended. */
  | { readonly kind: "gone"; readonly place: number; readonly waiter: PoolWaiter }
  /** Nobody runs in a place any more that was held since then. */
  | { readonly kind: "empty"; readonly place: number; readonly since: number };

/** It is the turn of a waiter: it has the place now. */
export interface PoolGrant {
  readonly place: number;
  readonly waiter: PoolWaiter;
}

/**
 * What follows from one event: who waits, in the order of priority and then of time, and whose turn it is. Asking twice, or leaving
 * what somebody else has by now, changes nothing.
 */
export function stepPool(state: PoolState, event: PoolEvent, now: number): { readonly state: PoolState; readonly grants: readonly PoolGrant[] } {
  return fill(apply(state, event, now), now);
}

function apply(state: PoolState, event: PoolEvent, now: number): PoolState {
  switch (event.kind) {
    case "ask":
      return ask(state, event, now);
    case "leave":
      return isHeldBy(state.held[event.place], event) ? without(state, event.place) : state;
    case "gone": {
      const rest = { ...state, waiting: state.waiting.filter((one) => one.temporalRunId !== event.waiter.temporalRunId) };
      return isHeldBy(state.held[event.place], event.waiter) ? without(rest, event.place) : rest;
    }
    case "empty":
      return state.held[event.place]?.since === event.since ? without(state, event.place) : state;
  }
}

function ask(state: PoolState, { run, temporalRunId, places, tickets }: PoolAsk, now: number): PoolState {
  const held = { ...state.held };
  const waiting = [...state.waiting];
  const known = new Set([...waiting, ...Object.values(held).flatMap((holder) => (holder.kind === "member" ? [holder.waiter] : []))].map(identityOf));
  for (const { lost, ...ticket } of tickets) {
    const waiter: PoolWaiter = { run, temporalRunId, ...ticket };
    if (lost !== undefined && isHeldBy(held[lost], waiter)) held[lost] = { kind: "stranger", since: now };
    else if (known.has(identityOf(waiter))) continue;
    known.add(identityOf(waiter));
    waiting.splice(turnOf(waiting, waiter), 0, waiter);
  }
  return { places, held, waiting };
}

/** Behind all whose turn comes first, and behind its equals. */
function turnOf(waiting: readonly PoolWaiter[], waiter: PoolWaiter): number {
  return 1 + waiting.findLastIndex((one) => one.priority > waiter.priority || (one.priority === waiter.priority && one.since <= waiter.since));
}

function fill(state: PoolState, now: number): { readonly state: PoolState; readonly grants: readonly PoolGrant[] } {
  const grants: PoolGrant[] = [];
  const held = { ...state.held };
  for (let place = 1; place <= state.places && grants.length < state.waiting.length; place += 1) {
    if (held[place] !== undefined) continue;
    const waiter = state.waiting[grants.length] as PoolWaiter;
    held[place] = { kind: "member", waiter, since: now };
    grants.push({ place, waiter });
  }
  return grants.length === 0 ? { state, grants } : { state: { ...state, held, waiting: state.waiting.slice(grants.length) }, grants };
}

function without(state: PoolState, place: number): PoolState {
  const { [place]: _, ...held } = state.held;
  return { ...state, held };
}

function isHeldBy(holder: PoolHolder | undefined, waiter: Identity): boolean {
  return holder?.kind === "member" && identityOf(holder.waiter) === identityOf(waiter);
}

type Identity = Pick<PoolWaiter, "temporalRunId" | "ticket">;

function identityOf({ temporalRunId, ticket }: Identity): string {
  return `${temporalRunId}/${ticket}`;
}

/** Nobody waits and nobody has a place. */
export function isIdlePool({ waiting, held }: PoolState): boolean {
  return waiting.length === 0 && Object.keys(held).length === 0;
}

const SHOWN = 20;

export function viewPool({ places, held, waiting }: PoolState): PoolView {
  return {
    places,
    held: Object.entries(held).map(([place, holder]) => ({
      place: Number(place),
      ...(holder.kind === "member" ? { run: holder.waiter.run, ticket: holder.waiter.ticket } : {}),
    })),
    waiting: waiting.length,
    next: waiting.slice(0, SHOWN).map(({ run, ticket, priority }) => ({ run, ticket, priority })),
  };
}
