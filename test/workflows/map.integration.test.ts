import type { ApplicationFailure, WorkflowHandle } from "@temporalio/client";
import { Worker } from "@temporalio/worker";
import { describe, expect, it } from "vitest";
import { MAP_DAGS } from "./map-dags.ts";
import { historyOf, type Scene, type Server, until, useServer, withScene } from "./run-scene.ts";

/** Enough for two lives: each item makes three events at least. Ten thousand take three minutes on a busy machine. */
const COUNT = 3_000;

const server = useServer();
const scene = (body: (scene: Scene) => Promise<void>): Promise<void> => withScene(server, body, { dags: MAP_DAGS });

describe("a map", () => {
  it("of a hundred items that each publish gives a hundred events", () =>
    scene(async ({ run, heard }) => {
      const { handle, result } = await run("numbers", { params: { count: 100 } });
      expect(result).toEqual({ status: "succeeded", tasks: { list: "succeeded", each: "succeeded", sum: "succeeded" } });
      const { runId } = await handle.describe();
      expect(new Set(heard.published.map(({ id }) => id))).toEqual(
        new Set(Array.from({ length: 100 }, (_, n) => `${handle.workflowId}/${runId}/each[${n}]/0`)),
      );
      expect(heard.published).toContainEqual(
        expect.objectContaining({ id: `${handle.workflowId}/${runId}/each[42]/0`, data: { n: 42 }, source: "run:numbers" }),
      );
      expect(heard.tasks.filter(({ task }) => task === "each").map(({ status, why }) => [status, why])).toEqual([
        ["running", undefined],
        ["succeeded", "100 items"],
        ["succeeded", undefined],
      ]);
    }));

  it("of thousands of items costs its run no more history than one of ten, and continues as new", { timeout: 240_000 }, () =>
    scene(async ({ run, heard }) => {
      const small = await run("numbers", { params: { count: 10 } });
      const large = await run("numbers", { params: { count: COUNT } });
      expect(large.error).toBeUndefined();
      expect((await historyOf(large.handle)).length).toBeLessThanOrEqual((await historyOf(small.handle)).length + 2);
      const [child] = await childrenOf(large.handle);
      const lives = await livesOf(server, child as string);
      expect(lives.length).toBeGreaterThan(1);
      for (const life of lives) expect(life).toBeLessThan(10_240);
      // What the lost task of a workflow published comes again, under the same ids.
      expect(new Set(heard.published.map(({ id }) => id)).size).toBe(1_010);
      const ended = heard.attempts.filter(({ task, status }) => task.startsWith("each[") && status === "succeeded");
      expect(ended).toHaveLength(COUNT + 10);
    }),
  );

  it("tries each item by its own retries, keeps outcomes if told so, and replays", () =>
    scene(async ({ run, heard }) => {
      const { handle, result } = await run("uneven");
      expect(result).toMatchObject({ status: "succeeded", tasks: { each: "succeeded", tell: "succeeded" } });
      expect(heard.lines.map(({ task, attempt, text }) => [task, attempt, text])).toEqual([
        ["each[0]", 1, "good"],
        ["each[1]", 1, "second-time"],
        ["each[1]", 2, "second-time"],
        ["each[2]", 1, "never"],
        ["each[2]", 2, "never"],
      ]);
      expect(heard.tasks.find(({ task, why }) => task === "each" && why !== undefined)?.why).toBe("3 items, 1 failed");
      const { workflowBundle } = server;
      for (const one of [handle, ...(await childrenOf(handle)).map((id) => server.client.workflow.getHandle(id))]) {
        await expect(Worker.runReplayHistory({ workflowBundle }, await one.fetchHistory(), one.workflowId)).resolves.toBeUndefined();
      }
    }));

  it("that stops at the first failure says which item it was, with its error below", () =>
    scene(async ({ run, heard }) => {
      const { error } = await run("strict");
      expect(error).toMatchObject({
        type: "E_MAP_ITEMS",
        message: 'task "each" failed: 1 of 4 items failed, and 2 were not started; first item 1: two is too many',
      });
      const below: string[] = [];
      for (let cause: Error | undefined = error; cause !== undefined; cause = (cause as ApplicationFailure).cause) below.push(cause.message);
      expect(below.at(-1)).toBe("two is too many");
      expect(heard.ended).toMatchObject([{ status: "failed" }]);
    }));

  it("is stopped with its run, and its items with it", () =>
    scene(async ({ start, heard }) => {
      const handle = await start("parked");
      await until(() => (heard.attempts.filter(({ task }) => task.startsWith("each[")).length === 2 ? true : undefined));
      const [child] = await childrenOf(handle);
      const progress = await server.client.workflow.getHandle(child as string).query("progress");
      expect(progress).toEqual({ total: 3, ended: 0, running: 2, failed: 0, skipped: 0 });
      await handle.cancel();
      await expect(handle.result()).rejects.toThrow();
      expect((await handle.describe()).status.name).toBe("CANCELLED");
      expect((await server.client.workflow.getHandle(child as string).describe()).status.name).toBe("CANCELLED");
      expect(
        heard.attempts
          .filter(({ status }) => status === "cancelled")
          .map(({ task }) => task)
          .sort(),
      ).toEqual(["each[0]", "each[1]"]);
      expect(heard.ended).toMatchObject([{ status: "cancelled" }]);
    }));
});

async function childrenOf(handle: WorkflowHandle): Promise<readonly string[]> {
  const { events } = await handle.fetchHistory();
  return (events ?? []).flatMap(({ childWorkflowExecutionStartedEventAttributes: started }) => started?.workflowExecution?.workflowId ?? []);
}

/** Events of each life of a workflow, by the runs that the server has of it. */
async function livesOf({ client }: Server, workflowId: string): Promise<readonly number[]> {
  const lives: number[] = [];
  // The newest first: each one says which it goes on from.
  for (let runId: string | undefined; ; ) {
    const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    lives.push(events?.length ?? 0);
    runId = events?.[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId || undefined;
    if (runId === undefined) return lives;
  }
}
