import type { SeenSet } from "../../core/source.ts";
import { type FoundFile, versionOf } from "./found-file.ts";

/** Versions of so many files are held in memory, so that a poll does not ask for all of them again. */
const HELD = 250_000;
/** Files that are asked for at once. */
const ASK = 1_000;

/** Files whose version an earlier batch made known. */
export interface KnownFiles {
  /** Those that are not known, in the given order. `onKnown` is told the others' paths. */
  without(files: readonly FoundFile[], onKnown: (path: string) => void): Promise<FoundFile[]>;
  /** Holds that these are known; only after their batch is committed. */
  add(files: readonly FoundFile[]): void;
}

export function createKnownFiles(seen: SeenSet): KnownFiles {
  const held = new Map<string, string>();

  function add(files: readonly FoundFile[]): void {
    for (const file of files) if (held.size < HELD || held.has(file.path)) held.set(file.path, versionOf(file));
  }

  return {
    add,
    without: async (files, onKnown) => {
      const unknown: FoundFile[] = [];
      for (let start = 0; start < files.length; start += ASK) {
        const part: FoundFile[] = [];
        for (const file of files.slice(start, start + ASK)) {
          if (held.get(file.path) === versionOf(file)) onKnown(file.path);
          else part.push(file);
        }
        if (part.length === 0) continue;
        const unseen = new Set((await seen.unseen(part.map((file) => ({ item: file.path, version: versionOf(file) })))).map(({ item }) => item));
        for (const file of part) {
          if (unseen.has(file.path)) unknown.push(file);
          else {
            add([file]);
            onKnown(file.path);
          }
        }
      }
      return unknown;
    },
  };
}
