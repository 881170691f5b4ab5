import { randomUUID } from "node:crypto";
import { z } from "@hono/zod-openapi";
import { checkAdmin } from "../access/rights.ts";
import type { ApiParts } from "../deps.ts";
import { actionRoute } from "../frame/action-route.ts";
import { askedBy, operatorFields } from "../frame/operator-fields.ts";
import { createRouter, type Router } from "../frame/router.ts";

const Done = z.object({ did: z.boolean().openapi({ description: "False if it was so already." }) }).openapi("RegistryOperated");
const pause = actionRoute({
  ...{ path: "/v1/registry/pause", tag: "registry", summary: "Hold the whole registry: events gather, nothing starts; for administrators" },
  ...{ body: operatorFields, ok: Done },
});
const resume = actionRoute({
  path: "/v1/registry/resume",
  tag: "registry",
  summary: "Let the whole registry go on; for administrators",
  body: operatorFields,
  ok: Done,
});

/** What concerns all projects at once. */
export function createRegistryActions({ client, newId = randomUUID }: ApiParts): Router {
  const router = createRouter();
  router.openapi(pause, async (c) => {
    checkAdmin(c.var.caller, "hold the registry");
    const { did } = await (await client.registry()).hold(askedBy(c.var.caller, c.req.valid("json"), newId));
    return c.json({ did }, 200);
  });
  router.openapi(resume, async (c) => {
    checkAdmin(c.var.caller, "let the registry go on");
    const { did } = await (await client.registry()).release(askedBy(c.var.caller, c.req.valid("json"), newId));
    return c.json({ did }, 200);
  });
  return router;
}
