import { randomUUID } from "node:crypto";
import { HeadgateError } from "../core/errors.ts";
import type { AttemptRecord, LogLine, TaskRecord } from "../core/tasks/records.ts";
import type { WorkerRecord } from "./record.ts";
import { createSpool } from "./spool.ts";
import { isBadValue } from "./store-error.ts";

export interface RecorderOptions {
  /** Where records go: the store, or what has its `record`. */
  readonly store: { record(records: readonly WorkerRecord[]): Promise<void> };
  /** Folder for what the store could not take; several processes may share it. */
  readonly spoolDir: string;
  /** Hears of what was lost or went to disk. Must not throw. */
  readonly onError: (error: unknown) => void;
  /** Most bytes on disk. @default 256 MiB */
  readonly maxSpoolBytes?: number;
  /** Most records in memory; more than that go to disk. @default 10,000 */
  readonly maxBuffered?: number;
  /** Longest time that a record waits in memory for others, in milliseconds. @default 200 */
  readonly linger?: number;
  /** Wait between two looks whether the store is back, in milliseconds. @default 2,000 */
  readonly probe?: number;
}

export interface RecorderStats {
  readonly buffered: number;
  readonly spooledBytes: number;
  /** Records that are lost: no room on disk, or refused by the store. */
  readonly dropped: number;
}

/** Records attempts, task statuses and logs of a worker. No call waits or throws. */
export interface StoreRecorder {
  attempt(record: AttemptRecord): void;
  log(line: LogLine): void;
  task(record: TaskRecord): void;
  /** Resolves when all that was recorded before is in the store or on disk. */
  flush(): Promise<void>;
  /** Flushes and ends. What is on disk then goes to the store with the next recorder of this folder. */
  close(): Promise<void>;
  stats(): RecorderStats;
}

const BATCH = 500;
/** Logs leave this share of the disk to attempts and tasks, which are few and say what happened. */
const SHARE_OF_LOGS = 0.9;

/**
 * Writes in batches, one at a time. While the store does not answer, batches go to disk and every `probe` one look is taken;
 * when it is back, what is on disk goes first. Writing is idempotent, so a batch whose outcome is unknown is written again.
 */
export function createRecorder(options: RecorderOptions): StoreRecorder {
  const { store, onError, maxBuffered = 10_000, linger = 200, probe = 2_000, maxSpoolBytes = 256 * 1024 * 1024 } = options;
  const spool = createSpool({ folder: options.spoolDir, writer: randomUUID(), maxBytes: maxSpoolBytes });
  let buffer: WorkerRecord[] = [];
  let isDown = false;
  let mayBeOnDisk = true;
  let isClosed = false;
  let dropped = 0;
  let saidDropped = 0;
  let lastStamp = 0;
  let timer: NodeJS.Timeout | undefined;
  let working: Promise<void> = Promise.resolve();
  let nextProbe = 0;

  const stamp = (): number => {
    lastStamp = Math.max(lastStamp + 1, Date.now() * 1_000);
    return lastStamp;
  };

  const add = (record: WorkerRecord): void => {
    if (isClosed) {
      lose([record], new HeadgateError("E_STORE", "the recorder is closed", { hint: "close it after the last task" }));
      return;
    }
    buffer.push(record);
    if (buffer.length >= maxBuffered) spill();
    else schedule(buffer.length >= BATCH ? 0 : linger);
  };

  /** Takes what is too much out of memory at once, even while a write to the store hangs. */
  const spill = (): void => {
    const much = buffer;
    buffer = [];
    mayBeOnDisk = true;
    spilling = spilling.then(() => toDisk(much));
    schedule(linger);
  };
  let spilling: Promise<void> = Promise.resolve();

  let dueAt = Number.POSITIVE_INFINITY;
  const schedule = (wait: number): void => {
    if (isClosed || Date.now() + wait >= dueAt) return;
    clearTimeout(timer);
    dueAt = Date.now() + wait;
    timer = setTimeout(() => {
      dueAt = Number.POSITIVE_INFINITY;
      void run();
    }, wait);
    timer.unref();
  };

  const run = (): Promise<void> => {
    working = working.then(work);
    return working;
  };

  const work = async (): Promise<void> => {
    try {
      if (mayBeOnDisk || isDown) await catchUp();
      while (buffer.length > 0) {
        const batch = buffer.splice(0, BATCH);
        if (isDown) await toDisk(batch);
        else await toStore(batch);
      }
    } catch (error) {
      onError(error);
    }
    if (isDown || mayBeOnDisk) schedule(probe);
  };

  /** Looks whether the store is back and gives it what is on disk. */
  const catchUp = async (): Promise<void> => {
    if (Date.now() < nextProbe) return;
    try {
      await store.record([]);
      isDown = false;
      await spilling;
      mayBeOnDisk = false;
      await spool.drain(async (lines) => write(parse(lines)));
    } catch (error) {
      mayBeOnDisk = true;
      setDown(error);
    }
  };

  const toStore = async (batch: readonly WorkerRecord[]): Promise<void> => {
    try {
      await write(batch);
    } catch (error) {
      setDown(error);
      await toDisk(batch);
    }
  };

  /** Rejects if the store does not answer; a record that it refuses is dropped, alone. */
  const write = async (batch: readonly WorkerRecord[]): Promise<void> => {
    if (batch.length === 0) return;
    try {
      await store.record(batch);
    } catch (error) {
      if (!isBadValue(error)) throw error;
      if (batch.length === 1) return lose(batch, error);
      const middle = Math.ceil(batch.length / 2);
      await write(batch.slice(0, middle));
      await write(batch.slice(middle));
    }
  };

  const toDisk = async (batch: readonly WorkerRecord[]): Promise<void> => {
    mayBeOnDisk = true;
    const room = spool.bytes() < maxSpoolBytes * SHARE_OF_LOGS;
    const kept = room ? batch : batch.filter((record) => record.kind !== "log");
    if (kept.length < batch.length)
      lose(
        batch.filter((record) => record.kind === "log"),
        full(),
      );
    if (kept.length === 0) return;
    try {
      if (!(await spool.append(kept.map((record) => JSON.stringify(record))))) lose(kept, full());
    } catch (error) {
      lose(kept, error);
    }
  };

  const full = (): HeadgateError =>
    new HeadgateError("E_STORE", `the spool is full: ${spool.bytes()} of ${maxSpoolBytes} bytes`, {
      where: options.spoolDir,
      hint: "bring Postgres back, or give the spool more room",
    });

  /** Counts at once, and says so at the first loss and at each doubling. */
  const lose = (records: readonly WorkerRecord[], error: unknown): void => {
    dropped += records.length;
    if (records.length === 0 || dropped < saidDropped * 2) return;
    saidDropped = dropped;
    onError(
      new HeadgateError("E_STORE", `${dropped} records of attempts and logs are lost`, {
        where: "recorder",
        hint: "runs and events are not affected",
        cause: error,
      }),
    );
  };

  const setDown = (error: unknown): void => {
    if (!isDown) onError(error);
    isDown = true;
    nextProbe = Date.now() + probe;
  };

  const flush = async (): Promise<void> => {
    await run();
    await spilling;
  };

  return {
    attempt: (attempt) => add({ kind: "attempt", stamp: stamp(), attempt }),
    log: (line) => add({ kind: "log", stamp: stamp(), line }),
    task: (task) => add({ kind: "task", stamp: stamp(), task }),
    flush,
    close: async () => {
      await flush();
      isClosed = true;
      clearTimeout(timer);
      await flush();
    },
    stats: () => ({ buffered: buffer.length, spooledBytes: spool.bytes(), dropped }),
  };
}

/** A line that a crash cut off is none. */
function parse(lines: readonly string[]): WorkerRecord[] {
  return lines.flatMap((line) => {
    try {
      return [JSON.parse(line) as WorkerRecord];
    } catch {
      return [];
    }
  });
}
