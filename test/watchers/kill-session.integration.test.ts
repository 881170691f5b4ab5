import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, it } from "vitest";
import { childEnvironment } from "../../runtime/config.ts";
import { openStore } from "../../store/index.ts";
import type { OutboxBatch } from "../../watchers/outbox.ts";
import { createWatcherWorld, type WatcherWorld } from "../workflows/watcher-world.ts";
import type { DoomedWorkerOptions } from "./doomed-worker.ts";
import { until } from "./session-run.ts";

let temporal: WatcherWorld;
let folder: string;
const children: ChildProcess[] = [];
beforeEach(async () => {
  temporal = await createWatcherWorld();
  folder = await mkdtemp(join(tmpdir(), "kill-"));
});
afterEach(async () => {
  for (const child of children.splice(0)) if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
  await temporal[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

/** The rule of the registry for numbered batches, over the lines that were accepted. */
function taken(batches: readonly OutboxBatch[]): readonly string[] {
  let mark = 0;
  const ids: string[] = [];
  for (const { seq, events } of batches) {
    expect(seq, "a gap").toBeLessThanOrEqual(mark + 1);
    if (seq !== mark + 1) continue;
    mark = seq;
    ids.push(...events.map((event) => String(event.data?.path)));
  }
  return ids;
}

it("loses and doubles nothing when its process is killed between the accepted signal and the mark", { timeout: 120_000 }, async () => {
  const landing = await mkdtemp(join(folder, "landing-"));
  const accepted = join(folder, "accepted.jsonl");
  await writeFile(accepted, "");
  const store = openStore({ url: temporal.world.databaseUrl });
  await store.migrate();
  await store.close();

  async function startWorker(dieAt: number | null): Promise<{ readonly died: Promise<string | null>; readonly pid: number | undefined }> {
    const options: DoomedWorkerOptions = {
      temporalAddress: temporal.world.temporalAddress,
      namespace: temporal.world.namespace,
      queue: temporal.queue,
      databaseUrl: temporal.world.databaseUrl,
      landing,
      accepted,
      dieAt,
    };
    const file = join(folder, `options-${children.length}.json`);
    await writeFile(file, JSON.stringify(options));
    const script = fileURLToPath(new URL("doomed-worker.ts", import.meta.url));
    const child = spawn(process.execPath, ["--conditions=headgate-source", "--import", import.meta.resolve("tsx"), script, file], {
      env: childEnvironment({}),
      stdio: "ignore",
    });
    children.push(child);
    return { pid: child.pid, died: new Promise((resolve) => child.once("exit", (_code, signal) => resolve(signal))) };
  }

  const dropped: string[] = [];
  async function drop(count: number): Promise<void> {
    for (let k = 0; k < count; k += 1) {
      const name = `${dropped.length}.csv`;
      await writeFile(join(landing, `${name}.part`), name);
      await rename(join(landing, `${name}.part`), join(landing, name));
      dropped.push(name);
    }
  }
  const lines = async (): Promise<readonly OutboxBatch[]> =>
    (await readFile(accepted, "utf8"))
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line));

  const first = await startWorker(3);
  const handle = await temporal.startWatcher("landing");
  let over = false;
  const dropping = (async () => {
    while (!over) {
      await drop(20);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  })();
  expect(await first.died).toBe("SIGKILL");
  const before = await lines();
  expect(before).toHaveLength(3);
  await new Promise((resolve) => setTimeout(resolve, 500));
  over = true;
  await dropping;

  const killedAt = performance.now();
  const second = await startWorker(null);
  expect(second.pid).not.toBe(first.pid);
  await until("everything arrives", async () => new Set(taken(await lines())).size === dropped.length, 60_000);
  // Killed, it is taken over as soon as its heartbeats are missed.
  expect(performance.now() - killedAt).toBeLessThan(30_000);

  const after = await lines();
  expect([...taken(after)].sort()).toEqual([...dropped].sort());
  // The fault happened: the batch without a mark came again, byte for byte, and by the same session's second attempt.
  const repeated = after.filter((batch, k) => after.findIndex((other) => other.seq === batch.seq) !== k);
  expect(repeated.map((batch) => JSON.stringify(batch))).toEqual([JSON.stringify(before[2])]);
  expect((await handle.describe()).raw.pendingActivities?.[0]?.attempt).toBe(2);
});
