import { HeadgateError, messageOf } from "../core/errors.ts";
import { FINAL_WATCHER_CODES } from "../core/watcher-protocol.ts";
import { type Backoff, backoffWait, wait } from "./backoff.ts";
import type { BatchSender } from "./batch-sender.ts";
import type { OutboxBatch } from "./outbox.ts";
import type { HealthKeeper } from "./session-health.ts";

/** After this long without an answer a person is told, in milliseconds. */
const SLOW = 5_000;
/** How long a signal in flight may still finish when the session ends. */
const GRACE = 2_000;
/** Failures after which trying again cannot help, and going on would lose events: a person must decide. */
export function isFinal(error: unknown): error is HeadgateError {
  return HeadgateError.is(error) && FINAL_WATCHER_CODES.includes(error.code);
}

export interface SendOptions {
  readonly sender: BatchSender;
  readonly signal: AbortSignal;
  readonly backoff: Backoff;
  readonly health: HealthKeeper;
  readonly now: () => number;
}

/** Sends a batch unchanged until it is accepted. Returns false if the session ended before that. Throws final errors. */
export async function sendUntilAccepted(batch: OutboxBatch, options: SendOptions): Promise<boolean> {
  for (let n = 1; ; n += 1) {
    try {
      return await sendOnce(batch, options);
    } catch (error) {
      if (isFinal(error)) throw error;
      if (options.signal.aborted) return false;
      const pause = backoffWait(options.backoff, n, Math.random());
      options.health.trouble(
        "backing-off",
        `batch ${batch.seq} could not be sent: ${messageOf(error)}`,
        HeadgateError.is(error) ? error.code : "E_REGISTRY_UNREACHABLE",
        options.now() + pause,
      );
      await wait(pause, options.signal);
      if (options.signal.aborted) return false;
    }
  }
}

async function sendOnce(batch: OutboxBatch, { sender, signal, health }: SendOptions): Promise<boolean> {
  const ended = new AbortController();
  const slow = setTimeout(() => health.trouble("backing-off", `batch ${batch.seq} waits: the registry does not take signals`, "E_REGISTRY_UNREACHABLE"), SLOW);
  try {
    // A sender may itself try for as long as it takes; the session must still end when it is told to.
    return await Promise.race([sender.send(batch).then(() => true), untilAborted(signal, ended.signal).then(() => false)]);
  } finally {
    clearTimeout(slow);
    ended.abort();
  }
}

/** Resolves a little after `signal` aborts; resolves at once when the wait itself is over. */
async function untilAborted(signal: AbortSignal, over: AbortSignal): Promise<void> {
  if (!signal.aborted) {
    await new Promise<void>((resolve) => {
      signal.addEventListener("abort", () => resolve(), { once: true, signal: over });
      over.addEventListener("abort", () => resolve(), { once: true });
    });
  }
  await wait(GRACE, over);
}
