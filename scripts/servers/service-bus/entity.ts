import { randomBytes } from "node:crypto";
import type { Message } from "rhea";

/** What is declared of a queue or a subscription. */
export interface EntityOptions {
  /** Milliseconds that a lock lasts. @default 30_000 */
  readonly lock?: number;
  /** Deliveries until a message goes to the dead letters. @default 10 */
  readonly maxDeliveries?: number;
  /** Only read by session. @default false */
  readonly sessions?: boolean;
  /** A message whose id is known is dropped. @default false */
  readonly duplicateDetection?: boolean;
}

/** A message in an entity. */
export interface Entry {
  readonly sequence: number;
  readonly message: Message;
  readonly enqueuedAt: number;
  /** Deliveries that came to nothing. */
  deliveries: number;
}

export interface Lock {
  /** Names the delivery: the tag of it, in hex. */
  readonly token: string;
  readonly until: number;
}

/** A queue, a subscription, or the dead letters of one: what waits, what is locked, and by which session. */
export interface Entity {
  readonly options: Required<EntityOptions>;
  readonly deadLetters: Entity | undefined;
  enqueue(message: Message): void;
  /** Those from a number on, in their order, locked ones among them. Nothing is locked. */
  peek(from: number, count: number): readonly Entry[];
  /** Locks the next message; of a session, if one is named. */
  next(session?: string): { readonly entry: Entry; readonly lock: Lock } | undefined;
  /** False if the lock is lost. */
  complete(token: string): boolean;
  abandon(token: string): boolean;
  /** Without counting the delivery. */
  release(token: string): boolean;
  reject(token: string, reason: unknown, description: unknown): boolean;
  /** When the lock ends now; undefined if it is lost. */
  renew(token: string): number | undefined;
  /** Locks a session that has messages and is nobody's. `onLost` is called when its lock runs out. */
  acceptSession(onLost: () => void, wanted?: string): { readonly id: string; readonly until: number } | undefined;
  renewSession(id: string): number | undefined;
  /** What was locked in it waits again. */
  endSession(id: string): void;
  /** Called when a message may have become available. */
  onReady(listener: () => void): () => void;
}

interface Locked {
  readonly entry: Entry;
  until: number;
  timer?: NodeJS.Timeout;
}

export function createEntity(given: EntityOptions, withDeadLetters = true): Entity {
  const options = { lock: 30_000, maxDeliveries: 10, sessions: false, duplicateDetection: false, ...given };
  const deadLetters = withDeadLetters ? createEntity({ lock: options.lock, maxDeliveries: Number.POSITIVE_INFINITY }, false) : undefined;
  const ready: Entry[] = [];
  const locked = new Map<string, Locked>();
  const sessions = new Map<string, { until: number; timer: NodeJS.Timeout; onLost: () => void }>();
  const known = new Set<string>();
  const listeners = new Set<() => void>();
  let sequence = 0;

  function tell(): void {
    for (const listener of [...listeners]) listener();
  }
  const sessionOf = (entry: Entry): string => String(entry.message.group_id ?? "");

  /** Puts it back into its place in the order. */
  function waitAgain(entry: Entry): void {
    const place = ready.findIndex((one) => one.sequence > entry.sequence);
    ready.splice(place < 0 ? ready.length : place, 0, entry);
  }
  function unlock(token: string): Entry | undefined {
    const held = locked.get(token);
    clearTimeout(held?.timer);
    locked.delete(token);
    return held?.entry;
  }
  function bury({ message }: Entry, reason: unknown, description: unknown): void {
    const properties = { ...message.application_properties, DeadLetterReason: reason, DeadLetterErrorDescription: description };
    deadLetters?.enqueue({ ...message, application_properties: properties });
  }
  function giveBack(token: string, counts: boolean): boolean {
    const entry = unlock(token);
    if (entry === undefined) return false;
    if (counts) entry.deliveries += 1;
    if (entry.deliveries >= options.maxDeliveries) bury(entry, "MaxDeliveryCountExceeded", "it was delivered too often");
    else waitAgain(entry);
    tell();
    return true;
  }
  function watch(token: string, held: Locked): void {
    clearTimeout(held.timer);
    held.until = Date.now() + options.lock;
    // In a session the session is locked, not each message of it.
    if (!options.sessions) held.timer = setTimeout(() => giveBack(token, true), options.lock);
  }
  function endSession(id: string): void {
    const session = sessions.get(id);
    if (session === undefined) return;
    clearTimeout(session.timer);
    sessions.delete(id);
    for (const [token, { entry }] of [...locked]) if (sessionOf(entry) === id) giveBack(token, true);
    tell();
  }
  function lockSession(id: string, onLost: () => void): number {
    clearTimeout(sessions.get(id)?.timer);
    const until = Date.now() + options.lock;
    const timer = setTimeout(() => {
      endSession(id);
      onLost();
    }, options.lock);
    sessions.set(id, { until, timer, onLost });
    return until;
  }

  return {
    options,
    deadLetters,
    enqueue: (message) => {
      const id = message.message_id === undefined ? undefined : String(message.message_id);
      if (options.duplicateDetection && id !== undefined) {
        if (known.has(id)) return;
        known.add(id);
      }
      sequence += 1;
      ready.push({ sequence, message, enqueuedAt: Date.now(), deliveries: 0 });
      tell();
    },
    peek: (from, count) =>
      [...ready, ...[...locked.values()].map(({ entry }) => entry)]
        .filter((entry) => entry.sequence >= from)
        .sort((a, b) => a.sequence - b.sequence)
        .slice(0, count),
    next: (session) => {
      const place = ready.findIndex((entry) => session === undefined || sessionOf(entry) === session);
      const [entry] = place < 0 ? [] : ready.splice(place, 1);
      if (entry === undefined) return undefined;
      const token = randomBytes(16).toString("hex");
      const held: Locked = { entry, until: 0 };
      locked.set(token, held);
      watch(token, held);
      return { entry, lock: { token, until: held.until } };
    },
    complete: (token) => unlock(token) !== undefined,
    abandon: (token) => giveBack(token, true),
    release: (token) => giveBack(token, false),
    reject: (token, reason, description) => {
      const entry = unlock(token);
      if (entry !== undefined) bury(entry, reason, description);
      return entry !== undefined;
    },
    renew: (token) => {
      const held = locked.get(token);
      if (held === undefined) return undefined;
      watch(token, held);
      return held.until;
    },
    acceptSession: (onLost, wanted) => {
      const free = ready.map(sessionOf).find((id) => !sessions.has(id) && (wanted === undefined || id === wanted));
      const id = free ?? (wanted !== undefined && !sessions.has(wanted) ? wanted : undefined);
      return id === undefined ? undefined : { id, until: lockSession(id, onLost) };
    },
    renewSession: (id) => {
      const session = sessions.get(id);
      return session === undefined ? undefined : lockSession(id, session.onLost);
    },
    endSession,
    onReady: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
