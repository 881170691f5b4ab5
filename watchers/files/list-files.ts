import type { Dirent, Stats } from "node:fs";
import { lstat, opendir } from "node:fs/promises";
import { join } from "node:path";
import type { FoundFile } from "./found-file.ts";

/** Files of one chunk, and how many are looked at together. */
const CHUNK = 256;

export interface Listing {
  readonly root: string;
  readonly wanted: (path: string) => boolean;
  readonly wantedFolder: (path: string) => boolean;
  /** Called before a folder is listed, so that a watch set here misses nothing. `""` is the root. */
  readonly onFolder: (path: string) => void;
  /** Something that is passed over: a folder that may not be read, a symbolic link, a name that is not text. */
  readonly onTrouble: (path: string, problem: string) => void;
  readonly signal: AbortSignal;
}

/**
 * All wanted files below a folder, in chunks, without holding the listing: memory does not grow with the folder.
 * Symbolic links are never followed: they lead out of the root, or round in circles.
 * A folder that vanishes meanwhile is no error; the root itself is.
 */
export async function* listFiles(listing: Listing, from = ""): AsyncGenerator<readonly FoundFile[]> {
  const folders = [from];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    listing.onFolder(folder);
    let paths: string[] = [];
    for await (const entry of entriesOf(listing, folder)) {
      if (listing.signal.aborted) return;
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) {
        if (listing.wantedFolder(path)) folders.push(path);
      } else if (entry.isSymbolicLink()) listing.onTrouble(path, "symbolic links are not followed");
      else if (entry.isFile() && listing.wanted(path)) paths.push(path);
      if (paths.length < CHUNK) continue;
      yield (await lookAt(listing, paths)).files;
      paths = [];
    }
    if (paths.length > 0) yield (await lookAt(listing, paths)).files;
  }
}

async function* entriesOf(listing: Listing, folder: string): AsyncGenerator<Dirent> {
  try {
    yield* await opendir(join(listing.root, folder), { bufferSize: CHUNK });
  } catch (error) {
    if (folder === "") throw error;
    const code = codeOf(error);
    if (code === "ENOENT" || code === "ENOTDIR") return;
    listing.onTrouble(folder, `it cannot be listed: ${code}`);
  }
}

/** What is there of these paths: regular files and folders, in the given order. */
export interface Look {
  readonly files: readonly FoundFile[];
  readonly folders: readonly string[];
}

export async function lookAt(listing: Pick<Listing, "root" | "onTrouble">, paths: readonly string[]): Promise<Look> {
  const files: FoundFile[] = [];
  const folders: string[] = [];
  for (let start = 0; start < paths.length; start += CHUNK) {
    const chunk = paths.slice(start, start + CHUNK);
    for (const [k, stats] of (await Promise.all(chunk.map((path) => statOf(listing, path)))).entries()) {
      const path = chunk[k] ?? "";
      if (stats?.isDirectory()) folders.push(path);
      else if (stats?.isFile()) files.push({ path, size: stats.size, mtimeMs: stats.mtimeMs, ctimeMs: stats.ctimeMs });
    }
  }
  return { files, folders };
}

/** Said of a file whose name is no UTF-8: nothing can open it by the name that the listing gives. */
export const NOT_TEXT = "the name is not valid UTF-8";

async function statOf(listing: Pick<Listing, "root" | "onTrouble">, path: string): Promise<Stats | undefined> {
  try {
    return await lstat(join(listing.root, path));
  } catch (error) {
    const code = codeOf(error);
    if (code === "ENOENT" && path.includes("\uFFFD")) listing.onTrouble(path, NOT_TEXT);
    else if (code !== "ENOENT" && code !== "ENOTDIR") listing.onTrouble(path, `it cannot be looked at: ${code}`);
    return undefined;
  }
}

export function codeOf(error: unknown): string {
  return typeof error === "object" && error !== null && "code" in error ? String(error.code) : String(error);
}
