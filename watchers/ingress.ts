import { HeadgateError } from "../core/errors.ts";
import type { EventInput } from "../core/event.ts";
import type { PoisonItem } from "../core/source.ts";
import { wait } from "./backoff.ts";
import type { BatchSender } from "./batch-sender.ts";
import { checkMark } from "./check-mark.ts";
import type { Outbox, OutboxBatch, OutboxSession } from "./outbox.ts";
import { splitEvents } from "./split-events.ts";

/** Whose events are numbered together: a watcher that is pushed to, or everybody who posts events. */
export interface Stream {
  readonly id: string;
  /** Named in its rows for a person. */
  readonly source: string;
  /** The thing that its numbers belong to. @default source */
  readonly fingerprint?: string;
}

/** Takes events that are pushed, in the same way as a watcher's: outbox, numbered batch, registry. */
export interface Ingress {
  /**
   * Resolves when the events are durable and the registry has accepted them; what came before with the same (source, id) is left out.
   * Rejects when either cannot be reached: then the sender has to try again, with the same ids.
   */
  publish(stream: Stream, events: readonly EventInput[], poison?: readonly PoisonItem[]): Promise<void>;
  /** Hands a batch that is durable already to the registry, such as one of dead letters. */
  send(batch: OutboxBatch): Promise<void>;
}

export interface IngressOptions {
  readonly outbox: Outbox;
  /** Must give up when the registry does not answer: somebody waits. */
  readonly sender: BatchSender;
  /** How often the registry's mark is compared with what was sent, in milliseconds. @default 30_000 */
  readonly compareEvery?: number;
}

interface Waiting {
  readonly events: readonly EventInput[];
  readonly poison: readonly PoisonItem[];
  resolve(): void;
  reject(error: unknown): void;
}

interface Lane {
  readonly stream: Stream;
  readonly waiting: Waiting[];
  session?: OutboxSession | undefined;
  sent: number;
  comparedAt: number;
  running: boolean;
}

/** Requests that are gathered into one batch. */
const TOGETHER = 200;
/** Several processes that take events of one stream fence one another: the one that lost opens the outbox again. */
const TAKEOVERS = 20;
/** How long the registry may take to look at what was accepted before, in milliseconds: somebody waits. */
const MARK_PATIENCE = 3_000;

export function createIngress({ outbox, sender, compareEvery = 30_000 }: IngressOptions): Ingress {
  const lanes = new Map<string, Lane>();
  const never = new AbortController().signal;

  async function sendOne(lane: Lane, session: OutboxSession, batch: OutboxBatch): Promise<void> {
    await sender.send(batch);
    await session.markSent(batch.seq, batch.generation);
    if (batch.generation === session.generation) lane.sent = batch.seq;
  }

  /** The outbox, with everything that was left in it sent, and the registry where it should be. */
  async function openSession(lane: Lane): Promise<OutboxSession> {
    const { id, source, fingerprint = source } = lane.stream;
    const session = await outbox.open({ id, source, fingerprint });
    lane.sent = session.sent ?? 0;
    for (const batch of await session.unsent()) await sendOne(lane, session, batch);
    return session;
  }

  async function compare(lane: Lane, session: OutboxSession): Promise<void> {
    if (performance.now() - lane.comparedAt < compareEvery) return;
    const { sent } = lane;
    await checkMark({ watcher: lane.stream.id, generation: session.generation, sent, handed: () => sent, patience: MARK_PATIENCE }, sender, never);
    lane.comparedAt = performance.now();
  }

  async function deliver(lane: Lane, events: readonly EventInput[], poison: readonly PoisonItem[]): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        lane.session ??= await openSession(lane);
        const { session } = lane;
        await compare(lane, session);
        if (events.length === 0) await session.append({ events, cursor: undefined, seen: [], poison });
        for (const [k, piece] of splitEvents(events).entries()) {
          const batch = await session.append({ events: piece, cursor: undefined, seen: [], poison: k === 0 ? poison : [] });
          if (batch !== undefined) await sendOne(lane, session, batch);
        }
        return;
      } catch (error) {
        // The outcome is unknown: whoever opens the outbox next sends what is left in it.
        lane.session = undefined;
        if (!(HeadgateError.is(error) && error.code === "E_WATCHER_FENCED") || attempt === TAKEOVERS) throw error;
        // Not in step with the other one.
        await wait(Math.random() * 10 * attempt, never);
      }
    }
  }

  async function run(lane: Lane): Promise<void> {
    while (lane.waiting.length > 0) {
      const together = lane.waiting.splice(0, TOGETHER);
      try {
        await deliver(
          lane,
          together.flatMap(({ events }) => events),
          together.flatMap(({ poison }) => poison),
        );
        for (const one of together) one.resolve();
      } catch (error) {
        for (const one of together) one.reject(error);
      }
    }
    lane.running = false;
  }

  return {
    publish: (stream, events, poison = []) =>
      new Promise((resolve, reject) => {
        const lane = lanes.get(stream.id) ?? { stream, waiting: [], sent: 0, comparedAt: Number.NEGATIVE_INFINITY, running: false };
        lanes.set(stream.id, lane);
        lane.waiting.push({ events, poison, resolve, reject });
        if (lane.running) return;
        lane.running = true;
        void run(lane);
      }),
    send: (batch) => sender.send(batch),
  };
}
