import { createBell } from "./bell.ts";

/** What a client delivers whenever it likes, kept in its order until the reader asks for it. */
export interface Inbox<T> {
  put(one: T): void;
  /** From now on `next` rejects: with the first reason that was given. */
  breakOff(why: unknown): void;
  isBroken(): boolean;
  /** At most `most` of what came, in its order; nothing if nothing came in time. */
  next(most: number, ms: number, signal: AbortSignal): Promise<readonly T[]>;
}

/** `toError` makes of the reason what `next` rejects with. */
export function createInbox<T>(toError: (why: unknown) => Error): Inbox<T> {
  const bell = createBell();
  let waiting: T[] = [];
  let broken: { readonly why: unknown } | undefined;

  return {
    put: (one) => {
      waiting.push(one);
      bell.ring();
    },
    breakOff: (why) => {
      broken ??= { why };
      bell.ring();
    },
    isBroken: () => broken !== undefined,
    next: async (most, ms, signal) => {
      const end = performance.now() + ms;
      while (!signal.aborted) {
        if (broken !== undefined) throw toError(broken.why);
        if (waiting.length > 0) {
          const taken = waiting.slice(0, most);
          waiting = waiting.slice(most);
          return taken;
        }
        const left = end - performance.now();
        if (left <= 0) return [];
        await bell.wait(left, signal);
      }
      return [];
    },
  };
}
