import { z } from "@hono/zod-openapi";
import { HeadgateError } from "../../core/errors.ts";
import { jsonView } from "../../core/json-view.ts";
import type { ApiDeps } from "../deps.ts";
import { readRoute } from "../frame/route.ts";
import { createRouter, type Router } from "../frame/router.ts";
import { HashedPlan } from "./plan-schemas.ts";

const one = readRoute({
  ...{ path: "/v1/plans/{hash}", tag: "dags", summary: "A plan by its hash, as runs are pinned to it, whatever is deployed since", ok: HashedPlan },
  params: { hash: z.string().openapi({ description: "`plan` of a run, `hash` of a DAG." }) },
});

/** Plans as they were deployed: what a hash names never changes. */
export function createPlanRoutes({ store }: ApiDeps): Router {
  const router = createRouter();
  router.openapi(one, async (c) => {
    const { hash } = c.req.valid("param");
    const found = await store.planByHash(hash);
    if (found === undefined) throw unknownPlan(hash);
    return c.json(jsonView(found), 200);
  });
  return router;
}

function unknownPlan(hash: string): HeadgateError {
  return new HeadgateError("E_PLAN_UNKNOWN", `the store knows no plan ${hash}`, { hint: "a run names its plan in `plan`, a deployed DAG in `hash`" });
}
