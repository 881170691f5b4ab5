import { HeadgateError } from "../../core/errors.ts";
import type { FoundFile } from "./found-file.ts";
import { codeOf, type Listing, listFiles } from "./list-files.ts";

/** A listing takes at most this share of the time: large folders are polled less often than `every`. */
const POLL_SHARE = 0.2;

export interface Listings {
  /** Lists a folder as soon as nothing else is being listed. */
  add(folder: string): void;
  /** The next chunk of the listing that runs or is due; `pollEnded` if a listing of everything is complete. */
  next(): Promise<{ readonly files?: readonly FoundFile[]; readonly pollEnded: boolean }>;
  /** When there is something to list, by `performance.now()`. */
  nextDue(): number;
  close(): Promise<void>;
}

/** Runs one listing at a time: folders that were hinted at, and everything when a poll is due. */
export function createListings(listing: Listing, every: number): Listings {
  const folders: string[] = [];
  let running: { readonly files: AsyncGenerator<readonly FoundFile[]>; readonly began: number; readonly poll: boolean } | undefined;
  let pollDue = Number.NEGATIVE_INFINITY;

  function begin(): typeof running {
    const began = performance.now();
    const folder = folders.shift();
    if (folder !== undefined) return { files: listFiles(listing, folder), began, poll: false };
    return began >= pollDue ? { files: listFiles(listing), began, poll: true } : undefined;
  }

  return {
    add: (folder) => {
      if (!folders.includes(folder)) folders.push(folder);
    },
    next: async () => {
      running ??= begin();
      if (running === undefined) return { pollEnded: false };
      const { files, began, poll } = running;
      const chunk = await files.next().catch((error: unknown) => {
        throw new HeadgateError("E_SOURCE", `${listing.root} cannot be listed: ${codeOf(error)}`, {
          cause: error,
          hint: "create the folder, or let the worker's user read it",
        });
      });
      if (!chunk.done) return { files: chunk.value, pollEnded: false };
      running = undefined;
      if (poll) pollDue = began + Math.max(every, (performance.now() - began) / POLL_SHARE);
      return { pollEnded: poll };
    },
    nextDue: () => (running !== undefined || folders.length > 0 ? 0 : pollDue),
    close: async () => {
      await running?.files.return(undefined);
    },
  };
}
