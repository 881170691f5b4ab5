import { nameOf, readFingerprint, writeFingerprint } from "./fingerprint.ts";
import type { BatchReply } from "./input.ts";
import type { RecentState, RegistryState } from "./state.ts";

/** How long repeats of raw events are found: the last ids, and the last hours, whichever is less. */
export const RECENT_IDS = 10_000;
export const RECENT_MS = 24 * 3_600_000;
/** Ends of runs are remembered in a window of their own, so that many runs do not crowd out ids of events. */
export const RECENT_ENDS = 2_000;
/** Ids of one minute are forgotten together, when the first of them is old. */
const BLOCK_MS = 60_000;

/** The window of raw ids. It keeps fingerprints, so that 10,000 of them are some 200 KB. */
export interface Recent {
  /** Undefined if the id is new; else whether the content differed from the first one. Notes a new id. */
  meet(source: string, id: string, content: number, now: number): { readonly differed: boolean } | undefined;
  /** True if the id is known; notes nothing. */
  knows(source: string, id: string): boolean;
  toState(): RecentState;
}

/** Names that came within one minute, oldest first. Those before `first` are forgotten. */
interface Block {
  readonly at: number;
  readonly names: string[];
  first: number;
}

export function createRecent(state: RecentState, most = RECENT_IDS): Recent {
  const contents = new Map<string, number>();
  const blocks: Block[] = [];
  for (const { at, marks } of state.blocks) {
    const prints = marks.map(readFingerprint);
    for (const { name, content } of prints) contents.set(name, content);
    blocks.push({ at, names: prints.map(({ name }) => name), first: 0 });
  }
  function forget(now: number): void {
    for (let oldest = blocks[0]; oldest !== undefined; oldest = blocks[0]) {
      const isOld = now - oldest.at > RECENT_MS;
      if (!isOld && contents.size <= most) return;
      const name = oldest.names[oldest.first];
      if (name !== undefined) {
        contents.delete(name);
        oldest.first += 1;
        // Now and then, so that a block of a busy minute does not keep what is forgotten.
        if (oldest.first >= most) {
          oldest.names.splice(0, oldest.first);
          oldest.first = 0;
        }
      } else blocks.shift();
    }
  }
  return {
    meet: (source, id, content, now) => {
      forget(now);
      const name = nameOf(source, id);
      const before = contents.get(name);
      if (before !== undefined) return { differed: before !== content };
      contents.set(name, content);
      const last = blocks.at(-1);
      if (last !== undefined && now - last.at < BLOCK_MS) last.names.push(name);
      else blocks.push({ at: now, names: [name], first: 0 });
      return undefined;
    },
    knows: (source, id) => contents.has(nameOf(source, id)),
    toState: () => ({
      blocks: blocks
        .map(({ at, names, first }) => ({ at, marks: names.slice(first).map((name) => writeFingerprint({ name, content: contents.get(name) ?? 0 })) }))
        .filter(({ marks }) => marks.length > 0),
    }),
  };
}

/** Moves the mark of a managed source: a batch is taken only if it follows the last one. */
export function followBatch(state: RegistryState, watcher: string, generation: number, seq: number): BatchReply {
  const mark = Object.hasOwn(state.marks, watcher) ? state.marks[watcher] : undefined;
  if (mark !== undefined && generation < mark.generation) return "stale";
  const last = mark === undefined || generation > mark.generation ? 0 : mark.seq;
  if (seq <= last) return "repeated";
  if (seq > last + 1) return "gap";
  state.marks[watcher] = { generation, seq };
  return "taken";
}
