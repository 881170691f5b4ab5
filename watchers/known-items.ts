import type { SeenItem, SeenSet } from "../core/source.ts";

/** Versions of so many items are held in memory, so that a poll does not ask for all of them again. */
const HELD = 250_000;
/** Items that are asked for at once. */
const ASK = 1_000;

/** What a listing source knows: items whose version an earlier batch made known. */
export interface KnownItems<T> {
  /** Those that are not known, in the given order. `onKnown` is told each of the others. */
  without(items: readonly T[], onKnown?: (item: T) => void): Promise<T[]>;
  /** Holds that these are known; only after their batch is committed. */
  add(items: readonly T[]): void;
}

export function createKnownItems<T>(seen: SeenSet, toSeen: (item: T) => SeenItem): KnownItems<T> {
  const held = new Map<string, string>();

  function hold({ item, version }: SeenItem): void {
    if (held.size < HELD || held.has(item)) held.set(item, version);
  }

  return {
    add: (items) => {
      for (const item of items) hold(toSeen(item));
    },
    without: async (items, onKnown = () => undefined) => {
      const unknown: T[] = [];
      for (let start = 0; start < items.length; start += ASK) {
        const part: { readonly item: T; readonly seen: SeenItem }[] = [];
        for (const item of items.slice(start, start + ASK)) {
          const one = toSeen(item);
          if (held.get(one.item) === one.version) onKnown(item);
          else part.push({ item, seen: one });
        }
        if (part.length === 0) continue;
        const unseen = new Set((await seen.unseen(part.map((one) => one.seen))).map(({ item }) => item));
        for (const one of part) {
          if (unseen.has(one.seen.item)) unknown.push(one.item);
          else {
            hold(one.seen);
            onKnown(one.item);
          }
        }
      }
      return unknown;
    },
  };
}
