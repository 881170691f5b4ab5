import { z } from "@hono/zod-openapi";
import { defined } from "../../core/defined.ts";
import { jsonView } from "../../core/json-view.ts";
import type { ApiDeps } from "../deps.ts";
import { instant, instantQuery } from "../frame/fields.ts";
import { pageOf, pageQuery, readPage } from "../frame/page.ts";
import { readRoute } from "../frame/route.ts";
import { createRouter, type Router } from "../frame/router.ts";

const Operation = z
  .object({
    at: instant,
    operation: z.string().openapi({ example: "pause" }),
    ...{ dag: z.string().nullable(), key: z.string().nullable() },
    subject: z.string().nullable().openapi({ description: "What it was done to, where that is no DAG." }),
    ...{ by: z.string().nullable(), why: z.string().nullable() },
    request: z.string().nullable().openapi({ description: "Id under which it was asked for." }),
    events: z.int().openapi({ description: "How many events or letters it touched." }),
    refused: z.string().nullable().openapi({ description: "The code of the error that it was refused with." }),
  })
  .openapi("Operation");

const list = readRoute({
  ...{ path: "/v1/operations", tag: "operations", summary: "What people did, the newest first: who, when and why", ok: pageOf(Operation, "OperationPage") },
  query: { dag: z.string().optional(), operation: z.string().optional(), since: instantQuery.optional(), ...pageQuery },
});

export function createOperationRoutes({ store }: ApiDeps): Router {
  const router = createRouter();
  router.openapi(list, async (c) => {
    const { limit, cursor, ...filter } = c.req.valid("query");
    const { rows, after, page } = readPage(c, { limit, cursor }, z.tuple([z.number(), z.int()]));
    const found = await store.pageOperations({ ...defined(filter), ...(after === undefined ? {} : { after: { at: after[0], n: after[1] } }), limit: rows });
    return c.json(
      page(
        found,
        ({ at, n }) => [at, n] as const,
        ({ n: _, ...operation }) => jsonView(operation),
      ),
      200,
    );
  });
  return router;
}
