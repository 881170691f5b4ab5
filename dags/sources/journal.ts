import { open, stat } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import { type Batch, defineSource, HeadgateError, type Json, type PoisonItem, type ReadContext, type Source } from "headgate";

/** A line of the journal. */
export interface Line {
  /** Where it begins, in bytes. */
  readonly at: number;
  readonly value: Json;
}

/** Where the next line begins. */
export interface Position {
  readonly at: number;
}

/** Lines of one batch: as many as one signal carries. */
const BATCH = 200;
/** Bytes that are read at once; a longer line is read in pieces of it. */
const PIECE = 64 * 1024;

/**
 * A source of one's own, as docs/custom-source.md explains it: a file to which a program appends lines of JSON. Only whole lines are read.
 *
 * @example
 * watch("audit", journal("/var/log/audit.jsonl"), { publishes: audit, map: ({ value }) => ({ data: value }) });
 */
export function journal(path: string): Source<Line, Position> {
  return defineSource<Line, Position>({
    kind: "journal",
    describe: pathToFileURL(path).href,
    identify: ({ at }) => ({ id: String(at) }),
    read: (context) => readJournal(path, context),
  });
}

async function* readJournal(path: string, { cursor, startAt, every, signal, log }: ReadContext<Position>): AsyncGenerator<Batch<Line, Position>> {
  let position = cursor ?? (startAt === "beginning" ? { at: 0 } : startAt === "now" ? { at: await sizeOf(path) } : startAt);
  if (cursor === undefined) {
    if (position.at > 0) log.info(`${position.at} bytes of ${path} taken as known; startAt: "beginning" publishes them`);
    // Before anything else: a second beginning must not skip what is written from now on.
    yield { items: [], cursor: position };
  }
  while (!signal.aborted) {
    const { items, poison, next } = await readLines(path, position);
    if (next.at === position.at) {
      yield { items: [] };
      await wait(every, signal);
    } else {
      yield { items, poison, cursor: next };
      // Asked for another batch: this one is safe.
      position = next;
    }
  }
}

async function readLines(path: string, from: Position): Promise<{ readonly items: Line[]; readonly poison: PoisonItem[]; readonly next: Position }> {
  const size = await sizeOf(path);
  if (size < from.at) {
    throw new HeadgateError("E_WATCHER_GAP", `${path} has ${size} bytes, and ${from.at} of it were read: it was cut or made anew`, {
      hint: "make sure that nothing is missing, then reset the watcher to the beginning",
    });
  }
  const items: Line[] = [];
  const poison: PoisonItem[] = [];
  let at = from.at;
  for (const bytes of await wholeLines(path, from.at, size)) {
    const text = bytes.toString("utf8");
    try {
      items.push({ at, value: JSON.parse(text) });
    } catch (error) {
      poison.push({ id: String(at), reason: `the line is no JSON: ${String(error)}`, raw: text.slice(0, 10_000) });
    }
    at += bytes.length + 1;
  }
  return { items, poison, next: { at } };
}

/** The lines from there on that have an end, at most a batch of them. */
async function wholeLines(path: string, from: number, size: number): Promise<readonly Buffer[]> {
  if (size <= from) return [];
  const file = await open(path);
  try {
    const lines: Buffer[] = [];
    let rest = Buffer.alloc(0);
    for (let at = from; at < size && lines.length < BATCH; ) {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(PIECE), 0, PIECE, at);
      if (bytesRead === 0) break;
      at += bytesRead;
      rest = Buffer.concat([rest, buffer.subarray(0, bytesRead)]);
      for (let end = rest.indexOf(10); end >= 0 && lines.length < BATCH; end = rest.indexOf(10)) {
        lines.push(rest.subarray(0, end));
        rest = rest.subarray(end + 1);
      }
    }
    return lines;
  } finally {
    await file.close();
  }
}

/** A journal that nobody has written to yet is not there. */
async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return 0;
    throw error;
  }
}

function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done, { once: true });
  });
}
