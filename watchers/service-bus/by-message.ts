import type { ServiceBusReceivedMessage } from "@azure/service-bus";
import { messageOf } from "../../core/errors.ts";
import { type BusEntity, type BusReader, DEAD_LETTER_REASON, onProcessError, partsOf, type ReaderDeps } from "./bus.ts";
import { createLocks } from "./locks.ts";

/** Reads an entity without sessions: each message has a lock of its own. */
export function readByMessage(entity: BusEntity, deps: ReaderDeps): BusReader {
  const { client, inbox, log } = deps;
  const options = { receiveMode: "peekLock", maxAutoLockRenewalDurationInMs: 0, skipParsingBodyAsJson: true } as const;
  const [queue, subscription] = partsOf(entity.path);
  const receiver = subscription === undefined ? client.createReceiver(queue, options) : client.createReceiver(queue, subscription, options);
  /** The SDK asks for another message when one is done. */
  const ends = new Map<ServiceBusReceivedMessage, () => void>();
  const locks = createLocks<ServiceBusReceivedMessage>({
    renew: async (message) => (await receiver.renewMessageLock(message)).getTime(),
    onLost: (error) => log.warn(`a message of ${entity.source} could not be held: ${messageOf(error)}; it may come twice, and counts once`),
  });
  async function settle(message: ServiceBusReceivedMessage, how: () => Promise<void>): Promise<void> {
    locks.drop(message);
    try {
      await how();
    } finally {
      ends.get(message)?.();
      ends.delete(message);
    }
  }

  const subscribed = receiver.subscribe(
    {
      processMessage: (message) => {
        locks.hold(message, message.lockedUntilUtc?.getTime() ?? 0);
        const done = new Promise<void>((resolve) => void ends.set(message, resolve));
        inbox.put({
          message,
          complete: () => settle(message, () => receiver.completeMessage(message)),
          deadLetter: (deadLetterErrorDescription) =>
            settle(message, () => receiver.deadLetterMessage(message, { deadLetterReason: DEAD_LETTER_REASON, deadLetterErrorDescription })),
        });
        return done;
      },
      processError: onProcessError(deps, entity.source),
    },
    { autoCompleteMessages: false, maxConcurrentCalls: entity.prefetch },
  );

  return {
    close: async () => {
      await subscribed.close();
      // The lock of a message outlives the link: unless it is given back, nobody has it until that runs out.
      await Promise.allSettled(locks.close().map((message) => settle(message, () => receiver.abandonMessage(message))));
      await receiver.close();
    },
  };
}
