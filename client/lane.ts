import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { LIMITS } from "../core/limits.ts";
import type { SignalName } from "../core/registry-protocol.ts";

/** Sends one signal, whose arguments are JSON texts. `requestId` makes a repeat harmless. Throws `TryAgain` for what may pass, anything else for what will not. */
export type SendSignal = (signal: SignalName, args: readonly string[], requestId: string) => Promise<void>;

/** Raised by a sender for a failure that another try may cure; `cause` is given to the senders when the lane gives up. */
export class TryAgain extends Error {
  constructor(cause: unknown) {
    super("the registry could not be reached", { cause });
    this.name = "TryAgain";
  }
}

interface Item {
  /** Its JSON. */
  readonly text: string;
  readonly bytes: number;
  readonly count: number;
}

export interface Lane {
  /** Settles when the signal with this item is accepted. */
  add(item: Item): Promise<void>;
  /** Settles when nothing is on its way. */
  idle(): Promise<void>;
}

export interface LaneOptions {
  readonly signal: SignalName;
  readonly extra?: unknown;
  readonly giveUpAfter: number;
  readonly send: SendSignal;
  /** Milliseconds to gather after a signal that took so many; an item that comes later goes at once. @default none */
  readonly gather?: (took: number) => number;
}

/** Items of one signal on their way to the registry: one signal in flight, everything else gathers behind it. */
export function createLane(options: LaneOptions): Lane {
  let waiting: (Item & { readonly resolve: () => void; readonly reject: (error: unknown) => void })[] = [];
  let flight: Promise<void> | undefined;
  let gatherUntil = 0;

  function add(item: Item): Promise<void> {
    return new Promise((resolve, reject) => {
      waiting.push({ ...item, resolve, reject });
      flight ??= fly();
    });
  }

  async function fly(): Promise<void> {
    while (waiting.length > 0) {
      const rest = gatherUntil - performance.now();
      if (rest > 0) await sleep(rest);
      const began = performance.now();
      const batch = takeBatch();
      const items = `[${batch.map((one) => one.text).join(",")}]`;
      try {
        await sendUntilAccepted(options.extra === undefined ? [items] : [items, JSON.stringify(options.extra)]);
        for (const one of batch) one.resolve();
      } catch (error) {
        for (const one of batch) one.reject(error);
      }
      if (options.gather !== undefined) gatherUntil = performance.now() + options.gather(performance.now() - began);
    }
    flight = undefined;
  }

  function takeBatch(): typeof waiting {
    let bytes = 0;
    let count = 0;
    let taken = 0;
    for (const one of waiting) {
      if (taken > 0 && (bytes + one.bytes > LIMITS.signalBytes || count + one.count > LIMITS.signalEvents)) break;
      bytes += one.bytes;
      count += one.count;
      taken += 1;
    }
    const batch = waiting.slice(0, taken);
    waiting = waiting.slice(taken);
    return batch;
  }

  async function sendUntilAccepted(args: readonly string[]): Promise<void> {
    const requestId = randomUUID();
    const since = performance.now();
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await options.send(options.signal, args, requestId);
      } catch (error) {
        if (!(error instanceof TryAgain)) throw error;
        if (performance.now() - since >= options.giveUpAfter) throw error.cause;
        await sleep(Math.min(2_000, 25 * 2 ** attempt) * (0.75 + Math.random() / 2));
      }
    }
  }

  return { add, idle: async () => flight };
}
