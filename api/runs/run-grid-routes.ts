import { z } from "@hono/zod-openapi";
import { jsonView } from "../../core/json-view.ts";
import { RUN_STATUSES } from "../../core/run.ts";
import type { ApiDeps } from "../deps.ts";
import { instant } from "../frame/fields.ts";
import { readRoute } from "../frame/route.ts";
import { createRouter, type Router } from "../frame/router.ts";

const GridRun = z
  .object({
    run: z.string(),
    status: z.enum(RUN_STATUSES),
    partition: z.string().nullable(),
    ...{ startedAt: instant, endedAt: instant.nullable() },
    tasks: z
      .array(z.object({ task: z.string(), status: z.enum([...RUN_STATUSES, "waiting"]), why: z.string().nullable() }))
      .openapi({ description: "Items of maps are left out. `why` is said of what failed." }),
  })
  .openapi("GridRun");

const grid = readRoute({
  ...{ path: "/v1/dags/{dag}/grid", tag: "dags", summary: "The last runs of a DAG with how each of their tasks is, the newest start first" },
  params: { dag: z.string() },
  query: { limit: z.coerce.number().int().min(1).max(100).default(30) },
  ok: z.object({ items: z.array(GridRun) }).openapi("RunGrid"),
});

/** Runs and tasks as a grid: one question in place of one for each run. */
export function createRunGridRoutes({ store }: ApiDeps): Router {
  const router = createRouter();
  router.openapi(grid, async (c) => {
    const found = await store.runGrid(c.req.valid("param").dag, c.req.valid("query").limit);
    return c.json({ items: jsonView(found).map((run) => ({ ...run, tasks: [...run.tasks] })) }, 200);
  });
  return router;
}
