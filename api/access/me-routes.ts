import { createRoute } from "@hono/zod-openapi";
import type { ApiParts } from "../deps.ts";
import { createRouter, type Router } from "../frame/router.ts";
import { scopeText } from "./scope.ts";
import { csrfOf } from "./session-book.ts";
import { Me } from "./sign-in-schemas.ts";

const me = createRoute({
  ...({ method: "get", path: "/v1/me", tags: ["access"], summary: "Who asks, and what they may do" } as const),
  responses: { 200: { description: "Who asks.", content: { "application/json": { schema: Me } } } },
});

export function createMeRoutes({ access }: ApiParts): Router {
  const router = createRouter();
  router.openapi(me, async (c) => {
    const { name, kind, scopes } = c.var.caller;
    const session = kind === "person" ? await access.sessionOf(c) : undefined;
    const csrf = session === undefined ? null : csrfOf(session.id);
    const endsAt = session === undefined ? null : new Date(session.session.endsAt).toISOString();
    return c.json({ name, kind, scopes: [...new Set(scopes.map(scopeText))], csrf, endsAt }, 200);
  });
  return router;
}
