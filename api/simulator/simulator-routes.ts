import { createRoute, z } from "@hono/zod-openapi";
import { replayRecorded } from "../../client/recorded-history.ts";
import { replayData } from "../../client/replay-data.ts";
import { parseCondition } from "../../core/conditions/condition-schema.ts";
import { POLICY_KEYS, parsePolicy } from "../../core/conditions/policy-schema.ts";
import { HeadgateError } from "../../core/errors.ts";
import { contentHash } from "../../core/hash.ts";
import type { Json } from "../../core/json.ts";
import type { HashedPlan } from "../../core/plan.ts";
import { checkRead } from "../access/rights.ts";
import type { ApiDeps } from "../deps.ts";
import { anyJson, instantQuery, jsonObject } from "../frame/fields.ts";
import { RefusedRequest } from "../frame/problem.ts";
import { createRouter, type Router } from "../frame/router.ts";
import { createSimulations, type Simulations } from "./simulations.ts";
import { ReplayReport, ScenarioResult } from "./simulator-schemas.ts";

/** Most recorded events of one replay. */
const MOST_EVENTS = 100_000;

const simulate = createRoute({
  ...{ method: "post", path: "/v1/simulate", tags: ["simulator"], summary: "Play a scenario: which runs start when, with which events" },
  description: "The body is what `headgate simulate` takes, the answer what it prints with `--json`. Nothing starts. It is played for some seconds at most.",
  request: { body: { required: true, content: { "application/json": { schema: jsonObject } } } },
  responses: {
    200: { description: "What would happen, as `headgate simulate --json` prints it.", content: { "application/json": { schema: ScenarioResult } } },
  },
} as const);

const replay = createRoute({
  ...{ method: "post", path: "/v1/replay", tags: ["simulator"], summary: "Play recorded events through a condition, beside the runs that there were" },
  description: "The condition and policy are those that are deployed, unless the body says others. Nothing starts.",
  request: {
    body: {
      required: true,
      content: {
        "application/json": {
          schema: z.strictObject({
            dag: z.string(),
            since: instantQuery,
            until: instantQuery.optional().openapi({ description: "Now, unless it is said." }),
            on: anyJson.optional().openapi({ description: "Another condition, as JSON." }),
            ...Object.fromEntries(POLICY_KEYS.map((key) => [key, anyJson.optional()])),
          }),
        },
      },
    },
  },
  responses: {
    200: { description: "What would be otherwise, as `headgate replay --json` prints it.", content: { "application/json": { schema: ReplayReport } } },
  },
} as const);

/** What would happen, and what would have happened: both change nothing. */
export function createSimulatorRoutes({ store, now = Date.now }: ApiDeps, simulations: Simulations = createSimulations()): Router {
  const router = createRouter();

  router.openapi(simulate, async (c) => {
    checkRead(c.var.caller);
    const { pending, ...result } = await simulations.simulate(c.req.valid("json"));
    // Hono's types give up on what contains itself, as the tree of a condition does.
    return c.json({ ...result, pending: pending as z.infer<typeof ScenarioResult>["pending"] }, 200);
  });

  router.openapi(replay, async (c) => {
    checkRead(c.var.caller);
    const {
      dag,
      since,
      until = now(),
      on,
      ...policy
    } = c.req.valid("json") as { dag: string; since: number; until?: number; on?: Json } & Record<string, Json>;
    if (since >= until) throw new RefusedRequest(400, "E_API_REQUEST", "since is not before until", { where: "json since" });
    const deployed = await store.deployedCatalogs();
    const known = deployed.flatMap(({ dags }) => dags).find((one) => one.plan.dag === dag);
    if (known === undefined) throw new HeadgateError("E_DAG_UNKNOWN", `no deployed DAG is called ${dag}`, { hint: "GET /v1/dags lists what is deployed" });
    const plan = changed(known, on, policy);
    const report = await replayRecorded(store, { plan, deployed }, { since, until }, { compare: simulations.replay, mostEvents: MOST_EVENTS });
    return c.json(replayData(report), 200);
  });

  return router;
}

/** A plan with another condition or policy. A policy that is said is the whole of it. */
function changed({ hash, plan }: HashedPlan, on: Json | undefined, policy: Readonly<Record<string, Json>>): HashedPlan {
  if (on === undefined && Object.keys(policy).length === 0) return { hash, plan };
  const other = {
    ...plan,
    ...(on === undefined ? {} : { on: on === null ? null : parseCondition(on, "on") }),
    policy: on === undefined || Object.keys(policy).length > 0 ? parsePolicy(policy, "policy") : plan.policy,
  };
  return { hash: contentHash(other as unknown as Json), plan: other };
}
