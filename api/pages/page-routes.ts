import { existsSync } from "node:fs";
import { join } from "node:path";
import { serveStatic } from "@hono/node-server/serve-static";
import { Hono, type MiddlewareHandler } from "hono";
import { RefusedRequest } from "../frame/problem.ts";

/** A year: the name of such a file says what is in it. */
const FOR_EVER = "public, max-age=31536000, immutable";

/** Paths that are no pages, whatever a client accepts. */
const NO_PAGES = /^\/(?:v1|static|healthz|readyz|metrics)(?:\/|$)/;

/**
 * The web UI out of the folder that its build wrote. Each page has an address of its own, so every path that no route has and that is asked
 * for as HTML gets the one document, whose script draws the page. Files under `/static/` are named by their content and kept for ever.
 */
export function createPageRoutes(folder: string): Hono {
  const routes = new Hono();
  const file = serveStatic({ rewriteRequestPath: (path) => join(folder, path), precompressed: true });
  routes.get("/static/*", kept(FOR_EVER), file);
  routes.get("/:name{(?:theme\\.js|mark\\.svg|third-party-notices\\.txt)}", kept("no-cache"), file);
  const document = serveStatic({ path: join(folder, "index.html"), precompressed: true });
  routes.get("*", async (c, next) => {
    // The start page is there for whoever asks: a look with curl says that it is.
    const isWanted = c.req.path === "/" || c.req.header("accept")?.includes("text/html") === true;
    if (NO_PAGES.test(c.req.path) || !isWanted) return next();
    if (!existsSync(join(folder, "index.html"))) {
      throw new RefusedRequest(404, "E_API_REQUEST", "the web UI is not built", { hint: "`npm run build:ui` builds it; the published package has it" });
    }
    c.header("Cache-Control", "no-cache");
    return document(c, next);
  });
  return routes;
}

function kept(how: string): MiddlewareHandler {
  return async (c, next) => {
    await next();
    if (c.res.ok) c.res.headers.set("Cache-Control", how);
  };
}
