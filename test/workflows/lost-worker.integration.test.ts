import { type ChildProcess, fork } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import type { RunProgress } from "../../workflows/run-progress.ts";
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
