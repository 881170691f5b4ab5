import type { MiddlewareHandler } from "hono";
import { createAccess } from "./access/access.ts";
import { authenticated } from "./access/authenticate.ts";
import { createDeployed } from "./access/deployed.ts";
import { createGuard } from "./access/guard.ts";
import { createSignInRoutes } from "./access/sign-in-routes.ts";
import type { ApiDeps, ApiParts } from "./deps.ts";
import { limitDepth } from "./frame/body-depth.ts";
import { limitBody } from "./frame/body-limit.ts";
import { describeApi } from "./frame/document.ts";
import { etags } from "./frame/etags.ts";
import { RefusedRequest, respond } from "./frame/problem.ts";
import { createRouter, type Router } from "./frame/router.ts";
import { secureHeaders } from "./frame/secure-headers.ts";
import { measured, metricsResponse } from "./metrics.ts";
import { createPageRoutes } from "./pages/page-routes.ts";
import { RESOURCES } from "./resources.ts";
import { createWebhookRoutes } from "./webhooks/webhook-routes.ts";

/**
 * The HTTP app: `/v1/...`, its document at `/v1/openapi.json`, `GET /metrics`, `GET /healthz` and `GET /readyz`, and the web UI. It listens
 * nowhere by itself.
 */
export function createApp(deps: ApiDeps): Router {
  const { tokens, log, store, publicUrl, oidc, rates, trustsPrograms = tokens.length === 0, now = Date.now } = deps;
  const app = createRouter();
  const deployed = createDeployed(store, now);
  const parts: ApiParts = {
    ...deps,
    access: createAccess({ store: store.access, tokens, trustsPrograms, publicUrl, oidc, rates, log, now }),
    guard: createGuard({ ...deps, deployed }),
    deployed,
  };

  app.onError((error, c) => respond(error, c, log));
  app.notFound((c) => respond(new RefusedRequest(404, "E_API_REQUEST", `there is no ${c.req.method} ${c.req.path}`), c, log));

  app.use("*", secureHeaders(publicUrl));
  const { metrics } = deps;
  if (metrics !== undefined) {
    app.use(measured(metrics));
    app.use("/metrics", authenticated(parts.access));
    app.get("/metrics", (c) => metricsResponse(metrics, c));
  }

  // Open: what asks for no token, or has a proof of its own.
  app.get("/healthz", (c) => c.json({ status: "ok" }));
  app.get("/readyz", async (c) => {
    await deps.ready();
    return c.json({ status: "ok" });
  });
  app.use("/v1/*", withoutNul, limitBody(), limitDepth(), etags());
  app.get("/v1/openapi.json", (c) => c.json(document()));
  // The handshake of the CloudEvents webhook specification: a sender asks if it may.
  app.options("/v1/events", (c) => {
    const origin = c.req.header("webhook-request-origin");
    if (origin !== undefined) c.header("WebHook-Allowed-Origin", origin);
    c.header("Allow", "GET, POST, OPTIONS");
    return c.body(null, 204);
  });
  app.route("/", createWebhookRoutes(parts));

  app.route("/", createSignInRoutes(parts));

  app.use("/v1/*", authenticated(parts.access));
  for (const create of RESOURCES) app.route("/", create(parts));
  if (deps.ui !== undefined) app.route("/", createPageRoutes(deps.ui));

  let described: object | undefined;
  const document = (): object => {
    described ??= describeApi(app);
    return described;
  };
  return app;
}

/** Nothing of ours has a NUL in its name, and Postgres has no text with one. */
const withoutNul: MiddlewareHandler = async (c, next) => {
  if (c.req.url.includes("%00")) throw new RefusedRequest(400, "E_API_REQUEST", "a path or a query has no NUL");
  await next();
};
