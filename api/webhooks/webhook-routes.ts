import type { ApiParts } from "../deps.ts";
import { createRouter, type Router } from "../frame/router.ts";
import { receiveWebhook } from "./receive-webhook.ts";

/** `POST /v1/webhooks/<watcher>`, for senders that sign what they send and have no token. */
export function createWebhookRoutes(deps: ApiParts): Router {
  const router = createRouter();
  router.post("/v1/webhooks/:watcher", async (c) => {
    const received = await receiveWebhook(deps, c, () => deps.access.callerOf(c));
    return c.json(received, "accepted" in received ? 202 : 200);
  });
  return router;
}
