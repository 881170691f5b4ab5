import { z } from "@hono/zod-openapi";
import { hideMarked } from "../../core/hide-marked.ts";
import type { Json, JsonObject } from "../../core/json.ts";
import type { ApiDeps } from "../deps.ts";
import { anyJson, jsonObject } from "../frame/fields.ts";
import { readRoute } from "../frame/route.ts";
import { createRouter, type Router } from "../frame/router.ts";
import { soon } from "../frame/unless-away.ts";

const values = readRoute({
  ...{ path: "/v1/runs/{run}/values", tag: "runs", summary: "What a run was given, and what a task of it came to" },
  description: "From the run itself, in Temporal: the store has no values. What a schema marks as writeOnly, or what is called like a secret, is ***.",
  params: { run: z.string().openapi({ description: "Its workflow id, percent-encoded." }) },
  query: { task: z.string().optional().openapi({ description: "The value of this task, too." }) },
  ok: z
    .object({
      params: jsonObject.nullable().openapi({ description: "As they were given; null if there were none." }),
      partition: z.string().nullable(),
      value: anyJson.optional().openapi({ description: "Of the task; left out while it has none." }),
    })
    .openapi("RunValues"),
});

/** Inputs and outputs. They live in Temporal's history alone, and only a worker of the run can tell them. */
export function createRunValuesRoutes({ client, store, patience }: ApiDeps): Router {
  const router = createRouter();
  router.openapi(values, async (c) => {
    const { run } = c.req.valid("param");
    const { task } = c.req.valid("query");
    const { input, plan, values: found } = await soon(async () => await (await client.runs()).outcome(run, task === undefined ? [] : [task]), patience);
    const schema = plan === null ? undefined : (await store.planByHash(plan))?.plan.params;
    const value = found.find(([name]) => name === task)?.[1];
    return c.json(
      {
        params: input.params === undefined ? null : (hideMarked(input.params, schema) as JsonObject),
        partition: input.partition ?? null,
        ...(value === undefined ? {} : { value: hideMarked(value as Json) }),
      },
      200,
    );
  });
  return router;
}
