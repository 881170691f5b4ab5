export interface LockOptions<Message> {
  /** Prolongs the lock of a message; gives the instant at which it ends now. */
  readonly renew: (message: Message) => Promise<number>;
  /** A lock could not be prolonged: the message may be delivered to others meanwhile. It is not held any more. */
  readonly onLost: (error: unknown) => void;
}

/** Keeps received messages locked for as long as they are worked on. The SDK's own renewer knows messages by their ids, which need not be there. */
export interface Locks<Message> {
  /** `until` is when the lock ends, in milliseconds. */
  hold(message: Message, until: number): void;
  drop(message: Message): void;
  /** Stops renewing and returns what was still held. */
  close(): readonly Message[];
}

/** A lock is prolonged when half of it is over; at the latest after so many milliseconds, since clocks may differ, and never more often than that. */
const LATEST = 20_000;
const SOONEST = 500;

export function createLocks<Message>({ renew, onLost }: LockOptions<Message>): Locks<Message> {
  const held = new Map<Message, NodeJS.Timeout>();

  function hold(message: Message, until: number): void {
    const wait = Math.min(LATEST, Math.max(SOONEST, (until - Date.now()) / 2));
    held.set(
      message,
      setTimeout(() => void prolong(message), wait),
    );
  }
  async function prolong(message: Message): Promise<void> {
    try {
      const until = await renew(message);
      if (held.has(message)) hold(message, until);
    } catch (error) {
      if (held.delete(message)) onLost(error);
    }
  }
  function drop(message: Message): void {
    clearTimeout(held.get(message));
    held.delete(message);
  }

  return {
    hold,
    drop,
    close: () => {
      const left = [...held.keys()];
      for (const message of left) drop(message);
      return left;
    },
  };
}
