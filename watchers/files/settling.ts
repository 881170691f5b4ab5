import { type FoundFile, versionOf } from "./found-file.ts";

/** Files that were seen and may still be written to. */
export interface Settling {
  /** Takes a look at a file. True if it is complete; else it is kept, to be looked at again. */
  observe(file: FoundFile, at: { readonly monotonic: number; readonly renamed?: boolean }): boolean;
  /** True if this very version waits already. */
  has(file: FoundFile): boolean;
  /** Paths that have to be looked at again by now. */
  due(monotonic: number): readonly string[];
  /** When the next path is due; Infinity if none is. */
  nextDue(): number;
  forget(path: string): void;
}

/**
 * A file is complete when two looks at least `settle` milliseconds apart find the same size and mtime. It is complete at first sight
 * if it was renamed into place: then its inode changed later than its content. Both times come from the file system's own clock,
 * so a mount whose clock is wrong does not matter.
 */
export function createSettling(settle: number): Settling {
  // In the order in which they are due, since every wait is equally long.
  const waiting = new Map<string, { readonly version: string; readonly due: number }>();

  return {
    observe: (file, { monotonic, renamed = false }) => {
      const version = versionOf(file);
      const known = waiting.get(file.path);
      const stable = known?.version === version && monotonic >= known.due;
      const movedIn = renamed || file.ctimeMs - file.mtimeMs > settle;
      if (settle <= 0 || stable || movedIn) {
        waiting.delete(file.path);
        return true;
      }
      if (known?.version !== version) {
        waiting.delete(file.path);
        waiting.set(file.path, { version, due: monotonic + settle });
      }
      return false;
    },
    has: (file) => waiting.get(file.path)?.version === versionOf(file),
    due: (monotonic) => {
      const paths: string[] = [];
      for (const [path, { due }] of waiting) {
        if (due > monotonic) break;
        paths.push(path);
      }
      return paths;
    },
    nextDue: () => waiting.values().next().value?.due ?? Number.POSITIVE_INFINITY,
    forget: (path) => {
      waiting.delete(path);
    },
  };
}
