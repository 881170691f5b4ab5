import { setTimeout as delay } from "node:timers/promises";
import { z } from "@hono/zod-openapi";
import { END_STATUSES } from "../../core/run.ts";
import type { ApiDeps } from "../deps.ts";
import { readRoute } from "../frame/route.ts";
import { createRouter, type Router } from "../frame/router.ts";

const end = readRoute({
  ...{ path: "/v1/runs/{run}/end", tag: "runs", summary: "How a run ended; one that still runs is waited for, some seconds" },
  description: "From the run itself, in Temporal, which knows it before the store does. Ask again while `status` is null.",
  params: { run: z.string().openapi({ description: "Its workflow id, percent-encoded." }) },
  ok: z
    .object({ run: z.string(), status: z.enum(END_STATUSES).nullable(), error: z.string().optional().openapi({ description: "Why it failed." }) })
    .openapi("RunEnd"),
});

/** How long a request waits, in milliseconds: less than what stands between allows a connection to be silent. */
const PATIENCE = 20_000;
/** Milliseconds between two looks. */
const LOOK_EVERY = 100;

/** For whoever started a run and waits for it. */
export function createRunEndRoutes({ client }: ApiDeps): Router {
  const router = createRouter();
  router.openapi(end, async (c) => {
    const { run } = c.req.valid("param");
    const runs = await client.runs();
    for (const until = performance.now() + PATIENCE; (await runs.describe(run)).running; await delay(LOOK_EVERY)) {
      if (performance.now() > until || c.req.raw.signal.aborted) return c.json({ run, status: null }, 200);
    }
    return c.json({ run, ...(await runs.end(run)) }, 200);
  });
  return router;
}
