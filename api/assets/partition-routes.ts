import { z } from "@hono/zod-openapi";
import { HeadgateError } from "../../core/errors.ts";
import { jsonView } from "../../core/json-view.ts";
import { SLICE_STATUSES } from "../../core/partitions/slice-states.ts";
import type { ApiDeps } from "../deps.ts";
import { readRoute } from "../frame/route.ts";
import { createRouter, type Router } from "../frame/router.ts";
import { params, unknownAsset } from "./asset-path.ts";
import { Slices } from "./partition-schemas.ts";

const slices = readRoute({
  ...{ path: "/v1/assets/{asset}/partitions", tag: "assets", summary: "Which partitions are there, missing, failed or stale", params, ok: Slices },
  description: "Without `from` and `to`: what should be there by now, at most the last 10,000.",
  query: {
    from: z.string().optional().openapi({ description: "The first key.", example: "2026-11-01" }),
    to: z.string().optional().openapi({ description: "The last key; by default the first one." }),
    status: z.enum(SLICE_STATUSES).optional(),
  },
});

export function createPartitionRoutes({ store, now = Date.now }: ApiDeps): Router {
  const router = createRouter();
  router.openapi(slices, async (c) => {
    const { asset } = c.req.valid("param");
    const { from, to, status } = c.req.valid("query");
    if (to !== undefined && from === undefined) throw new HeadgateError("E_API_REQUEST", "a range has a first key", { where: "query from", hint: "give from" });
    const found = await store.listSlices(asset, { now: now(), ...(from === undefined ? {} : { range: { from, to: to ?? from } }) });
    if (found === undefined) throw unknownAsset(asset);
    return c.json(jsonView({ ...found, slices: found.slices.filter((slice) => status === undefined || slice.status === status) }), 200);
  });
  return router;
}
