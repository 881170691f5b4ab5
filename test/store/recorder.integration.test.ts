import { appendFile, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { expect, it } from "vitest";
import type { Recorder } from "../../activities/recorder.ts";
import type { AttemptRecord, LogLine } from "../../core/tasks/records.ts";
import { openStore } from "../../store/index.ts";
import { createRecorder, type StoreRecorder } from "../../store/recorder.ts";
import { DAY_ONE } from "./facts.ts";
import { startOwnPostgres } from "./postgres.ts";
import { createStoreWorld } from "./store-world.ts";

const OF = { run: "mart/e-1", temporalRunId: "t", task: "load" };

function attempt(number: number, fields: Partial<AttemptRecord> = {}): AttemptRecord {
  return { ...OF, dag: "mart", round: 1, attempt: number, status: "running", startedAt: DAY_ONE + number, worker: "w1", ...fields };
}

function line(number: number, fields: Partial<LogLine> = {}): LogLine {
  return { ...OF, attempt: 1, at: DAY_ONE + number, line: number, level: "info", text: `line ${number}`, fields: {}, ...fields };
}

async function createFolder(): Promise<{ readonly path: string; [Symbol.asyncDispose](): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), "headgate-spool-"));
  // A recorder whose store hangs may still write while its folder goes.
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 }) };
}

/** A store on an address where nothing listens. */
function deadStore(): ReturnType<typeof openStore> {
  return openStore({ url: "postgres://127.0.0.1:9/none", connectTimeout: 200 });
}

it("writes attempts, tasks and logs, and satisfies the port of the activities", async () => {
  await using world = await createStoreWorld();
  await using folder = await createFolder();
  const errors: unknown[] = [];
  const recorder: StoreRecorder & Recorder = createRecorder({ store: world.store, spoolDir: folder.path, onError: (error) => errors.push(error) });
  recorder.attempt(attempt(1));
  recorder.attempt(attempt(1, { status: "succeeded", endedAt: DAY_ONE + 9 }));
  recorder.task({ ...OF, dag: "mart", status: "succeeded", at: DAY_ONE + 9 });
  for (let i = 1; i <= 1_200; i += 1) recorder.log(line(i));
  await recorder.close();
  await world.store.project("r1", [
    {
      kind: "run",
      n: 1,
      at: DAY_ONE,
      run: OF.run,
      dag: "mart",
      status: "running",
      partition: null,
      key: "",
      plan: null,
      cause: { kind: "person", text: "ana" },
      startedAt: DAY_ONE,
      events: 0,
    },
  ]);
  expect(await world.store.showRun(OF.run)).toMatchObject({ attempts: [{ attempt: 1, status: "succeeded" }], tasks: [{ status: "succeeded" }] });
  expect(await world.store.listLogs({ run: OF.run, limit: 5_000 })).toHaveLength(1_200);
  expect(errors).toEqual([]);
  expect(recorder.stats()).toEqual({ buffered: 0, spooledBytes: 0, dropped: 0 });
});

it("writes by itself within a moment, without a flush", async () => {
  await using world = await createStoreWorld();
  await using folder = await createFolder();
  const recorder = createRecorder({ store: world.store, spoolDir: folder.path, onError: () => undefined, linger: 20 });
  recorder.log(line(1));
  await expect.poll(() => world.store.listLogs({ run: OF.run })).toHaveLength(1);
  await recorder.close();
});

it("has every row after Postgres was killed under load, once each, and leaves an empty folder", async () => {
  await using postgres = await startOwnPostgres();
  await using folder = await createFolder();
  const store = openStore({ url: postgres.databaseUrl, connectTimeout: 500 });
  await store.migrate();
  const errors: unknown[] = [];
  const recorder = createRecorder({ store, spoolDir: folder.path, onError: (error) => errors.push(error), linger: 5, probe: 50 });
  let number = 0;
  const load = async (lines: number): Promise<void> => {
    for (let i = 0; i < lines; i += 1) {
      number += 1;
      recorder.log(line(number));
      if (number % 100 === 0) await delay(5);
    }
  };
  await load(2_000);
  await Promise.all([postgres.kill(), load(3_000)]);
  await recorder.flush();
  expect((await readdir(folder.path)).length).toBeGreaterThan(0);
  recorder.attempt(attempt(1, { status: "failed", error: "boom" }));
  await Promise.all([postgres.start(), load(2_000)]);
  await expect.poll(() => recorder.flush().then(() => recorder.stats().spooledBytes), { timeout: 20_000 }).toBe(0);
  await recorder.close();
  const lines = await store.listLogs({ run: OF.run, limit: 100_000 });
  expect(lines.map((one) => one.line)).toEqual(Array.from({ length: 7_000 }, (_, i) => i + 1));
  expect(await readdir(folder.path)).toEqual([]);
  expect(errors).toEqual([expect.objectContaining({ code: "E_STORE" })]);
  await store.close();
}, 120_000);

it("takes over what a dead process left, also a line that its death cut off", async () => {
  await using world = await createStoreWorld();
  await using folder = await createFolder();
  const dead = deadStore();
  const first = createRecorder({ store: dead, spoolDir: folder.path, onError: () => undefined });
  first.log(line(1));
  first.log(line(2));
  await first.close();
  const [file] = await readdir(folder.path);
  await appendFile(join(folder.path, file!), '{"kind":"log","stamp":1,"line":{"run":"ma');
  const second = createRecorder({ store: world.store, spoolDir: folder.path, onError: () => undefined });
  await second.flush();
  expect((await world.store.listLogs({ run: OF.run })).map((one) => one.line)).toEqual([1, 2]);
  expect(await readdir(folder.path)).toEqual([]);
  await second.close();
  await dead.close();
});

it("loses nothing when two recorders share a folder and one takes the file of the other", async () => {
  await using world = await createStoreWorld();
  await using folder = await createFolder();
  const dead = deadStore();
  const writer = createRecorder({ store: dead, spoolDir: folder.path, onError: () => undefined, linger: 1 });
  const taker = createRecorder({ store: world.store, spoolDir: folder.path, onError: () => undefined, linger: 1 });
  for (let i = 1; i <= 300; i += 1) {
    writer.log(line(i));
    if (i % 5 === 0) await Promise.all([writer.flush(), taker.flush()]);
  }
  await writer.close();
  await taker.close();
  const last = createRecorder({ store: world.store, spoolDir: folder.path, onError: () => undefined });
  await last.close();
  expect((await world.store.listLogs({ run: OF.run })).map((one) => one.line)).toEqual(Array.from({ length: 300 }, (_, i) => i + 1));
  await dead.close();
}, 60_000);

it("bounds the disk, drops logs before attempts, and says loudly how much", async () => {
  await using world = await createStoreWorld();
  await using folder = await createFolder();
  const dead = deadStore();
  const errors: { message: string }[] = [];
  const recorder = createRecorder({ store: dead, spoolDir: folder.path, onError: (error) => errors.push(error as { message: string }), maxSpoolBytes: 60_000 });
  for (let i = 1; i <= 50; i += 1) {
    for (let j = 1; j <= 20; j += 1) recorder.log(line(i * 20 + j, { text: "x".repeat(100) }));
    await recorder.flush();
  }
  recorder.attempt(attempt(1));
  await recorder.flush();
  const { dropped, spooledBytes } = recorder.stats();
  expect(spooledBytes).toBeLessThanOrEqual(60_000);
  expect(dropped).toBeGreaterThan(500);
  expect(errors.filter((error) => /records of attempts and logs are lost/.test(error.message)).length).toBeGreaterThan(1);
  expect(errors.length).toBeLessThan(12);
  await recorder.close();
  const after = createRecorder({ store: world.store, spoolDir: folder.path, onError: () => undefined });
  await after.close();
  expect(await world.store.listLogs({ run: OF.run, limit: 5_000 })).toHaveLength(1_000 - dropped);
  await dead.close();
});

it("moves records to disk when more of them wait than memory may hold", async () => {
  await using folder = await createFolder();
  const hanging = { record: () => new Promise<void>(() => undefined) };
  const recorder = createRecorder({ store: hanging, spoolDir: folder.path, onError: () => undefined, maxBuffered: 100 });
  for (let i = 1; i <= 1_000; i += 1) recorder.log(line(i));
  expect(recorder.stats().buffered).toBeLessThan(100);
  await expect.poll(() => recorder.stats().spooledBytes).toBeGreaterThan(1_000 * 100);
});

it("drops a record that Postgres refuses, alone", async () => {
  await using world = await createStoreWorld();
  await using folder = await createFolder();
  const errors: unknown[] = [];
  const recorder = createRecorder({ store: world.store, spoolDir: folder.path, onError: (error) => errors.push(error) });
  for (let i = 1; i <= 20; i += 1) recorder.log(line(i === 7 ? 2 ** 40 : i));
  recorder.log(line(21, { text: "a\0b\ud800" }));
  await recorder.close();
  expect(await world.store.listLogs({ run: OF.run })).toHaveLength(20);
  expect(recorder.stats().dropped).toBe(1);
  expect(errors).toHaveLength(1);
});
