import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { WorkflowHandle } from "@temporalio/client";
import { afterAll, describe, expect, it } from "vitest";
import { POOL_QUERY, type PoolView } from "../../core/pool-protocol.ts";
import type { RunProgress } from "../../workflows/run-progress.ts";
import { withPools } from "./pool-world.ts";
import { historyOf, type Scene, until, useServer, withScene } from "./run-scene.ts";

const server = useServer();
const scene = (body: (scene: Scene) => Promise<void>, options?: Parameters<typeof withScene>[2]): Promise<void> => withScene(server, body, options);

describe.concurrent("a lost worker", () => {
  const file = fileURLToPath(new URL("./mortal-worker.ts", import.meta.url));
  const folder = mkdtempSync(join(tmpdir(), "headgate-runs-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  async function startWorker(taskQueue: string): Promise<ChildProcess> {
    const child = fork(file, [server.temporalAddress, server.namespace, taskQueue], {
      execArgv: ["--conditions=headgate-source", "--import", "tsx"],
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    await new Promise<void>((resolve, reject) => {
      child.once("message", () => resolve());
      child.once("exit", (code) => reject(new Error(`the worker ended with ${code}`)));
    });
    return child;
  }

  async function stop(worker: ChildProcess): Promise<void> {
    const ended = new Promise((resolve) => worker.once("exit", resolve));
    worker.kill("SIGTERM");
    await ended;
  }

  const linesOf = (path: string): string[] => {
    try {
      return readFileSync(path, "utf8").trim().split("\n");
    } catch {
      return [];
    }
  };

  it("by kill -9 makes the task run again elsewhere, without using up a retry", { timeout: 120_000 }, () =>
    scene(
      async ({ start, taskQueue }) => {
        const path = join(folder, "killed");
        const first = await startWorker(taskQueue);
        const handle = await start("mortal", { params: { file: path } });
        await until(() => linesOf(path)[0], 20_000);
        first.kill("SIGKILL");
        const second = await startWorker(taskQueue);
        try {
          expect(await handle.result()).toMatchObject({ status: "succeeded" });
          expect(linesOf(path)).toEqual([`${first.pid} 1`, `${second.pid} 2`]);
          const { events } = await handle.fetchHistory();
          const scheduled = (events ?? []).flatMap((event) => event.activityTaskScheduledEventAttributes ?? []);
          expect(scheduled.map((one) => [one.activityId, one.retryPolicy?.maximumAttempts])).toEqual([
            ["works", 1],
            ["works#2", 1],
          ]);
        } finally {
          await stop(second);
        }
      },
      { localOnly: true },
    ),
  );

  it("by kill -9 frees its place in a pool, as a terminated run does, and who waits goes on in order, one at a time", { timeout: 150_000 }, () =>
    withPools(server, { narrow: 1 }, ({ names, askPool }) =>
      scene(
        async ({ start, taskQueue }) => {
          const file = join(folder, "guarded");
          const guarded = (name: string, ms: number, urgent = false): Promise<WorkflowHandle> => start("guarded", { params: { file, name, ms, urgent } });
          const said = (line: string): Promise<boolean> => until(() => linesOf(file).includes(line) || undefined, 60_000);
          const waiting = (count: number): Promise<boolean> =>
            until(async () => (await server.client.workflow.getHandle(names.pool("narrow")).query<PoolView>(POOL_QUERY)).waiting === count || undefined);
          const first = await startWorker(taskQueue);
          const killed = await guarded("killed", 600_000);
          await said("begin killed");
          const waiters: WorkflowHandle[] = [];
          for (const [name, urgent] of [["one", false] as const, ["two", false] as const, ["urgent", true] as const]) {
            waiters.push(await guarded(name, 50, urgent));
            await waiting(waiters.length);
          }
          first.kill("SIGKILL");
          await once(first, "exit");
          appendFileSync(file, "end killed\n");
          const second = await startWorker(taskQueue);
          try {
            // It was ready before the others of its priority, and has lost nothing of that by its worker's end.
            await until(() => linesOf(file).filter((line) => line === "begin killed").length === 2 || undefined, 60_000);
            await killed.terminate("it hangs");
            await Promise.all(waiters.map((handle) => handle.result()));
            const turns = ["killed", "urgent", "killed", "one", "two"];
            expect(linesOf(file)).toEqual(turns.flatMap((name) => [`begin ${name}`, `end ${name}`]));
          } finally {
            await stop(second);
          }
        },
        { localOnly: true, askPool },
      ),
    ),
  );

  it("is as bad as a lost pool: who waited in it asks again, and the place that is taken stays taken", { timeout: 150_000 }, () =>
    withPools(server, { narrow: 1 }, ({ names, askPool }) =>
      scene(
        async ({ start }) => {
          const file = join(folder, "pool");
          const guarded = (name: string, ms: number): Promise<WorkflowHandle> => start("guarded", { params: { file, name, ms } });
          const said = (line: string): Promise<boolean> => until(() => linesOf(file).includes(line) || undefined, 60_000);
          const pool = server.client.workflow.getHandle(names.pool("narrow"));
          const waiting = (count: number): Promise<boolean> => until(async () => (await pool.query<PoolView>(POOL_QUERY)).waiting === count || undefined);
          const holder = await guarded("holder", 15_000);
          await said("begin holder");
          const waiter = await guarded("waiter", 50);
          await waiting(1);
          await pool.terminate("a person's mistake");
          // The new pool knows nobody, and sends it to the place that the holder has.
          const next = await guarded("next", 50);
          await waiting(1);
          await Promise.all([holder, next, waiter].map((handle) => handle.result()));
          expect(linesOf(file)).toEqual(["holder", "next", "waiter"].flatMap((name) => [`begin ${name}`, `end ${name}`]));
        },
        { askPool },
      ),
    ),
  );

  it("is not one whose handler blocks its thread", { timeout: 120_000 }, () =>
    scene(
      async ({ start, taskQueue }) => {
        const worker = await startWorker(taskQueue);
        try {
          const handle = await start("blocking");
          expect(await handle.result()).toMatchObject({ status: "succeeded" });
          expect((await historyOf(handle)).filter((event) => event === "activityTaskScheduledEventAttributes")).toHaveLength(1);
        } finally {
          await stop(worker);
        }
      },
      { localOnly: true },
    ),
  );

  it("that stops on purpose hands its task back at once", { timeout: 60_000 }, () =>
    scene(
      async ({ start, taskQueue }) => {
        const first = await startWorker(taskQueue);
        const handle = await start("patient");
        await until(
          async () =>
            (await handle.describe()).raw.pendingActivities?.some((one) => one.activityId === "waits" && one.attempt === 1 && one.lastStartedTime != null) ===
            true
              ? true
              : undefined,
          20_000,
        );
        const at = Date.now();
        first.kill("SIGTERM");
        await until(
          async () => ((await handle.query<RunProgress>("progress")).tasks.find((task) => task.task === "waits")?.round === 2 ? true : undefined),
          20_000,
        );
        expect(Date.now() - at).toBeLessThan(15_000);
        await handle.terminate();
      },
      { localOnly: true },
    ),
  );
});
