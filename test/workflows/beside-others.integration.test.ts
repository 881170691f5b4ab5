import { Worker } from "@temporalio/worker";
import { describe, expect, it } from "vitest";
import { type Scene, until, useServer, withScene } from "./run-scene.ts";

const DAY = "2026-11-23";
const server = useServer();
const scene = (body: (scene: Scene) => Promise<void>): Promise<void> => withScene(server, body);

describe("a run", () => {
  it("tells the server the priority of its tasks, in the server's own order", () =>
    scene(async ({ run }) => {
      const { handle } = await run("urgent", { params: {} });
      const { events = [] } = await handle.fetchHistory();
      const scheduled = events?.flatMap(({ activityTaskScheduledEventAttributes: given }) => given ?? []) ?? [];
      const keys = scheduled.map(({ activityType, priority }) => [activityType?.name, priority?.priorityKey]);
      expect(keys.filter(([name]) => String(name).startsWith("urgent."))).toEqual([
        ["urgent.as-the-dag", 1],
        ["urgent.later", 4],
      ]);
    }));

  it("runs other DAGs below it, takes their failures, and takes them along when it is cancelled", () =>
    scene(async ({ run, start, heard }) => {
      const { handle, error } = await run("parent", { partition: DAY, hops: 4 });
      expect(error).toMatchObject({ type: "E_SUB_RUN", message: expect.stringContaining('task "bad" failed: run child/parent.') });
      expect(error?.message).toContain('task "works" failed: no rows');
      const startedBy = (task: string) => heard.started.find(({ cause }) => cause.kind === "run" && cause.text === `task "${task}" of ${handle.workflowId}`);
      const [ok, bad] = [startedBy("ok"), startedBy("bad")];
      expect([ok, bad]).toMatchObject([
        { dag: "child", partition: DAY },
        { dag: "child", partition: null },
      ]);
      expect(heard.published).toMatchObject([{ asset: "s3://lake/whole", source: "run:child", hops: 6 }]);
      expect(heard.tasks.filter(({ task, why }) => task === "ok" && why !== undefined)).toMatchObject([
        { status: "running", why: `runs ${ok?.run}` },
        { status: "succeeded", why: `ran ${ok?.run}` },
      ]);
      const described = await server.client.workflow.getHandle(ok?.run ?? "").describe();
      expect(described).toMatchObject({ memo: { parentRun: handle.workflowId, parentTask: "ok" }, status: { name: "COMPLETED" } });

      const long = await start("parent", { params: { waits: true } });
      const below = `child/${long.workflowId.replace("/", ".")}.ok`;
      const child = await until(() => heard.attempts.find(({ run }) => run.startsWith(below)));
      await long.cancel();
      await expect(long.result()).rejects.toMatchObject({ cause: { name: "CancelledFailure" } });
      expect((await server.client.workflow.getHandle(child.run).describe()).status.name).toBe("CANCELLED");
      const { workflowBundle } = server;
      await expect(Worker.runReplayHistory({ workflowBundle }, await long.fetchHistory(), long.workflowId)).resolves.toBeUndefined();
    }));
});
