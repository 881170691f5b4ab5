import { LIMITS } from "../../core/limits.ts";
import type { Batch, ReadContext, SeenItem } from "../../core/source.ts";
import { createKnownItems, type KnownItems } from "../known-items.ts";
import { isTemporary } from "../temporary-name.ts";
import type { FileItem } from "./files.ts";
import { type FoundFile, versionOf } from "./found-file.ts";
import { type Listing, lookAt } from "./list-files.ts";
import { createListings } from "./listings.ts";
import { createRenames } from "./renames.ts";
import { createSettling } from "./settling.ts";
import { beginStock, type FilesCursor } from "./stock.ts";
import { lookAtTouched } from "./touched-paths.ts";
import { createTroubles } from "./troubles.ts";
import { createWakeups } from "./wakeups.ts";

export interface FilesReading {
  readonly root: string;
  readonly wanted: (path: string) => boolean;
  /** Milliseconds. */
  readonly settle: number;
  readonly toItem: (file: FoundFile) => FileItem;
}

/** Items of one batch: as many as one signal carries. */
const BATCH = LIMITS.batchEvents;

/**
 * Reads a folder for ever. Each turn looks at what the system hinted at, at the next chunk of a running listing and at what was
 * not complete before: a dropped file does not wait for the end of a listing of 100,000 others.
 */
export async function* readFiles(reading: FilesReading, context: ReadContext<FilesCursor>): AsyncGenerator<Batch<FileItem, FilesCursor>> {
  const { signal, log } = context;
  const wakeups = createWakeups(reading.root, log);
  const settling = createSettling(reading.settle);
  const renames = createRenames();
  const known = createKnownItems(context.seen, toSeen);
  const troubles = createTroubles(reading.root, log);
  const listing: Listing = {
    root: reading.root,
    wanted: reading.wanted,
    wantedFolder: (path) => !isTemporary(path),
    // A watch lasts from one poll to the next; only a hint says that another folder took the name.
    onFolder: (path) => void (wakeups.isWatched(path) || wakeups.watchFolder(path)),
    onTrouble: troubles.note,
    signal,
  };
  const listings = createListings(listing, context.every);
  let stock = beginStock(context, Date.now());
  let takenAsKnown = 0;

  try {
    if (stock.firstCursor !== undefined) yield { items: [], cursor: stock.firstCursor };
    while (!signal.aborted) {
      const touched = await lookAtTouched(listing, wakeups, renames);
      for (const folder of touched.folders) {
        wakeups.unwatch(folder);
        listings.add(folder);
      }
      const listed = await listings.next();
      const due = settling.due(performance.now());
      const again = await lookAt(listing, due);
      const there = new Set(again.files.map((file) => file.path));
      for (const path of due) if (!there.has(path)) settling.forget(path);

      const unknown = await known.without(uniqueByPath([...touched.files, ...(listed.files ?? []), ...again.files]), (file) => settling.forget(file.path));
      const existing = unknown.filter(stock.isKnown);
      if (existing.length > 0) yield* commit([], existing, known);
      takenAsKnown += existing.length;
      const monotonic = performance.now();
      const complete = unknown.filter((file) => !stock.isKnown(file) && settling.observe(file, { monotonic, renamed: touched.renamed.has(file.path) }));
      // In the order in which they were modified, so that the events of a batch are in the order of their times.
      complete.sort((a, b) => a.mtimeMs - b.mtimeMs || (a.path < b.path ? -1 : 1));
      for (let start = 0; start < complete.length; start += BATCH) {
        const part = complete.slice(start, start + BATCH);
        yield* commit(part.map(reading.toItem), part, known);
      }
      const poison = troubles.take();
      if (poison.length > 0) yield { items: [], poison };

      if (listed.pollEnded && stock.taking) {
        yield { items: [], cursor: stock.lastCursor };
        if (takenAsKnown > 0) log.info(`${takenAsKnown.toLocaleString("en")} files in ${reading.root} taken as known; a reset to the beginning publishes them`);
        stock = beginStock({ cursor: stock.lastCursor, startAt: "now" }, Date.now());
      } else if (listed.pollEnded) yield { items: [] };
      await wakeups.wait(Math.min(listings.nextDue(), settling.nextDue()) - performance.now(), signal);
    }
  } finally {
    wakeups.close();
    await listings.close();
  }
}

async function* commit(items: readonly FileItem[], files: readonly FoundFile[], known: KnownItems<FoundFile>): AsyncGenerator<Batch<FileItem, FilesCursor>> {
  yield { items, seen: files.map(toSeen) };
  // The next batch is asked for, so this one is committed.
  known.add(files);
}

function toSeen(file: FoundFile): SeenItem {
  return { item: file.path, version: versionOf(file) };
}

/** The last look at each path. */
function uniqueByPath(files: readonly FoundFile[]): FoundFile[] {
  return [...new Map(files.map((file) => [file.path, file])).values()];
}
