import { open, readFile, rm } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import type { Progress } from "../progress.ts";
import { identify, isAlive } from "./process-identity.ts";

interface LockOptions {
  readonly onProgress: Progress;
  readonly signal?: AbortSignal | undefined;
  /** Said once if the lock is held by another process. */
  readonly waitingFor: string;
}

const holder = z.object({ pid: z.number(), started: z.string() });

/**
 * Runs `work` while holding a lock file; waits for a holder that lives, takes over from one that died.
 * Two processes that find the same dead holder may both go on: the work must end in an atomic rename, so that this costs only time.
 */
export async function withCacheLock<T>(file: string, { onProgress, signal, waitingFor }: LockOptions, work: () => Promise<T>): Promise<T> {
  let said = false;
  while (!(await acquire(file))) {
    signal?.throwIfAborted();
    if (await isAbandoned(file)) {
      await rm(file, { force: true });
      continue;
    }
    if (!said) onProgress(waitingFor);
    said = true;
    await delay(200, undefined, { signal });
  }
  try {
    return await work();
  } finally {
    await rm(file, { force: true });
  }
}

async function acquire(file: string): Promise<boolean> {
  try {
    await using handle = await open(file, "wx");
    await handle.writeFile(JSON.stringify(identify(process.pid)));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

async function isAbandoned(file: string): Promise<boolean> {
  const text = await readFile(file, "utf8").catch(() => undefined);
  if (text === undefined) return false;
  try {
    return !isAlive(holder.parse(JSON.parse(text)));
  } catch {
    // Made, and not yet written: its holder has a moment. If it died in that moment, the file stays empty.
    await delay(1_000);
    return (await readFile(file, "utf8").catch(() => undefined)) === text;
  }
}
