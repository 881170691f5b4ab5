import { z } from "@hono/zod-openapi";
import { defined } from "../../core/defined.ts";
import { jsonView } from "../../core/json-view.ts";
import type { ApiDeps } from "../deps.ts";
import { instantQuery } from "../frame/fields.ts";
import { pageQuery, readPage } from "../frame/page.ts";
import { readRoute } from "../frame/route.ts";
import { createRouter, type Router } from "../frame/router.ts";
import { RunPage, RunStatus } from "../runs/run-schemas.ts";
import { unknownDag } from "./dag-routes.ts";

const runs = readRoute({
  ...{ path: "/v1/dags/{dag}/runs", tag: "dags", summary: "Runs of a DAG, the newest start first", ok: RunPage },
  description: "Those of a DAG that is not deployed any more as well.",
  params: { dag: z.string() },
  query: {
    status: RunStatus.optional(),
    partition: z.string().optional(),
    since: instantQuery.optional().openapi({ description: "Started at or after." }),
    until: instantQuery.optional().openapi({ description: "Started before." }),
    ...pageQuery,
  },
});

export function createDagRunsRoutes({ store }: ApiDeps): Router {
  const router = createRouter();
  router.openapi(runs, async (c) => {
    const { dag } = c.req.valid("param");
    const { limit, cursor, until, ...filter } = c.req.valid("query");
    const { rows, after, page } = readPage(c, { limit, cursor }, z.tuple([z.number(), z.string()]));
    const from = after === undefined ? {} : { after: { startedAt: after[0], run: after[1] } };
    const found = await store.listRuns({ dag, ...defined({ ...filter, before: until }), ...from, limit: rows });
    if (found.length === 0 && (await store.deployedPlanOf(dag)) === undefined && (await store.listRuns({ dag, limit: 1 })).length === 0) throw unknownDag(dag);
    return c.json(
      page(found, ({ startedAt, run }) => [startedAt, run] as const, jsonView),
      200,
    );
  });
  return router;
}
