import { z } from "@hono/zod-openapi";
import { defined } from "../../core/defined.ts";
import { HeadgateError } from "../../core/errors.ts";
import { jsonView } from "../../core/json-view.ts";
import { LOG_LEVELS } from "../../core/tasks/records.ts";
import type { ApiDeps } from "../deps.ts";
import { instantQuery } from "../frame/fields.ts";
import { pageQuery, readPage } from "../frame/page.ts";
import { readRoute } from "../frame/route.ts";
import { createRouter, type Router } from "../frame/router.ts";
import { LogPage, RunDetails, RunPage, RunStatus } from "./run-schemas.ts";

const list = readRoute({
  ...{ path: "/v1/runs", tag: "runs", summary: "Runs, the newest start first", ok: RunPage },
  query: {
    dag: z.string().optional(),
    dags: z.string().optional().openapi({ description: "Ids of DAGs, `*` for any characters.", example: "orders-*" }),
    status: RunStatus.optional(),
    partition: z.string().optional(),
    work: z.string().optional().openapi({ description: "Id of a backfill or repair." }),
    of: z.string().optional().openapi({ description: "Reruns of this run." }),
    repeated: z.literal("false").optional().openapi({ description: "Only those that no later run repeats." }),
    since: instantQuery.optional().openapi({ description: "Started at or after." }),
    until: instantQuery.optional().openapi({ description: "Started before." }),
    ...pageQuery,
  },
});

const params = { run: z.string().openapi({ description: "Its workflow id, percent-encoded.", example: "orders-clean/1f0c2a9e-42" }) };
const one = readRoute({
  path: "/v1/runs/{run}",
  tag: "runs",
  summary: "One run: its tasks and attempts, what it took and what came of it",
  params,
  ok: RunDetails,
});
const logs = readRoute({
  ...{ path: "/v1/runs/{run}/logs", tag: "runs", summary: "What a run wrote, the oldest line first", params, ok: LogPage },
  query: {
    task: z.string().optional().openapi({ description: "A task, or an item of a map; of a map all items as well." }),
    attempt: z.coerce.number().int().min(1).optional(),
    level: z.enum(LOG_LEVELS).optional().openapi({ description: "This one and what is graver." }),
    since: instantQuery.optional(),
    ...pageQuery,
    limit: z.coerce.number().int().min(1).max(2_000).default(500),
  },
});

export function createRunRoutes({ store }: ApiDeps): Router {
  const router = createRouter();

  router.openapi(list, async (c) => {
    const { limit, cursor, until, repeated, ...filter } = c.req.valid("query");
    const { rows, after, page } = readPage(c, { limit, cursor }, z.tuple([z.number(), z.string()]));
    const from = after === undefined ? {} : { after: { startedAt: after[0], run: after[1] } };
    const found = await store.listRuns({ ...defined({ ...filter, before: until }), notRepeated: repeated === "false", ...from, limit: rows });
    return c.json(
      page(found, ({ startedAt, run }) => [startedAt, run] as const, jsonView),
      200,
    );
  });

  router.openapi(one, async (c) => {
    const { run } = c.req.valid("param");
    const [found, started] = await Promise.all([store.showRun(run), store.runsStartedBy(run)]);
    if (found === undefined) throw unknownRun(run);
    return c.json(jsonView({ ...found, started }), 200);
  });

  router.openapi(logs, async (c) => {
    const { run } = c.req.valid("param");
    const { limit, cursor, level, ...filter } = c.req.valid("query");
    const { rows, after, page } = readPage(c, { limit, cursor }, z.tuple([z.number(), z.string(), z.int(), z.int()]));
    const found = await store.listLogs({
      ...defined(filter),
      ...(level === undefined ? {} : { levels: LOG_LEVELS.slice(LOG_LEVELS.indexOf(level)) }),
      ...(after === undefined ? {} : { after: { at: after[0], task: after[1], attempt: after[2], line: after[3] } }),
      run,
      limit: rows,
    });
    if (found.length === 0 && (await store.findRun(run)) === undefined) throw unknownRun(run);
    return c.json(
      page(found, ({ at, task, attempt, line }) => [at, task, attempt, line] as const, jsonView),
      200,
    );
  });

  return router;
}

export function unknownRun(run: string): HeadgateError {
  return new HeadgateError("E_RUN_UNKNOWN", `the store knows no run ${run}`, {
    hint: "GET /v1/runs lists the runs; one that began this moment may not be there yet",
  });
}
