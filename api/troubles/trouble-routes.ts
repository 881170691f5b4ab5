import { z } from "@hono/zod-openapi";
import { defined } from "../../core/defined.ts";
import { jsonView } from "../../core/json-view.ts";
import type { ApiDeps } from "../deps.ts";
import { Rejected } from "../events/event-schemas.ts";
import { instant, instantQuery } from "../frame/fields.ts";
import { pageOf, pageQuery, readPage } from "../frame/page.ts";
import { readRoute } from "../frame/route.ts";
import { createRouter, type Router } from "../frame/router.ts";

const Warning = z
  .object({ registry: z.string(), n: z.int(), at: instant, code: z.string(), text: z.string(), dag: z.string().nullable() })
  .openapi("RegistryWarning");

const filters = { code: z.string().optional(), since: instantQuery.optional(), ...pageQuery };
const rejected = readRoute({
  ...{ path: "/v1/rejected", tag: "events", ok: pageOf(Rejected, "RejectedPage"), query: filters },
  summary: "What was sent and could not be an event, and why, the newest first",
});
const warnings = readRoute({
  ...{ path: "/v1/warnings", tag: "registry", ok: pageOf(Warning, "WarningPage"), query: filters },
  summary: "What the registry took and found strange, the newest first",
});

const place = z.tuple([z.number(), z.int(), z.string()]);
const placeOf = ({ at, n, registry }: { readonly at: number; readonly n: number; readonly registry: string }): [number, number, string] => [at, n, registry];
const behind = (after: z.infer<typeof place> | undefined) => (after === undefined ? {} : { after: { at: after[0], n: after[1], registry: after[2] } });

/** What went wrong on the way into the registry: whoever sends raw signals sees only that the server took them. */
export function createTroubleRoutes({ store }: ApiDeps): Router {
  const router = createRouter();
  router.openapi(rejected, async (c) => {
    const { limit, cursor, ...filter } = c.req.valid("query");
    const { rows, after, page } = readPage(c, { limit, cursor }, place);
    return c.json(page(await store.listRejected({ ...defined(filter), ...behind(after), limit: rows }), placeOf, jsonView), 200);
  });
  router.openapi(warnings, async (c) => {
    const { limit, cursor, ...filter } = c.req.valid("query");
    const { rows, after, page } = readPage(c, { limit, cursor }, place);
    return c.json(page(await store.listWarnings({ ...defined(filter), ...behind(after), limit: rows }), placeOf, jsonView), 200);
  });
  return router;
}
