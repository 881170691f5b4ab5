import type { MiddlewareHandler } from "hono";
import type { ApiEnv } from "../frame/router.ts";
import type { Access } from "./access.ts";
import { checkRead } from "./rights.ts";

/** Questions that are posted since they are long. */
const ASKED_BY_POST: readonly string[] = ["/v1/simulate", "/v1/replay"];

/** Finds out who asks, for everything behind it: `c.var.caller`. Reading needs the scope for it; who one is may be asked by everybody. */
export function authenticated(access: Access): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const caller = await access.callerOf(c);
    const reads = c.req.method === "GET" || c.req.method === "HEAD" || ASKED_BY_POST.includes(c.req.path);
    if (reads && c.req.path !== "/v1/me") checkRead(caller);
    c.set("caller", caller);
    await next();
  };
}
