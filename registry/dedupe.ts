import type { BatchReply } from "./input.ts";
import type { RecentState, RegistryState } from "./state.ts";

/** How long repeats of raw events are found: the last ids, and the last hours, whichever is less. */
export const RECENT_IDS = 10_000;
export const RECENT_MS = 24 * 3_600_000;
/** Ends of runs are remembered in a window of their own, so that many runs do not crowd out ids of events. */
export const RECENT_ENDS = 2_000;
/** Ids of one minute are forgotten together, when the first of them is old. */
const BLOCK_MS = 60_000;

/** The window of raw ids. It keeps fingerprints of 64 bits, so that 10,000 of them are some 200 KB. */
export interface Recent {
  /** Undefined if the id is new; else whether the content differed from the first one. Notes a new id. */
  meet(source: string, id: string, content: string, now: number): { readonly differed: boolean } | undefined;
  /** True if the id is known; notes nothing. */
  knows(source: string, id: string): boolean;
  toState(): RecentState;
}

export function createRecent(state: RecentState, most = RECENT_IDS): Recent {
  const known = new Map<string, string>();
  const blocks: { at: number; ids: string[] }[] = [];
  for (const { at, marks } of state.blocks) {
    const ids = marks.map((mark) => mark.slice(0, mark.indexOf(":")));
    for (const [index, id] of ids.entries()) known.set(id, (marks[index] ?? "").slice(id.length + 1));
    blocks.push({ at, ids });
  }
  function forget(now: number): void {
    let first = blocks[0];
    while (first !== undefined && now - first.at > RECENT_MS) {
      for (const id of first.ids) known.delete(id);
      blocks.shift();
      first = blocks[0];
    }
    while (first !== undefined && known.size > most) {
      const oldest = first.ids.shift();
      if (oldest === undefined) {
        blocks.shift();
        first = blocks[0];
      } else known.delete(oldest);
    }
  }
  return {
    meet: (source, id, content, now) => {
      forget(now);
      const mark = fingerprint(`${source}\n${id}`, 2);
      const before = known.get(mark);
      const print = fingerprint(content, 1);
      if (before !== undefined) return { differed: before !== print };
      known.set(mark, print);
      const last = blocks.at(-1);
      if (last !== undefined && now - last.at < BLOCK_MS) last.ids.push(mark);
      else blocks.push({ at: now, ids: [mark] });
      return undefined;
    },
    knows: (source, id) => known.has(fingerprint(`${source}\n${id}`, 2)),
    toState: () => ({
      blocks: blocks.filter((block) => block.ids.length > 0).map(({ at, ids }) => ({ at, marks: ids.map((id) => `${id}:${known.get(id) ?? ""}`) })),
    }),
  };
}

/** Moves the mark of a managed source: a batch is taken only if it follows the last one. */
export function followBatch(state: RegistryState, watcher: string, generation: number, seq: number): BatchReply {
  const mark = state.marks[watcher];
  if (mark !== undefined && generation < mark.generation) return "stale";
  const last = mark === undefined || generation > mark.generation ? 0 : mark.seq;
  if (seq <= last) return "repeated";
  if (seq > last + 1) return "gap";
  state.marks[watcher] = { generation, seq };
  return "taken";
}

/** 32 bits a word of a text, by the mixing of MurmurHash3: enough to tell ids apart, no protection against forgery. */
export function fingerprint(text: string, words: 1 | 2): string {
  let a = 0xdeadbeef ^ text.length;
  let b = 0x41c6ce57 ^ text.length;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    a = Math.imul(a ^ code, 2654435761);
    b = Math.imul(b ^ code, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  const first = (a >>> 0).toString(36);
  return words === 1 ? first : `${first}${(b >>> 0).toString(36).padStart(7, "0")}`;
}
