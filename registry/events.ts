import type { Events, Held } from "./order.ts";

/**
 * Events by their numbers. Numbers are given one after another, and what came together is looked at together: so they stand in pages,
 * and a look at one does not go through all of memory as in a `Map`. A page goes with its last event.
 */
export interface HeldEvents extends Events {
  readonly size: number;
  /** About how many bytes of JSON they are. */
  readonly bytes: number;
  set(seq: number, held: Held): void;
  delete(seq: number): void;
  /** In no certain order. */
  values(): Generator<Held>;
}

/** Small, since one event that stays holds a page of them. */
const PAGE = 32;

interface Page {
  readonly slots: (Held | undefined)[];
  used: number;
}

export function createEvents(): HeldEvents {
  const pages = new Map<number, Page>();
  let size = 0;
  let bytes = 0;
  return {
    get size() {
      return size;
    },
    get bytes() {
      return bytes;
    },
    get: (seq) => pages.get(Math.floor(seq / PAGE))?.slots[seq % PAGE],
    set: (seq, held) => {
      const no = Math.floor(seq / PAGE);
      let page = pages.get(no);
      if (page === undefined) {
        page = { slots: new Array<Held | undefined>(PAGE).fill(undefined), used: 0 };
        pages.set(no, page);
      }
      const before = page.slots[seq % PAGE];
      if (before === undefined) {
        page.used += 1;
        size += 1;
      }
      bytes += held.bytes - (before?.bytes ?? 0);
      page.slots[seq % PAGE] = held;
    },
    delete: (seq) => {
      const no = Math.floor(seq / PAGE);
      const page = pages.get(no);
      const held = page?.slots[seq % PAGE];
      if (page === undefined || held === undefined) return;
      page.slots[seq % PAGE] = undefined;
      bytes -= held.bytes;
      page.used -= 1;
      size -= 1;
      if (page.used === 0) pages.delete(no);
    },
    *values() {
      for (const { slots } of pages.values()) for (const held of slots) if (held !== undefined) yield held;
    },
  };
}
