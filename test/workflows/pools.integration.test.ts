import { setTimeout as sleep } from "node:timers/promises";
import type { WorkflowHandleWithFirstExecutionRunId } from "@temporalio/client";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { dag } from "../../core/index.ts";
import { POOL_QUERY, POOL_SIGNALS, type PoolView } from "../../core/pool-protocol.ts";
import { withPools } from "./pool-world.ts";
import { type Scene, until, useServer, withScene } from "./run-scene.ts";

const server = useServer();

/** Tasks that have a place now, and the most that ever had one at once. */
const inside = { now: 0, most: 0 };
/** Has a place until so many had one at once, but 20 s at most, and then for so long. */
async function work(ms: number, signal: AbortSignal, atOnce = 1): Promise<void> {
  inside.now += 1;
  inside.most = Math.max(inside.most, inside.now);
  try {
    for (const end = Date.now() + 20_000; inside.most < atOnce && Date.now() < end; ) await sleep(20, undefined, { signal });
    await sleep(ms, undefined, { signal });
  } finally {
    inside.now -= 1;
  }
}

const mapped = dag("mapped", {}, (d) => {
  const list = d.task("list", { run: () => [1, 2, 3, 4] });
  d.map("each", { over: list, limit: 4, pool: "narrow", run: (_, ctx) => work(100, ctx.signal, 2) });
});
const single = dag("single", { params: z.object({ ms: z.number(), fails: z.boolean().default(false) }) }, (d) => {
  d.task("only", {
    pool: "narrow",
    retries: 1,
    backoff: { initial: "50ms" },
    run: async (_, ctx) => {
      await work(ctx.params.ms, ctx.signal);
      if (ctx.params.fails) throw new Error(`attempt ${ctx.attempt} fails`);
      return ctx.attempt;
    },
  });
});
const unknown = dag("unknown-pool", {}, (d) => void d.task("only", { pool: "wide", run: () => 1 }));
const dags = [mapped, single, unknown];

/** Two projects with a worker each, and a pool of two places that they share. One life of it has few events. */
async function withPool(body: (first: Scene, second: Scene, pool: WorkflowHandleWithFirstExecutionRunId) => Promise<void>): Promise<void> {
  inside.most = 0;
  await withPools(server, { narrow: 2 }, async ({ names, askPool }) => {
    const pool = await server.client.workflow.start("taskPool", {
      workflowId: names.pool("narrow"),
      taskQueue: names.systemQueue,
      args: [{ historyLimit: 30 }],
    });
    await withScene(server, (first) => withScene(server, (second) => body(first, second, pool), { dags, askPool }), { dags, askPool });
  });
}

describe("a pool", () => {
  it("has so many tasks inside at once, over DAGs, maps and projects, and none is left out", () =>
    withPool(async (first, second, pool) => {
      // Anybody can send a signal.
      await Promise.all([pool.signal(POOL_SIGNALS.ask, { tickets: 1 }), pool.signal(POOL_SIGNALS.leave)]);
      const runs = await Promise.all([first.run("mapped"), ...[first, second, second].map(({ run }) => run("single", { params: { ms: 200 } }))]);
      expect(runs.map(({ error }) => error)).toEqual([undefined, undefined, undefined, undefined]);
      expect(inside).toEqual({ now: 0, most: 2 });
      await until(async () => ((await pool.describe()).runId === pool.firstExecutionRunId ? undefined : true));
      await until(async () => ((await pool.query<PoolView>(POOL_QUERY)).held.length === 0 ? true : undefined));
    }));

  it("gives the place of a run that was terminated to another one, once its task has stopped", () =>
    withPool(async ({ run }, second) => {
      const holders = await Promise.all([1, 2].map(() => second.start("single", { params: { ms: 120_000 } })));
      await until(() => (inside.now === 2 ? true : undefined));
      const next = run("single", { params: { ms: 1 } });
      await holders[0]?.terminate("it hangs");
      expect((await next).error).toBeUndefined();
      await holders[1]?.cancel();
      await expect(holders[1]?.result()).rejects.toMatchObject({ cause: { name: "CancelledFailure" } });
      expect(inside).toEqual({ now: 0, most: 2 });
    }));

  it("leaves retries, errors and codes as they are, and is known to the workers of runs", () =>
    withPool(async ({ run }) => {
      const [failed, refused] = await Promise.all([run("single", { params: { ms: 1, fails: true } }), run("unknown-pool")]);
      expect(failed.error).toMatchObject({ type: "E_TASK_FAILED", message: 'task "only" failed: attempt 2 fails' });
      expect(refused.error).toMatchObject({ type: "E_POOL", message: expect.stringContaining("only narrow") });
    }));
});
