import { z } from "@hono/zod-openapi";
import { isUnheardOf, liveStory, recordedStory } from "../../client/event-story.ts";
import { lastSeenBy } from "../../client/last-seen.ts";
import { describeCondition } from "../../core/conditions/condition-tree.ts";
import { defined } from "../../core/defined.ts";
import { HeadgateError } from "../../core/errors.ts";
import { jsonView } from "../../core/json-view.ts";
import type { Explanation } from "../../registry/index.ts";
import type { ApiDeps } from "../deps.ts";
import { unknownEvent } from "../events/event-routes.ts";
import { EventStory } from "../events/event-schemas.ts";
import { openObject } from "../frame/fields.ts";
import { RefusedRequest } from "../frame/problem.ts";
import { readRoute } from "../frame/route.ts";
import { createRouter, type Router } from "../frame/router.ts";
import { soon, unlessAway } from "../frame/unless-away.ts";
import { unlessStoreAway } from "../frame/unless-store-away.ts";
import { unknownRun } from "../runs/run-routes.ts";
import { DagExplanation, RunExplanation } from "./explain-schemas.ts";

const ofDag = readRoute({
  ...{ path: "/v1/dags/{dag}/explain", tag: "dags", summary: "Why a DAG does not run, or what it runs on next", ok: DagExplanation },
  params: { dag: z.string() },
});
const ofRun = readRoute({
  ...{ path: "/v1/runs/{run}/explain", tag: "runs", summary: "Why a run began, and what it took", ok: RunExplanation },
  params: { run: z.string().openapi({ description: "Its workflow id, percent-encoded." }) },
});

const ofEvents = readRoute({
  ...{ path: "/v1/fates", tag: "events", summary: "What became of the events that have an id, whoever sent them", ok: EventStory },
  query: { id: z.string(), source: z.string().optional() },
});
const Known = z.object({ text: z.string().openapi({ description: "In words." }), data: openObject<Explanation["data"]>("The same as data.") });
const known = readRoute({
  ...{ path: "/v1/registry/explain", tag: "registry", summary: "What the registry itself knows of an event or a run at this moment" },
  description: "For the time that the store is away: it needs none. What is over for long the registry has forgotten.",
  query: { event: z.string().optional(), source: z.string().optional(), run: z.string().optional() },
  ok: Known.openapi("RegistryKnows"),
});

export function createExplainRoutes({ store, client, patience }: ApiDeps): Router {
  const router = createRouter();

  router.openapi(ofDag, async (c) => {
    const { dag } = c.req.valid("param");
    const { data, text } = await soon(async () => await (await client.registry()).explain({ dag }), patience);
    if (data.kind !== "consumer") throw new HeadgateError("E_DAG_UNKNOWN", `no deployed DAG is called ${dag}`, { hint: "GET /v1/dags lists what is deployed" });
    const lastSeen = await unlessStoreAway(
      async () => {
        const plan = await store.deployedPlanOf(dag);
        return plan === undefined ? [] : await lastSeenBy(store, plan.plan);
      },
      () => [],
    );
    // A field `event` is somebody's own to `jsonView`; this one is ours.
    const seen = lastSeen.map(({ event, ...rest }) => ({ ...rest, event: event === null ? null : jsonView(event) }));
    // Hono's types give up on what contains itself, as the tree of a condition does.
    const groups = jsonView(data.groups) as z.infer<typeof DagExplanation>["groups"];
    return c.json({ ...jsonView(data), groups, lastSeen: seen, text }, 200);
  });

  router.openapi(ofRun, async (c) => {
    const { run } = c.req.valid("param");
    const [found, live] = await Promise.all([store.showRun(run), unlessAway(async () => (await (await client.registry()).explain({ run })).data, patience)]);
    if (found === undefined) throw unknownRun(run);
    const { tasks: _, attempts: __, published: ___, reruns: ____, consumed, ...summary } = found;
    const on = summary.plan === null ? null : ((await store.planByHash(summary.plan))?.plan.on ?? null);
    return c.json(
      {
        ...{ run: jsonView(summary), consumed: jsonView(consumed), condition: on === null ? null : describeCondition(on) },
        awaits: live?.kind === "run" ? [...live.awaits] : [],
      },
      200,
    );
  });

  router.openapi(ofEvents, async (c) => {
    const asked = c.req.valid("query");
    const name = { id: asked.id, ...defined({ source: asked.source }) };
    const [recorded, live] = await Promise.all([recordedStory(store, name), unlessAway(async () => liveStory(await client.registry(), name), patience)]);
    const story = { ...recorded, live };
    if (isUnheardOf(story)) throw unknownEvent(name);
    return c.json(jsonView(story), 200);
  });

  router.openapi(known, async (c) => {
    const { event, source, run } = c.req.valid("query");
    if ((event === undefined) === (run === undefined)) {
      throw new RefusedRequest(400, "E_API_REQUEST", "one thing is explained at a time", { where: "query", hint: "give event or run" });
    }
    const question = event === undefined ? { run: run ?? "" } : { event: { id: event, ...defined({ source }) } };
    const { data, text } = await soon(async () => await (await client.registry()).explain(question), patience);
    return c.json({ data, text }, 200);
  });

  return router;
}
