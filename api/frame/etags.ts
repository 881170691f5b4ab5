import type { MiddlewareHandler } from "hono";
import { etag } from "hono/etag";

/**
 * Answers `304 Not Modified` where the reader has this very answer already. Answers are whole JSON documents; a stream of events passes
 * as it is, since its end never comes.
 */
export function etags(): MiddlewareHandler {
  const tag = etag();
  return async (c, next) => {
    await next();
    if (c.req.method !== "GET" || c.res.headers.get("content-type")?.startsWith("application/json") !== true) return;
    // Kept by the reader, and asked about each time: what is shown changes while one looks.
    c.res.headers.set("Cache-Control", "private, no-cache");
    await tag(c, async () => undefined);
  };
}
