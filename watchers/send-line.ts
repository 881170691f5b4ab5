import type { OutboxBatch } from "./outbox.ts";

/** Batches that may wait behind the one that is on its way. */
const AHEAD = 2;

/** Batches on their way to the registry, one after the other in their order, while the next ones are read and kept. */
export interface SendLine {
  /** Hands a kept batch over. True as soon as few enough wait, false once the line has ended; rejects with what it failed with. */
  add(batch: OutboxBatch): Promise<boolean>;
  /** True once all that was handed over is accepted and marked, false once the line has ended; rejects with what it failed with. */
  sent(): Promise<boolean>;
  /** True if nothing is on its way. */
  isIdle(): boolean;
  /** Resolves when nothing is on its way any more; what still waits stays in the outbox. Never rejects. */
  end(): Promise<void>;
}

/**
 * `send` resolves with true once its batch is accepted and marked, with false if it was told to stop before. After that, and after a
 * failure, nothing more is sent: a later batch would leave a gap.
 */
export function createSendLine(send: (batch: OutboxBatch) => Promise<boolean>, onFailure: () => void): SendLine {
  const waiting: OutboxBatch[] = [];
  let flight: Promise<void> | undefined;
  let failure: { readonly error: unknown } | undefined;
  let ended = false;
  let moved: (() => void)[] = [];

  async function fly(): Promise<void> {
    try {
      for (let batch = waiting.shift(); batch !== undefined && !ended; batch = waiting.shift()) {
        tell();
        if (!(await send(batch))) ended = true;
      }
    } catch (error) {
      ended = true;
      failure = { error };
      onFailure();
    } finally {
      flight = undefined;
      tell();
    }
  }

  function tell(): void {
    const told = moved;
    moved = [];
    for (const one of told) one();
  }

  async function until(isSo: () => boolean): Promise<boolean> {
    while (!ended && !isSo()) await new Promise<void>((resolve) => moved.push(resolve));
    if (failure !== undefined) throw failure.error;
    return !ended;
  }

  return {
    add: (batch) => {
      waiting.push(batch);
      if (!ended) flight ??= fly();
      return until(() => waiting.length <= AHEAD);
    },
    sent: () => until(() => flight === undefined),
    isIdle: () => flight === undefined,
    end: async () => {
      ended = true;
      await flight;
    },
  };
}
