import { randomUUID } from "node:crypto";
import { type Context, Hono } from "hono";
import { HeadgateError } from "../core/errors.ts";
import type { EventInput } from "../core/event.ts";
import { LIMITS } from "../core/limits.ts";
import { normalizeUri } from "../core/uri/uri.ts";
import type { ApiDeps } from "./deps.ts";
import { readBody } from "./read-body.ts";
import { readEvents } from "./read-events.ts";
import { RefusedRequest, respond } from "./respond.ts";
import { type ApiToken, findToken, mayPublish } from "./tokens.ts";
import { receiveWebhook } from "./webhooks.ts";

/** Whose events are numbered together: no watcher has this id, since ids have no colon. */
const STREAM = { id: "api:events", source: "http" } as const;

/**
 * The HTTP app: `POST /v1/events`, `POST /v1/webhooks/<watcher>`, `GET /healthz`, `GET /readyz`. An answer of 202 says that the events
 * are durable and that the registry has accepted them; 503 that they have to be sent again.
 */
export function createApp(deps: ApiDeps): Hono {
  const { ingress, tokens, log, newId = randomUUID } = deps;
  const app = new Hono();

  app.onError((error, c) => respond(error, c, log));
  app.notFound((c) => respond(new RefusedRequest(404, "E_API_REQUEST", `there is no ${c.req.method} ${c.req.path}`), c, log));

  app.get("/healthz", (c) => c.json({ status: "ok" }));
  app.get("/readyz", async (c) => {
    await deps.ready();
    return c.json({ status: "ok" });
  });

  app.post("/v1/events", async (c) => {
    const token = authenticate(c, tokens);
    const body = await readBody(c.req.raw);
    const events = readEvents({ body, contentType: c.req.header("content-type") ?? "", header: (name) => c.req.header(name) });
    const complete = events.map((event) => ({ ...event, asset: normalizeUri(event.asset), source: event.source ?? STREAM.source, id: event.id ?? newId() }));
    for (const event of complete) await checkEvent(event, token);
    await ingress.publish(STREAM, complete);
    return c.json({ accepted: complete.length, ids: complete.map(({ id }) => id) }, 202);
  });
  // The handshake of the CloudEvents webhook specification: a sender asks if it may.
  app.options("/v1/events", (c) => {
    const origin = c.req.header("webhook-request-origin");
    if (origin !== undefined) c.header("WebHook-Allowed-Origin", origin);
    c.header("Allow", "POST, OPTIONS");
    return c.body(null, 204);
  });

  app.post("/v1/webhooks/:watcher", async (c) => {
    const received = await receiveWebhook(deps, c, () => authenticate(c, tokens));
    return c.json(received, "accepted" in received ? 202 : 200);
  });

  async function checkEvent(event: EventInput, token: ApiToken | undefined): Promise<void> {
    if (token !== undefined && !mayPublish(token, event.asset)) {
      throw new RefusedRequest(403, "E_API_TOKEN", `the token "${token.name}" may not publish "${event.asset}"`, "use a token whose scope holds the asset");
    }
    const bytes = Buffer.byteLength(JSON.stringify(event));
    if (bytes > LIMITS.eventBytes)
      throw new HeadgateError("E_EVENT_SIZE", `an event of "${event.asset}" has ${bytes} bytes, at most ${LIMITS.eventBytes} are taken`);
    await deps.check(event);
  }

  return app;
}

/** The token of a request; undefined where there are none, which is on loopback only. Throws `E_API_TOKEN`. */
function authenticate(c: Context, tokens: readonly ApiToken[]): ApiToken | undefined {
  if (tokens.length === 0) return checkLocal(c);
  const given = /^Bearer (\S+)$/i.exec(c.req.header("authorization") ?? "")?.[1];
  if (given === undefined) throw new HeadgateError("E_API_TOKEN", "the request has no token", { hint: "send Authorization: Bearer <token>" });
  const token = findToken(tokens, given);
  if (token === undefined) throw new HeadgateError("E_API_TOKEN", "the token is unknown", { hint: "`headgate api --new-token` makes one" });
  return token;
}

/** Without tokens only programs of this machine are trusted: not a web page that a browser on it shows, under whatever name. */
function checkLocal(c: Context): undefined {
  const host = (c.req.header("host") ?? "").replace(/:\d+$/, "");
  const isLocal = ["localhost", "127.0.0.1", "[::1]"].includes(host);
  if (!isLocal || c.req.header("origin") !== undefined || c.req.header("sec-fetch-site") !== undefined) {
    throw new RefusedRequest(403, "E_API_TOKEN", "without tokens the API takes requests of programs of this machine only", "set HEADGATE_API_TOKENS");
  }
  return undefined;
}
