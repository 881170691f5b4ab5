import { randomUUID } from "node:crypto";
import { z } from "@hono/zod-openapi";
import { replayEvents } from "../../client/replay-events.ts";
import { defined } from "../../core/defined.ts";
import { HeadgateError } from "../../core/errors.ts";
import { namesFor } from "../../core/names.ts";
import { normalizeUri } from "../../core/uri/uri.ts";
import type { ApiParts } from "../deps.ts";
import { actionRoute } from "../frame/action-route.ts";
import { instantQuery } from "../frame/fields.ts";
import { askedBy, operatorFields } from "../frame/operator-fields.ts";
import { createRouter, type Router } from "../frame/router.ts";

const params = { dag: z.string().openapi({ description: "Its id.", example: "orders-clean" }) };
const given = { dag: z.string(), events: z.int().openapi({ description: "How many were given." }), runs: z.array(z.string()) };

const redeliver = actionRoute({
  ...{ path: "/v1/dags/{dag}/redeliver", tag: "dags", summary: "Give a recorded event to one DAG again, as new to it: others see nothing of it", params },
  body: {
    id: z.string().openapi({ description: "Of the event." }),
    source: z.string().optional().openapi({ description: "Where several events have the id." }),
    ...operatorFields,
  },
  ok: z.object({ ...given, did: z.boolean() }).openapi("Redelivered"),
});
const replay = actionRoute({
  ...{ path: "/v1/dags/{dag}/replay", tag: "dags", params },
  summary: "Give all recorded events of an asset to one DAG again, in the order of their acceptance",
  description: "With the same `request` each event is given once, so what was cut off can be asked for again.",
  body: {
    asset: z.string().transform(normalizeUri).openapi({ type: "string", description: "Its URI." }),
    since: instantQuery.openapi({ description: "Accepted at or after." }),
    ...operatorFields,
  },
  ok: z.object({ ...given, request: z.string(), recorded: z.int().openapi({ description: "Events that the store has." }) }).openapi("Replayed"),
});

/** Recorded events given to a DAG once more. Each needs the right to operate its project. */
export function createRedeliveryActions({ client, guard, store, names = namesFor(""), newId = randomUUID }: ApiParts): Router {
  const router = createRouter();

  router.openapi(redeliver, async (c) => {
    const { dag } = await guard.dag(c.var.caller, c.req.valid("param").dag);
    const { id, source, ...operator } = c.req.valid("json");
    const found = (await store.findEvents({ id, ...defined({ source }) })).filter(({ registry }) => registry === names.registry);
    const [event, another] = found;
    if (event === undefined) {
      throw new HeadgateError("E_EVENT_UNKNOWN", `the store has no event ${id}`, { hint: "`headgate events list` and GET /v1/events show what it has" });
    }
    if (another !== undefined) {
      throw new HeadgateError("E_USAGE", `several events have the id ${id}`, { where: "source", hint: `say whose: ${event.source}` });
    }
    const done = await (await client.registry()).redeliver(dag, [event], askedBy(c.var.caller, operator, newId));
    return c.json({ dag, ...done, runs: [...done.runs] }, 200);
  });

  router.openapi(replay, async (c) => {
    const { dag } = await guard.dag(c.var.caller, c.req.valid("param").dag);
    const { asset, since, ...operator } = c.req.valid("json");
    const { request = newId(), ...asked } = askedBy(c.var.caller, operator, newId);
    const done = await replayEvents(await client.registry(), store, { registry: names.registry, asset, since, dag, request, ...asked });
    return c.json({ dag, request, ...done, runs: [...done.runs] }, 200);
  });

  return router;
}
