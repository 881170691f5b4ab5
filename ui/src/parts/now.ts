import { useSyncExternalStore } from "react";

const STEP = 1_000;
const readers = new Set<() => void>();
let now = Date.now();
let ticker: number | undefined;

function subscribe(reader: () => void): () => void {
  readers.add(reader);
  ticker ??= window.setInterval(() => {
    now = Date.now();
    for (const read of readers) read();
  }, STEP);
  return () => {
    readers.delete(reader);
    if (readers.size > 0) return;
    window.clearInterval(ticker);
    ticker = undefined;
  };
}

/**
 * What `look` makes of the present, in milliseconds since 1970. One clock for the page: a component is drawn again only when the answer
 * changed, so a table of ages costs nothing while none of them turns over.
 */
export function useNow<Answer extends string | number | boolean>(look: (now: number) => Answer): Answer {
  return useSyncExternalStore(subscribe, () => look(readers.size === 0 ? roughNow() : now));
}

/** Before anybody subscribed: the second that it is, so that two looks in one drawing agree. */
function roughNow(): number {
  const present = Date.now();
  if (present - now >= STEP) now = present;
  return now;
}
