import { setTimeout as sleep } from "node:timers/promises";

/** Waits until a client is closed, but not for ever: one whose server went away without a word may never be done. Never throws. */
export async function closeWithin(ms: number, closing: Promise<unknown>): Promise<void> {
  const over = new AbortController();
  const done = closing.catch(() => undefined).finally(() => over.abort());
  await Promise.race([done, sleep(ms, undefined, { signal: over.signal, ref: false }).catch(() => undefined)]);
}
