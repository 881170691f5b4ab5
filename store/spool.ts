import { createReadStream } from "node:fs";
import { mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** Records on disk, one JSON text a line, until they are in the store. Several processes may share a folder. */
export interface Spool {
  /** Writes and syncs; false if the folder is full. */
  append(lines: readonly string[]): Promise<boolean>;
  /**
   * Hands over what any process left in the folder, in batches, and removes a file once all of it was taken. A batch that
   * `take` rejects leaves its file for the next time, so `take` must not mind repeats.
   */
  drain(take: (lines: readonly string[]) => Promise<void>): Promise<void>;
  /** Bytes in the folder, as of the last look. */
  bytes(): number;
}

const ENDING = ".spool";
const LINES_IN_BATCH = 500;

export interface SpoolOptions {
  readonly folder: string;
  /** Tells this process's file from those of others. */
  readonly writer: string;
  readonly maxBytes: number;
}

/**
 * A file is taken by renaming it, and its writer looks, after it has written, whether the file still has its name; if not, it
 * writes once more. So a file can be taken from a process that lives, and nothing that was written is lost.
 */
export function createSpool({ folder, writer, maxBytes }: SpoolOptions): Spool {
  const own = join(folder, `${writer}${ENDING}`);
  let bytes = 0;
  let taken = 0;

  const measure = async (): Promise<readonly string[]> => {
    const names = await readdir(folder).catch(() => []);
    const files = names.filter((name) => name.endsWith(ENDING)).sort();
    const sizes = await Promise.all(
      files.map((name) =>
        stat(join(folder, name)).then(
          (found) => found.size,
          () => 0,
        ),
      ),
    );
    bytes = sizes.reduce((sum, size) => sum + size, 0);
    return files;
  };

  const append: Spool["append"] = async (lines) => {
    // The blank line in front ends a line that a crash cut off.
    const text = `\n${lines.join("\n")}\n`;
    await mkdir(folder, { recursive: true });
    await measure();
    if (bytes + Buffer.byteLength(text) > maxBytes) return false;
    for (;;) {
      const file = await open(own, "a");
      try {
        await file.appendFile(text);
        await file.datasync();
        const [written, named] = await Promise.all([file.stat(), stat(own).catch(() => undefined)]);
        if (named?.ino === written.ino) break;
      } finally {
        await file.close();
      }
    }
    bytes += Buffer.byteLength(text);
    return true;
  };

  const drain: Spool["drain"] = async (take) => {
    for (const name of await measure()) {
      taken += 1;
      const mine = join(folder, `${writer}-taken-${taken}${ENDING}`);
      // Another process was faster, if it is gone.
      if (
        !(await rename(join(folder, name), mine).then(
          () => true,
          () => false,
        ))
      )
        continue;
      await readAll(mine, take);
      await rm(mine, { force: true });
    }
    await measure();
  };

  return { append, drain, bytes: () => bytes };
}

async function readAll(path: string, take: (lines: readonly string[]) => Promise<void>): Promise<void> {
  let batch: string[] = [];
  const lines = createInterface({ input: createReadStream(path, "utf8"), crlfDelay: Number.POSITIVE_INFINITY });
  for await (const line of lines) {
    if (line === "") continue;
    batch.push(line);
    if (batch.length < LINES_IN_BATCH) continue;
    await take(batch);
    batch = [];
  }
  if (batch.length > 0) await take(batch);
}
