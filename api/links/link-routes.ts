import { z } from "@hono/zod-openapi";
import type { ApiDeps } from "../deps.ts";
import { readRoute } from "../frame/route.ts";
import { createRouter, type Router } from "../frame/router.ts";

const links = readRoute({
  ...{ path: "/v1/links", tag: "links", summary: "Where else one can look" },
  ok: z
    .object({
      temporal: z.object({
        ui: z.string().nullable().openapi({ description: "Address of the Temporal Web UI; null if none is known.", example: "http://127.0.0.1:8233" }),
        namespace: z.string(),
      }),
    })
    .openapi("Links"),
});

/** Addresses of others that show the same. */
export function createLinkRoutes({ temporal = { ui: null, namespace: "default" } }: ApiDeps): Router {
  const router = createRouter();
  router.openapi(links, (c) => c.json({ temporal }, 200));
  return router;
}
