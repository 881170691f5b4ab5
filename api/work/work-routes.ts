import { z } from "@hono/zod-openapi";
import { jsonView } from "../../core/json-view.ts";
import type { ApiDeps } from "../deps.ts";
import { pageQuery, readPage } from "../frame/page.ts";
import { readRoute } from "../frame/route.ts";
import { createRouter, type Router } from "../frame/router.ts";
import { soon } from "../frame/unless-away.ts";
import { WorkDetails, WorkPage } from "./work-schemas.ts";

const list = readRoute({
  ...{ path: "/v1/backfills", tag: "backfills", summary: "Backfills and repairs: those under way, then the last ones that are over", ok: WorkPage },
  query: pageQuery,
});
const one = readRoute({
  ...{ path: "/v1/backfills/{id}", tag: "backfills", summary: "How far a backfill or repair is, run by run", ok: WorkDetails },
  description: "Its runs are those of `/v1/runs?work=<id>`.",
  params: { id: z.string() },
});

export function createWorkRoutes({ client, patience }: ApiDeps): Router {
  const router = createRouter();

  router.openapi(list, async (c) => {
    const { rows, after, page } = readPage(c, c.req.valid("query"), z.tuple([z.string()]));
    const all = await soon(async () => await (await client.registry()).work.list(), patience);
    const from = after === undefined ? 0 : all.findIndex(({ id }) => id === after[0]) + 1;
    return c.json(
      page(all.slice(from, from + rows), ({ id }) => [id] as const, jsonView),
      200,
    );
  });

  router.openapi(one, async (c) => {
    const { id } = c.req.valid("param");
    return c.json(jsonView(await soon(async () => await (await client.registry()).work.show(id), patience)), 200);
  });

  return router;
}
