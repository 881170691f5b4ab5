import { createAccess } from "./access/access.ts";
import { createDeployed } from "./access/deployed.ts";
import { createGuard } from "./access/guard.ts";
import type { ApiDeps, ApiParts, LocalUse } from "./deps.ts";
import { RefusedRequest } from "./frame/problem.ts";
import { createRouter, type Router } from "./frame/router.ts";

/**
 * Resources for the process that asks, without what a network needs: nobody proves who they are, nothing is limited, and what a handler
 * throws is thrown to whoever asked.
 */
export function createLocalApp(deps: ApiDeps & { readonly local: LocalUse }, resources: readonly ((parts: ApiParts) => Router)[]): Router {
  const { tokens, log, store, local, now = Date.now } = deps;
  const deployed = createDeployed(store, now);
  const access = createAccess({ store: store.access, tokens, trustsPrograms: true, log, now });
  const parts: ApiParts = { ...deps, access: { ...access, callerOf: async () => local.caller }, guard: createGuard({ ...deps, deployed }), deployed };
  const app = createRouter();
  app.onError((error) => {
    throw error;
  });
  app.notFound((c) => {
    throw new RefusedRequest(404, "E_API_REQUEST", `there is no ${c.req.method} ${c.req.path}`);
  });
  app.use("/v1/*", async (c, next) => {
    c.set("caller", local.caller);
    await next();
  });
  for (const create of resources) app.route("/", create(parts));
  return app;
}
