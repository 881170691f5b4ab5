import type { Context, MiddlewareHandler } from "hono";
import { matchedRoutes } from "hono/route";
import type { ApiDeps } from "./deps.ts";

type ApiMetrics = NonNullable<ApiDeps["metrics"]>;

/** Tells of each request how it was answered, by the pattern of its route. */
export function measured(metrics: Pick<ApiMetrics, "answered">): MiddlewareHandler {
  return async function measure(c, next) {
    const began = performance.now();
    await next();
    const route = matchedRoutes(c).findLast(({ path }) => !path.includes("*"))?.path ?? "(none)";
    metrics.answered({ method: c.req.method, route, status: c.res.status, took: performance.now() - began });
  };
}

/** What Prometheus reads. */
export async function metricsResponse(metrics: Pick<ApiMetrics, "contentType" | "text">, c: Context): Promise<Response> {
  return c.body(await metrics.text(), 200, { "content-type": metrics.contentType });
}
