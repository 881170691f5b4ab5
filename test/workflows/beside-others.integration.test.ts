import { Worker } from "@temporalio/worker";
import { describe, expect, it } from "vitest";
import { type Scene, until, useServer, withScene } from "./run-scene.ts";
import { withWorker } from "./run-world.ts";

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

  it("runs another DAG again, as another run, when it failed and there are retries", () =>
    scene(async ({ run, heard }) => {
      const { handle, result } = await run("stubborn", { params: { good: 2 } });
      expect(result).toMatchObject({ status: "succeeded" });
      const { values } = await handle.query<{ values: [string, string][] }, [object]>("outcome", { values: ["after"] });
      const below = `flighty/${handle.workflowId.replace("/", ".")}.sub-`;
      expect(values[0]?.[1]).toMatch(new RegExp(`^${below.replaceAll(".", "\\.")}.{8}\\.2$`));
      const attempts = heard.attempts.filter(({ run, task }) => run === handle.workflowId && task === "sub");
      expect(attempts.map(({ attempt, status, worker }) => [attempt, status, worker.replace(/-[0-9a-f]{8}(?=(\.2)?$)/, "")])).toEqual(
        ["running", "failed"]
          .map((status) => [1, status, below.slice(0, -1)])
          .concat(["running", "succeeded"].map((status) => [2, status, `${below.slice(0, -1)}.2`])),
      );
      expect(attempts[1]).toMatchObject({ code: "E_SUB_RUN", error: expect.stringContaining('task "works" failed: not in flighty/') });
      const replayed = Worker.runReplayHistory({ workflowBundle: server.workflowBundle }, await handle.fetchHistory(), handle.workflowId);
      await expect(replayed).resolves.toBeUndefined();

      const [failed, wrong] = await Promise.all([run("stubborn", { params: { good: 9 } }), run("stubborn", { params: { good: "never" } })]);
      expect(failed.error).toMatchObject({ type: "E_SUB_RUN", message: expect.stringMatching(/\.2 failed: task "works" failed: not in/) });
      expect(wrong.error).toMatchObject({ type: "E_PARAMS" });
      // Also the last one is told of before the run ends.
      const failures = heard.attempts.filter(({ run, task, status }) => run === failed.handle.workflowId && task === "sub" && status === "failed");
      expect(failures.map(({ attempt }) => attempt)).toEqual([1, 2]);
    }));

  it("hands a worker in another language the values that the store keeps, unless they are too large for the server", () =>
    scene(async ({ run }) => {
      const { connection, namespace } = server;
      const activities = {
        count: async ({ rows }: { rows: { text: string }[] }) => rows.filter(({ text }) => text.length === 1_000).length,
        countOutcome: async ({ early }: { early: { status: string; value: unknown[] } }) => early.value.length,
      };
      await withWorker({ connection, namespace, taskQueue: "elsewhere-bulky", activities }, async () => {
        const [small, large] = await Promise.all([run("remote-bulky", { params: { rows: 400 } }), run("remote-bulky", { params: { rows: 3_000 } })]);
        const { values } = await small.handle.query<{ values: [string, unknown][] }, [object]>("outcome", { values: ["count", "outcome"] });
        expect(values).toEqual([
          ["count", 400],
          ["outcome", 300],
        ]);
        expect(large.error).toMatchObject({
          type: "E_RESULT_SIZE",
          message: expect.stringMatching(/"count" failed: .* 3\d{6} bytes, .*at most 1800000: write them to a file/),
        });
      });
    }));
});
