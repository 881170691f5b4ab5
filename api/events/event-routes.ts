import { z } from "@hono/zod-openapi";
import { isUnheardOf, liveStory, recordedStory } from "../../client/event-story.ts";
import { defined } from "../../core/defined.ts";
import { HeadgateError } from "../../core/errors.ts";
import { jsonView } from "../../core/json-view.ts";
import { normalizeUri } from "../../core/uri/uri.ts";
import type { ApiDeps } from "../deps.ts";
import { instantQuery } from "../frame/fields.ts";
import { pageQuery, readPage } from "../frame/page.ts";
import { RefusedRequest } from "../frame/problem.ts";
import { readRoute } from "../frame/route.ts";
import { createRouter, type Router } from "../frame/router.ts";
import { unlessAway } from "../frame/unless-away.ts";
import { Event, EventPage, EventStory, Fate } from "./event-schemas.ts";

/** How far back fates are looked at unless the query says otherwise, in milliseconds. */
const FATES_SINCE = 7 * 86_400_000;

const list = readRoute({
  ...{ path: "/v1/events", tag: "events", summary: "Accepted events, the newest first", ok: EventPage },
  query: {
    asset: z.string().transform(normalizeUri).optional().openapi({ type: "string", description: "Its URI." }),
    prefix: z.string().min(1).optional().openapi({ description: "Beginning of the asset's URI.", example: "s3://lake/raw/" }),
    partition: z.string().optional().openapi({ description: "Of `asset`; empty: those without a partition." }),
    source: z.string().optional(),
    id: z.string().optional(),
    run: z.string().optional().openapi({ description: "The run that published them." }),
    dag: z.string().optional().openapi({ description: "With `fate`: the DAG whose fates are meant." }),
    fate: Fate.optional().openapi({ description: "Events that `dag` did this with, the newest fate first; of the last 7 days unless `since` says otherwise." }),
    since: instantQuery.optional(),
    until: instantQuery.optional(),
    ...pageQuery,
  },
});

const name = {
  source: z.string().openapi({ description: "Percent-encoded.", example: "s3://lake" }),
  id: z.string().openapi({ description: "Percent-encoded." }),
};
const one = readRoute({ path: "/v1/events/{source}/{id}", tag: "events", summary: "One event", params: name, ok: Event });
const fate = readRoute({
  ...{ path: "/v1/events/{source}/{id}/fate", tag: "events", params: name, ok: EventStory },
  summary: "What became of an event: what each DAG did with it, and why",
});

const placeKey = z.tuple([z.number(), z.string(), z.int()]);

export function createEventRoutes({ store, client, patience, now = Date.now }: ApiDeps): Router {
  const router = createRouter();

  router.openapi(list, async (c) => {
    const { limit, cursor, dag, fate: wanted, ...query } = c.req.valid("query");
    const { rows, after, page } = readPage(c, { limit, cursor }, placeKey);
    const from = after === undefined ? {} : { after: { at: after[0], registry: after[1], seq: after[2] } };
    if ((dag === undefined) !== (wanted === undefined)) throw unmatched("query", "dag and fate belong together: what did which DAG do?");
    if (query.partition !== undefined && query.asset === undefined) throw unmatched("query partition", "a partition is one of an asset: give it as asset");
    if (dag !== undefined && wanted !== undefined) {
      const { since, ...others } = defined(query);
      const [other] = Object.keys(others);
      if (other !== undefined) throw unmatched(`query ${other}`, `with dag and fate only since narrows the list, not ${other}`);
      const found = await store.listFated({ dag, fate: wanted, since: since ?? now() - FATES_SINCE, ...from, limit: rows });
      return c.json(
        page(found, ({ fatedAt, registry, seq }) => [fatedAt, registry, seq] as const, jsonView),
        200,
      );
    }
    const found = await store.listEvents({ ...defined(query), ...from, limit: rows });
    return c.json(
      page(found, ({ at, registry, seq }) => [at, registry, seq] as const, jsonView),
      200,
    );
  });

  router.openapi(one, async (c) => {
    const asked = c.req.valid("param");
    const [event] = await store.findEvents(asked);
    if (event === undefined) throw unknownEvent(asked);
    return c.json(jsonView(event), 200);
  });

  router.openapi(fate, async (c) => {
    const asked = c.req.valid("param");
    const [recorded, live] = await Promise.all([recordedStory(store, asked), unlessAway(async () => liveStory(await client.registry(), asked), patience)]);
    const story = { ...recorded, live };
    if (isUnheardOf(story)) throw unknownEvent(asked);
    return c.json(jsonView(story), 200);
  });

  return router;
}

function unmatched(where: string, message: string): RefusedRequest {
  return new RefusedRequest(400, "E_API_REQUEST", message, { where });
}

export function unknownEvent({ id, source }: { readonly id: string; readonly source?: string }): HeadgateError {
  return new HeadgateError("E_EVENT_UNKNOWN", `no event with the id ${id}${source === undefined ? "" : ` of ${source}`} is known`, {
    hint: "one that was accepted this moment may not be in the store yet; `headgate events list` and GET /v1/events show the events",
  });
}
