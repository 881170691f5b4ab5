import { HeadgateError } from "../core/errors.ts";
import { wait } from "./backoff.ts";
import type { BatchSender } from "./batch-sender.ts";

/** How long the registry may take to look at a batch whose signal was accepted, in milliseconds. */
const PATIENCE = 15_000;

export interface MarkCheck {
  readonly watcher: string;
  readonly generation: number;
  /** The newest batch whose signal was accepted when the check began. */
  readonly sent: number;
  /** The newest batch that was handed to the sender, now. */
  readonly handed: () => number;
  /** How long the registry may take to look at a batch, in milliseconds. @default 15_000 */
  readonly patience?: number;
}

/**
 * Compares the registry's mark with what was sent. Accepting a signal is not taking its batch: a registry that was restored or
 * replaced refuses a gap, and one that is ahead drops new batches as repeats. Both must be loud. Throws `E_WATCHER_GAP`.
 */
export async function checkMark(check: MarkCheck, sender: BatchSender, signal: AbortSignal): Promise<void> {
  if (sender.mark === undefined) return;
  const { watcher, generation, sent, patience = PATIENCE } = check;
  const until = performance.now() + patience;
  while (!signal.aborted) {
    let mark: { readonly generation: number; readonly seq: number } | undefined;
    try {
      mark = await sender.mark(watcher);
    } catch {
      return; // The registry does not answer now. Sending finds that out by itself, and the mark is compared again later.
    }
    const taken = mark ?? { generation, seq: 0 };
    if (taken.generation > generation || (taken.generation === generation && taken.seq > check.handed())) {
      throw gap(
        watcher,
        `the registry has taken batch ${taken.seq} of generation ${taken.generation}, but the outbox only knows of batch ${check.handed()} of generation ${generation}`,
      );
    }
    if (sent === 0 || (taken.generation === generation && taken.seq >= sent)) return;
    if (performance.now() >= until) {
      throw gap(watcher, `batch ${sent} of generation ${generation} was sent, but the registry stands at batch ${taken.seq} of generation ${taken.generation}`);
    }
    await wait(250, signal);
  }
}

function gap(watcher: string, message: string): HeadgateError {
  return new HeadgateError("E_WATCHER_GAP", message, {
    where: `watcher ${watcher}`,
    hint: "the registry or the outbox is older than the other: restore the older one, or reset the watcher's position with redeliver",
  });
}
