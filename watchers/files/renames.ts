import { finalPaths, isTemporary } from "../temporary-name.ts";

/** How long a temporary name is remembered, in milliseconds. */
const REMEMBER = 5_000;

/** Remembers temporary names that something happened to: a file that takes the place of one was renamed, hence is complete. */
export interface Renames {
  note(path: string, monotonic: number): void;
  /** The temporary name that this path may have had a moment ago. */
  formerName(path: string): string | undefined;
}

export function createRenames(): Renames {
  const temporaries = new Map<string, { readonly path: string; readonly at: number }>();
  return {
    note: (path, monotonic) => {
      if (!isTemporary(path)) return;
      for (const final of finalPaths(path)) {
        temporaries.delete(final);
        temporaries.set(final, { path, at: monotonic });
      }
      for (const [final, { at }] of temporaries) {
        if (monotonic - at < REMEMBER) break;
        temporaries.delete(final);
      }
    },
    formerName: (path) => temporaries.get(path)?.path,
  };
}
