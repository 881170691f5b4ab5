import type { Change } from "./feed.ts";

/** What one reader still has to be told. `beat`: nothing for a while; `reset`: more than could be kept, so everything is to be asked for again. */
export type Told = Change | "beat" | "reset";

export interface ReaderQueue {
  /** Never waits: of a reader who is too slow it forgets what it kept. */
  push(change: Told): void;
  /** The next one, or `beat` after so many milliseconds without any; undefined when it is closed. */
  next(patience: number): Promise<Told | undefined>;
  close(): void;
}

/** @param most - how many changes are kept for a reader who does not read */
export function createReaderQueue(most: number): ReaderQueue {
  let kept: Told[] = [];
  let closed = false;
  let wake: () => void = () => undefined;

  return {
    push(change) {
      if (closed) return;
      // What was just said keeps the place to go on at.
      if (kept.length >= most) kept = ["reset", change];
      else kept.push(change);
      wake();
    },
    async next(patience) {
      if (kept.length === 0 && !closed) {
        let timer: NodeJS.Timeout | undefined;
        await new Promise<void>((resolve) => {
          wake = resolve;
          timer = setTimeout(resolve, patience);
        });
        clearTimeout(timer);
      }
      return closed ? undefined : (kept.shift() ?? "beat");
    },
    close() {
      closed = true;
      wake();
    },
  };
}
