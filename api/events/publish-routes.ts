import { randomUUID } from "node:crypto";
import { z } from "@hono/zod-openapi";
import { requestTraceparent, stamped } from "../../client/tracing/traceparent.ts";
import { defined } from "../../core/defined.ts";
import { HeadgateError } from "../../core/errors.ts";
import type { EventInput } from "../../core/event.ts";
import { refuseDeepEvent } from "../../core/json-depth.ts";
import { LIMITS } from "../../core/limits.ts";
import { normalizeUri } from "../../core/uri/uri.ts";
import { checkEffects } from "../access/effects.ts";
import type { ApiParts } from "../deps.ts";
import { createRouter, type Router } from "../frame/router.ts";
import { CloudEvent, PostedEvent, readEvents } from "./read-events.ts";

/** Whose events are numbered together: no watcher has this id, since ids have no colon. */
const STREAM = { id: "api:events", source: "http" } as const;

const Accepted = z
  .object({ accepted: z.int(), ids: z.array(z.string()).openapi({ description: "In the order of the events; those that had none got one." }) })
  .openapi("Accepted");

/**
 * `POST /v1/events`. An answer of 202 says that the events are durable and that the registry has accepted them; 503 that they have to be
 * sent again.
 */
export function createPublishRoutes(deps: ApiParts): Router {
  const { ingress, newId = randomUUID } = deps;
  const router = createRouter();

  router.post("/v1/events", async (c) => {
    const body = new Uint8Array(await c.req.arrayBuffer());
    const events = readEvents({ body, contentType: c.req.header("content-type") ?? "", header: (name) => c.req.header(name) });
    const complete = events.map((event) => ({ ...event, asset: normalizeUri(event.asset), source: event.source ?? STREAM.source, id: event.id ?? newId() }));
    // A sender that says where its events come from says it of each of them, or of the request.
    const sent = stamped(complete, requestTraceparent(c.req.header("traceparent")));
    await checkEffects(c.var.caller, sent, deps.deployed);
    const by = c.var.caller.name;
    const checked: EventInput[] = [];
    for (const event of sent) checked.push({ ...event, by, ...defined({ quarantine: await checkEvent(event) }) });
    await ingress.publish(STREAM, checked);
    return c.json({ accepted: complete.length, ids: complete.map(({ id }) => id) } satisfies z.infer<typeof Accepted>, 202);
  });
  // The body has several forms, which the validation by one schema does not know: so it is described beside the route.
  router.openAPIRegistry.registerPath({
    ...{ method: "post", path: "/v1/events", tags: ["events"], summary: "Publish events" },
    description: "One event or an array of them, each ours or a CloudEvent 1.0; all of them are accepted, or none. The same `source` and `id` count once.",
    request: {
      body: {
        required: true,
        content: {
          "application/json": { schema: z.union([PostedEvent, z.array(PostedEvent), CloudEvent, z.array(CloudEvent)]) },
          "application/cloudevents+json": { schema: CloudEvent },
          "application/cloudevents-batch+json": { schema: z.array(CloudEvent) },
        },
      },
    },
    responses: { 202: { description: "The events are durable, and the registry has them.", content: { "application/json": { schema: Accepted } } } },
  });

  /** Why it is to be put aside, if it is. */
  async function checkEvent(event: EventInput): Promise<string | undefined> {
    refuseDeepEvent(event);
    const bytes = Buffer.byteLength(JSON.stringify(event));
    if (bytes > LIMITS.eventBytes)
      throw new HeadgateError("E_EVENT_SIZE", `an event of "${event.asset}" has ${bytes} bytes, at most ${LIMITS.eventBytes} are taken`);
    return await deps.check(event);
  }

  return router;
}
