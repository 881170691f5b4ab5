import { isRecord } from "./json.ts";

/** Signals between a pool and the runs whose tasks want a place in it. */
export const POOL_SIGNALS = {
  /** `PoolAsk`, to the pool: these tasks wait for a place. The same once more changes nothing. */
  ask: "ask",
  /** `PoolLeave`, to the pool: a place is free again. */
  leave: "leave",
  /** `PoolTurn`, to a run: it is the turn of one of its tasks. */
  turn: "poolTurn",
} as const;

/** Query of a pool: `PoolView`. */
export const POOL_QUERY = "pool";

/** The workflow whose tasks wait: a run, or the items of a map. */
export interface PoolMember {
  /** Workflow id. */
  readonly run: string;
  readonly temporalRunId: string;
}

export interface PoolTicket {
  /** Names the task within its workflow: `load`, `each[3]`, `load#2` once its worker was lost. */
  readonly ticket: string;
  /** Larger goes first. */
  readonly priority: number;
  /** When it was first ready, in milliseconds since 1970; among equals the earliest goes first. */
  readonly since: number;
  /** The place that it was given and found taken. */
  readonly lost?: number;
}

export interface PoolAsk extends PoolMember {
  /** How many places the pool has, as far as the worker of the run knows. The last one who asks is right. */
  readonly places: number;
  readonly tickets: readonly PoolTicket[];
}

export interface PoolLeave extends PoolMember {
  readonly ticket: string;
  readonly place: number;
}

export interface PoolTurn {
  /** Workflow id of the pool. */
  readonly pool: string;
  readonly ticket: string;
  /** From 1 on. */
  readonly place: number;
  /** Workflow id that holds the place. */
  readonly slot: string;
}

/** What a signal carries, if it is an ask: anybody can send one, and a workflow that throws at it stands still. */
export function toPoolAsk(given: unknown): PoolAsk | undefined {
  if (!isMember(given) || !isPlace(given.places) || !Array.isArray(given.tickets)) return undefined;
  return (given.tickets as readonly unknown[]).every(isTicket) ? (given as unknown as PoolAsk) : undefined;
}

/** What a signal carries, if it says that a place is free. */
export function toPoolLeave(given: unknown): PoolLeave | undefined {
  return isMember(given) && isText(given.ticket) && isPlace(given.place) ? (given as unknown as PoolLeave) : undefined;
}

/** What a signal carries, if it is a turn. */
export function toPoolTurn(given: unknown): PoolTurn | undefined {
  return isRecord(given) && [given.pool, given.ticket, given.slot].every(isText) && isPlace(given.place) ? (given as unknown as PoolTurn) : undefined;
}

function isMember(given: unknown): given is Readonly<Record<string, unknown>> {
  return isRecord(given) && isText(given.run) && isText(given.temporalRunId);
}

function isTicket(given: unknown): boolean {
  return (
    isRecord(given) &&
    isText(given.ticket) &&
    Number.isFinite(given.priority) &&
    Number.isFinite(given.since) &&
    (given.lost === undefined || isPlace(given.lost))
  );
}

function isText(given: unknown): boolean {
  return typeof given === "string" && given !== "";
}

function isPlace(given: unknown): boolean {
  return Number.isSafeInteger(given) && (given as number) > 0;
}

/** Who is in a pool, for people. */
export interface PoolView {
  readonly places: number;
  readonly held: readonly { readonly place: number; readonly run?: string; readonly ticket?: string }[];
  readonly waiting: number;
  /** Those whose turn comes next, at most 20. */
  readonly next: readonly Pick<PoolTicket & PoolMember, "run" | "ticket" | "priority">[];
}
