import type { Context, MiddlewareHandler } from "hono";
import { HeadgateError } from "../../core/errors.ts";
import { RefusedRequest } from "../frame/problem.ts";
import type { ApiEnv } from "../frame/router.ts";
import { type ApiToken, findToken } from "../tokens.ts";
import type { Caller } from "./caller.ts";
import { mayRead } from "./rights.ts";

/** Finds out who asks, for everything behind it: `c.var.caller`. Reading needs a scope that reads. */
export function authenticated(tokens: readonly ApiToken[]): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const caller = authenticate(c, tokens);
    if (c.req.method === "GET" && !mayRead(caller)) {
      throw new RefusedRequest(403, "E_API_TOKEN", `the token "${caller.name}" may not read`, { hint: "use a token with the scope read" });
    }
    c.set("caller", caller);
    await next();
  };
}

/** Who asks. Throws `E_API_TOKEN`. */
export function authenticate(c: Context, tokens: readonly ApiToken[]): Caller {
  if (tokens.length === 0) return local(c);
  const given = /^Bearer (\S+)$/i.exec(c.req.header("authorization") ?? "")?.[1];
  if (given === undefined) throw new HeadgateError("E_API_TOKEN", "the request has no token", { hint: "send Authorization: Bearer <token>" });
  const token = findToken(tokens, given);
  if (token === undefined) throw new HeadgateError("E_API_TOKEN", "the token is unknown", { hint: "`headgate api --new-token` makes one" });
  return { name: token.name, kind: "token", scopes: token.scopes };
}

/**
 * Without tokens only programs of this machine are trusted, and pages that this API served itself: not a web page from elsewhere that a
 * browser on this machine shows, under whatever name.
 */
function local(c: Context): Caller {
  const host = c.req.header("host") ?? "";
  const origin = c.req.header("origin");
  const site = c.req.header("sec-fetch-site");
  const isLocal = ["localhost", "127.0.0.1", "[::1]"].includes(host.replace(/:\d+$/, ""));
  const isOwn = (origin === undefined || origin === `http://${host}`) && (site === undefined || site === "same-origin" || site === "none");
  if (!isLocal || !isOwn) {
    throw new RefusedRequest(403, "E_API_TOKEN", "without tokens the API takes requests of programs of this machine only", { hint: "set HEADGATE_API_TOKENS" });
  }
  return { name: "local", kind: "local", scopes: [{ kind: "admin" }] };
}
