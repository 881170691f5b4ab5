import { setTimeout as sleep } from "node:timers/promises";
import { HeadgateError, messageOf } from "../../core/errors.ts";
import { LIMITS } from "../../core/limits.ts";
import type { Batch, ReadContext, SeenItem } from "../../core/source.ts";
import { type FoundFile, versionOf } from "../files/found-file.ts";
import { createSettling, type Settling } from "../files/settling.ts";
import { createTroubles } from "../files/troubles.ts";
import { createKnownItems } from "../known-items.ts";
import { listRemote, pathIn, type RemoteListing } from "./list-remote.ts";
import type { SftpPlace } from "./place.ts";
import type { SftpItem } from "./sftp.ts";
import { openSftpClient, type SftpClient, statusOf, toFound } from "./sftp-client.ts";

/** Says only how the watcher began: versions of files are in the seen set. As `startAt`: files that were modified before are known. */
export interface SftpCursor {
  /** ISO 8601. */
  readonly after: string;
}

export interface SftpReading {
  readonly place: SftpPlace;
  readonly wanted: (path: string) => boolean;
  /** Milliseconds. */
  readonly settle: number;
  readonly toItem: (file: FoundFile) => SftpItem;
}

/** Items of one batch: as many as one signal carries. */
const BATCH = LIMITS.batchEvents;
/** A listing takes at most this share of the time: large folders are listed less often than `every`. */
const SHARE = 0.5;

/** Reads a folder for ever: everything is listed at each poll, and what was not complete is looked at again in between. */
export async function* readSftp(reading: SftpReading, context: ReadContext<SftpCursor>): AsyncGenerator<Batch<SftpItem, SftpCursor>> {
  const { place, settle, toItem } = reading;
  const { signal, log, every } = context;
  const client = await openSftpClient(context.connection(place.connection), place, signal);
  try {
    const troubles = createTroubles(place.uri, log);
    const listing: RemoteListing = { client, root: place.root, wanted: reading.wanted, onTrouble: troubles.note };
    const settling = createSettling(settle);
    const known = createKnownItems(context.seen, toSeen);
    if (context.cursor === undefined) {
      const stock = await takeStock(place, listing, context);
      // What is there and how it began at once: a second first look would take what came meanwhile as known.
      yield { items: [], cursor: { after: new Date().toISOString() }, seen: stock.map(toSeen) };
      if (stock.length > 0) log.info(`${stock.length.toLocaleString("en")} files in ${place.uri} taken as known; a reset to the beginning publishes them`);
      known.add(stock);
    }

    const publish = async function* (looked: readonly FoundFile[]): AsyncGenerator<Batch<SftpItem, SftpCursor>> {
      const unknown = await known.without(looked, (file) => settling.forget(file.path));
      const monotonic = performance.now();
      const complete = unknown.filter((file) => settling.observe(file, { monotonic }));
      // In the order in which they were modified, so that the events of a batch are in the order of their times.
      complete.sort((a, b) => a.mtimeMs - b.mtimeMs || (a.path < b.path ? -1 : 1));
      for (let start = 0; start < complete.length; start += BATCH) {
        const part = complete.slice(start, start + BATCH);
        yield { items: part.map(toItem), seen: part.map(toSeen) };
        // The next batch is asked for, so this one is committed.
        known.add(part);
      }
      const poison = troubles.take();
      if (poison.length > 0) yield { items: [], poison };
    };

    while (!signal.aborted) {
      const began = performance.now();
      for await (const files of readable(place, listRemote(listing))) yield* publish(files);
      yield { items: [] };
      const next = began + Math.max(every, (performance.now() - began) / SHARE);
      for (;;) {
        const wait = Math.min(next, settling.nextDue()) - performance.now();
        if (wait > 0) await sleep(wait, undefined, { signal });
        if (performance.now() >= next) break;
        yield* publish(await lookAgain(client, place, settling));
      }
    }
  } catch (error) {
    // Aborting closes the connection, also under a request.
    if (!signal.aborted) throw error;
  } finally {
    await client.close();
  }
}

/** What is taken as known. All of it or nothing: a listing that was cut off says nothing of what is there. */
async function takeStock(place: SftpPlace, listing: RemoteListing, { startAt }: ReadContext<SftpCursor>): Promise<readonly FoundFile[]> {
  if (startAt === "beginning") return [];
  const after = startAt === "now" ? Number.POSITIVE_INFINITY : Date.parse(startAt.after);
  if (Number.isNaN(after)) {
    throw new HeadgateError("E_CONFIG", `startAt of sftp() is ${JSON.stringify(startAt)}, which is no instant`, {
      where: place.uri,
      hint: 'write startAt: { after: "2026-11-23T00:00:00Z" }, "now" or "beginning"',
    });
  }
  const stock: FoundFile[] = [];
  for await (const files of readable(place, listRemote(listing))) for (const file of files) if (file.mtimeMs < after) stock.push(file);
  return stock;
}

/** Files whose wait is over, as they are now. */
async function lookAgain(client: SftpClient, place: SftpPlace, settling: Settling): Promise<readonly FoundFile[]> {
  const due = settling.due(performance.now()).slice(0, BATCH);
  const entries = await Promise.all(due.map((path) => client.look(pathIn(place.root, path)).catch(unlessRefused)));
  return due.flatMap((path, k) => {
    const entry = entries[k];
    if (entry?.kind === "file") return [toFound(path, entry)];
    settling.forget(path);
    return [];
  });
}

function unlessRefused(error: unknown): undefined {
  if (statusOf(error) === undefined) throw error;
}

/** The root cannot be listed: the server's own words, and what to do. */
async function* readable<T>(place: SftpPlace, listing: AsyncGenerator<T>): AsyncGenerator<T> {
  try {
    yield* listing;
  } catch (error) {
    if (HeadgateError.is(error)) throw error;
    throw new HeadgateError("E_SOURCE", `${place.uri} cannot be listed: ${messageOf(error)}`, {
      cause: error,
      hint: "create the folder, or let the user of the connection read it",
    });
  }
}

function toSeen(file: FoundFile): SeenItem {
  return { item: file.path, version: versionOf(file) };
}
