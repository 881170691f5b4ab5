import { setTimeout as sleep } from "node:timers/promises";
import type { ServiceBusSessionReceiver } from "@azure/service-bus";
import { type BusEntity, type BusReader, codeOf, DEAD_LETTER_REASON, onProcessError, partsOf, type ReaderDeps } from "./bus.ts";

/** Milliseconds without a message after which a session is left to others. */
const IDLE = 500;
/** Milliseconds that a session is read while others may wait for it to end. */
const TURN = 60_000;
/** Milliseconds until the next look, when no session was free. */
const PAUSE = 250;
const DAY = 86_400_000;
/** No session has messages, or somebody else was quicker. */
const NO_SESSION: ReadonlySet<string | undefined> = new Set(["ServiceTimeout", "SessionCannotBeLocked", "OperationTimeoutError"]);

/** Reads an entity by session, so many sessions at once: a session is locked for one reader, and its messages come in their order. */
export function readBySession(entity: BusEntity, sessions: number, deps: ReaderDeps): BusReader {
  const { client, inbox } = deps;
  const stop = new AbortController();

  async function accept(): Promise<ServiceBusSessionReceiver> {
    const options = { receiveMode: "peekLock", maxAutoLockRenewalDurationInMs: DAY, skipParsingBodyAsJson: true, abortSignal: stop.signal } as const;
    const [queue, subscription] = partsOf(entity.path);
    return subscription === undefined ? client.acceptNextSession(queue, options) : client.acceptNextSession(queue, subscription, options);
  }

  /** Reads one session until it is empty or its turn is over, and what was delivered is settled. */
  async function readSession(receiver: ServiceBusSessionReceiver): Promise<void> {
    const began = performance.now();
    let last = began;
    let lost = false;
    const held = new Set<() => void>();
    const report = onProcessError(deps, entity.source);
    const subscribed = receiver.subscribe(
      {
        processMessage: (message) =>
          new Promise<void>((done) => {
            held.add(done);
            const settle = async (how: () => Promise<void>): Promise<void> => {
              try {
                await how();
              } finally {
                last = performance.now();
                held.delete(done);
                done();
              }
            };
            inbox.put({
              message,
              complete: () => settle(() => receiver.completeMessage(message)),
              deadLetter: (deadLetterErrorDescription) =>
                settle(() => receiver.deadLetterMessage(message, { deadLetterReason: DEAD_LETTER_REASON, deadLetterErrorDescription })),
            });
          }),
        processError: async (args) => {
          // The lock ran out: its messages go to whoever accepts it next.
          if (codeOf(args.error) === "SessionLockLost") lost = true;
          else await report(args);
        },
      },
      { autoCompleteMessages: false, maxConcurrentCalls: Math.max(1, Math.ceil(entity.prefetch / sessions)) },
    );
    while (!stop.signal.aborted && !lost && performance.now() - began < TURN && (held.size > 0 || performance.now() - last < IDLE)) await pause(100);
    await subscribed.close();
    while (!stop.signal.aborted && !lost && held.size > 0) await pause(50);
    // What is not settled goes back with the session's lock.
    await receiver.close();
  }

  async function read(): Promise<void> {
    while (!stop.signal.aborted && !inbox.isBroken()) {
      try {
        await readSession(await accept());
      } catch (error) {
        if (stop.signal.aborted) return;
        if (!NO_SESSION.has(codeOf(error))) inbox.breakOff(error);
        await pause(PAUSE);
      }
    }
  }
  async function pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: stop.signal }).catch(() => undefined);
  }

  const reading = Promise.all(Array.from({ length: sessions }, read));
  return {
    close: async () => {
      stop.abort();
      await reading;
    },
  };
}
