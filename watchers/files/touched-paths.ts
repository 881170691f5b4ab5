import type { FoundFile } from "./found-file.ts";
import { type Listing, lookAt } from "./list-files.ts";
import type { Renames } from "./renames.ts";
import type { Wakeups } from "./wakeups.ts";

/** What is there of the paths that the operating system hinted at. */
export interface TouchedPaths {
  readonly files: readonly FoundFile[];
  /** New folders, or others of the same name: to be listed. */
  readonly folders: readonly string[];
  /** Those of `files` that had a temporary name a moment ago, hence are complete. */
  readonly renamed: ReadonlySet<string>;
}

export async function lookAtTouched(listing: Listing, wakeups: Wakeups, renames: Renames): Promise<TouchedPaths> {
  const paths = wakeups.take();
  if (paths.length === 0) return { files: [], folders: [], renamed: new Set() };
  for (const path of paths) renames.note(path, performance.now());
  const look = await lookAt(listing, paths);
  const there = new Set([...look.files.map((file) => file.path), ...look.folders]);
  for (const path of paths) if (!there.has(path)) wakeups.unwatch(path);
  const files = look.files.filter((file) => listing.wanted(file.path));
  return { files, folders: look.folders.filter(listing.wantedFolder), renamed: await renamedOf(listing, files, renames) };
}

async function renamedOf(listing: Listing, files: readonly FoundFile[], renames: Renames): Promise<ReadonlySet<string>> {
  const formerNames = new Map<string, string>();
  for (const { path } of files) {
    const former = renames.formerName(path);
    if (former !== undefined) formerNames.set(path, former);
  }
  if (formerNames.size === 0) return new Set();
  const left = new Set((await lookAt(listing, [...formerNames.values()])).files.map((file) => file.path));
  return new Set([...formerNames].filter(([, former]) => !left.has(former)).map(([path]) => path));
}
