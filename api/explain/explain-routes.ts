import { z } from "@hono/zod-openapi";
import { lastSeenBy } from "../../client/last-seen.ts";
import { describeCondition } from "../../core/conditions/condition-tree.ts";
import { HeadgateError } from "../../core/errors.ts";
import { jsonView } from "../../core/json-view.ts";
import type { ApiDeps } from "../deps.ts";
import { readRoute } from "../frame/route.ts";
import { createRouter, type Router } from "../frame/router.ts";
import { soon, unlessAway } from "../frame/unless-away.ts";
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

export function createExplainRoutes({ store, client }: ApiDeps): Router {
  const router = createRouter();

  router.openapi(ofDag, async (c) => {
    const { dag } = c.req.valid("param");
    const { data, text } = await soon(async () => await (await client.registry()).explain({ dag }));
    if (data.kind !== "consumer") throw new HeadgateError("E_DAG_UNKNOWN", `no deployed DAG is called ${dag}`, { hint: "GET /v1/dags lists what is deployed" });
    const plan = await store.deployedPlanOf(dag);
    const lastSeen = plan === undefined ? [] : await lastSeenBy(store, plan.plan);
    // A field `event` is somebody's own to `jsonView`; this one is ours.
    const seen = lastSeen.map(({ event, ...rest }) => ({ ...rest, event: event === null ? null : jsonView(event) }));
    // Hono's types give up on what contains itself, as the tree of a condition does.
    const groups = jsonView(data.groups) as z.infer<typeof DagExplanation>["groups"];
    return c.json({ ...jsonView(data), groups, lastSeen: seen, text }, 200);
  });

  router.openapi(ofRun, async (c) => {
    const { run } = c.req.valid("param");
    const [found, live] = await Promise.all([store.showRun(run), unlessAway(async () => (await (await client.registry()).explain({ run })).data)]);
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

  return router;
}
