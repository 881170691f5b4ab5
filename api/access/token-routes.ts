import { z } from "@hono/zod-openapi";
import { HeadgateError } from "../../core/errors.ts";
import { jsonView } from "../../core/json-view.ts";
import type { StoredToken } from "../../store/access/api-tokens.ts";
import type { ApiParts } from "../deps.ts";
import { actionRoute } from "../frame/action-route.ts";
import { instant, instantQuery } from "../frame/fields.ts";
import { readRoute } from "../frame/route.ts";
import { createRouter, type Router } from "../frame/router.ts";
import { makeToken } from "./new-token.ts";
import { checkAdmin } from "./rights.ts";

const Token = z
  .object({
    id: z.string().openapi({ example: "tok_5b1f0c2d9a77" }),
    name: z.string(),
    scopes: z.array(z.string()).openapi({ example: ["publish:s3://lake/raw", "start:sales"] }),
    by: z.string().openapi({ description: "Who made it." }),
    at: instant,
    expiresAt: instant.nullable(),
    usedAt: instant.nullable().openapi({ description: "Within a minute." }),
    revokedAt: instant.nullable(),
    revokedBy: z.string().nullable(),
  })
  .openapi("Token");

const list = readRoute({ path: "/v1/tokens", tag: "access", summary: "Tokens, the newest first; for administrators", ok: z.object({ items: z.array(Token) }) });
const create = actionRoute({
  ...{ path: "/v1/tokens", tag: "access", summary: "Make a token, which is shown this once; for administrators" },
  body: { name: z.string(), scopes: z.array(z.string()).min(1), expiresAt: instantQuery.nullable().optional() },
  ok: Token.extend({ token: z.string() }).openapi("NewToken"),
  status: 201,
});
const revoke = actionRoute({
  ...{ path: "/v1/tokens/{token}/revoke", tag: "access", summary: "End a token; for administrators" },
  params: { token: z.string().openapi({ description: "Its id or name." }) },
  ok: Token,
});

/** Who may use the API without signing in: for administrators only. */
export function createTokenRoutes({ access, store }: ApiParts): Router {
  const router = createRouter();
  const { tokens } = store.access;

  router.openapi(list, async (c) => {
    checkAdmin(c.var.caller, "see the tokens");
    return c.json({ items: (await tokens.list()).map(show) }, 200);
  });

  router.openapi(create, async (c) => {
    const { name: by } = checkAdmin(c.var.caller, "make a token");
    const { name, scopes, expiresAt = null } = c.req.valid("json");
    const made = await makeToken(tokens, { name, scopes, expiresAt, by });
    await store.recordAction({ operation: "create-token", subject: name, by, why: made.scopes.join(",") });
    access.tokens.forget();
    return c.json({ ...show(made), token: made.token }, 201);
  });

  router.openapi(revoke, async (c) => {
    const { name: by } = checkAdmin(c.var.caller, "revoke a token");
    const { token } = c.req.valid("param");
    const revoked = await tokens.revoke(token, by);
    if (revoked === undefined) throw new HeadgateError("E_USAGE", `there is no token "${token}" that could be revoked`, { where: "token" });
    access.tokens.forget();
    await store.recordAction({ operation: "revoke-token", subject: revoked.name, by });
    return c.json(show(revoked), 200);
  });

  return router;
}

function show(token: StoredToken): z.infer<typeof Token> {
  return jsonView(token) as z.infer<typeof Token>;
}
