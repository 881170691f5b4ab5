import { Worker } from "@temporalio/worker";
import { describe, expect, it } from "vitest";
import { registryClient } from "../../client/registry.ts";
import { type RunsClient, runsClient } from "../../client/runs.ts";
import { namesFor } from "../../core/names.ts";
import type { RunProgress } from "../../workflows/run-progress.ts";
import { historyOf, type Scene, until, useServer, withScene } from "./run-scene.ts";
import { nothingHeard, runActivities, withWorker } from "./run-world.ts";
import { WAIT_DAGS } from "./wait-dags.ts";

const server = useServer();
const scene = (body: (scene: Scene) => Promise<void>): Promise<void> => withScene(server, body, { dags: WAIT_DAGS });
const runs = (): RunsClient => runsClient(server.client, registryClient(server.client, namesFor("waits-test")));

describe("a wait", () => {
  it("for a time and until an instant ends then, and no activity runs for it", () =>
    scene(async ({ run, heard }) => {
      const instant = Date.now() + 3_000;
      const { handle, result } = await run("paused", { params: { until: new Date(instant).toISOString() } });
      expect(result).toMatchObject({ status: "succeeded" });
      expect(Date.now()).toBeGreaterThanOrEqual(instant);
      expect(new Set(heard.attempts.map(({ task }) => task))).toEqual(new Set(["at", "done"]));
      expect(heard.tasks.filter(({ task }) => task === "until").map(({ status, why }) => [status, why])).toEqual([
        ["waiting", `waits until ${new Date(instant).toISOString()}`],
        ["succeeded", undefined],
        ["succeeded", undefined],
      ]);
      await expect(Worker.runReplayHistory({ workflowBundle: server.workflowBundle }, await handle.fetchHistory(), handle.workflowId)).resolves.toBeUndefined();
    }));

  it("goes on while no worker runs, and ends on the next one", async () => {
    const { connection, namespace, workflowBundle } = server;
    const taskQueue = `waits-${Date.now()}`;
    const activities = runActivities(nothingHeard(), { searchAttributes: true, dags: WAIT_DAGS });
    const work = <T>(body: () => Promise<T>): Promise<T> => withWorker({ connection, namespace, taskQueue, workflowBundle, activities }, body);
    const handle = await server.client.workflow.start("paused", {
      taskQueue,
      workflowId: `paused/${taskQueue}`,
      args: [{ params: { until: new Date().toISOString() } }],
    });
    await work(() => until(async () => (await historyOf(handle)).includes("timerStartedEventAttributes") || undefined));
    await until(async () => (await historyOf(handle)).includes("timerFiredEventAttributes") || undefined);
    expect((await handle.describe()).status.name).toBe("RUNNING");
    expect(await work(() => handle.result())).toMatchObject({ status: "succeeded" });
  });

  it("is shown as waiting, a hundred of them without any polling", () =>
    scene(async ({ start }) => {
      const handle = await start("many");
      const tasks = await until(async () => {
        const { tasks } = await handle.query<RunProgress>("progress");
        return tasks.length === 100 ? tasks : undefined;
      });
      expect(tasks.every(({ status, why }) => status === "waiting" && why?.startsWith("waits until ") === true)).toBe(true);
      const events = (await historyOf(handle)).length;
      const { raw } = await handle.describe();
      expect(raw.pendingActivities ?? []).toEqual([]);
      await new Promise((resolve) => setTimeout(resolve, 2_000));
      expect((await historyOf(handle)).length).toBe(events);
      await handle.cancel();
      await expect(handle.result()).rejects.toThrow();
      expect((await handle.describe()).status.name).toBe("CANCELLED");
    }));
});

describe("an approval", () => {
  it("lets the run go on with who gave it and why", () =>
    scene(async ({ start, heard }) => {
      const handle = await start("reviewed");
      await until(() => heard.tasks.find(({ task, status }) => task === "review" && status === "waiting"));
      await runs().answer(handle.workflowId, { task: "review", approved: true, by: "ana", reason: "fine" });
      expect(await handle.result()).toMatchObject({ tasks: { review: "succeeded", release: "succeeded", note: "skipped" } });
      await expect(Worker.runReplayHistory({ workflowBundle: server.workflowBundle }, await handle.fetchHistory(), handle.workflowId)).resolves.toBeUndefined();
    }));

  it("that is refused fails its task, and a task for failures can take care of it", () =>
    scene(async ({ start, heard }) => {
      const handle = await start("reviewed");
      await until(() => heard.tasks.find(({ task, status }) => task === "review" && status === "waiting"));
      await runs().answer(handle.workflowId, { task: "review", approved: false, by: "ana", reason: "counts are off" });
      await expect(handle.result()).rejects.toMatchObject({ cause: { type: "E_REJECTED" } });
      const { tasks } = await handle.query<RunProgress>("progress");
      expect(tasks.map(({ task, status }) => [task, status])).toEqual([
        ["review", "failed"],
        ["release", "failed"],
        ["note", "succeeded"],
      ]);
      expect(tasks[0]?.why).toBe("rejected by ana: counts are off");
      const late = runs().answer(handle.workflowId, { task: "review", approved: true });
      await expect(late).rejects.toMatchObject({ code: "E_APPROVAL", message: expect.stringContaining("has ended") });
    }));

  it("that nobody gives ends by its time", () =>
    scene(async ({ run }) => {
      const { result } = await run("hasty");
      expect(result).toMatchObject({ status: "succeeded", tasks: { review: "skipped", after: "skipped" } });
    }));

  it("that nothing waits for is refused, and changes nothing", () =>
    scene(async ({ start, heard }) => {
      const handle = await start("reviewed");
      await until(() => heard.tasks.find(({ task, status }) => task === "review" && status === "waiting"));
      // It says so before its workflow task is over; a query is answered after that.
      await handle.query("progress");
      const events = (await historyOf(handle)).length;
      await expect(runs().answer(handle.workflowId, { task: "release", approved: true })).rejects.toMatchObject({
        code: "E_APPROVAL",
        message: expect.stringContaining('task "release" does not wait for an answer; those that do are "review"'),
      });
      await expect(runs().answer("reviewed/nobody", { task: "review", approved: true })).rejects.toMatchObject({ code: "E_RUN_UNKNOWN" });
      expect((await historyOf(handle)).length).toBe(events);
      await handle.terminate();
    }));
});
