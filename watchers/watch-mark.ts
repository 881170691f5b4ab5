import type { BatchSender } from "./batch-sender.ts";
import { checkMark } from "./check-mark.ts";
import type { OutboxBatch, OutboxSession } from "./outbox.ts";

/** How often the registry's mark is compared with what was sent, in milliseconds. */
const EVERY = 30_000;

/** Compares the registry's mark beside the reading: a registry that is slow to answer delays nothing. */
export interface MarkWatch {
  handed(batch: OutboxBatch): void;
  sent(batch: OutboxBatch): void;
  compare(): void;
  compareIfDue(): void;
  /** Why the session must end, if the registry does not stand where the outbox does. */
  failure(): unknown;
}

export interface MarkWatchOptions {
  readonly watcher: string;
  readonly sender: BatchSender;
  readonly session: OutboxSession;
  readonly signal: AbortSignal;
  readonly onFailure: () => void;
}

export function watchMark({ watcher, sender, session, signal, onFailure }: MarkWatchOptions): MarkWatch {
  let sent = session.sent ?? 0;
  let handed = sent;
  let compared = -1;
  let comparedAt = 0;
  let comparing = false;
  let failure: unknown;

  async function compareMark(): Promise<void> {
    const snapshot = sent;
    try {
      await checkMark({ watcher, generation: session.generation, sent: snapshot, handed: () => handed }, sender, signal);
      compared = snapshot;
    } catch (error) {
      // If another session goes on, the registry is rightly ahead of this one: the fence tells which it is.
      failure = await session.append({ events: [], cursor: undefined, seen: [], poison: [] }).then(
        () => error,
        (fenced: unknown) => fenced,
      );
      onFailure();
    } finally {
      comparing = false;
      comparedAt = performance.now();
    }
  }

  function compare(): void {
    if (comparing) return;
    comparing = true;
    void compareMark();
  }

  return {
    handed: (batch) => {
      if (batch.generation === session.generation) handed = Math.max(handed, batch.seq);
    },
    sent: (batch) => {
      if (batch.generation === session.generation) sent = Math.max(sent, batch.seq);
    },
    compare,
    compareIfDue: () => {
      if (sent !== compared && performance.now() - comparedAt >= EVERY) compare();
    },
    failure: () => failure,
  };
}
